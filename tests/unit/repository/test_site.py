"""What the site is made of: questions that answer, panels' values, docstrings, links; Sphinx itself is `make site`."""

from __future__ import annotations

import json
import random
from html import escape
from pathlib import Path

import pytest

from labkit.learn import catalogue, finding
from labkit.panels import stream_viewer
from labkit.panels.stream.facts import answer_of
from tools import plots
from tools.site import (
    asking,
    decoders,
    docstrings,
    gallery,
    glossary,
    laying,
    lessons,
    links,
    panels,
    pictures,
)
from tools.texts import ROOT

LESSONS = [name for name in catalogue.names() if catalogue.is_written(name) and name != "glossary"]


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request) -> tuple[str, str, str]:
    """A lesson's name, the HTML that its page shows, and the same of its edition."""
    edition = json.loads((ROOT / "notebooks" / f"{catalogue.stem(request.param)}.ipynb").read_text("utf-8"))
    return request.param, _html(lessons.page(request.param)), _html(edition)


def _html(notebook: dict) -> str:
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    return "\n".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)


def test_every_question_of_a_lesson_answers(lesson):
    name, page, edition = lesson
    for kind in ("predict", "quiz"):
        assert page.count(f'data-ask="{kind}"') == edition.count(f"<div data-{kind}="), name
    assert "<div data-predict=" not in page and "<div data-quiz=" not in page
    # A choice without an answer would leave the reader with nothing; each question has one that is right.
    assert page.count('<input type="radio"') == page.count("<template data-for=")
    for part in page.split("<fieldset")[1:]:
        assert part.split("</fieldset>")[0].count("✓") == 1, part[:300]


def test_letters_are_said_in_words(lesson):
    _, page, edition = lesson
    assert "<ol type" not in edition and "<ol type" not in page
    asked = [part.split("</ul>")[0] for part in edition.split('<ul style="list-style: none">')[1:]]
    for choices in asked:
        found = [item[0] for item in choices.split("<li>")[1:]]
        assert found == list("abcdefghijklmnop"[: len(found)]) or "✓" in choices, choices[:200]


def test_every_plot_is_told_in_words(lesson):
    """docs/plots.json says of each plot of a lesson, in their order, what it shows."""
    name, page, _ = lesson
    told = [image.split('alt="')[1].split('"')[0] for image in page.split('<img class="labkit-plot"')[1:]]
    assert all(len(alt) > 40 for alt in told), f"docs/plots.json: {name} has more plots than are told of"
    assert {escape(words) for words in plots.told(name)} <= set(told), f"docs/plots.json: {name} has fewer"


def test_panels_live_or_say_what_they_need(lesson):
    name, page, _ = lesson
    text = (ROOT / "lessons" / name / "text.md").read_text("utf-8")
    called = {call: text.count(f"\n{call}(") for call in (*panels._LIVE, *panels.KERNEL)}
    assert page.count('class="labkit-alone"') == sum(called[call] for call in panels._LIVE)
    for call, why in panels.KERNEL.items():
        assert page.count(why) == called[call], call


def test_answers_do_not_stand_open(lesson):
    """Reasons are folded, or in templates."""
    _, page, _ = lesson
    for part in page.split("The experiment gave ")[:-1]:
        assert part.rfind("<details") > part.rfind("</details>") or part.rfind("<template") > part.rfind(
            "</template>"
        )


def test_a_prediction_says_right_and_wrong_with_reasons():
    shown = (
        '<div data-predict="first-segment"><p><strong>Predict: Which?</strong></p><ul style="list-style: none">'
        "<li>a) bind()</li><li>b) connect()</li></ul><p>Choose.</p></div>"
    )
    form = asking.prediction("first-segment", shown, None)
    wrong, right = (part.split("</template>")[0] for part in form.split("<template data-for=")[1:])
    because = finding.because("first-segment")
    assert "✗" in wrong and because["bind()"].split("'")[0] in wrong and because["connect()"] in wrong
    assert "✓" in right and because["connect()"] in right and because["bind()"].split("'")[0] not in right


@pytest.mark.parametrize("seed", range(3))
def test_the_table_of_a_stream_gives_what_the_decoders_give(seed):
    """The page's walk through the states, done here as `alone.js` does it, against the decoders themselves."""
    viewer = stream_viewer("né €".encode(), ["bytes.decode", "incremental UTF-8"])
    size, tables = len(viewer.given.data), decoders.tables(viewer)
    dice = random.Random(seed)
    for _ in range(40):
        cuts = sorted(dice.sample(range(1, size), dice.randrange(size)))
        wanted = answer_of(cuts, viewer.readers.read(tuple(cuts)))["readings"]
        assert [_walked(way, tables["fed"], [0, *cuts, size]) for way in tables["ways"]] == [
            (each["right"], each["why"], [list(map(_plain, row)) for row in each["rows"]]) for each in wanted
        ], cuts


def _plain(value):
    return list(value) if isinstance(value, tuple) else value


def _walked(way: dict, fed: dict, ends: list[int]) -> tuple:
    state, rows, verdict = 0, [], None
    for number in range(1, len(ends)):
        recv, piece = f"recv {number}", fed[f"{ends[number - 1]}-{ends[number]}"]
        if verdict:
            rows.append([recv, piece, [], "", "", False])
            continue
        step = way["states"][state][ends[number]]
        rows.append([recv, piece, step["out"], step["held"], step["error"], True])
        state = step["then"]
        if "why" in step:
            verdict = step["right"], step["why"].replace("{n}", str(number))
    return (*verdict, rows)


def test_a_stream_that_has_too_many_states_is_refused():
    with pytest.raises(ValueError, match="show it a shorter one"):
        decoders.tables(stream_viewer(bytes(range(65, 90)), ["one recv is one message"]))


def test_docstrings_keep_their_examples_and_their_columns():
    text = """Do it.

        do(1)

    delay_ms   one way, in *ms*
    seed       of `chance`;
               0 at first
    """
    assert list(docstrings.restructured(text)) == [
        *("Do it.", "", "::", "", "        do(1)", ""),
        *("``delay_ms``", "    one way, in \\*ms\\*", "``seed``", "    of ``chance``;", "    0 at first", ""),
    ]


def test_two_sentences_are_no_columns():
    assert list(docstrings.restructured("Is it so?  It is.")) == ["Is it so?  It is.", ""]


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.stem)
def test_what_a_page_takes_is_there(path):
    text = laying._TAKES.sub(lambda found: laying._taken(found[1], found[2], path), path.read_text("utf-8"))
    assert not laying._TAKES.search(text)


def test_a_section_that_is_gone_is_named():
    with pytest.raises(
        laying.LayingError, match=r"docs/a.md takes “Nowhere” from README.md, which has: .*Licence"
    ):
        laying.expanded("<!-- README.md: Nowhere -->", Path("a.md"))


def test_links_of_the_repository_lead_to_pages():
    text = "[a](notebooks/02_x.ipynb) [b](CONTRIBUTING.md) [c](LICENSE) `[d](x)`\n```\n[e](LICENSE)\n```\n"
    assert laying.relinked(text) == (
        "[a](/lessons/02_x.ipynb) [b](/handbook/writing.md) c `[d](x)`\n```\n[e](LICENSE)\n```\n"
    )


def test_broken_links_are_found(tmp_path):
    (tmp_path / "a.html").write_text('<p id="here"><a href="b.html#there"><a href="#here"><a href="c.html">')
    (tmp_path / "b.html").write_text(
        '<img src="//else.where/x.png"><a href="a.html#gone"><a href="https://x.org">'
    )
    assert links.broken(tmp_path) == [
        "a.html: b.html#there has no such anchor",
        "a.html: c.html is no file of the site",
        "b.html loads //else.where/x.png from elsewhere",
        "b.html: a.html#gone has no such anchor",
    ]


def test_the_glossary_has_every_term_once():
    page = glossary.page()
    targets = [line for line in page.splitlines() if line.startswith("(term-")]
    assert len(targets) == len(set(map(str.lower, targets))) == len(glossary.finding.terms())


def test_the_gallery_leads_to_lessons():
    page = gallery.page()
    assert page.count("<svg") == page.count("](lessons/") > 20
    assert (
        page.count('aria-labelledby="') == len(set(page.split('aria-labelledby="')[1:])) == page.count("<svg")
    )


def test_ids_of_pictures_are_told_apart():
    assert pictures.suffixed('<b id="lk1" aria-labelledby="lk1 lk2"><i id="x">', "-3") == (
        '<b id="lk1-3" aria-labelledby="lk1-3 lk2-3"><i id="x">'
    )

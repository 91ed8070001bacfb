"""`glossary()`: an entry as text and HTML, all of them, and what is said of a word that it does not have."""

from __future__ import annotations

import html.parser

from labkit import glossary
from labkit.learn.catalogue import is_written
from labkit.learn.glossing import page
from labkit.terms.finding import term, terms


def test_one_entry_in_text(capsys):
    glossary("segments")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "segment"
    assert "  One packet of TCP: a header, and behind it perhaps some bytes of the stream." in lines
    assert lines[2:] == [
        "  Source: RFC 9293, section 4. Lesson: Start here.",
        "  See also: frame, datagram, sequence number.",
    ]


def test_an_entry_says_how_pictures_show_it(capsys):
    glossary("sackOK")
    assert capsys.readouterr().out.startswith("SACK permitted (shown as sackOK)\n")


def test_all_entries_in_order(capsys):
    glossary()
    heads = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert [head.partition(" (shown as ")[0] for head in heads] == list(terms())


def test_an_unknown_word_raises_nothing(capsys):
    glossary("segmant")
    assert "did you mean segment" in capsys.readouterr().out


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.to = [], []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids += [found["id"]] if "id" in found else []
        self.to += [found["href"]] if tag == "a" else []


def test_links_lead_to_entries_and_to_lessons_that_are_written():
    links = Links()
    links.feed(page.rich(terms().values()))
    assert len(set(links.ids)) == len(terms())
    assert {to for to in links.to if to.startswith("#")} <= {f"#{each}" for each in links.ids}
    lessons = {to.partition("_")[2].removesuffix(".ipynb") for to in links.to if to.endswith(".ipynb")}
    assert "handshake" in lessons and all(map(is_written, lessons))


def test_a_single_entry_refers_to_others_by_name_alone():
    links = Links()
    links.feed(page.rich([term("MSS")]))
    assert [to for to in links.to if to.startswith("#")] == []


def test_html_of_an_entry_is_escaped():
    assert "`" not in page.rich([term("capture")]) and "<code>with net.capture" in page.rich(
        [term("capture")]
    )

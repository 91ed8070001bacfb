"""What pictures and tables say of their terms: where one points at them, and in a line of words below."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from house import ROOT
from ladder_samples import sample

from labkit import ladder
from labkit.drawing.legend import legend, terms_of
from labkit.drawing.page import html_of
from labkit.sockets.row import Row
from labkit.sockets.table import SocketTable
from labkit.terms.finding import meaning_of
from labkit.traces.trace import Trace

SVG = "{http://www.w3.org/2000/svg}"
CAPTURES = {"loopback": 59_673, "lost-segment": 37_656, "reset": 16_242}
"""Bytes of these ladders' HTML before anything in them was explained."""


def drawn(name: str):
    return ladder(Trace.load(ROOT / "tests" / "golden" / f"{name}.pcapng"))


@pytest.fixture(scope="module")
def conversation():
    return drawn("loopback")


def titles(element) -> list[str]:
    return [title.text for title in element.iter(f"{SVG}title")]


def test_every_state_in_a_ladder_says_what_it_means(conversation):
    states = [
        text
        for text in ElementTree.fromstring(conversation.svg).iter(f"{SVG}text")
        if "state" in text.get("class")
    ]
    assert len(states) > 8
    for state in states:
        name = "".join(state.itertext()).replace(*[titles(state)[0], ""]).partition(" ")[0]
        assert titles(state) == [meaning_of(name)] and meaning_of(name)


def test_every_arrow_says_what_its_flags_mean(conversation):
    arrows = {arrow.number: arrow for arrow in conversation._story.arrows}
    groups = [group for group in ElementTree.fromstring(conversation.svg).iter(f"{SVG}g") if titles(group)]
    assert len(groups) == len(arrows)
    for group in groups:
        lines = titles(group)[0].split("\n")
        number = int(re.match(r"frame (\d+)", lines[0])[1])
        meant = [f"{name}: {meaning_of(name)}" for name in arrows[number].terms]
        assert lines[2:] == meant and meant


def test_a_call_says_what_it_does():
    svg = ElementTree.fromstring(ladder(sample("hello")).svg)
    said = [
        titles(text)
        for text in svg.iter(f"{SVG}text")
        if any((part.text or "").startswith("connect(") for part in text)
    ]
    assert said and all(each == [meaning_of("connect")] for each in said)


def test_the_words_below_are_those_of_the_picture_each_once(conversation):
    html = conversation._html()
    words = re.findall(r'<b tabindex="0">([^<]+)<i>([^<]+)</i></b>', html)
    assert [name for name, _ in words] == terms_of(conversation._picture)
    assert {"SYN", "ACK", "RST", "LISTEN", "TIME-WAIT", "UDP", "ICMP", "seq"} <= {name for name, _ in words}
    assert all(meaning_of(name)[:5] == meaning[:5] for name, meaning in words)


@pytest.mark.parametrize("name", CAPTURES)
def test_a_ladder_grows_by_a_few_per_cent_at_most(name):
    assert len(drawn(name)._html()) <= 1.05 * CAPTURES[name]


def test_the_still_picture_has_the_same_words_and_nothing_to_point_at(conversation):
    from labkit.drawing.svg import still_of, svg_of

    still, live = (ElementTree.fromstring(make(conversation._picture)) for make in (still_of, svg_of))
    for title in live.iter(f"{SVG}title"):
        title.text = ""
    assert titles(still) == [] and still.find(f"{SVG}desc") is None
    words = [["".join(text.itertext()) for text in each.iter(f"{SVG}text")] for each in (still, live)]
    assert words[0] == words[1] and len(words[0]) > 20


def test_quotes_in_the_still_pictures_words_stay_as_they_are():
    html = html_of("<svg/>", '<svg class="a"><text>say "hi", it\'s</text></svg>', "k", "m")
    assert "%3Csvg class='a'%3E%3Ctext%3Esay %22hi%22, it's%3C/text%3E" in html


def test_a_socket_table_explains_its_heads_and_states():
    html = SocketTable([Row("tcp", "LISTEN", ("10.0.0.2", 7), None, 0, 0)], "server")._repr_html_()
    words = re.findall(r'<b tabindex="0">([^<]+)<i>', html)
    assert words == ["protocol", "state", "recv queue", "send queue", "owner", "LISTEN"]
    assert "lk-terms" not in SocketTable([])._repr_html_()


def test_without_its_style_a_legend_is_not_shown():
    """GitHub, and JupyterLab before a notebook is trusted, take the style out, which shows one meaning at a time."""
    told = legend(["SYN"])
    assert '<div class="lk-terms" hidden="hidden" style="display:none">' in told
    assert ".lk-terms{display:block!important;" in told[: told.index("</style>")]


def test_a_legend_of_nothing_known_is_empty():
    assert legend(["no such thing"]) == "" and legend([]) == ""

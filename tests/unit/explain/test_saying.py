"""Findings in words, as tables, pictures, a page and JSON."""

from __future__ import annotations

import json
import re
import string
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from wire_samples import Talk, bulk

import labkit
from labkit.drawing.shapes import Area, Group
from labkit.explain import KINDS, Finding, explain
from labkit.explain.durations import duration
from labkit.explain.finding import numbered
from labkit.learn.catalogue import parts

VALUES = dict.fromkeys(
    """
    who peer port count size seq sent got unread times window address share router reason one two mtu
    refused silent pieces wait_ns longest_ns trip_ns least_ns most_ns idle_ns whole_ns
    """.split(),
    2,
)


@pytest.mark.parametrize(
    ("ns", "words"),
    [
        (0, "0 µs"),
        (7_380, "7.38 µs"),
        (350_000, "350 µs"),
        (999_800, "1 ms"),
        (41_234_567, "41.2 ms"),
        (412_000_000, "412 ms"),
        (1_020_000_000, "1.02 s"),
        (12_345_000_000, "12.3 s"),
        (1_234_500_000_000, "1,234 s"),
    ],
)
def test_durations(ns, words):
    assert duration(ns) == words


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_can_be_said(kind):
    known = {lesson for part in parts() for lesson in part.lessons}
    assert kind.lesson in known
    assert re.fullmatch("[a-z]+(-[a-z]+)*", kind.name)
    for template in filter(None, (kind.one, kind.many, kind.advice)):
        assert {name for _, name, _, _ in string.Formatter().parse(template) if name} <= {
            name.removesuffix("_ns") for name in VALUES
        }
    for count in (1, 2):
        finding = Finding(kind.name, (1, 2), VALUES | {"count": count})
        assert finding.sentence and "{" not in finding.sentence + finding.advice
    assert kind.advice[-1] == "." and kind.one[-1] != "."
    assert not kind.many or "{count}" in kind.many


def test_several_are_told_as_several():
    once = Finding("queue-full", (3,), {"who": "client", "count": 1})
    often = Finding("queue-full", (3, 4), {"who": "client", "count": 1200})
    assert once.sentence == "a frame of client met a full queue and was lost"
    assert often.sentence == "1,200 frames of client met a full queue and were lost"
    assert repr(often).endswith("were lost; frames 3, 4>")


def test_numbers_of_frames():
    assert numbered((7,)) == "frame 7"
    assert numbered((7, 9)) == "frames 7, 9"
    assert numbered(tuple(range(1, 21))) == "frames 1, 2, 3, 4, 5, 6, 7, 8 … (20 in all)"


def test_an_explanation_as_text():
    told = repr(explain(bulk().trace()))
    assert told.startswith(
        "1 connection, 1 finding\n\n1. loss, mended fast (8 ms): a segment of client was lost"
    )
    assert "connection 1, client > server: 91 ms\n  on the wire           42 ms  46.2%  ███████████\n" in told


def test_nothing_unusual():
    assert repr(explain(Talk().trace())) == "0 connections: nothing unusual"
    assert explain(Talk().open().trace()).findings == ()


def test_many_connections_and_findings_are_cut_short():
    frames = []
    for port in range(50_000, 50_030):
        Talk(client=("10.0.0.1", port), frames=frames).open().c("R.", 1, 1)
    told = repr(explain(Talk(frames=frames).trace()))
    assert "… and 18 more findings" in told and "… and 18 more connections" in told
    assert told.count("ended the connection at once") == 12


def test_what_costs_most_comes_first_and_notes_last():
    talk = (
        Talk().open().c("P.", 1, 1, b"a", at=40, lost=True).c("P.", 1, 1, b"a", at=260).s(".", 1, 2, at=270)
    )
    talk.c(".", 1, 1, at=1300).s(".", 1, 2, at=1310)
    findings = explain(talk.trace()).findings
    assert [(finding.kind, finding.note) for finding in findings] == [
        ("timeout", False),
        ("keep-alive", True),
    ]
    assert [finding.kind for finding in explain(talk.trace()).faults] == ["timeout"]


def test_the_room_can_be_called():
    import labkit.explain as room

    trace = bulk().trace()
    assert room(trace) == explain(trace) == labkit.explain(trace) == room.explain(trace)
    with pytest.raises(TypeError, match="explain takes a trace"):
        explain([1])


def test_a_kind_that_there_is_not():
    with pytest.raises(ValueError, match="there is no kind 'slow'; there are refused"):
        explain(bulk().trace()).of("slow")


def test_a_ladder_shows_the_proof_and_what_is_around_it():
    (finding,) = explain(bulk().trace()).findings
    assert finding.surroundings() == [3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]
    drawn = finding.ladder()
    assert "seq 2001:3001" in drawn.text and "retransmission" in drawn.svg
    with pytest.raises(ValueError, match="of no trace"):
        Finding("refused", (1,), {}).ladder()


def test_what_proves_it_stands_out():
    (finding,) = explain(bulk().trace()).findings
    shapes = finding.ladder()._picture.shapes
    marked = [
        after.number
        for shape, after in pairwise(shapes)
        if isinstance(shape, Area) and shape.role == "band-solid" and isinstance(after, Group)
    ]
    assert sorted(marked) == list(finding.frames)


class Page(HTMLParser):
    """What a page would ask of others, and the tags that are not closed."""

    def __init__(self, text):
        super().__init__()
        self.asks, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.asks += [
            value for name, value in attrs if name in ("src", "href", "data") and not value.startswith("#")
        ]
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_page_asks_nothing_of_anybody():
    text = explain(bulk().trace()).page("<lost>")
    page = Page(text)
    assert page.asks == [] and page.open == [] and "url(" not in text and "@import" not in text
    assert "<title>&lt;lost&gt;</title>" in text and text.count("<svg") == 2


def test_a_notebook_shows_bars_and_findings():
    bundle = explain(bulk().trace())._repr_mimebundle_()
    assert "loss, mended fast" in bundle["text/plain"] and "loss, mended fast" in bundle["text/html"]
    assert "<svg" in bundle["text/html"]


def test_bars_are_as_wide_as_what_they_stand_for():
    explanation = explain(bulk().trace())
    picture = explanation._picture
    (account,) = explanation.accounts
    areas = [group.shapes[0].points for group in picture.shapes if hasattr(group, "tip")]
    widths = [points[1][0] - points[0][0] for points in areas]
    whole = sum(widths)
    for width, piece in zip(widths, account.pieces, strict=True):
        assert width / whole == pytest.approx((piece.end - piece.begin) / account.whole)
    assert explanation.bars.text.startswith("connection 1, client > server: 91 ms")


def test_as_json():
    explanation = explain(bulk().trace())
    said = json.loads(json.dumps(explanation.to_dict()))
    (finding,), (account,) = said["findings"], said["accounts"]
    assert (finding["kind"], finding["frames"]) == ("fast-retransmit", [6, 14, 15, 16, 19])
    assert sum(account["spent_ns"].values()) == account["whole_ns"]

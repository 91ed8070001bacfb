"""A trace twice as long is twice the work: real captures have tens of thousands of frames, and some lack a few."""

from __future__ import annotations

import random

import pytest
from work import growth

from labkit.packets.frame import Frame
from labkit.packets.segment import Segment
from labkit.panels.player.packets.conversations import connections
from labkit.traces.secured import Half, Secured

RECORD = b"\x17\x03\x03" + (15).to_bytes(2, "big") + bytes(15)
HELLO = b"\x16\x03\x01" + (15).to_bytes(2, "big") + b"\1\0\0\x0b" + bytes(11)


def segment(number: int, place: int, payload: bytes) -> Segment:
    frame = Frame(number, number, "client", "server", (), "delivered", (), 0, b"")
    seq = 1 + len(RECORD) * place
    ends = ("client", "server", "10.0.0.1", 40000, "10.0.0.2", 443)
    return Segment(frame, *ends, seq, 1, seq, 1, "P.", 500, (), payload, len(payload), 1)


def said(count: int) -> list[Segment]:
    """One end says so many records, one a segment."""
    return [segment(1 + place, place, RECORD if place else HELLO) for place in range(count)]


def with_a_gap(count: int) -> list[Segment]:
    """The capture lacks the second frame."""
    first, _, *rest = said(count)
    return [first, *rest]


def mixed(count: int) -> list[Segment]:
    """In no order, and with a gap."""
    found = with_a_gap(count)
    random.Random(7).shuffle(found)
    return found


@pytest.mark.parametrize("make", [said, with_a_gap, mixed])
def test_what_was_said_is_put_together_in_proportion(make):
    def prepare(count):
        segments = make(count)
        return lambda: connections(segments)

    assert growth(prepare, 200) < 2.5


def test_records_find_the_frames_that_carried_them_in_proportion():
    def prepare(count):
        segments = said(count)
        return lambda: Secured(segments)

    assert growth(prepare, 200) < 2.5


def test_frames_find_the_records_that_begin_in_them_in_proportion():
    def prepare(count):
        segments = said(count)
        secured = Secured(segments)
        return lambda: secured.words(segments)

    assert growth(prepare, 200) < 2.5


def test_of_copies_the_first_in_the_trace_carried_a_record():
    whole = said(6)
    copies = [segment(10 + place, place, RECORD) for place in (3, 1)]
    late = [whole[0], whole[3], copies[0], whole[2], whole[1], copies[1], *whole[4:]]
    assert [each.number for each in Half(late).carriers] == [1, 2, 3, 4, 5, 6]
    behind = [*copies, *whole]
    assert [each.number for each in Half(behind).carriers] == [1, 11, 3, 13, 5, 6]


def test_a_record_that_begins_inside_a_segment_is_that_segments():
    whole = HELLO + RECORD * 5
    pieces = [(0, 30), (10, 20), (30, 85), (70, 120)]
    segments = [
        segment(1 + place, 0, whole[begin:end])._replace(seq=1 + begin)
        for place, (begin, end) in enumerate(pieces)
    ]
    assert [each.number for each in Half(segments).carriers] == [1, 1, 3, 3, 3, 4]

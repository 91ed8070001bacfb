"""Lesson attack: the data in a frame, and what becomes of it between two others."""

from __future__ import annotations

import sys

import pytest
from wire_samples import ethernet, ipv4, tcp

from labkit.lessons.attack.between import changed
from labkit.lessons.attack.bounded import bounded
from labkit.lessons.attack.talk import begin_of, data_of
from labkit.modes.needs import NeedsLinux
from labkit.wire.checksums import checksum


def _frame(payload: bytes, pad: bytes = b"") -> bytes:
    return ethernet(0x0800, ipv4(6, tcp(40_000, 80, 1, 1, "P.", payload=payload))) + pad


def _sum_of(frame: bytes) -> int:
    """Of a segment with its pseudo-header, as it is on the wire: 0 where the checksum in it is right."""
    segment = frame[34:]
    return checksum(frame[26:34], b"\0\x06", len(segment).to_bytes(2, "big"), segment)


@pytest.mark.parametrize("payload", [b"x", b"pay 10 to bob", b"even"])
def test_data_are_found_without_what_pads_the_frame(payload):
    assert data_of(_frame(payload)) == data_of(_frame(payload, bytes(9))) == payload
    assert _frame(payload)[begin_of(_frame(payload)) :] == payload


@pytest.mark.parametrize(
    "frame", [_frame(b""), ethernet(0x0806, bytes(46)), ethernet(0x0800, ipv4(17, bytes(30))), b"", bytes(20)]
)
def test_what_has_no_tcp_data_has_none(frame):
    assert data_of(frame) == b""


def _right(frame: bytes) -> bytes:
    """The frame with TCP's checksum as it should be."""
    empty = frame[:50] + b"\0\0" + frame[52:]
    return frame[:50] + _sum_of(empty).to_bytes(2, "big") + frame[52:]


@pytest.mark.parametrize("payload", [b"pay 10 to bob", b"pay 10 to bob\n"])
def test_changed_data_have_a_checksum_that_fits(payload):
    frame = _right(_frame(payload))
    found = changed(frame, lambda said: said.replace(b"bob", b"eve"))
    assert data_of(found) == payload.replace(b"bob", b"eve")
    assert found == _right(found) != frame
    assert found[:50] == frame[:50]


def test_what_nobody_changes_stays():
    frame = _frame(b"hello")
    assert changed(frame, bytes) == frame
    assert changed(_frame(b""), lambda said: b"x") == _frame(b"")


def test_another_length_is_refused_with_the_reason():
    with pytest.raises(ValueError, match="13 bytes cannot become 16; keep the length"):
        changed(_frame(b"pay 10 to bob"), lambda said: said.replace(b"bob", b"mallory"[:6]))


def test_where_no_bound_holds_nothing_is_tried(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(NeedsLinux, match="a bound on a process's memory"):
        bounded(2)

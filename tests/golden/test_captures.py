"""Captures of real traffic and what we say about them; README.md tells how each was made."""

from __future__ import annotations

from pathlib import Path

import pytest

from labkit.traces.states import states
from labkit.traces.trace import Trace

HERE = Path(__file__).parent
CAPTURES = sorted(path for path in HERE.iterdir() if path.suffix in (".pcap", ".pcapng"))


def said_of(trace: Trace) -> str:
    parts = [
        ("frames", trace),
        ("flows", "\n".join(map(str, trace.flows()))),
        ("states", "\n".join(map(str, states(trace)))),
        (
            "unusual",
            "\n".join(f"frame {number}: {mark}" for number, mark in trace.marks().items()) or "nothing",
        ),
    ]
    return "\n".join(f"{title}:\n{text}\n" for title, text in parts)


def test_there_are_captures():
    assert len(CAPTURES) >= 7


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_capture(path):
    expected = path.with_name(path.name + ".txt").read_text(encoding="utf-8")
    assert said_of(Trace.load(path)) == expected


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_saved_again_it_says_the_same(path, tmp_path):
    trace = Trace.load(path)
    trace.save(tmp_path / "x.pcapng")
    assert Trace.load(tmp_path / "x.pcapng") == trace


def test_nanoseconds_are_kept():
    times = [frame.departed_ns for frame in Trace.load(HERE / "loopback-nano.pcap").frames]
    assert any(time % 1000 for time in times)
    assert not any(frame.departed_ns % 1000 for frame in Trace.load(HERE / "loopback.pcap").frames)

"""Captures that no lesson holds: none, odd flags, one host, broadcasts, clocks that go back.  Each has its picture."""

from __future__ import annotations

import struct
from xml.etree import ElementTree

import pytest
from ladder_samples import MS, Talk, sample
from wire_samples import ADDRESSES, ethernet, frame, ipv4, udp

from labkit.drawing.shapes import Group, Line, Words
from labkit.packets.frame import Arrival
from labkit.pictures.ladders import ladder
from labkit.pictures.ladders.layout import picture
from labkit.pictures.ladders.story import tell
from labkit.traces.trace import Trace

LETTERS = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16, "U": 32, "E": 64, "W": 128}


def described(shown) -> str:
    """What the picture says of itself; it must be whole in every form."""
    assert shown.png(48).startswith(b"\x89PNG")
    assert set(shown._repr_mimebundle_()) == {"text/plain", "text/html"}
    root = ElementTree.fromstring(shown.svg)
    return root.find("{http://www.w3.org/2000/svg}desc").text


def everyone(data: bytes, number: int, at: int, source: str = "client"):
    """A broadcast as another program's capture has it: nothing says who got it."""
    return frame(
        data, number=number, at=at * MS, source=source, target="*", arrivals=(Arrival("*", at * MS),)
    )


@pytest.mark.parametrize("hosts", [(), ("client",), ("client", "server"), ("a", "b", "c")])
def test_no_frames_at_all(hosts):
    shown = ladder(Trace((), hosts=hosts))
    assert described(shown) == "no frames"
    assert shown.text.endswith("(no frames)")
    words = "".join(ElementTree.fromstring(shown.svg).itertext())
    assert words.endswith("no frames") and all(name in shown.svg for name in hosts)


@pytest.mark.parametrize(("flags", "words"), [
    ("P", "PSH"), ("U", "URG"), ("", "no flags"), (".E", "ACK, ECE  ack 1"), (".P", "PSH, ACK  ack 1"),
    ("FPU", "FIN, PSH, URG  seq 1"), ("FSRP.UEW", "SYN, FIN, RST, PSH, ACK, URG, ECE, CWR  seq 0  ack 1"),
])  # fmt: skip
def test_flags_of_any_kind(flags, words):
    bits = sum(LETTERS[letter] for letter in flags)
    header = struct.pack(">HHIIBBHHH", 40000, 8080, 7000, 500 if "." in flags else 0, 5 << 4, bits, 512, 0, 0)
    shown = ladder(Trace([frame(ethernet(0x0800, ipv4(6, header)))], addresses=ADDRESSES))
    assert described(shown) == f"client to server: {words}"
    assert f"─── {words[:34]}" in shown.text


def test_a_host_alone_speaks_to_all():
    data = ethernet(0x0800, ipv4(17, udp(68, 67, b"discover"), dst="255.255.255.255"))
    trace = Trace([everyone(data, n, 300 * n) for n in (1, 2, 3)])
    shown = ladder(trace)
    assert shown.text.count("UDP  68 → 67") == 3 and shown.text.count("──▶ all") == 3
    assert described(shown).count("client to all: UDP") == 3
    drawn = picture(tell(trace))
    groups = [shape for shape in drawn.shapes if isinstance(shape, Group)]
    assert len(groups) == 3
    for group in groups:
        line = next(shape for shape in group.shapes if isinstance(shape, Line))
        words = next(shape for shape in group.shapes if isinstance(shape, Words))
        assert words.pieces[-1] == ("to all", "quiet")
        assert line.x1 < line.x2 < words.x < drawn.width and line.y1 == line.y2


def test_a_broadcast_among_two_and_among_three_hosts():
    ask = struct.pack(">HHBBH6s4s6s4s", 1, 0x800, 6, 4, 1, bytes(6), bytes([10, 0, 0, 1]), bytes(6), bytes(4))
    for hosts in (("client", "server"), ("client", "server", "third")):
        trace = Trace(
            [everyone(ethernet(0x0806, ask), 1, 0), everyone(ethernet(0x0806, ask), 2, 1, hosts[-1])],
            hosts=hosts,
        )
        shown = ladder(trace)
        assert described(shown).startswith("client to all: ARP  who has 0.0.0.0")
        assert shown.text.count("who has") == 2 == shown.text.count("all")
        assert "…" not in shown.text  # it is not still on its way


def test_what_is_no_packet():
    data = ethernet(0x88B5, b"abc")
    shown = ladder(Trace([frame(data, number=n, at=n * MS) for n in (1, 2)]))
    assert described(shown).count("client to server: EtherType  0x88b5, 3 bytes") == 2
    assert shown.text.count("EtherType") == 2


def rows_of(trace: Trace) -> list[int]:
    """Numbers of the frames as they are drawn from top to bottom, in the picture."""
    groups = [shape for shape in picture(tell(trace), fold=False).shapes if isinstance(shape, Group)]
    tops = [(next(s for s in group.shapes if isinstance(s, Line)).y1, group.number) for group in groups]
    assert tops == sorted(tops)
    return [number for _, number in tops]


def told(trace: Trace) -> list[str]:
    """The words of the arrows from top to bottom, in the text."""
    lines = ladder(trace, fold=False, calls=False).text.splitlines()
    return [line.split("│")[1].strip("─▶◀ ") for line in lines if line.count("│") == 2 and "─" in line]


def test_times_that_go_back_leave_the_order_of_the_trace():
    """One clock an hour late, one an hour early: both are drawn where they stand, and the picture says so."""
    trace = sample("hello")
    hour = 3600 * 1000 * MS
    frames = list(trace.frames)
    for place, shift in ((1, hour), (4, -hour)):
        frames[place] = frames[place]._replace(departed_ns=frames[place].departed_ns + shift)
    moved = Trace(frames, hosts=trace.hosts, addresses=trace.addresses)
    assert told(moved) == told(trace) and len(told(trace)) == 9
    assert rows_of(moved) == [each.number for each in frames]
    shown = ladder(moved)
    assert "the times of 7 frames go back" in shown.text and "the times of" not in ladder(trace).text
    described(shown)


@pytest.mark.parametrize("at", [0, 7 * MS])
def test_frames_without_times_are_in_the_order_of_the_trace(at):
    trace = sample("hello")
    frames = [
        each._replace(departed_ns=at, arrivals=tuple(Arrival(a.host, at) for a in each.arrivals))
        for each in trace.frames
    ]
    still = Trace(frames, hosts=trace.hosts, addresses=trace.addresses)
    assert told(still) == told(trace)
    assert rows_of(still) == [each.number for each in frames]


def test_names_stand_apart_however_many_they_are():
    names = [f"a-rather-long-name-{n}" for n in range(12)]
    talk = Talk(*names)
    talk.udp(0, 1, 2, b"x")
    heads = [s for s in picture(tell(talk.trace())).shapes if isinstance(s, Words) and s.role == "host"]
    assert len(heads) == 12
    boxes = picture(tell(talk.trace())).boxes
    assert not any(one.overlaps(two) for n, one in enumerate(boxes) for two in boxes[:n])

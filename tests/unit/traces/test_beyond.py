"""What of other programs' captures is read right here, and was not by tshark 4.0: to stay so."""

from __future__ import annotations

from struct import pack

import pytest
from wire_samples import Talk, ethernet, ipv4, tcp

from labkit.traces.files import reading, writing
from labkit.traces.files.capturefile import Interface, Record
from labkit.traces.trace import Trace

# -- segments longer than any IP header can say (BIG TCP: Linux 5.19 for IPv6, 6.3 for IPv4)

LONG = 100_000  # bytes of data
ADDRESSES = bytes.fromhex("fd00" + 13 * "00" + "01" + "fd00" + 13 * "00" + "02")


def big4(seq, payload, ack=1):
    packet = ipv4(6, tcp(40000, 8080, seq, ack, "P.", payload=payload)[:40])
    return packet[:2] + b"\0\0" + packet[4:] + payload[20:]  # total length 0


def big6(seq, payload, ack=1, *, jumbo=True):
    """IPv6 of the payload length 0, with the jumbo payload option (RFC 2675) or, as newer kernels show it, without."""
    body = tcp(40000, 8080, seq, ack, "P.", payload=payload)
    option = b"\6\0\xc2\4" + pack(">I", 8 + len(body)) if jumbo else b""
    return pack(">IHBB", 6 << 28, 0, 0 if jumbo else 6, 64) + ADDRESSES + option + body


KINDS = {
    "IPv4": lambda seq, payload: ethernet(0x0800, big4(seq, payload)),
    "IPv6, jumbo payload option": lambda seq, payload: ethernet(0x86DD, big6(seq, payload)),
    "IPv6, length 0": lambda seq, payload: ethernet(0x86DD, big6(seq, payload, jumbo=False)),
}


@pytest.mark.parametrize("snap", [None, 128, 54 + 40])
@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_big_tcp_segments_are_read_with_all_their_length(tmp_path, make, snap):
    payload = bytes(range(250)) * (LONG // 250)
    whole = [make(1000, payload), make(1000 + LONG, payload)]
    content = writing.write(
        [Interface(1)],
        [Record(at, data[:snap], len(data)) for at, data in enumerate(whole)],
    )
    path = tmp_path / "big.pcapng"
    path.write_bytes(content)
    trace = Trace.load(path)
    assert [(segment.seq, segment.length, segment.flags) for segment in trace.segments] == [
        (1, LONG, "P."),
        (1 + LONG, LONG, "P."),
    ]
    assert trace.bytes() == 2 * LONG and trace.retransmitted() == [] and not trace.out_of_order()
    if snap is None:
        assert trace.segments[0].payload == payload
    else:
        assert payload.startswith(trace.segments[0].payload)
    trace.save(path)
    assert Trace.load(path) == trace


# -- clocks finer than a nanosecond


def pcapng(resolution, offset, *ticks):
    """A pcapng file of frames at these moments, of an interface with if_tsresol and if_tsoffset."""

    def block(kind, body):
        return pack("<II", kind, 12 + len(body)) + body + pack("<I", 12 + len(body))

    data = ethernet(0x0800, ipv4(6, tcp(40000, 80, 5, 0, "S")))
    options = pack("<HHBxxx", 9, 1, resolution) + pack("<HHq", 14, 8, offset)
    packets = (
        block(6, pack("<IIIII", 0, tick >> 32, tick & 0xFFFFFFFF, len(data), len(data)) + data + bytes(-len(data) % 4))
        for tick in ticks
    )  # fmt: skip
    head = block(0x0A0D0D0A, pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, pack("<HHI", 1, 0, 0) + options)
    return head + b"".join(packets)


@pytest.mark.parametrize(
    ("resolution", "a_second"),
    [(12, 10**12), (15, 10**15), (10, 10**10), (0x80 | 32, 2**32), (0x80 | 50, 2**50)],
)
def test_times_finer_than_a_nanosecond_are_kept_to_the_nanosecond(tmp_path, resolution, a_second):
    seconds, nanoseconds = 1_700_000_000, 123_456_789
    ticks = [-(-nanoseconds * a_second // 10**9), 3 * a_second, 3 * a_second + a_second // 10**9]
    path = tmp_path / "fine.pcapng"
    path.write_bytes(pcapng(resolution, seconds, *ticks))
    trace = Trace.load(path)
    times = [each.departed_ns - seconds * 10**9 for each in trace.frames]
    assert times[:2] == [nanoseconds, 3 * 10**9]
    assert times[2] - times[1] in (0, 1), "a tick more is at most a nanosecond more"
    assert trace.notes == (), "the clock does not go back"
    trace.save(path)
    assert [each.departed_ns for each in Trace.load(path).frames] == [
        each.departed_ns for each in trace.frames
    ]


def test_all_of_a_64_bit_count_of_picoseconds_is_used():
    (record,) = reading.read(pcapng(12, -5, 2**64 - 1)).records
    assert record.time_ns == (2**64 - 1) // 1000 - 5 * 10**9


# -- an ACK that stands in the file before what it acknowledges, as captures on several processors have it


def conversation(early: int | None = None, gap: int = 0) -> Trace:
    """Five segments, each acknowledged; the ACK of one stands before it, with a time that is `gap` ms earlier."""
    talk = Talk(delay=0).open()
    for number in range(5):
        at, data = 100 + 10 * number, 1 + 100 * number
        if number == early:
            talk.s(".", 1, data + 100, at=at).c("P.", data, 1, bytes(100), at=at + gap)
        else:
            talk.c("P.", data, 1, bytes(100), at=at).s(".", 1, data + 100, at=at + 1)
    return talk.trace()


@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize("early", range(5))
def test_an_ack_before_its_data_in_the_file_changes_no_answer(early, gap):
    trace, straight = conversation(early, gap), conversation()
    assert [segment.length for segment in trace.segments[3:]] != [
        segment.length for segment in straight.segments[3:]
    ]
    assert trace.retransmitted() == [] and not trace.out_of_order() and not trace.duplicate_acks()
    assert not trace.unacknowledged() and not trace.resets()
    assert trace.bytes() == straight.bytes() == 500
    assert trace.stream(source="client") == bytes(500)
    expected = dict(straight.round_trips(source="client"))
    measured = dict(trace.round_trips(source="client"))
    assert measured.pop(1 + 100 * early, 0.0) == 0.0, "not that of another ACK"
    del expected[1 + 100 * early]
    assert measured == expected

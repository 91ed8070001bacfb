"""Fields of a packet changed on its way: what stands there afterwards, and that the checksums are right."""

from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_samples import SYN_OPTIONS, ethernet, ipv4, tcp
from wire_samples import frame as recorded

from labkit.packets.headers import ip_packet
from labkit.panels.player.checksums import checksum as whole
from labkit.panels.player.checksums import sum_is_right
from labkit.traces.trace import Trace
from labkit.wire.checksums import adjusted, checksum
from labkit.wire.faults import Rewrite


def right(data):
    """The frame with its IPv4 header's and TCP's checksums as they should be."""
    data = bytearray(data)
    if data[12:14] == b"\x08\x00":
        data[24:26] = pack(">H", whole(bytes(data[14:34])))
    packet = ip_packet(bytes(data), len(data))
    data[packet.start + 16 : packet.start + 18] = pack(
        ">H", checksum(_pseudo(packet), data[packet.start : packet.end])
    )
    return bytes(data)


def _pseudo(packet):
    size = packet.end - packet.start
    return packet.src + packet.dst + pack(">IHBB", size, 0, 0, 6)


def syn(options=SYN_OPTIONS, **more):
    return right(
        ethernet(0x0800, ipv4(6, tcp(40000, 80, 1000, 0, "S", options=options, payload=b"odd"), **more))
    )


def syn6():
    segment = tcp(40000, 80, 1000, 0, "S", options=SYN_OPTIONS)
    header = pack(">IHBB", 6 << 28, len(segment), 6, 64) + bytes(15) + b"\1" + bytes(15) + b"\2"
    return right(ethernet(0x86DD, header + segment))


def are_right(data):
    packet = ip_packet(data, len(data))
    assert data[12:14] != b"\x08\x00" or whole(data[14:34]) == 0
    return sum_is_right(data, packet, 6)


@pytest.mark.parametrize("frame", [syn(), syn6()], ids=["v4", "v6"])
@pytest.mark.parametrize(
    ("fault", "options", "window"),
    [
        (Rewrite(strip="mss"), "sackOK,TS,wscale 7", 501),
        (Rewrite(strip=("mss", "wscale")), "sackOK,TS", 501),
        (Rewrite(strip=["sackOK", "TS"]), "mss 1460,wscale 7", 501),
        (Rewrite(mss=536), "mss 536,sackOK,TS,wscale 7", 501),
        (Rewrite(window=0), "mss 1460,sackOK,TS,wscale 7", 0),
        (Rewrite(ttl=1), "mss 1460,sackOK,TS,wscale 7", 501),
        (Rewrite(ttl=255, window=65535, strip=("mss", "sackOK", "TS", "wscale")), "", 65535),
    ],
    ids=repr,
)
def test_what_a_frame_says_afterwards(frame, fault, options, window):
    changed = fault.change.of(frame)
    assert len(changed) == len(frame) and changed != frame and are_right(changed)
    (segment,) = Trace([recorded(changed)]).segments
    assert segment.window == window
    assert f"<{options}>" in str(segment) if options else "<" not in str(segment)
    life = changed[22] if changed[12:14] == b"\x08\x00" else changed[21]
    assert life == (64 if fault.ttl is None else fault.ttl)


@pytest.mark.parametrize(
    "frame",
    [
        syn()[:20],
        syn()[:40],
        syn(options=b"\2\0\0\0"),
        syn(options=b"\2\x28\0\0"),
        ethernet(0x0806, bytes(28)),
        ethernet(0x0800, ipv4(17, bytes(20))),
        syn(flags=0x0005),  # a later fragment
    ],
    ids=["no TCP", "no options", "size 0", "too long", "ARP", "UDP", "fragment"],
)
def test_what_has_no_such_field_is_left_as_it_is(frame):
    assert Rewrite(strip="mss").change.of(frame) == frame


def test_a_wrong_checksum_stays_wrong():
    frame = syn()
    wrong = frame[:50] + bytes([frame[50] ^ 1]) + frame[51:]
    assert are_right(frame) and not are_right(Rewrite(window=9).change.of(wrong))


@given(st.binary(min_size=2, max_size=60), st.binary(min_size=4, max_size=4), st.integers(0, 28))
def test_a_checksum_put_right_is_the_one_computed_anew(data, new, word):
    data = b"\1" + data + b"\0" * (1 - len(data) % 2)
    place = 2 * word % (len(data) - 1 & ~1 or 2)
    old = data[place : place + len(new)]
    new = new[: len(old)]
    changed = data[:place] + new + data[place + len(new) :]
    if any(changed):
        assert adjusted(checksum(data), old, new) == checksum(changed)
    assert checksum(data) == whole(data)

from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_samples import ethernet, frame, ipv4, tcp, udp

from labkit.packets.datagram import Datagram, Other, decode, said
from labkit.packets.dissector import Dissector
from labkit.packets.headers import address, ip_packet

ARP = (
    pack(">HHBBH", 1, 0x0800, 6, 4, 1)
    + b"\2\0\0\0\0\1"
    + bytes([10, 0, 0, 1])
    + (bytes(6) + bytes([10, 0, 0, 2]))
)
ARP_REPLY = ARP[:7] + b"\2" + b"\2\0\0\0\0\2" + bytes([10, 0, 0, 2]) + b"\2\0\0\0\0\1" + bytes([10, 0, 0, 1])
LINK_LOCAL = bytes.fromhex("fe80" + 13 * "00" + "01")


def ipv6(protocol, body, *, size=None):
    return pack(">IHBB", 6 << 28, len(body) if size is None else size, protocol, 64) + (
        LINK_LOCAL + LINK_LOCAL[:-1] + b"\2" + body
    )


def test_datagram():
    datagram = decode(frame(ethernet(0x0800, ipv4(17, udp(40000, 9000, b"hello")))))
    assert type(datagram) is Datagram
    assert datagram[1:] == ("client", "server", "10.0.0.1", 40000, "10.0.0.2", 9000, b"hello", 5)
    assert str(datagram) == 'client > server  UDP 40000 > 9000  "hello"'
    assert (datagram.number, datagram.departed_ns, datagram.arrived_ns) == (1, 0, 10**7)
    assert datagram.delivered


def test_datagram_over_ipv6_behind_extension_headers_and_a_vlan_tag():
    hop_by_hop = bytes([17, 0, 1, 4, 0, 0, 0, 0])
    data = ethernet(0x8100, b"\0\5\x86\xdd" + ipv6(0, hop_by_hop + udp(1, 2, b"x")))
    datagram = decode(frame(data))
    assert (datagram.src, datagram.dst, datagram.payload) == ("fe80::1", "fe80::2", b"x")


def test_padding_of_a_short_frame_is_not_data():
    data = ethernet(0x0800, ipv4(17, udp(1, 2, b"x")))
    assert decode(frame(data + bytes(60 - len(data)))).payload == b"x"


def test_cut_datagram_knows_its_length():
    data = ethernet(0x0800, ipv4(17, udp(1, 2, bytes(1000))))
    datagram = decode(frame(data[:60], length=len(data)))
    assert (datagram.length, len(datagram.payload)) == (1000, 18)


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        (0x0806, ARP, "ARP who has 10.0.0.2? tell 10.0.0.1"),
        (0x0806, ARP_REPLY, "ARP 10.0.0.2 is at 02:00:00:00:00:02"),
        (0x0806, ARP[:24] + bytes([10, 0, 0, 1]), "ARP 10.0.0.1 announces itself"),
        (0x0806, ARP[:20], "ARP, cut short or malformed"),
        (0x0800, ipv4(1, pack(">BBHHH", 8, 0, 0, 4711, 3)), "ICMP echo request, seq 3"),
        (0x0800, ipv4(1, pack(">BBHHH", 0, 0, 0, 4711, 3)), "ICMP echo reply, seq 3"),
        (
            0x0800,
            ipv4(1, pack(">BBHHH", 3, 3, 0, 0, 0) + ipv4(17, udp(1, 9001))),
            "ICMP port unreachable, UDP 9001",
        ),
        (0x0800, ipv4(1, pack(">BBHHH", 3, 4, 0, 0, 1280)), "ICMP fragmentation needed, mtu 1280"),
        (0x0800, ipv4(1, pack(">BBHHH", 11, 0, 0, 0, 0)), "ICMP time exceeded"),
        (0x0800, ipv4(1, b"\3"), "ICMP, cut short or malformed"),
        (0x0800, ipv4(2, b"\x16\0\0\0\xef\1\1\1"), "IGMPv2 join 239.1.1.1"),
        (0x0800, ipv4(2, b"\x17\0\0\0\xef\1\1\1"), "IGMPv2 leave 239.1.1.1"),
        (0x0800, ipv4(2, b"\x11\0\0\0\0\0\0\0"), "IGMP general query"),
        (0x0800, ipv4(2, b"\x22\0\0\0\0\0\0\1" + b"\4\0\0\0\xef\1\1\1"), "IGMPv3 join 239.1.1.1"),
        (0x0800, ipv4(2, b"\x22\0\0\0\0\0\0\1" + b"\3\0\0\0\xef\1\1\1"), "IGMPv3 leave 239.1.1.1"),
        (0x86DD, ipv6(58, b"\x87\0\0\0\0\0\0\0" + LINK_LOCAL), "ICMPv6 who has fe80::1?"),
        (0x86DD, ipv6(58, b"\1\4\0\0\0\0\0\0"), "ICMPv6 port unreachable"),
        (0x86DD, ipv6(58, b"\2\0\0\0\0\0\5\0"), "ICMPv6 packet too big, mtu 1280"),
        (
            0x0800,
            ipv4(17, udp(40000, 9000, bytes(1472)), flags=0x2000),
            "IPv4 fragment, bytes 0:1480 of UDP 40000 > 9000, more follow",
        ),
        (0x0800, ipv4(17, bytes(528), flags=185), "IPv4 fragment, bytes 1480:2008 of UDP, the last"),
        (
            0x86DD,
            ipv6(44, b"\x11\0\0\1\0\0\0\7" + udp(1, 2, b"abcdefgh")),
            "IPv6 fragment, bytes 0:16 of UDP 1 > 2, more follow",
        ),
        (0x0800, ipv4(17, b"\0\1\0\2"), "UDP, cut short or malformed"),
        (0x0800, ipv4(17, pack(">HHHH", 1, 2, 900, 0)), "UDP, cut short or malformed"),
        (0x0800, ipv4(132, bytes(12)), "SCTP, 12 bytes"),
        (0x0800, b"\x45\0\0", "IPv4, cut short or malformed"),
        (0x0800, b"\x41" + ipv4(17, b"")[1:], "IPv4, cut short or malformed"),
        (0x86DD, bytes(40), "IPv6, cut short or malformed"),
        (0x88CC, bytes(10), "LLDP, 10 bytes"),
        (0x1234, bytes(10), "EtherType 0x1234, 10 bytes"),
        (0x0026, bytes(38), "IEEE 802.3 frame, 38 bytes"),
    ],
)
def test_other(kind, body, text):
    other = decode(frame(ethernet(kind, body)))
    assert type(other) is Other
    assert other.summary == text
    assert str(other) == f"client > server  {text}"


def test_frame_to_nobody():
    assert str(decode(frame(b"abc", target="", arrivals=(), fate="nowhere"))) == (
        "client > nobody  Ethernet, cut short after 3 bytes  ✗ nowhere"
    )


def test_length_that_the_card_would_have_filled_in():
    packet = ipv4(6, tcp(1, 2, 0, 0, ".", payload=b"x" * 100))
    data = ethernet(0x0800, packet[:2] + b"\0\0" + packet[4:])
    assert ip_packet(data, len(data)).end == len(data)
    assert Dissector().item(frame(data)).length == 100


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (bytes([10, 0, 0, 1]), "10.0.0.1"),
        (LINK_LOCAL, "fe80::1"),
        (bytes(16), "::"),
    ],
)
def test_address(raw, text):
    assert address(raw) == text


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b"hello", '"hello"'),
        (b'a "b"\r\n\t', r'"a \"b\"\r\n\t"'),
        (b"\0\0\0\5hello", r'"\x00\x00\x00\x05hello"'),
        ("grüß".encode(), '"grüß"'),
        ("日本".encode()[:4], '"日\\xe6"'),
        (b"x" * 24, '"' + "x" * 24 + '"'),
        (b"x" * 25, '"' + "x" * 24 + '…"'),
        (bytes(range(128, 228)), "100 bytes"),
        (b"", ""),
    ],
)
def test_said(payload, text):
    assert said(payload, len(payload)) == text


def test_said_of_cut_data():
    assert said(b"", 7) == "7 bytes"
    assert said(b"hel", 5) == '"hel…"'


SAMPLES = [
    ethernet(
        0x0800,
        ipv4(
            6, tcp(1, 2, 3, 4, "S.", options=bytes.fromhex("020405b4 0402 050a 0000000100000002") + bytes(2))
        ),
    ),
    ethernet(0x0800, ipv4(17, udp(1, 2, b"hello"))),
    ethernet(0x0806, ARP),
    ethernet(0x0800, ipv4(2, b"\x22\0\0\0\0\0\0\1\4\0\0\0\xef\1\1\1")),
    ethernet(0x0800, ipv4(1, pack(">BBHHH", 3, 3, 0, 0, 0) + ipv4(17, udp(1, 9001)))),
    ethernet(
        0x86DD,
        ipv6(
            0,
            bytes([43, 0] + [0] * 6)
            + bytes([44, 0] + [0] * 6)
            + b"\x3a\0\0\0\0\0\0\7"
            + b"\x87\0\0\0\0\0\0\0"
            + LINK_LOCAL,
        ),
    ),
    ethernet(0x8100, b"\0\1\x81\0\0\2\x08\0" + ipv4(6, tcp(1, 2, 3, 4, "."))),
]


@pytest.mark.parametrize("sample", SAMPLES)
def test_frames_cut_anywhere_raise_nothing(sample):
    for end in range(len(sample) + 1):
        str(Dissector().item(frame(sample[:end], length=len(sample))))
        str(Dissector().item(frame(sample[:end])))


@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 79), st.integers(0, 255)), max_size=6))
def test_damaged_frames_raise_nothing(sample, damage):
    data = bytearray(sample)
    for place, byte in damage:
        data[place % len(data)] = byte
    item = Dissector().item(frame(bytes(data)))
    assert str(item).startswith("client > server  ")
    assert repr(item)


@given(st.binary(max_size=90))
def test_any_bytes_raise_nothing(data):
    str(Dissector().item(frame(data)))
    str(Dissector().item(frame(ethernet(0x0800, b"\x45" + data))))
    str(Dissector().item(frame(ethernet(0x86DD, b"\x60" + data))))

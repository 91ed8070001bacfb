"""TCP_INFO as a named tuple: each number stands where linux/tcp.h has it, and a shorter structure says None."""

from __future__ import annotations

import ctypes
import re

import pytest

from labkit.sockets.tcpinfo import SIZE, TcpInfo, parse

# struct tcp_info of include/uapi/linux/tcp.h (Linux 6.7), as C's compiler lays it out; ctypes does the same.
BYTES = "state ca_state retransmits probes backoff options".split()
FIELDS = """
    rto ato snd_mss rcv_mss unacked sacked lost retrans fackets last_data_sent last_ack_sent last_data_recv
    last_ack_recv pmtu rcv_ssthresh rtt rttvar snd_ssthresh snd_cwnd advmss reordering rcv_rtt rcv_space total_retrans
    pacing_rate:64 max_pacing_rate:64 bytes_acked:64 bytes_received:64 segs_out segs_in notsent_bytes min_rtt
    data_segs_in data_segs_out delivery_rate:64 busy_time:64 rwnd_limited:64 sndbuf_limited:64 delivered
    delivered_ce bytes_sent:64
    bytes_retrans:64 dsack_dups reord_seen rcv_ooopack snd_wnd rcv_wnd rehash total_rto:16 total_rto_recoveries:16
    total_rto_time
""".split()
KINDS = {"": ctypes.c_uint32, "64": ctypes.c_uint64, "16": ctypes.c_uint16}


class Kernel(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_uint8) for name in BYTES),
        ("snd_wscale", ctypes.c_uint8, 4),
        ("rcv_wscale", ctypes.c_uint8, 4),
        ("delivery_rate_app_limited", ctypes.c_uint8, 1),
        ("fastopen_client_fail", ctypes.c_uint8, 2),
        *((name, KINDS[bits]) for name, _, bits in (field.partition(":") for field in FIELDS)),
    ]


def filled() -> Kernel:
    """A structure in which each number is another one."""
    numbers = {name.partition(":")[0]: 1000 + place for place, name in enumerate(FIELDS)}
    return Kernel(4, 3, 1, 2, 5, 0b111, 7, 10, 1, 2, **numbers)


def kernels(name: str) -> str:
    return re.sub(r"_(us|ms)$", "", name)


def test_each_number_stands_where_the_header_has_it():
    info = parse(bytes(filled()))
    assert info[:9] == ("FIN-WAIT-1", "Recovery", 1, 2, 5, ("timestamps", "sack", "wscale"), 7, 10, 1)
    numbers = {name.partition(":")[0]: 1000 + place for place, name in enumerate(FIELDS)}
    assert {kernels(name): value for name, value in info._asdict().items() if kernels(name) in numbers} == {
        name: value for name, value in numbers.items() if name not in ("fackets", "last_ack_sent")
    }
    assert len(info) == 9 + len(FIELDS) - 2


def test_it_reads_as_much_as_the_header_has():
    assert ctypes.sizeof(Kernel) == SIZE == 248


@pytest.mark.parametrize(
    ("size", "last", "first_missing"),
    [
        (104, "total_retrans", "pacing_rate"),  # Linux 2.6
        (232, "snd_wnd", "rcv_wnd"),  # 5.4
        (240, "rehash", "total_rto"),  # 6.2
        (234, "snd_wnd", "rcv_wnd"),  # half a number is none
    ],
)
def test_what_an_older_kernel_does_not_give_is_none(size, last, first_missing):
    info, fields = parse(bytes(filled())[:size]), TcpInfo._fields
    assert info._asdict()[last] == filled().__getattribute__(kernels(last))
    assert fields.index(first_missing) == fields.index(last) + 1
    assert set(info[: fields.index(first_missing)]).isdisjoint({None})
    assert set(info[fields.index(first_missing) :]) == {None}


def test_a_newer_kernel_gives_more_than_is_read():
    assert parse(bytes(filled()) + b"\xff" * 32) == parse(bytes(filled()))


def test_a_state_without_a_name_is_its_number():
    assert parse(bytes([99, 77, *bytes(6)]))[:2] == ("99", "77")


def test_fewer_bytes_than_there_ever_were_are_refused():
    with pytest.raises(ValueError, match="8 bytes at least"):
        parse(b"\1\0")


def test_the_docstring_tells_of_every_field():
    words = set(re.findall(r"\w+", TcpInfo.__doc__))
    assert set(TcpInfo._fields) - words == set()

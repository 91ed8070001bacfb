"""What the kernel tells of a TCP connection: `TCP_INFO` as a named tuple.  Pure.

The layout is `struct tcp_info` of Linux's include/uapi/linux/tcp.h, what is put into it is `tcp_get_info` of
net/ipv4/tcp.c.  The structure only ever grew at its end: an older kernel gives a shorter one.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from labkit.traces.machine import KERNEL_STATES

CA_STATES = ("Open", "Disorder", "CWR", "Recovery", "Loss")
"""Of congestion control (`enum tcp_ca_state`): nothing bad seen; duplicate ACKs or SACK blocks came; the window is
being reduced; fast recovery; recovery after a retransmission timeout."""

OPTIONS = {1: "timestamps", 2: "sack", 4: "wscale", 8: "ecn", 16: "ecn seen", 32: "syn data"}
"""`TCPI_OPT_…`: what the two ends agreed on in the handshake."""


class TcpInfo(NamedTuple):
    """A TCP connection as its kernel has it, from `sock.info()`.

    Names are those of `struct tcp_info` (linux/tcp.h) without `tcpi_`, with the unit of times put behind.  Segments are
    counted in full ones.  A field that this kernel does not give is None.  Not in here: `fackets` (no longer kept),
    `last_ack_sent` (never was), `fastopen_client_fail`, and the counters of Accurate ECN.

    state                 RFC 9293's name, as in "ESTABLISHED"
    ca_state              of congestion control: see `CA_STATES`
    retransmits           timeouts in a row for the oldest segment that is not acknowledged
    probes                probes in a row that no ACK answered: of a closed window, or keep-alives
    backoff               how often the timer (rto_us, or the probes') has been doubled
    options               as in ("timestamps", "sack", "wscale"): see `OPTIONS`
    snd_wscale            what the peer's windows are shifted by, in bits; rcv_wscale: ours
    delivery_rate_app_limited   1 if delivery_rate was held down by a program that had too little to send
    rto_us                retransmission timeout, µs; ato_us: of a delayed ACK, µs
    snd_mss, rcv_mss      largest segment, bytes: sent, and (estimated) received
    unacked               segments sent and not acknowledged; of a listener: connections that wait for accept()
    sacked                of them, selectively acknowledged; of a listener: how many may wait
    lost, retrans         of them, taken for lost; sent again and still under way
    last_data_sent_ms     ms since data was sent; last_data_recv_ms: came; last_ack_recv_ms: since an ACK came
    pmtu                  path MTU, bytes; advmss: the MSS that we offered, bytes
    rcv_ssthresh          how far our window may open for now, bytes
    rtt_us                smoothed round trip (SRTT, RFC 6298), µs
    rttvar_us             its mean deviation, µs (`mdev_us`, not the kernel's `rttvar_us`, from which rto_us is made)
    snd_ssthresh          slow start's threshold, segments; 2147483647 as long as there is none
    snd_cwnd              congestion window, segments
    reordering            how far segments may overtake each other before one is taken for lost, segments
    rcv_rtt_us            round trip as the receiver estimates it, µs; rcv_space: what it reads in one, bytes
    total_retrans         segments sent again, all in all
    pacing_rate           bytes/s; max_pacing_rate: its limit; 2**64 - 1 for none
    bytes_acked           bytes that the peer acknowledged; bytes_received: that came, in order
    segs_out, segs_in     segments, all of them; data_segs_in, data_segs_out: those with data
    notsent_bytes         bytes in the send buffer that were never sent
    min_rtt_us            least round trip lately, µs
    delivery_rate         bytes/s, lately
    busy_time_us          µs with something to send or under way; of them rwnd_limited_us: held up by the peer's window,
                          sndbuf_limited_us: by the send buffer
    delivered             segments that arrived; delivered_ce: of them, marked by a router (ECN)
    bytes_sent            bytes of data sent, those sent again included; bytes_retrans: these alone
    dsack_dups            segments that arrived twice, as the peer says
    reord_seen            times that segments were seen to have overtaken others
    rcv_ooopack           segments that came out of order
    snd_wnd, rcv_wnd      receive window, bytes: the peer's, and ours
    rehash                times that another path was tried
    total_rto             retransmission timeouts, all in all; total_rto_recoveries: recoveries from them;
                          total_rto_time_ms: what these took, ms
    """

    state: str
    ca_state: str
    retransmits: int
    probes: int
    backoff: int
    options: tuple[str, ...]
    snd_wscale: int
    rcv_wscale: int
    delivery_rate_app_limited: int
    rto_us: int | None = None
    ato_us: int | None = None
    snd_mss: int | None = None
    rcv_mss: int | None = None
    unacked: int | None = None
    sacked: int | None = None
    lost: int | None = None
    retrans: int | None = None
    last_data_sent_ms: int | None = None
    last_data_recv_ms: int | None = None
    last_ack_recv_ms: int | None = None
    pmtu: int | None = None
    rcv_ssthresh: int | None = None
    rtt_us: int | None = None
    rttvar_us: int | None = None
    snd_ssthresh: int | None = None
    snd_cwnd: int | None = None
    advmss: int | None = None
    reordering: int | None = None
    rcv_rtt_us: int | None = None
    rcv_space: int | None = None
    total_retrans: int | None = None
    pacing_rate: int | None = None
    max_pacing_rate: int | None = None
    bytes_acked: int | None = None
    bytes_received: int | None = None
    segs_out: int | None = None
    segs_in: int | None = None
    notsent_bytes: int | None = None
    min_rtt_us: int | None = None
    data_segs_in: int | None = None
    data_segs_out: int | None = None
    delivery_rate: int | None = None
    busy_time_us: int | None = None
    rwnd_limited_us: int | None = None
    sndbuf_limited_us: int | None = None
    delivered: int | None = None
    delivered_ce: int | None = None
    bytes_sent: int | None = None
    bytes_retrans: int | None = None
    dsack_dups: int | None = None
    reord_seen: int | None = None
    rcv_ooopack: int | None = None
    snd_wnd: int | None = None
    rcv_wnd: int | None = None
    rehash: int | None = None
    total_rto: int | None = None
    total_rto_recoveries: int | None = None
    total_rto_time_ms: int | None = None


_HEAD = 8  # bytes: what stands before the numbers
_EIGHT = frozenset(
    "pacing_rate max_pacing_rate bytes_acked bytes_received delivery_rate busy_time_us rwnd_limited_us"
    " sndbuf_limited_us bytes_sent bytes_retrans".split()
)
_TWO = frozenset(("total_rto", "total_rto_recoveries"))
_LEFT_OUT = {"retrans": "fackets", "last_data_sent_ms": "last_ack_sent"}  # {after: what stands there}
_ORDER = TcpInfo._fields[TcpInfo._fields.index("rto_us") :]


def _layout() -> tuple[list[tuple[str, int]], str]:
    """The numbers after the head: each one's name and where it ends, in bytes, and what struct makes of them."""
    ends, codes, place = [], "=", _HEAD
    for name in _ORDER:
        code, size = ("Q", 8) if name in _EIGHT else ("H", 2) if name in _TWO else ("I", 4)
        codes, place = codes + code, place + size
        ends.append((name, place))
        if name in _LEFT_OUT:
            codes, place = codes + "4x", place + 4
    return ends, codes


_ENDS, _CODES = _layout()
SIZE = _ENDS[-1][1]
"""Of what is read here, in bytes."""
_WHOLE = struct.Struct(_CODES)
_LITTLE = struct.pack("=H", 1)[0] == 1


def parse(data: bytes) -> TcpInfo:
    """The bytes of `struct tcp_info`, in this machine's byte order, as a TcpInfo.

    Raises ValueError for less than the eight bytes that it has begun with since there is one.
    """
    if len(data) < _HEAD:
        raise ValueError(f"struct tcp_info has {_HEAD} bytes at least (got {len(data)}): {bytes(data)!r}")
    state, ca_state, retransmits, probes, backoff, options, scales, limited = data[:_HEAD]
    numbers: tuple[Any, ...] = _WHOLE.unpack_from(data.ljust(SIZE, b"\0"), _HEAD)
    if len(data) < SIZE:
        given = sum(end <= len(data) for _, end in _ENDS)
        numbers = (*numbers[:given], *[None] * (len(numbers) - given))
    return TcpInfo(
        KERNEL_STATES.get(state, str(state)),
        CA_STATES[ca_state] if ca_state < len(CA_STATES) else str(ca_state),
        retransmits,
        probes,
        backoff,
        tuple(name for bit, name in OPTIONS.items() if options & bit),
        *_halves(scales),
        limited & 1 if _LITTLE else limited >> 7,
        *numbers,
    )


def _halves(byte: int) -> tuple[int, int]:
    """Two fields of four bits; the first stands in the lower half on little-endian machines, and else in the upper."""
    low, high = byte & 15, byte >> 4
    return (low, high) if _LITTLE else (high, low)

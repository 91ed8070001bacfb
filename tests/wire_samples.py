"""Frames for tests: a conversation is written down segment by segment, with times in milliseconds."""

from __future__ import annotations

from struct import pack

from labkit.packets.frame import Arrival, Frame, Hit
from labkit.traces.trace import Trace
from labkit.wire.faults import Drop

CLIENT, SERVER = ("10.0.0.1", 40000), ("10.0.0.2", 8080)
ADDRESSES = {"10.0.0.1": "client", "10.0.0.2": "server", "10.0.0.3": "attacker"}
BITS = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16, "U": 32, "E": 64, "W": 128}
SYN_OPTIONS = bytes.fromhex("020405b4 0402 080a 00000001 00000000 01 030307")
TIMESTAMPS = bytes.fromhex("0101080a 00000009 00000008")
MS = 1_000_000


def ethernet(kind: int, body: bytes, *, target: bytes = b"\2\0\0\0\0\2") -> bytes:
    return target + b"\2\0\0\0\0\1" + pack(">H", kind) + body


def ipv4(protocol: int, body: bytes, src="10.0.0.1", dst="10.0.0.2", *, flags=0x4000, options=b"") -> bytes:
    addresses = bytes(map(int, src.split("."))) + bytes(map(int, dst.split(".")))
    size = 20 + len(options)
    return pack(">BBHHHBBH", 0x40 | size // 4, 0, size + len(body), 7, flags, 64, protocol, 0) + (
        addresses + options + body
    )


def tcp(sport, dport, seq, ack, flags, window=501, payload=b"", options=b"") -> bytes:
    return (
        pack(
            ">HHIIBBHHH",
            sport,
            dport,
            seq % 2**32,
            ack % 2**32,
            (20 + len(options)) // 4 << 4,
            sum(BITS[letter] for letter in flags),
            window,
            0,
            0,
        )
        + options
        + payload
    )


def stamped(value: int, echo: int) -> bytes:
    """The option of a segment that was sent at one time and echoes another (RFC 7323 section 3.2)."""
    return b"\1\1\x08\x0a" + pack(">II", value % 2**32, echo % 2**32)


def udp(sport, dport, payload=b"") -> bytes:
    return pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload


def frame(data: bytes, *, number=1, at=0, source="client", target="server", **more) -> Frame:
    fields = {
        "arrivals": (Arrival(target, at + 10 * MS),),
        "fate": "delivered",
        "hits": (),
        "length": len(data),
    }
    return Frame(number, at, source, target, **{**fields, **more}, data=data)


class Talk:
    """A conversation between client and server; `c` and `s` send a segment each, with relative numbers."""

    def __init__(self, *, isn_c=1_000, isn_s=9_000, delay=10, client=CLIENT, server=SERVER, frames=None):
        self.isn = {True: isn_c, False: isn_s}
        self.delay, self.client, self.server = delay, client, server
        self.frames = [] if frames is None else frames
        self.now = self.frames[-1].departed_ns // MS if self.frames else 0

    def c(self, flags, seq=0, ack=None, data=b"", **more):
        return self._send(True, flags, seq, ack, data, **more)

    def s(self, flags, seq=0, ack=None, data=b"", **more):
        return self._send(False, flags, seq, ack, data, **more)

    def _send(
        self,
        outward,
        flags,
        seq,
        ack,
        data,
        *,
        at=None,
        lost=False,
        delay=None,
        hits=(),
        window=501,
        options=None,
        source=None,
        arrivals=None,
        raw_seq=None,
    ):
        self.now = self.now + 1 if at is None else at
        host, peer = ("client", "server") if outward else ("server", "client")
        (src, sport), (dst, dport) = (self.client, self.server) if outward else (self.server, self.client)
        if options is None:
            options = SYN_OPTIONS if "S" in flags else b""
        body = tcp(
            sport,
            dport,
            self.isn[outward] + seq if raw_seq is None else raw_seq,
            0 if ack is None else self.isn[not outward] + ack,
            flags,
            window,
            data,
            options,
        )
        if arrivals is None:
            arrivals = () if lost else (self.now + (self.delay if delay is None else delay),)
        self.frames.append(
            frame(
                ethernet(0x0800, ipv4(6, body, src, dst)),
                number=len(self.frames) + 1,
                at=self.now * MS,
                source=source or host,
                target=peer,
                fate="dropped" if lost else "delivered",
                hits=hits or ((Hit("dropped", Drop(nth=1)),) if lost else ()),
                arrivals=tuple(Arrival(peer, time * MS) for time in arrivals),
            )
        )
        return self

    def open(self):
        """The handshake; it is over 30 ms later."""
        start = self.now
        self.c("S", at=start).s("S.", 0, 1, at=start + 10).c(".", 1, 1, at=start + 20)
        self.now = start + 30
        return self

    def trace(self, **more) -> Trace:
        return Trace(self.frames, **{"hosts": ("client", "server"), "addresses": ADDRESSES, **more})


def bulk(count=8, lose=3) -> Talk:
    """The client sends `count` segments of 1,000 bytes at once; the one numbered `lose` is dropped, and sent
    again after the third duplicate acknowledgement."""
    talk = Talk().open()
    for place in range(count):
        talk.c(".", 1 + place * 1000, 1, bytes(1000), at=40 + place, lost=place + 1 == lose)
    hole = 1 + (lose - 1) * 1000
    for place in range(count):
        if place + 1 < lose:
            talk.s(".", 1, 1001 + place * 1000, at=51 + place)
        elif place + 1 > lose:
            edges = pack(">BBII", 5, 10, 1000 + hole + 1000, 1000 + 1001 + place * 1000)
            talk.s(".", 1, hole, at=51 + place, options=b"\1\1" + edges)
    talk.c(".", hole, 1, bytes(1000), at=70)
    return talk.s(".", 1, 1 + count * 1000, at=81)

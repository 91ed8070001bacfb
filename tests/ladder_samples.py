"""Conversations made by hand for the tests of ladders and plots: real frames, our own times."""

from __future__ import annotations

import struct
from random import Random

from call_samples import call as said

from labkit.packets.frame import Arrival, Frame, Hit
from labkit.traces.trace import Trace
from labkit.wire.fault import Fault
from labkit.wire.faults import Drop

MS = 1_000_000
BITS = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16}


def _checksum(data: bytes) -> int:
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip(number: int) -> bytes:
    return bytes([10, 0, 0, number])


def ethernet(source: int, target: int, protocol: int, body: bytes, to: bytes | None = None) -> bytes:
    header = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 0, 0x4000, 64, protocol, 0, ip(source), to or ip(target)
    )
    header = header[:10] + struct.pack(">H", _checksum(header)) + header[12:]
    return bytes([2, 0, 0, 0, 0, target, 2, 0, 0, 0, 0, source, 8, 0]) + header + body


class Talk:
    """Writes down who sent what when; `jitter_ns` moves every time, `seed` says how.

    Times are in milliseconds; `send` returns when the frame arrived.
    """

    def __init__(self, *names: str, delay_ms: float = 10, jitter_ns: int = 0, seed: int = 0):
        self.names, self.delay = names, delay_ms
        self.frames, self.calls = [], []
        self.random, self.jitter = Random(seed), jitter_ns
        self.last = {}

    def _late(self) -> int:
        return self.random.randrange(self.jitter) if self.jitter else 0

    def put(
        self,
        at: float,
        source: int,
        targets,
        data: bytes,
        lost: Fault | str = "",
        delay: float | None = None,
        hits: tuple[Hit, ...] = (),
        target: str = "",
    ) -> float:
        """A frame from host `source` (from 1) to some hosts; `at` and the result in ms.

        lost  the fault that drops it, or another fate
        """
        departed = max(int(at * MS) + self._late(), self.last.get(source, -MS) + 1000)
        self.last[source] = departed
        targets = targets if isinstance(targets, tuple) else (targets,)
        arrivals = []
        for t in () if lost else targets:
            time = departed + int((self.delay if delay is None else delay) * MS) + self._late()
            if delay is None:  # a wire is first in, first out
                time = self.last[source, t] = max(time, self.last.get((source, t), -MS) + 1000)
            arrivals.append(Arrival(self.names[t - 1], time))
        arrivals = tuple(arrivals)
        target = target or (self.names[targets[0] - 1] if len(targets) == 1 else "*")
        self.frames.append(
            (
                departed,
                self.names[source - 1],
                target,
                arrivals,
                "dropped" if isinstance(lost, Fault) else lost or "delivered",
                (Hit("dropped", lost),) if isinstance(lost, Fault) else hits,
                data,
            )
        )
        return (max(a.time_ns for a in arrivals) if arrivals else departed) / MS

    def tcp(
        self,
        at,
        source,
        target,
        flags,
        seq=0,
        ack=None,
        data=b"",
        ports=(40000, 8080),
        window=502,
        options=b"",
        **more,
    ) -> float:
        sport, dport = ports if source < target else ports[::-1]
        if "S" in flags:
            options, window = bytes([2, 4, 5, 180, 4, 2, 1, 3, 3, 7]) + b"\1\1", 64240
        first, second = 1_000_000 * source, 1_000_000 * target
        bits = sum(BITS[letter] for letter in flags)
        body = (
            struct.pack(
                ">HHIIBBHHH",
                sport,
                dport,
                first + seq,
                0 if ack is None else second + ack,
                (5 + len(options) // 4) << 4,
                bits,
                window,
                0,
                0,
            )
            + options
            + data
        )
        return self.put(at, source, target, ethernet(source, target, 6, body), **more)

    def udp(
        self, at, source, targets, data=b"", ports=(40000, 5000), group: bytes | None = None, **more
    ) -> float:
        body = struct.pack(">HHHH", *ports, 8 + len(data), 0) + data
        first = targets if isinstance(targets, int) else targets[0]
        return self.put(at, source, targets, ethernet(source, first, 17, body, group), **more)

    def call(
        self,
        host: int,
        name: str,
        args: str,
        begin: float,
        end: float | None,
        result="",
        error="",
        local=None,
        peer=None,
        socket_id=1,
    ):
        begin_ns = int(begin * MS) + self._late()
        end_ns = None if end is None else max(begin_ns, int(end * MS) + self._late())
        self.calls.append(
            said(
                self.names[host - 1],
                name,
                args,
                begin_ns,
                end_ns,
                result,
                error,
                "",
                "",
                local,
                peer,
                socket_id,
            )
        )

    def trace(self) -> Trace:
        frames = [
            Frame(number, departed, source, target, arrivals, fate, hits, data, len(data))
            for number, (departed, source, target, arrivals, fate, hits, data) in enumerate(
                sorted(self.frames, key=lambda f: f[0]), 1
            )
        ]
        addresses = {f"10.0.0.{n}": name for n, name in enumerate(self.names, 1)}
        return Trace(
            frames,
            hosts=self.names,
            addresses=addresses,
            calls=tuple(sorted(self.calls, key=lambda call: call.begin_ns)),
        )


CLIENT, SERVER = ("10.0.0.1", 40000), ("10.0.0.2", 8080)


def handshake(talk: Talk, at: float = 0) -> float:
    talk.call(2, "listen", "", at - 5, at - 4.9, local=SERVER, socket_id=9)
    there = talk.tcp(at, 1, 2, "S")
    back = talk.tcp(there + 0.1, 2, 1, "S.", 0, 1)
    talk.call(1, "connect", "10.0.0.2:8080", at - 0.1, back + 0.3, local=CLIENT, peer=SERVER)
    done = talk.tcp(back + 0.1, 1, 2, ".", 1, 1)
    talk.call(2, "accept", "", at - 0.2, done + 0.4, "10.0.0.1:40000", local=SERVER, peer=CLIENT, socket_id=9)
    return done


def hello(talk: Talk) -> float:
    """Handshake, one line each way, and the goodbye."""
    d = talk.delay
    t = handshake(talk)
    talk.call(1, "send", "5 bytes", t + 5 - 0.1, t + 5 - 0.05, "5", local=CLIENT, peer=SERVER)
    got = talk.tcp(t + 5, 1, 2, "P.", 1, 1, b"hello")
    talk.call(2, "recv", "1000", t + 1, got + 0.2, "5", local=SERVER, peer=CLIENT, socket_id=2)
    talk.tcp(got + 0.05, 2, 1, ".", 1, 6)
    t = got + d + 4
    talk.call(1, "close", "", t - 0.1, t - 0.05, local=CLIENT, peer=SERVER)
    fin = talk.tcp(t + 1, 1, 2, "F.", 6, 1)
    talk.call(2, "recv", "1000", got + 1, fin + 0.2, "0", local=SERVER, peer=CLIENT, socket_id=2)
    talk.tcp(fin + 0.1, 2, 1, ".", 1, 7)
    talk.call(2, "close", "", fin + 4.9, fin + 4.95, local=SERVER, peer=CLIENT, socket_id=2)
    last = talk.tcp(fin + 5, 2, 1, "F.", 1, 7)
    return talk.tcp(last + 0.1, 1, 2, ".", 7, 2)


def lost_syn(talk: Talk) -> None:
    talk.tcp(0, 1, 2, "S", lost=Drop(flags="S", nth=1))
    talk.tcp(1020, 1, 2, "S", lost=Drop(flags="S", nth=2))
    there = talk.tcp(3020, 1, 2, "S")
    back = talk.tcp(there + 0.1, 2, 1, "S.", 0, 1)
    talk.call(1, "connect", "10.0.0.2:8080", -0.1, back + 0.2, local=CLIENT, peer=SERVER)
    talk.tcp(back + 0.1, 1, 2, ".", 1, 1)


def refused(talk: Talk) -> None:
    there = talk.tcp(0, 1, 2, "S")
    back = talk.tcp(there + 0.1, 2, 1, "R.", 0, 1)
    talk.call(1, "connect", "10.0.0.2:8080", -0.1, back + 0.2, error="ConnectionRefusedError", peer=SERVER)


def sack(left: int, right: int) -> bytes:
    return b"\1\1" + bytes([5, 10]) + struct.pack(">II", 1_000_000 + left, 1_000_000 + right)


def fast_retransmit(talk: Talk) -> None:
    """14 segments, the third of which is lost."""
    d = talk.delay
    t = handshake(talk)
    mss = 1448
    edges = [(1 + n * mss, min(mss, 20_000 - n * mss)) for n in range(14)]
    talk.call(1, "sendall", "20000 bytes", t - 0.1, t + 2 * d, "", local=CLIENT, peer=SERVER)
    came = {}
    for n, (seq, size) in enumerate(edges[:10]):
        lost = Drop(data=3) if n == 2 else ""
        came[n] = talk.tcp(t + n * 0.02, 1, 2, ".", seq, 1, b"x" * size, lost=lost)
    acks = [talk.tcp(came[1] + 0.05, 2, 1, ".", 1, 1 + 2 * mss)]
    for n in range(3, 10):
        acks.append(
            talk.tcp(came[n] + 0.05, 2, 1, ".", 1, 1 + 2 * mss, options=sack(1 + 3 * mss, 1 + (n + 1) * mss))
        )
    came[2] = talk.tcp(acks[3] + 0.05, 1, 2, ".", edges[2][0], 1, b"x" * mss)
    for n in range(10, 14):
        came[n] = talk.tcp(
            acks[n - 7] + 0.1 + n * 0.01, 1, 2, "P." if n == 13 else ".", edges[n][0], 1, b"x" * edges[n][1]
        )
    talk.tcp(came[2] + 0.1, 2, 1, ".", 1, 1 + 10 * mss)
    talk.tcp(came[13] + 0.1, 2, 1, ".", 1, 20_001)
    for n in range(5):
        size = 4096 if n < 4 else 20_000 - 4 * 4096
        talk.call(
            2,
            "recv",
            "4096",
            t + 1 + n,
            max(came.values()) + n * 0.1,
            str(size),
            local=SERVER,
            peer=CLIENT,
            socket_id=2,
        )


def datagrams(talk: Talk) -> None:
    d, here, there = talk.delay, ("10.0.0.1", 40000), ("10.0.0.2", 5000)
    for n in range(4):
        at = n * 12.0
        words = f"tick {n + 1}".encode()
        talk.call(1, "sendto", "6 bytes to 10.0.0.2:5000", at - 0.1, at - 0.05, "6", local=here, socket_id=3)
        lost = "lost" if n == 2 else ""
        talk.udp(at, 1, 2, words, lost=lost)
        if not lost:
            talk.call(
                2, "recvfrom", "2000", at - 1, at + d + 0.2, "6 from 10.0.0.1:40000", local=there, socket_id=4
            )


def multicast(talk: Talk) -> None:
    group = bytes([224, 1, 1, 1])
    report = struct.pack(">BBHHHBBH4s", 0x22, 0, 0, 0, 1, 4, 0, 0, group)
    for n in (2, 3, 4):
        talk.put(
            n * 0.5,
            n,
            tuple(h for h in (1, 2, 3, 4) if h != n),
            ethernet(n, 1, 2, report, bytes([224, 0, 0, 22])),
        )
    for n in range(2):
        at = 30 + n * 25.0
        talk.call(
            1, "sendto", "4 bytes to 224.1.1.1:5000", at - 0.1, at - 0.05, "4", local=("0.0.0.0", 40000)
        )
        talk.udp(at, 1, (2, 3, 4) if n == 0 else (2, 4), b"news", group=group)
        for h in (2, 3, 4) if n == 0 else (2, 4):
            talk.call(
                h,
                "recvfrom",
                "2000",
                at - 5,
                at + talk.delay + 0.1,
                "4 from 10.0.0.1:40000",
                local=("0.0.0.0", 5000),
                socket_id=h,
            )


def copies_lost(talk: Talk) -> None:
    """Multicasts of the second host; of each another receiver's copy is lost, of the last two."""
    for n, (came, missed) in enumerate([((1, 4), (3,)), ((1, 3), (4,)), ((3, 4), (1,)), ((1,), (3, 4))]):
        names = [talk.names[host - 1] for host in missed]
        hits = tuple(Hit("dropped", Drop(to=name, nth=1), name) for name in names)
        talk.udp(n * 30, 2, came, b"news", group=bytes([239, 0, 0, 1]), hits=hits, target="*")


def both_ways(talk: Talk) -> None:
    """Both ends send at the same moment: arrows that cross."""
    d = talk.delay
    t = handshake(talk) + 10
    one = talk.tcp(t, 1, 2, "P.", 1, 1, b"ping from the client")
    two = talk.tcp(t, 2, 1, "P.", 1, 1, b"ping from the server")
    talk.tcp(one + 0.1, 2, 1, ".", 21, 21)
    talk.tcp(two + 0.1, 1, 2, ".", 21, 21)
    talk.tcp(t + 4 * d, 1, 2, "R.", 21, 21)


def sample(name: str, jitter_ns: int = 0, seed: int = 0) -> Trace:
    """One of the conversations, as a trace."""
    maker, names = {
        "handshake": (handshake, ("client", "server")),
        "hello": (hello, ("client", "server")),
        "lost_syn": (lost_syn, ("client", "server")),
        "refused": (refused, ("client", "server")),
        "fast_retransmit": (fast_retransmit, ("client", "server")),
        "datagrams": (datagrams, ("client", "server")),
        "multicast": (multicast, ("sender", "alice", "bob", "carol")),
        "copies_lost": (copies_lost, ("left", "sender", "near", "far")),
        "both_ways": (both_ways, ("client", "server")),
    }[name]
    talk = Talk(*names, jitter_ns=jitter_ns, seed=seed)
    maker(talk)
    return talk.trace()


NAMES = (
    "handshake",
    "hello",
    "lost_syn",
    "refused",
    "fast_retransmit",
    "datagrams",
    "multicast",
    "copies_lost",
    "both_ways",
)

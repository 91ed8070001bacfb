"""Where a scene is played: a network whose conditions vary, an open capture, sockets that are closed in the end."""

from __future__ import annotations

import contextlib
import socket
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from labkit import Network, Trace

DELAYS_MS = (10, 2, 5, 15, 20, 25, 30, 8)
SIZES = (100, 20, 10, 50, 200, 400, 700, 1000)
PATIENCE_S = 20
_HOSTS = ("client", "server", "third")


class Variant(NamedTuple):
    """One of the ways in which a scene is played."""

    number: int

    @property
    def delay_ms(self) -> int:
        return DELAYS_MS[self.number % 8]

    @property
    def size(self) -> int:
        """Bytes of a small write."""
        return SIZES[self.number % 8]

    @property
    def position(self) -> int:
        """How much of the usual goes before."""
        return self.number % 4

    @property
    def turned(self) -> bool:
        """Does the server do what else the client does?"""
        return self.number % 2 == 1


class Scene(NamedTuple):
    """What is played, and which kind of finding it must give ("" for none).

    allowed  other kinds that come with it
    seems    what it looks like from one end, or to whom does not know the programs' calls
    calls    do only the programs' calls show it?
    """

    name: str
    kind: str
    play: Callable[[Stage], None]
    conditions: dict[str, Any]
    allowed: frozenset[str]
    seems: frozenset[str]
    calls: bool


class Stage(contextlib.ExitStack):
    """A network, and how it varies."""

    def __init__(self, net: Network, variant: Variant, trace: Trace) -> None:
        super().__init__()
        self.net, self.variant, self.trace = net, variant, trace
        self.client, self.server = net.client, net.server

    def socket(self, host: Any, **buffers: int) -> Any:
        """A socket of that host that waits with patience, and is closed in the end."""
        sock = self.enter_context(host.socket())
        sock.settimeout(PATIENCE_S)
        for option, size in ((socket.SO_SNDBUF, "send"), (socket.SO_RCVBUF, "receive")):
            if size in buffers:
                sock.setsockopt(socket.SOL_SOCKET, option, buffers[size])
        return sock

    def listen(self, backlog: int = 8, port: int = 8080, **buffers: int) -> Any:
        listener = self.socket(self.server, **buffers)
        listener.bind((self.server.address, port))
        listener.listen(backlog)
        return listener

    def pair(self, **buffers: int) -> tuple[Any, Any]:
        """Two connected sockets: the one that speaks first, and the other; who of them called varies."""
        listener = self.listen(**buffers)
        caller = self.socket(self.client, **buffers)
        caller.connect((self.server.address, 8080))
        conn = self.enter_context(listener.accept()[0])
        conn.settimeout(PATIENCE_S)
        return (conn, caller) if self.variant.turned else (caller, conn)

    def datagrams(self, port: int) -> tuple[Any, Any]:
        """Two UDP sockets: the client's, and the server's, bound to that port."""
        here, there = (
            self.enter_context(host.socket(socket.AF_INET, socket.SOCK_DGRAM))
            for host in (self.client, self.server)
        )
        there.bind((self.server.address, port))
        for sock in (here, there):
            sock.settimeout(PATIENCE_S)
        return here, there

    def host_of(self, sock: Any) -> Any:
        """Whose socket is it?"""
        address = sock.getsockname()[0]
        return next(host for host in self.net.hosts if host.address == address)

    def usual(self, one: Any, other: Any, times: int | None = None) -> None:
        """A few questions with their answers."""
        for _ in range(self.variant.position if times is None else times):
            one.sendall(b"question")
            receive(other, 8)
            other.sendall(b"an answer")
            receive(one, 9)

    def transfer(self, one: Any, other: Any, size: int) -> None:
        """So many bytes, sent in the background while the other reads."""
        sending = send_in_background(self.host_of(one), one, size)
        receive(other, size)
        sending.result(10)


def receive(sock: Any, length: int) -> bytes:
    """So many bytes, or what came before the end."""
    got = bytearray()
    while len(got) < length and (part := sock.recv(length - len(got))):
        got += part
    return bytes(got)


def drain(sock: Any) -> int:
    """Read to the end; how many bytes there were."""
    total = 0
    while part := sock.recv(1 << 16):
        total += len(part)
    return total


def send_in_background(host: Any, sock: Any, size: int) -> Any:
    """Send so many bytes, while others read."""
    return host.background(sock.sendall, bytes(size))


def pause(seconds: float) -> None:
    """A program thinks, or is idle: that is what is shown."""
    time.sleep(seconds)


def scene(
    kind: str, *allowed: str, seems: str = "", calls: bool = False, **conditions: Any
) -> Callable[[Callable[[Stage], None]], Scene]:
    """A scene of that kind ("": healthy); see `Scene`."""

    def made(play: Callable[[Stage], None]) -> Scene:
        return Scene(
            play.__name__, kind, play, conditions, frozenset(allowed), frozenset(seems.split()), calls
        )

    return made


def played(scene: Scene, number: int, port: str | None = None) -> Trace:
    """What crosses the wire."""
    variant = Variant(number)
    given = {"delay_ms": variant.delay_ms, **scene.conditions}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        segments = given.pop("segments", None)
        made = Network(**segments, port=port, **given) if segments else Network(*_HOSTS, port=port, **given)
        with made as net:
            with net.capture() as trace, Stage(net, variant, trace) as stage:
                scene.play(stage)
            return Trace(
                trace.frames,
                hosts=trace.hosts,
                addresses=trace.addresses,
                calls=trace.calls,
                missed=trace.missed,
                layout=trace.layout,
            )


def views(trace: Trace) -> Iterator[tuple[str, Trace]]:
    """The same as our wire saw it, without the programs' calls, and as captured at either end by another program."""
    yield "wire", trace
    yield "no calls", Trace(trace.frames, hosts=trace.hosts, addresses=trace.addresses, layout=trace.layout)
    for host in ("client", "server"):
        yield f"at the {host}", seen_at(trace, host)


def seen_at(trace: Trace, host: str) -> Trace:
    """What another program would have captured on a host: one time a frame, no fates, and not what never came there."""
    seen = []
    for frame in trace.frames:
        if frame.source == host:
            seen.append((frame.departed_ns, frame))
        seen += [(each.time_ns, frame) for each in frame.arrivals if each.host == host]
    seen.sort(key=lambda pair: pair[0])
    frames = [
        frame._replace(
            data=damaged(frame, host),
            number=number,
            departed_ns=at,
            arrivals=tuple(each._replace(time_ns=at) for each in frame.arrivals[:1])
            or ((frame_arrival(frame, at)),),
            fate="delivered",
            hits=(),
        )
        for number, (at, frame) in enumerate(seen, 1)
    ]
    return Trace(frames, addresses=trace.addresses)


def damaged(frame: Any, host: str) -> bytes:
    """Its bytes as they came there."""
    if frame.source == host or not frame.corrupted_for(host):
        return frame.data
    return frame.data[:-1] + bytes([frame.data[-1] ^ 0xFF])


def frame_arrival(frame: Any, at: int) -> Any:
    """As a loaded capture has it of each frame."""
    from labkit.packets.frame import Arrival

    return Arrival(frame.target, at)

"""One run of the Nagle explorer: a network of its own, real sockets, and what the trace says of them."""

from __future__ import annotations

import threading
import time
from socket import IPPROTO_TCP, TCP_NODELAY

from labkit.modes import mode
from labkit.modes.needs import INSTEAD, NeedsHosts
from labkit.network.network import Network
from labkit.panels.nagle.plan import WARM_UP, Figures, Plan
from labkit.panels.nagle.sequence import Sequence
from labkit.pictures.ladders import ladder as draw

_PORT = 8000
_DEADLINE = 10.0  # seconds for any one call; a run takes less than 3 in all
_ANEW, _IN_TIME_MS = (
    20,
    30,
)  # connections at most that are given up; Linux holds an ACK back for 40 ms at least
_CORK, _QUICKACK = 3, 12  # TCP_CORK and TCP_QUICKACK of Linux; Python names them on Linux only


class NagleRun:
    """What a run of the explorer gave: `trace`, `ladder`, `figures`, `sequence`, and `text`, which holds no times."""

    def __init__(self, plan: Plan, trace):
        self.plan, self.trace = plan, trace
        self.figures, self.sequence = _measured(trace)
        self.ladder = draw(trace, states=False, width=150)

    @property
    def text(self) -> str:
        """What it did and what crossed, without times."""
        sizes = self.figures.segments
        many = f"{len(sizes)} data segment{'s' * (len(sizes) != 1)}"
        return f"{self.plan.text}\nThe client sent {many}: {', '.join(map(str, sizes))} bytes."

    def __repr__(self) -> str:
        return self.text


class Lab:
    """A network for one run, which another thread may close."""

    def __init__(self, plan: Plan):
        if mode.current().name != mode.NAMESPACES:
            raise NeedsHosts(
                "Run makes two hosts of its own with a cable between them, and there are none in the mode "
                f"{mode.current().name} ({mode.current().why}); {INSTEAD}"
            )
        self.plan = plan
        self.closing = threading.Event()
        self._net = Network("client", "server", delay_ms=plan.round_trip_ms / 2, record_mb=8)

    def run(self) -> NagleRun:
        """Do it; raises RuntimeError when `close` came in between, and what sockets raise."""
        try:
            return NagleRun(self.plan, self._traced())
        finally:
            self.close()

    def close(self) -> None:
        """End it, if it still goes on."""
        self.closing.set()
        self._net.close()

    def _traced(self):
        with self._net.server.socket() as listener:
            listener.bind(("server", _PORT))
            listener.listen()
            for last in (*[False] * _ANEW, True):
                trace = self._tried(listener, patient=last)
                if trace is not None:
                    return trace

    def _tried(self, listener, patient: bool):
        """The trace of one connection; unless patient, None where the server has no habit of late ACKs.

        It has got it once it has answered some questions in time, and loses it when it is late by itself.
        """
        plan, net = self.plan, self._net
        messages, written = plan.messages, threading.Event()
        lengths = [1] * WARM_UP + [sum(map(len, message)) for message in messages]
        with net.client.socket() as caller:
            answering = net.server.background(_answer, listener, lengths, plan.quickack, written)
            caller.settimeout(_DEADLINE)
            caller.connect(("server", _PORT))
            caller.setsockopt(IPPROTO_TCP, TCP_NODELAY, int(plan.nodelay))
            took_ms = [self._asked(caller) for _ in range(WARM_UP)]
            if not patient and max(took_ms) > plan.round_trip_ms + _IN_TIME_MS:
                return None
            with net.capture() as trace:
                self._write(caller, messages)
            written.set()
        answering.result(_DEADLINE)
        return trace

    def _asked(self, caller) -> float:
        """Ask one question: the milliseconds until the answer had come."""
        begin = time.monotonic()
        caller.sendall(b"?")
        _receive(caller, 2)
        return (time.monotonic() - begin) * 1000

    def _write(self, caller, messages) -> None:
        due = time.monotonic()
        for message in messages:
            if self.plan.cork:
                caller.setsockopt(IPPROTO_TCP, _CORK, 1)
            for part in message:
                if self.closing.wait(max(0.0, due - time.monotonic())):
                    raise RuntimeError("the run was ended before it had written everything")
                caller.sendall(part)
                due = time.monotonic() + self.plan.gap_ms / 1000  # after it: it may have been late
            if self.plan.cork:
                caller.setsockopt(IPPROTO_TCP, _CORK, 0)
            _receive(caller, 2)


def _answer(listener, lengths, quickack, written) -> None:
    conn, _ = listener.accept()
    with conn:
        for length in lengths:
            while length:
                if quickack:  # before each call: it is not permanent, says tcp(7)
                    conn.setsockopt(IPPROTO_TCP, _QUICKACK, 1)
                data = conn.recv(length)
                if not data:
                    return
                length -= len(data)
            conn.sendall(b"ok")
        written.wait(_DEADLINE)  # a FIN, or a recv() that waits for one, would be in the trace


def _receive(sock, length) -> None:
    while length:
        data = sock.recv(length)
        if not data:
            raise EOFError("the server closed the connection before it had answered")
        length -= len(data)


def _measured(trace) -> tuple[Figures, Sequence]:
    writes = [call for call in trace.calls if call.host == "client" and call.name == "sendall"]
    begin = writes[0].begin_ns
    fresh: dict = {}  # sequence number: the first segment that carried it
    for segment in trace.select(source="client", data=True):
        fresh.setdefault(segment.seq, segment)
    data = list(fresh.values())
    first = data[0].seq
    last = max(data, key=lambda segment: segment.end_seq)
    answers = [s for s in trace.select(source="server", data=True) if s.arrived_ns]
    bare = trace.select(source="server", data=False)

    def ms(moment):
        return (moment - begin) / 1e6

    written, total = [], 0
    for call in writes:
        total += call.size
        written.append((ms(call.begin_ns), total))
    heard = sorted((s for s in trace.select(source="server") if s.arrived_ns), key=lambda s: s.arrived_ns)
    acked, most = [], 0
    for segment in heard:
        if segment.ack is not None and segment.ack - first > most:
            most = segment.ack - first
            acked.append((ms(segment.arrived_ns), most))
    figures = Figures(
        tuple(segment.length for segment in data),
        len(bare),
        trace.bytes(wire=True),
        round(ms(answers[-1].arrived_ns), 2),
        round((last.departed_ns - writes[-1].begin_ns) / 1e6, 2),
    )
    sent = tuple((ms(s.departed_ns), s.seq - first, s.end_seq - first) for s in data)
    return figures, Sequence(tuple(written), sent, tuple(acked), tuple(ms(s.arrived_ns) for s in answers))

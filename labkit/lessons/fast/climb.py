"""The ladder of techniques: the same messages, written and read in several ways, between two processes."""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import sys
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from labkit.background.completed import ProgramError
from labkit.background.processes import Process
from labkit.lessons.fast.cost import Climbed, Cost
from labkit.words import say

ROUNDS = 5
PATIENCE_S = 40.0
SENDING = ("send", "sendall", "sendmsg")
RECEIVING = ("recv", "recv_into")
_LEFT_ALONE = 3  # the exit status of one whose other end has gone

Way = Callable[[socket.socket, int], Any]
Step = tuple[Way, Way, int]


def climb(steps: Mapping[str, Step], rounds: int = ROUNDS, apart: bool = False) -> Climbed:
    """Send on every step, in turns, and measure: over the loopback of this machine, between two new processes.

    steps   {name: (send, receive, n)}: send(sock, n) writes n messages, receive(sock, n) reads them
    rounds  how often; before that comes a round in which calls are counted, and no time is taken
    apart   False: both run on one processor, in turns, so that a message costs the same whatever else this machine
            does.  True: where the kernel puts them; who is woken by each write then, and who finds many at once,
            depends on what else there is to do

    Both get a *copy* of the functions.  Raises what Process raises: ProgramError for what a function raises,
    TimeoutError where they do not come to an end, for example since one reads more than the other writes.
    """
    if rounds < 1 or not steps:
        raise ValueError(
            say("climb one step at least, and one round (got {n} and {rounds})", n=len(steps), rounds=rounds)
        )
    sending = {name: (send, n) for name, (send, _, n) in steps.items()}
    receiving = {name: (receive, n) for name, (_, receive, n) in steps.items()}
    processor = None if apart else _a_processor()
    with Process(_end, _listen, sending, rounds, 0, processor) as sender:
        port = int(sender.wait_for("\n", PATIENCE_S).split()[0])
        with Process(_end, _connect, receiving, rounds, port, processor) as receiver:
            _wait(receiver, sender)
            sender.wait(PATIENCE_S)
            wrote, read = (json.loads(each.output.splitlines()[-1]) for each in (sender, receiver))
    return Climbed({name: _cost(wrote[name], read[name], steps[name][2]) for name in steps})


def _a_processor() -> int | None:
    """One of those on which this process may run, not always the same; None where a system does not say."""
    may = getattr(os, "sched_getaffinity", None)
    return random.choice(sorted(may(0))) if may else None


def _stay_on(processor: int) -> None:
    """Run on this one only, and interrupt nobody there.

    Who is woken waits until the other has no more to do, or has had its turn.  Kernels before 6.6 would hand him the
    processor at once, for each small write; others do when he has slept for long.
    """
    with contextlib.suppress(OSError):  # where a container or its rules refuse, they run where they run
        os.sched_setaffinity(0, {processor})
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _wait(receiver: Process, sender: Process) -> None:
    """Wait for the end of the receiver; of two that failed, whoever did so first is told of."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            receiver.wait(0.2)
            return
        except TimeoutError:
            # Where the sender was left alone, the receiver is about to say why it left.
            if sender.returncode in (None, 0, _LEFT_ALONE) and time.monotonic() < deadline:
                continue
            _tell(sender)
            raise
        except ProgramError:
            _tell(sender)
            raise


def _tell(sender: Process) -> None:
    """Raise what the sender failed with, if it did so of itself."""
    try:
        sender.wait(1)
    except TimeoutError:
        pass  # it still waits for the receiver
    except ProgramError:
        if sender.returncode != _LEFT_ALONE:
            raise


def _cost(wrote: list[list[float]], read: list[list[float]], n: int) -> Cost:
    """Of one step: (begin, end, processor seconds, calls of each kind) of each round, the counted one first."""
    (_, _, _, sends, _), *written = wrote
    (_, _, _, _, receives), *came = read
    pairs = list(zip(written, came, strict=True))
    return Cost(
        rates=tuple(n / (there[1] - here[0]) for here, there in pairs),
        cpu_us=median((here[2] + there[2]) / n * 1e6 for here, there in pairs),
        sends=sends / n,
        receives=receives / n,
    )


def a_megabyte(sock: socket.socket, n: int) -> None:
    """Writes as many bytes as n messages of 128 have, a megabyte a call."""
    for _ in range(n * 128 >> 20):
        sock.sendall(bytes(1 << 20))


def not_looked_at(sock: socket.socket, n: int) -> None:
    """Reads as many, and makes nothing of them."""
    room, left = bytearray(1 << 20), n * 128
    while left:
        left -= sock.recv_into(room)


class _Counting(socket.socket):
    """A socket that counts what is called; asyncio and makefile() call it, too."""

    counts: dict[str, int]


def _counted(name: str) -> Any:
    def call(self: _Counting, *arguments: Any, **named: Any) -> Any:
        self.counts[name] += 1
        return getattr(socket.socket, name)(self, *arguments, **named)

    return call


for _name in (*SENDING, *RECEIVING):
    setattr(_Counting, _name, _counted(_name))


def _counting(sock: socket.socket) -> _Counting:
    timeout = sock.gettimeout()
    counting = _Counting(fileno=sock.detach())
    counting.settimeout(timeout)
    counting.counts = dict.fromkeys((*SENDING, *RECEIVING), 0)
    return counting


def _end(
    run: Callable[..., None], ways: dict[str, Any], rounds: int, port: int, processor: int | None
) -> None:
    """One of the two processes: it prints what it found, as JSON, by the step."""
    if processor is not None:
        _stay_on(processor)
    found: dict[str, list[list[float]]] = {name: [] for name in ways}
    try:
        with socket.socket() as sock:
            run(sock, port, ways, rounds, found)
    except ConnectionError as error:
        print(error, flush=True)
        sys.exit(_LEFT_ALONE)
    print(json.dumps(found), flush=True)


def _listen(
    listener: socket.socket, _: int, ways: dict[str, Any], rounds: int, found: dict[str, list[list[float]]]
) -> None:
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    listener.settimeout(PATIENCE_S)
    print(listener.getsockname()[1], flush=True)
    for turn in range(rounds + 1):
        for name, (send, n) in ways.items():
            conn, _peer = listener.accept()
            conn.setblocking(True)
            found[name].append(_measured(conn, send, n, counting=not turn))


def _connect(
    _: socket.socket, port: int, ways: dict[str, Any], rounds: int, found: dict[str, list[list[float]]]
) -> None:
    for turn in range(rounds + 1):
        for name, (receive, n) in ways.items():
            sock = socket.create_connection(("127.0.0.1", port))
            found[name].append(_measured(sock, receive, n, counting=not turn))


def _measured(sock: socket.socket, way: Way, n: int, counting: bool) -> list[float]:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if counting:
        sock = _counting(sock)
    with sock:
        begun, worked = time.monotonic(), time.process_time()
        way(sock, n)
        row = [begun, time.monotonic(), time.process_time() - worked]
        counts = sock.counts if isinstance(sock, _Counting) else {}
        return [*row, *(sum(counts.get(each, 0) for each in kind) for kind in (SENDING, RECEIVING))]

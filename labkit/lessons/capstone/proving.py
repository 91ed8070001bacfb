"""The proof: other people's clients at the learner's server, and its throughput beside the real one's."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from labkit.lessons.capstone.assembly import PORT, Parts, serving
from labkit.lessons.capstone.clients import Seen, byte_by_byte, redis_benchmark, redis_cli
from labkit.lessons.capstone.figures import REAL, YOURS, plot_proof
from labkit.lessons.capstone.load import DEPTHS
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

REAL_PORT = 6380
PATIENCE_S = 15.0


class Proof(NamedTuple):
    """What came of it.

    clients   what became of each client, by its name
    rates     requests a second at the depths of `load.DEPTHS`, by the server's name; of those that could be measured
    """

    clients: dict[str, Seen]
    rates: dict[str, list[float]]

    def plot(self) -> Figure:
        """Draw it: who was content, and the rates over how many requests were under way."""
        return plot_proof(self.clients, DEPTHS, self.rates)


def prove(net: Any, parts: Parts) -> Proof:
    """Let redis-cli, redis-benchmark and a load of our own at the learner's server; and at the real one, if it is here.

    Never raises: what is not installed, not written, or goes wrong, is told in the picture.
    """
    clients: dict[str, Seen] = {}
    rates: dict[str, list[float]] = {}
    if parts.missing:
        clients[YOURS] = Seen(None, parts.missing)
    else:
        with serving(net.server, parts) as faults:
            clients["byte by byte"] = byte_by_byte(net.client)
            clients["redis-cli"] = redis_cli(net.client)
            clients["redis-benchmark"] = redis_benchmark(net.client)
            clients[YOURS] = _measure(net.client, PORT, rates, YOURS)
        if not parts.is_bounded:
            clients["strangers"] = Seen(None, say("not yet: stage 5"))
        if faults:
            clients[YOURS] = Seen(False, say("it raised {fault}", fault=faults[0]))
    with real_server(net.server) as there:
        clients[REAL] = (
            _measure(net.client, REAL_PORT, rates, REAL)
            if there
            else Seen(None, say("not installed ({command})", command="sudo apt install redis-server"))
        )
    return Proof(clients, rates)


@contextlib.contextmanager
def real_server(host: Any) -> Iterator[bool]:
    """redis-server on a host, port 6380, while the block lasts; False where it is not installed."""
    if shutil.which("redis-server") is None:
        yield False
        return
    options = ["--port", str(REAL_PORT), "--bind", host.address, "--protected-mode", "no"]
    program = host.spawn(["redis-server", *options, "--save", "", "--appendonly", "no"])
    try:
        program.wait_for("Ready to accept connections")
        yield True
    finally:
        program.stop()


def _measure(client: Any, port: int, rates: dict[str, list[float]], name: str) -> Seen:
    argv = [sys.executable, "-m", "labkit.lessons.capstone.load", "server", str(port)]
    done = client.run(argv, timeout=PATIENCE_S)
    if done.returncode:
        return Seen(False, str(done).strip().rpartition("\n")[2])
    rates[name] = json.loads(done.stdout)
    return Seen(True, say("{rate:,.0f}/s at most", rate=max(rates[name])))

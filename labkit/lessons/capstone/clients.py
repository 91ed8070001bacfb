"""Clients that know nothing of this lesson: redis-py in a process of its own, redis-cli, redis-benchmark."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from labkit.lessons.capstone.assembly import PORT, Parts, serving
from labkit.lessons.capstone.resp import encode, request
from labkit.running.tracebacks import named
from labkit.words import say

PATIENCE_S = 15.0
INSTALL = "sudo apt install redis-tools"

# What redis-cli is asked, and what it must print: as the real server makes it print it.
CLI = (
    (("SET", "name", "Ada"), "OK"),
    (("GET", "name"), "Ada"),
    (("GET", "nobody"), ""),
    (("INCRBY", "visits", "5"), "5"),
    (("DEL", "name", "nobody"), "1"),
)


# The same, and more, in bytes: what is asked, and the answers.
TALK = (
    (request("SET", "note", b"one\r\n$3\r\n"), "OK"),
    (request("GET", "note"), b"one\r\n$3\r\n"),
    (request("get", ""), None),
    (request("INCRBY", "visits", "-5"), -5),
    (request("ECHO", bytes(range(256))), bytes(range(256))),
    (request("DEL", "note", "visits", "nobody"), 2),
)


class Seen(NamedTuple):
    """What became of one client: `good` is None where it is not installed."""

    good: bool | None
    told: str


def redis_py(net: Any, parts: Parts, program: str) -> str:
    """Run a program that uses redis-py on the host client, against the learner's server; what it printed.

    Never raises: where parts are missing, or the server or the program goes wrong, that is what is told.
    """
    if parts.missing:
        return parts.missing
    with serving(net.server, parts) as faults:
        seen = _run(net.client, [sys.executable, "-c", program])
    told = seen.told if seen.good else say("redis-py gave up: {told}", told=seen.told.rpartition("\n")[2])
    return "\n".join(
        [told, *(say("your server raised {fault}", fault=fault) for fault in dict.fromkeys(faults))]
    )


def byte_by_byte(host: Any) -> Seen:
    """Say a few commands, each byte in a segment of its own, and hold the answers against the right ones."""
    asked, wanted = b"".join(each for each, _ in TALK), b"".join(encode(answer) for _, answer in TALK)
    got = b""
    with host.socket() as sock:
        sock.settimeout(PATIENCE_S / 3)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            sock.connect(("server", PORT))
            for at in range(len(asked)):
                sock.sendall(asked[at : at + 1])
            sock.shutdown(socket.SHUT_WR)
            while data := sock.recv(65_536):
                got += data
        except OSError as error:
            return Seen(False, say("{error}, after {got!r:.40}", error=named(error), got=got))
    if got != wanted:
        place = next(
            (at for at, pair in enumerate(zip(got, wanted, strict=False)) if pair[0] != pair[1]), len(got)
        )
        told = say(
            "at byte {n} of the answers {got!r:.24}, not {wanted!r:.24}",
            n=place,
            got=got[place:],
            wanted=wanted[place:],
        )
        return Seen(False, told)
    return Seen(True, say("{n} commands in {bytes} segments: right", n=len(TALK), bytes=len(asked)))


def redis_cli(host: Any) -> Seen:
    """Ask a few questions with redis-cli, if it is installed, and hold its output against the real server's."""
    if shutil.which("redis-cli") is None:
        return Seen(None, say("not installed ({command})", command=INSTALL))
    for words, wanted in CLI:
        seen = _run(host, ["redis-cli", "-h", "server", "-p", str(PORT), *words])
        if not seen.good or seen.told != wanted:
            question = " ".join(words)
            return Seen(
                False,
                say("{question}: {told!r}, not {wanted!r}", question=question, told=seen.told, wanted=wanted),
            )
    return Seen(True, say("{n} questions, {n} right answers", n=len(CLI)))


def redis_benchmark(host: Any, port: int = PORT) -> Seen:
    """Load the server with redis-benchmark, if it is installed: 50 clients, 16 commands at once each."""
    if shutil.which("redis-benchmark") is None:
        return Seen(None, say("not installed ({command})", command=INSTALL))
    load = ["-c", "50", "-P", "16", "-n", "5000", "-t", "set,get", "--csv"]
    seen = _run(host, ["redis-benchmark", "-h", "server", "-p", str(port), *load])
    rates = rates_of(seen.told)
    if not seen.good or len(rates) != 2:
        return Seen(False, seen.told[-80:])
    each = ", ".join(say("{name} {rate:,.0f}/s", name=name, rate=rate) for name, rate in rates.items())
    return Seen(True, say("50 clients: {each}", each=each))


def rates_of(csv: str) -> Mapping[str, float]:
    """Requests a second by command, of redis-benchmark's CSV."""
    rows = [line.replace('"', "").split(",") for line in csv.splitlines()]
    return {row[0]: float(row[1]) for row in rows if len(row) > 1 and row[1].replace(".", "", 1).isdigit()}


def _run(host: Any, argv: list[str]) -> Seen:
    try:
        done = host.run(argv, timeout=PATIENCE_S)
    except TimeoutError:
        return Seen(False, say("no end within {seconds:g} s", seconds=PATIENCE_S))
    return Seen(done.returncode == 0, (done.stdout if done.returncode == 0 else str(done)).strip())

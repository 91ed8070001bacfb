"""Clients that ask over and over on one connection, and what their runs should come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from socket import IPPROTO_TCP, TCP_NODELAY
from statistics import median
from time import monotonic
from typing import Any

from labkit.pictures import ladder
from labkit.words import say

Run = dict[str, Any]
PATIENCE_S = 30
STALLED = "2R + 40"  # the line of the runs that wait for late ACKs
WRITES = {"one_write": 1, "two_writes": 2, "six_writes": 6, "sendmsg": 1, "corked": 1}


def ask(
    host: Any,
    write: Callable[..., None],
    nodelay: bool,
    port: int,
    payload: bytes = bytes(100),
    count: int = 16,
) -> tuple[tuple[str, int], list[float]]:
    """Ask so often on one connection; its address, and how many milliseconds each answer took.

    write   is given the socket, the length in four bytes, and the payload; the answer has two bytes
    """
    header, times = len(payload).to_bytes(4, "big"), []
    with host.socket() as sock:
        sock.connect(("server", port))
        sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, nodelay)
        for _ in range(count):
            begun = monotonic()
            write(sock, header, payload)
            sock.recv(2)
            times.append((monotonic() - begun) * 1000)
        return sock.getsockname(), times


def finish(runs: Iterable[Run]) -> None:
    """Wait for each run's task; its address and its milliseconds go into the run."""
    for run in runs:
        run["address"], run["time (ms)"] = run["task"].result(timeout=PATIENCE_S)


def unexpected(runs: Iterable[Run]) -> list[Run]:
    """The runs that stand on another line, or took other segments, than Nagle's rule and late ACKs make of them."""
    return [run for run in runs if not _is_as_expected(run)]


def _is_as_expected(run: Run) -> bool:
    name, option = run["client"].split(", ")
    held = option == "Nagle" and WRITES[name] > 1
    line = "R" if not held else STALLED if run["ACK"] == "late" else "2R"
    if min(run["time (ms)"]) < run["round trip (ms)"] / 2:
        # On loopback addresses: without a round trip ACKs come between the writes, and only the stall is told apart.
        return (run["line"] == STALLED) == (line == STALLED)
    segments = 2 if held else WRITES[name]
    if run["line"] != line or median(run["segments"]) != segments:
        return False
    # With the server's: to ask for ACKs at once costs a segment.
    both = 2 if run["ACK"] == "late" else 3
    return name != "sendmsg" or median(len(turn.segments) for turn in run["turns"]) == both


def one_of(runs: Iterable[Run], line: str, client: str, ack: str, *, round_trip: int, near_ms: float) -> Any:
    """The ladder of one question of this run: of its later ones that whose time is nearest to `near_ms`.

    Raises ValueError when the run does not stand on that line.
    """
    wanted = (client, ack, round_trip)
    run = next(run for run in runs if (run["client"], run["ACK"], run["round trip (ms)"]) == wanted)
    if run["line"] != line:
        raise ValueError(
            say(
                "{client}, ACKs {ack}: stands on {found}, not on {line}; run all again",
                client=client,
                ack=ack,
                found=run["line"],
                line=line,
            )
        )
    later = range(len(run["turns"]) // 2, len(run["turns"]))
    return ladder(run["turns"][min(later, key=lambda number: abs(run["time (ms)"][number] - near_ms))])

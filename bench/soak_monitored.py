"""`python -m bench.soak_monitored [--seconds 600]`: the monitored server under a hundred clients, with loss, cut
cables, and a new process that takes over every so often.

Each client comes, asks in bursts, is checked in each reply, and leaves by itself, without a word, in the middle of a
request, or is silent until it is put out; then it comes again.  Every reply must be that of its request, in order.  A
request that was not replied to must be one that the server has counted as lost, or never read.  At the end the counters
of all generations must add up, and descriptors and memory be what they were.  Exits with 1, and says why, if not.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter

from bench.soak_calls import connect
from bench.soak_servers import Running
from labkit import Network

PORT, STATUS, PLACES = 4200, 4201, 4
SERVER = "10.0.0.1"
QUIET_S = 10  # so long a client waits for a reply before it takes itself for cut off
BAD = ("HELP", "SUM 1_0", "WAIT 5000", "SUM +1")  # no requests, for the server


class Ledger:
    """What clients have asked and heard, and what was wrong."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []


def wanted(request: str, reply: str) -> str | None:
    """Which of the outcomes this reply is for this request; None if it is none."""
    verb, _, rest = request.partition(" ")
    if reply.startswith("NO too many requests"):
        return "limited"
    if request in BAD:
        return "refused" if reply.startswith("NO ") else None
    if verb == "ECHO":
        return "answered" if reply == f"OK {rest}" else None
    if verb == "SUM":
        return "answered" if reply == f"OK {sum(map(int, rest.split()))}" else None
    return "answered" if reply == f"OK waited {rest} ms" else None


def requests(dice: random.Random) -> list[str]:
    kinds = (
        lambda: f"ECHO {'x' * dice.randrange(1, 900)}",
        lambda: "SUM " + " ".join(str(dice.randrange(-(10**9), 10**9)) for _ in range(dice.randrange(1, 50))),
        lambda: f"WAIT {dice.randrange(0, 60)}",
        lambda: dice.choice(BAD),
    )
    return [
        dice.choices(kinds, (4, 4, 3, 1))[0]()
        for _ in range(dice.choice((1, 1, 1, 2, 5, dice.randrange(60))))
    ]


async def visit(host, ledger: Ledger, dice: random.Random, until: float) -> None:
    reader, writer = await connect(host, SERVER, PORT, QUIET_S)
    counts, leaves = ledger.counts, min(until, time.monotonic() + dice.uniform(1, 20))
    try:
        while time.monotonic() < leaves:
            asked = requests(dice)
            writer.write("".join(f"{request}\n" for request in asked).encode())
            counts["asked"] += len(asked)
            for place, request in enumerate(asked):
                async with asyncio.timeout(QUIET_S):
                    line = (await reader.readline()).decode()
                if line.startswith("BYE") or not line.endswith("\n"):
                    counts[f"ended: {line.strip()}" if line else "ended without a word"] += 1
                    counts["not replied to"] += len(asked) - place
                    return
                if (outcome := wanted(request, line.rstrip("\n"))) is None:
                    ledger.wrong.append(f"{request[:60]!r} got {line[:60]!r}")
                    return
                counts[outcome] += 1
            await asyncio.sleep(dice.uniform(0, 1))
        way = dice.choice(("close", "abort", "half", "silent", "asks and goes"))
        counts[f"left: {way}"] += 1
        if way == "half":
            writer.write(b"SUM 1 2")
        elif way == "asks and goes":
            writer.write(b"WAIT 50\nSUM 1\n")
            counts["asked"] += 2
            counts["not replied to"] += 2
        elif way == "silent":
            async with asyncio.timeout(QUIET_S):
                counts[f"ended: {(await reader.read()).decode().strip()}"] += 1
        if way in ("close", "half"):
            writer.write_eof()
            async with asyncio.timeout(QUIET_S):
                await reader.read()
    finally:
        writer.transport.abort()


async def client(host, ledger: Ledger, seed: int, until: float) -> None:
    dice = random.Random(seed)
    while time.monotonic() < until:
        ledger.counts["visits"] += 1
        try:
            await visit(host, ledger, dice, until)
        except OSError:  # a TimeoutError, too: its cable is cut
            ledger.counts["broken"] += 1
        await asyncio.sleep(dice.uniform(0.1, 1))


async def cut_now_and_then(hosts, until: float, dice: random.Random) -> None:
    while time.monotonic() < until:
        host = dice.choice(hosts)
        host.link.cut()
        await asyncio.sleep(dice.choice((0.3, 1, 6)))
        host.link.mend()
        await asyncio.sleep(dice.uniform(1, 5))


async def all_of_it(
    net, seconds: float, clients: int, every: float, ledger: Ledger, running: Running
) -> None:
    until = time.monotonic() + seconds
    places = [net[f"place{number}"] for number in range(PLACES)]
    before = running.measure()
    replaces = time.monotonic() + every
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(cut_now_and_then(places, until - 10, random.Random(1)))
        for number in range(clients):
            tasks.create_task(client(places[number % PLACES], ledger, number, until))
        while time.monotonic() < until:
            await asyncio.sleep(min(10, max(0.0, until - time.monotonic())))
            print(
                f"{until - time.monotonic():5.0f} s left: {dict(ledger.counts)}, {running.measure()}",
                flush=True,
            )
            if replaces < time.monotonic() < until - 5:
                await asyncio.to_thread(running.replace)
                replaces = time.monotonic() + every
    for _ in range(150):  # those that left without a word are put out
        if running.measure()[0] <= before[0]:
            break
        await asyncio.sleep(0.2)
    after = running.measure()
    print(f"descriptors and kB, before {before}, after {after}")
    if after[0] > before[0]:
        ledger.wrong.append(f"descriptors: {before[0]} before, {after[0]} after")


def compare(ledger: Ledger, running: Running) -> None:
    """Hold what clients have heard against what the servers have counted."""
    total = Counter({name: sum(each.get(name, 0) for each in running.ended) for name in running.ended[0]})
    counts = ledger.counts
    for name in ("answered", "refused", "limited"):
        if not counts[name] <= total[name]:
            ledger.wrong.append(f"clients heard {counts[name]:,} {name}, the servers sent {total[name]:.0f}")
    heard = sum(counts[name] for name in ("answered", "refused", "limited"))
    sent = sum(total[name] for name in ("answered", "refused", "limited", "failed"))
    if not heard <= sent <= counts["asked"] or total["requests"] > counts["asked"]:
        ledger.wrong.append(
            f"asked {counts['asked']:,}, read {total['requests']:.0f}, replied {sent:.0f}, heard {heard:,}"
        )
    if total["failed"]:
        ledger.wrong.append(f"{total['failed']:.0f} requests failed")
    if len(running.ended) > 1 and [each["generation"] for each in running.ended] != list(
        range(1, len(running.ended) + 1)
    ):
        ledger.wrong.append("a generation is missing")
    print(
        {
            name: int(value)
            for name, value in total.items()
            if not name.endswith("_ms") and name != "generation"
        }
    )
    print(
        f"{len(running.ended)} generations; {counts['asked']:,} asked, {total['requests']:,.0f} read, "
        f"{sent:,.0f} replied to, {heard:,} heard; {total['lost']:,.0f} lost and counted"
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.soak_monitored", description=__doc__.split("\n\n")[0]
    )
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument(
        "--every", type=float, default=20, help="seconds until a new server takes over (%(default)s)"
    )
    given = parser.parse_args()
    ledger = Ledger()
    with (
        tempfile.TemporaryDirectory() as folder,
        Network("server", *(f"place{number}" for number in range(PLACES)), delay_ms=2) as net,
    ):
        for number in range(PLACES):
            net[f"place{number}"].link.set(loss=0.02)
        running = Running(net.server, folder, ledger.wrong)
        net.place0.background(
            all_of_it, net, given.seconds, given.clients, given.every, ledger, running
        ).result(given.seconds + 200)
        running.end()
    if running.ended:
        compare(ledger, running)
    print({name: ledger.counts[name] for name in sorted(ledger.counts)})
    print("\n".join(ledger.wrong) or "nothing wrong")
    return bool(ledger.wrong)


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m bench.soak_reliable [--seconds 600]`: a hundred reliable clients, loss, cut cables, a killed server.

Each client books orders, one or several at a time, and notes what it was told.  Meanwhile cables are cut and mended,
and the server is killed (SIGKILL) and started again with the same book.  At the end: each order with a number stands in
the book at that place; no order stands there twice; each that was given up without ever having been said is not there;
the counts of the clients add up, and so do those of the last server; clients and server have no descriptor more than
before.  Exits with 1, and says why, if not.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.soak_calls import connect
from labkit import Network
from labkit.clients.reliable import Client, GaveUp, Pauses

SERVER, PORT, PLACES = "10.0.0.1", 4100, 4
QUIET_S = 20.0  # before the end nothing is cut or killed any more


class Ledger:
    """What the clients were told, and what has been found wrong."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}  # order: its number
        self.unknown: set[str] = set()  # given up, and said: nobody knows
        self.not_said: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []

    def compare(self, book: list[str]) -> None:
        """Hold it against the texts that stand in the book."""
        places = {text: place for place, text in enumerate(book, 1)}
        if len(places) < len(book):
            twice = [text for text, times in Counter(book).items() if times > 1]
            self.wrong.append(f"{len(twice)} orders are booked twice: {twice[:5]}")
        lost = [text for text, number in self.numbers.items() if places.get(text) != number]
        if lost:
            self.wrong.append(f"{len(lost)} orders have a number and are not at that place: {lost[:5]}")
        if ghosts := self.not_said & set(places):
            self.wrong.append(f"{len(ghosts)} orders were never said and are booked: {sorted(ghosts)[:5]}")
        if strangers := set(places) - set(self.numbers) - self.unknown:
            self.wrong.append(
                f"{len(strangers)} orders are booked and nobody asked for them: {sorted(strangers)[:5]}"
            )
        asked = len(self.numbers) + len(self.unknown) + len(self.not_said)
        if self.counts["booked"] + self.counts["gave_up"] != self.counts["asked"] or self.counts[
            "booked"
        ] != len(self.numbers):
            self.wrong.append(f"the clients' counts do not add up, for {asked} orders: {dict(self.counts)}")


async def book(client: Client, text: str, within_s: float, ledger: Ledger) -> None:
    """Book one order; what was given up is asked once more, with its key, half of the time."""
    ledger.counts["asked"] += 1
    try:
        ledger.numbers[text] = await client.book(text, within_s=within_s)
        return
    except GaveUp as error:
        given_up = error
    if given_up.said and text[-1] in "02468":
        ledger.counts["asked"] += 1
        ledger.counts["again"] += 1
        try:
            ledger.numbers[text] = await client.book(text, within_s=60, key=given_up.key)
            return
        except GaveUp as error:
            # What was said in either call was said.
            given_up = GaveUp("", error.key, True)
    (ledger.unknown if given_up.said else ledger.not_said).add(text)


async def customer(host, name: str, ledger: Ledger, until: float) -> None:
    """A client that comes, books for a while, and goes; then another one."""
    dice, number = random.Random(name), 0
    while time.monotonic() < until:
        leaves = min(until, time.monotonic() + dice.uniform(5, 60))
        pauses = Pauses(0.05, 2.0, tries=dice.choice((3, 50)))
        async with Client(lambda: connect(host, SERVER, PORT), beat_s=0.7, pauses=pauses) as client:
            while time.monotonic() < leaves:
                texts = [f"{name} order {number + each}" for each in range(dice.choice((1, 1, 1, 5)))]
                number += len(texts)
                within_s = dice.choice((0.5, 5, 60))
                await asyncio.gather(*(book(client, text, within_s, ledger) for text in texts))
                await asyncio.sleep(dice.uniform(0, 0.5))
        ledger.counts += client.counts
        ledger.counts["clients"] += 1


async def cut_now_and_then(hosts, until: float) -> int:
    dice, cuts = random.Random(1), 0
    while time.monotonic() < until:
        host = dice.choice(hosts)
        host.link.cut()
        cuts += 1
        await asyncio.sleep(dice.choice((0.3, 1, 5)))
        host.link.mend()
        await asyncio.sleep(dice.uniform(0, 3))
    return cuts


class Server:
    """The server's program, its book, and what it has of descriptors."""

    def __init__(self, host, path: Path) -> None:
        self.host, self.path, self.kills = host, path, 0
        self.start()

    def start(self) -> None:
        line = [
            sys.executable,
            "-m",
            "labkit.servers.bookings",
            str(self.path),
            "--host",
            SERVER,
            "--patience",
            "5",
        ]
        self.program = self.host.spawn(line)
        self.program.wait_for("bookings at", 30)

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.program.pid}/fd"))

    async def kill_now_and_then(self, until: float) -> None:
        dice = random.Random(2)
        while time.monotonic() < until:
            await asyncio.sleep(dice.uniform(1, 8))
            self.program.kill()
            await asyncio.to_thread(self.program.stop)  # its end is waited for, and its pipes are closed
            self.kills += 1
            await asyncio.sleep(dice.choice((0, 0.5, 3)))
            await asyncio.to_thread(self.start)


async def all_of_it(net, seconds: float, clients: int, ledger: Ledger, server: Server) -> None:
    until = time.monotonic() + seconds
    places = [net[f"place{number}"] for number in range(PLACES)]
    before, ours = server.descriptors(), len(os.listdir("/proc/self/fd"))
    async with asyncio.TaskGroup() as tasks:
        cutting = tasks.create_task(cut_now_and_then(places, until - QUIET_S))
        tasks.create_task(server.kill_now_and_then(until - QUIET_S))
        for number in range(clients):
            tasks.create_task(customer(places[number % PLACES], f"c{number}", ledger, until))
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(10, left))
            print(f"{left:5.0f} s left: {len(ledger.numbers):,} booked, {server.kills} kills", flush=True)
    for _ in range(150):  # those whose cable was cut are forgotten after the server's patience
        if server.descriptors() <= before:
            break
        await asyncio.sleep(0.1)
    after = server.descriptors()
    print(
        f"descriptors of the server, before {before}, after {after}; {cutting.result()} cuts, {server.kills} kills"
    )
    if after > before:
        ledger.wrong.append(f"descriptors of the server: {before} before, {after} after")
    if (now := len(os.listdir("/proc/self/fd"))) > ours + PLACES:
        ledger.wrong.append(f"descriptors of the clients' process: {ours} before, {now} after")


def last_counts(server: Server) -> Counter[str]:
    """Stop the server, and what it counted in its last life."""
    server.program.send_signal(15)
    server.program.wait(timeout=30)
    last = server.program.output.strip().splitlines()[-1]
    print(f"the last server: {last}")
    pairs = (part.split() for part in last.split(", "))
    return Counter({name: int(number.replace(",", "")) for name, number in pairs})


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.soak_reliable", description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=100)
    given = parser.parse_args()
    if given.seconds <= QUIET_S:
        parser.error(f"--seconds is more than {QUIET_S:g}: so long before the end nothing fails any more")
    ledger = Ledger()
    names = ("server", *(f"place{number}" for number in range(PLACES)))
    with tempfile.TemporaryDirectory() as folder, Network(*names, delay_ms=2) as net:
        for number in range(PLACES):
            net[f"place{number}"].link.set(loss=0.02)
        server = Server(net.server, Path(folder) / "orders.txt")
        net.place0.background(all_of_it, net, given.seconds, given.clients, ledger, server).result(
            given.seconds + 200
        )
        counts = last_counts(server)
        if counts["orders"] != counts["booked"] + counts["again"] + counts["refused"]:
            ledger.wrong.append("the server's counts do not add up")
        ledger.compare(
            [line.partition(" ")[2] for line in server.path.read_text(encoding="utf-8").splitlines()]
        )
    print(", ".join(f"{name} {number:,}" for name, number in ledger.counts.items()))
    print(
        f"{len(ledger.numbers):,} booked, {len(ledger.unknown):,} unknown, {len(ledger.not_said):,} never said"
    )
    print("\n".join(ledger.wrong) or "nothing wrong")
    return bool(ledger.wrong)


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m bench.soak_chat [--seconds 600]`: the chat server under a hundred clients, with loss and cut cables.

One client, the ledger, has a cable without faults and never leaves: what it hears is the order of the room.  Each of
the others comes, speaks, leaves with BYE or without, is cut off or put out, and comes again; what it heard must be a
piece of the ledger's order without a gap, and each receipt that it got must be in there.  At the end the server's own
counts must add up, and its descriptors and its memory be what they were.  Exits with 1, and says why, if not.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import time

from bench.soak_calls import connect
from labkit import Network

PORT, PLACES = 4000, 4
SERVER = "10.0.0.1"
QUIET_S = 8  # so long a client hears nothing before it takes itself for cut off


class Ledger:
    """What is said in the room, in its order; and what has been found wrong."""

    def __init__(self) -> None:
        self.place: dict[str, int] = {}
        self.wrong: list[str] = []
        self.heard = self.receipts = self.visits = self.broken = self.put_out = 0

    def note(self, line: str) -> None:
        if line in self.place:
            self.wrong.append(f"twice: {line}")
        self.place[line] = len(self.place)

    async def compare(self, who: str, heard: list[str]) -> None:
        """Is this a piece of the order?  Waits until the ledger has heard the last of it."""
        for _ in range(600):
            if not heard or heard[-1] in self.place:
                break
            await asyncio.sleep(0.1)
        places = [self.place.get(line, -1) for line in heard]
        if places and places != list(range(places[0], places[0] + len(places))):
            self.wrong.append(
                f"{who} heard {len(places)} lines, and not in a row: {places[:5]} ... {places[-5:]}"
            )
        self.heard += len(heard)
        self.receipts += sum(line.startswith(f"SAID {who} ") for line in heard)


async def visit(host, who: str, number: int, ledger: Ledger, dice: random.Random, until: float) -> None:
    """Come, speak and listen for a while, and leave in one of several ways."""
    reader, writer = await connect(host, SERVER, PORT, QUIET_S)
    heard, welcome, rest, leaves = [], False, [], time.monotonic() + dice.uniform(5, 60)
    try:
        writer.write(f"NAME {who}\n".encode())
        speaks = time.monotonic() + dice.uniform(0, 4)
        while True:
            try:
                async with asyncio.timeout(max(0.0, min(speaks - time.monotonic(), QUIET_S))):
                    data = await reader.readline()
            except TimeoutError:
                data = None
            if data == b"":
                break
            if data is not None and data.endswith(b"\n"):
                line = data.decode().rstrip("\n")
                welcome = welcome or line.startswith("WELCOME")
                if line.startswith("SAID"):
                    heard.append(line)
                elif line.startswith("BYE you"):
                    ledger.put_out += 1
                elif line.startswith("NO") and not welcome:
                    break  # its earlier self is still there
            if time.monotonic() >= speaks and welcome:
                number += 1
                writer.write(f"SAY {number}-{dice.randrange(10**9)}\n".encode())
                if dice.random() < 0.1:
                    writer.write(f"TELL c{dice.randrange(100)} psst\nWHO\n".encode())
                speaks = time.monotonic() + dice.uniform(2, 6)
            elif time.monotonic() >= speaks:
                break
            if time.monotonic() > min(leaves, until):
                if dice.random() < 0.5:
                    break  # without a word
                writer.write(b"BYE\n")
                leaves = speaks = float("inf")
                async with asyncio.timeout(QUIET_S):
                    rest = (await reader.read()).decode().splitlines()
                break
    finally:
        writer.transport.abort()
        await ledger.compare(who, [*heard, *(line for line in rest if line.startswith("SAID"))])


async def client(host, who: str, ledger: Ledger, seed: int, until: float) -> None:
    dice, number = random.Random(seed), 0
    while time.monotonic() < until:
        ledger.visits += 1
        number += 1_000
        try:
            await visit(host, who, number, ledger, dice, until)
        except (OSError, asyncio.IncompleteReadError):
            ledger.broken += 1
        await asyncio.sleep(dice.uniform(0.2, 2))


async def listen(host, ledger: Ledger, ready: asyncio.Event) -> None:
    reader, writer = await connect(host, SERVER, PORT, QUIET_S)
    writer.write(b"NAME ledger\n")
    while line := (await reader.readline()).decode().rstrip("\n"):
        ready.set()
        if line.startswith("SAID"):
            ledger.note(line)
    writer.close()
    ledger.wrong += [] if line == "" else [line]


async def cut_now_and_then(hosts, until: float, dice: random.Random) -> None:
    while time.monotonic() < until:
        host = dice.choice(hosts)
        host.link.cut()
        await asyncio.sleep(dice.choice((0.5, 2, 12)))
        host.link.mend()
        await asyncio.sleep(dice.uniform(1, 5))


async def all_of_it(net, seconds: float, clients: int, ledger: Ledger, measure) -> None:
    until, ready = time.monotonic() + seconds, asyncio.Event()
    listening = asyncio.create_task(listen(net.ledger, ledger, ready))
    await asyncio.wait_for(ready.wait(), QUIET_S)
    before = measure()
    places = [net[f"place{number}"] for number in range(PLACES)]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(cut_now_and_then(places, until - 15, random.Random(1)))
        for number in range(clients):
            tasks.create_task(client(places[number % PLACES], f"c{number}", ledger, number, until))
        while time.monotonic() < until:
            await asyncio.sleep(min(10, max(0.0, until - time.monotonic())))
            print(
                f"{until - time.monotonic():5.0f} s left: {len(ledger.place):,} said, {measure()}", flush=True
            )
    for _ in range(300):  # those that left without a word are forgotten when their connections break
        if measure()[0] <= before[0]:
            break
        await asyncio.sleep(0.2)
    print(f"descriptors and kB, before {before}, after {measure()}")
    if measure()[0] > before[0]:
        ledger.wrong.append(f"descriptors: {before[0]} before, {measure()[0]} after")
    listening.cancel()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.soak_chat", description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=100)
    given = parser.parse_args()
    ledger = Ledger()
    with Network("server", "ledger", *(f"place{number}" for number in range(PLACES)), delay_ms=2) as net:
        for number in range(PLACES):
            net[f"place{number}"].link.set(loss=0.02)
        program = net.server.spawn([sys.executable, "-u", "-m", "labkit.servers.chat", "--host", "10.0.0.1"])
        program.wait_for("port")

        def measure() -> tuple[int, int]:
            with open(f"/proc/{program.pid}/statm") as file:
                kilobytes = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
            return len(os.listdir(f"/proc/{program.pid}/fd")), kilobytes

        net.ledger.background(all_of_it, net, given.seconds, given.clients, ledger, measure).result(
            given.seconds + 200
        )
        program.send_signal(15)
        program.wait(timeout=30)
        last = ", ".join(program.output.strip().splitlines()[-2:])
    counts = {
        name: int(number.replace(",", "")) for name, number in (part.split() for part in last.split(", "))
    }
    if counts["queued"] != counts["sent"] + counts["missed"] + counts["discarded"]:
        ledger.wrong.append("lines do not add up")
    if counts["joined"] != counts["left"]:
        ledger.wrong.append("members do not add up")
    if counts["said"] != len(ledger.place):
        ledger.wrong.append(f"the server had {counts['said']:,} said, the ledger heard {len(ledger.place):,}")
    print(last)
    print(
        f"{ledger.visits:,} visits, {ledger.broken:,} broken, {ledger.put_out:,} put out; {ledger.heard:,} lines "
        f"compared, {ledger.receipts:,} receipts among them"
    )
    print("\n".join(ledger.wrong) or "nothing wrong")
    return bool(ledger.wrong)


if __name__ == "__main__":
    raise SystemExit(main())

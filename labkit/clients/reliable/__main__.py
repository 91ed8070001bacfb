"""`python -m labkit.clients.reliable`: book each line of the standard input, and print what came of it."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from labkit.clients.reliable.client import Client
from labkit.clients.reliable.orders import GaveUp, Refused
from labkit.clients.reliable.pauses import Pauses


def main(argv: list[str] | None = None) -> int:
    """Book all lines, one after the other; 1 if one of them was not booked, or nobody knows."""
    parser = argparse.ArgumentParser(
        prog="python -m labkit.clients.reliable", description="Book each line of the standard input."
    )
    parser.add_argument("--host", default="127.0.0.1", help="where the server is (%(default)s)")
    parser.add_argument("--port", type=int, default=4100, help="its port (%(default)s)")
    parser.add_argument("--within", type=float, default=30.0, help="seconds for each order (%(default)s)")
    parser.add_argument("--beat", type=float, default=2.0, help="seconds of silence (%(default)s)")
    parser.add_argument("--tries", type=int, default=20, help="failures in a row (%(default)s)")
    given = parser.parse_args(argv)
    if not 0 < given.port < 2**16:
        parser.error(f"--port is from 1 to 65535 (got {given.port})")
    if not given.within > 0:
        parser.error(f"--within is a number of seconds above 0 (got {given.within})")

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(given.host, given.port)

    try:
        client = Client(connect, beat_s=given.beat, pauses=Pauses(tries=given.tries))
    except ValueError as error:
        parser.error(str(error))
    # Ctrl-C ends it at once, also while a thread waits for a line: what was answered is printed already.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return asyncio.run(book_all(client, given.within))


async def book_all(client: Client, within_s: float) -> int:
    """Book what is typed, line by line."""
    failed = False
    async with client:
        while line := await asyncio.to_thread(sys.stdin.readline):
            try:
                number = await client.book(line.strip(), within_s=within_s)
                print(f"{number} {line.strip()}", flush=True)
            except (GaveUp, Refused, ValueError) as error:
                failed = True
                print(f"- {line.strip()}: {error}", flush=True)
    print(", ".join(f"{name} {number:,}" for name, number in client.counts.items()), file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m labkit.servers.bookings FILE`: the server by itself, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket
import sys

from labkit.servers.bookings.book import Book
from labkit.servers.bookings.server import COUNTED, Server


def main(argv: list[str] | None = None) -> int:
    """Listen, say where, and serve; at the end say what was counted."""
    parser = argparse.ArgumentParser(
        prog="python -m labkit.servers.bookings", description="A server that books each order once."
    )
    parser.add_argument("file", help="the book, a line for each order; it is made if there is none")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (%(default)s)")
    parser.add_argument("--port", type=int, default=4100, help="its port; 0 takes a free one (%(default)s)")
    parser.add_argument("--patience", type=float, default=60.0, help="seconds of silence (%(default)s)")
    given = parser.parse_args(argv)
    if not 0 <= given.port < 2**16:
        parser.error(f"--port is from 0 to 65535 (got {given.port})")
    family = socket.AF_INET6 if ":" in given.host else socket.AF_INET
    try:
        book = Book(given.file)
    except OSError as error:
        parser.exit(1, f"cannot open {given.file}: {error.strerror}\n")
    except ValueError as error:
        parser.exit(1, f"{given.file} stays as it is: {error}; name another file\n")
    with book:
        if book.torn:
            print(f"{given.file}: a line that was never finished is cut off: {book.torn!r}", file=sys.stderr)
        try:
            server = Server(book, patience_s=given.patience)
        except ValueError as error:
            parser.error(str(error))
        try:
            listener = socket.create_server((given.host, given.port), family=family, backlog=128)
        except OSError as error:
            parser.exit(1, f"cannot listen at {given.host} port {given.port}: {error.strerror}\n")
        host, port = listener.getsockname()[:2]
        print(f"bookings at {host} port {port}; {len(book):,} in the book", flush=True)
        asyncio.run(until_stopped(server, listener))
        print(", ".join(f"{name} {server.counts[name]:,}" for name in COUNTED))
    return 0


async def until_stopped(server: Server, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM."""
    serving = asyncio.create_task(server.serve(listener))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    await asyncio.wait({serving})
    if not serving.cancelled():
        serving.result()


if __name__ == "__main__":
    raise SystemExit(main())

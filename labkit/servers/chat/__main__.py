"""`python -m labkit.servers.chat`: the chat server by itself, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket

from labkit.servers.chat.outbox import POLICIES
from labkit.servers.chat.server import COUNTED, Server


def main(argv: list[str] | None = None) -> int:
    """Listen, say where, and serve until SIGINT or SIGTERM; a second one ends it at once."""
    parser = argparse.ArgumentParser(prog="python -m labkit.servers.chat", description="A chat server.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (%(default)s)")
    parser.add_argument("--port", type=int, default=4000, help="its port; 0 takes a free one (%(default)s)")
    parser.add_argument(
        "--policy", choices=POLICIES, default="disconnect", help="for those who read too slowly"
    )
    parser.add_argument(
        "--limit", type=int, default=100, help="lines that may wait for a client (%(default)s)"
    )
    parser.add_argument("--longest", type=int, default=1000, help="bytes of a client's line (%(default)s)")
    parser.add_argument("--grace", type=float, default=5.0, help="seconds for the goodbye (%(default)s)")
    given = parser.parse_args(argv)
    if not 0 <= given.port < 2**16:
        parser.error(f"--port is from 0 to 65535 (got {given.port})")
    try:
        server = Server(given.policy, limit=given.limit, longest=given.longest, grace=given.grace)
    except ValueError as error:
        parser.error(str(error))
    family = socket.AF_INET6 if ":" in given.host else socket.AF_INET
    try:
        listener = socket.create_server((given.host, given.port), family=family, backlog=128)
    except OSError as error:
        parser.exit(1, f"cannot listen at {given.host} port {given.port}: {error.strerror}\n")

    def stop(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        server.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    host, port = listener.getsockname()[:2]
    print(f"chat at {host} port {port}; `nc {host} {port}`, and NAME ada", flush=True)
    asyncio.run(server.serve(listener))
    for names in COUNTED:
        print(", ".join(f"{name} {server.counts[name]:,}" for name in names))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""`python -m labkit.clients.pooled`: the same questions with a connection for each, and with a pool."""

from __future__ import annotations

import argparse
import contextlib
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from labkit.clients.pooled.pool import Pool

Lend = Callable[[], contextlib.AbstractContextManager[socket.socket]]


def main(argv: list[str] | None = None) -> int:
    """Ask, twice, and say how many connections that took, and how long."""
    parser = argparse.ArgumentParser(
        prog="python -m labkit.clients.pooled",
        description="Ask a server that answers a line with a line, as labkit.servers.monitored does:"
        " with a connection for each question, and with a pool.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the server's address (%(default)s)")
    parser.add_argument("--port", type=int, default=4200, help="its port (%(default)s)")
    parser.add_argument("--line", default="SUM 1 2 3", help="the question (%(default)s)")
    parser.add_argument("--questions", type=int, default=200, help="how many of them (%(default)s)")
    parser.add_argument("--threads", type=int, default=4, help="how many ask at the same time (%(default)s)")
    parser.add_argument("--most", type=int, default=2, help="connections of the pool (%(default)s)")
    given = parser.parse_args(argv)
    if not 0 < given.port < 2**16:
        parser.error(f"--port is from 1 to 65535 (got {given.port})")
    if min(given.questions, given.threads, given.most) < 1:
        parser.error("--questions, --threads and --most are 1 or more")

    def connect() -> socket.socket:
        sock = socket.create_connection((given.host, given.port), timeout=10)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    question = f"{given.line}\n".encode(errors="surrogateescape")  # as it was typed
    try:
        with Pool(connect, given.most) as pool:
            for name, lend in ("a connection each", connect), ("pooled", lambda: pool.connection(60)):
                begun = time.monotonic()
                with ThreadPoolExecutor(given.threads) as threads:
                    answers = set(
                        threads.map(lambda _, lend=lend: ask(lend, question), range(given.questions))
                    )
                print(
                    f"{name}: {given.questions} questions in {time.monotonic() - begun:.3f} s; answers:",
                    *sorted(answers),
                )
            print(
                f"the pool made {pool.counts['made']} connections, and lent one again {pool.counts['reused']} times"
            )
    except UnicodeError as error:
        parser.error(f"--host {given.host} is no host's name: {error}")
    except OSError as error:
        parser.exit(1, f"{given.host} port {given.port}: {error.strerror or error}; is the server there?\n")
    return 0


def ask(lend: Lend, question: bytes) -> str:
    """A question, and its answer, a whole line; raises ConnectionError where the server ends before that."""
    with lend() as sock:
        sock.sendall(question)
        answer = b""
        while not answer.endswith(b"\n"):
            if not (piece := sock.recv(1000)):
                raise ConnectionError("the server has ended the connection")
            answer += piece
    return answer.decode(errors="replace").rstrip("\n")


if __name__ == "__main__":
    raise SystemExit(main())

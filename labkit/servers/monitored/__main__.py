"""`python -m labkit.servers.monitored`: the server by itself, until Ctrl-C or until a new one takes over."""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket
from dataclasses import fields

from labkit.servers.monitored import handover
from labkit.servers.monitored.limits import Limits
from labkit.servers.monitored.log import to_stderr
from labkit.servers.monitored.server import Server


def main(argv: list[str] | None = None) -> int:
    """Listen, or take the sockets over from a running server; say where, and serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(
        prog="python -m labkit.servers.monitored",
        description="A server with limits, statistics, a log, and a restart without a gap.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (%(default)s)")
    parser.add_argument("--port", type=int, default=4200, help="its port; 0 takes a free one (%(default)s)")
    parser.add_argument("--status-port", type=int, default=4201, help="where it tells its statistics")
    parser.add_argument("--handover", metavar="PATH", help="a Unix socket, by which a new server takes over")
    for field in fields(Limits):
        kind = int if field.type == "int" else float
        parser.add_argument(f"--{field.name}", type=kind, default=field.default, help="(%(default)s)")
    given = parser.parse_args(argv)
    for option, port in (("--port", given.port), ("--status-port", given.status_port)):
        if not 0 <= port < 2**16:
            parser.error(f"{option} is from 0 to 65535 (got {port})")
    try:
        limits = Limits(**{field.name: getattr(given, field.name) for field in fields(Limits)})
    except ValueError as error:
        parser.error(str(error))
    try:
        inherited = handover.inherit(given.handover) if given.handover else None
        listeners = inherited.listeners if inherited else _listen(parser, given)
        place = handover.Place(given.handover) if given.handover else None
    except OSError as error:
        parser.exit(1, f"cannot wait at {given.handover} for a new one: {error.strerror or error}\n")
    server = Server(limits=limits, log=to_stderr, generation=inherited.generation if inherited else 1)

    def stop(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)  # a second one ends it at once
        server.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    served = asyncio.run(_serve(server, listeners, place, inherited))
    print(server.statistics.text(), end="")
    return 0 if served else 1


def _listen(parser: argparse.ArgumentParser, given: argparse.Namespace) -> list[socket.socket]:
    """Sockets that listen at both ports; where one cannot, it is said, and the program ends."""
    family = socket.AF_INET6 if ":" in given.host else socket.AF_INET
    listeners: list[socket.socket] = []
    for port, backlog in ((given.port, 1024), (given.status_port, 16)):
        try:
            listeners.append(socket.create_server((given.host, port), family=family, backlog=backlog))
        except OSError as error:
            for listener in listeners:
                listener.close()
            parser.exit(1, f"cannot listen at {given.host} port {port}: {error.strerror or error}\n")
    return listeners


async def _serve(
    server: Server,
    listeners: list[socket.socket],
    place: handover.Place | None,
    inherited: handover.Inherited | None,
) -> bool:
    """Say where, and serve to the end; False if an old process has gone on instead."""
    where = [listener.getsockname()[:2] for listener in listeners]
    serving = asyncio.create_task(server.serve(*listeners))
    await asyncio.sleep(0)  # it has begun
    waiting, served = None, True
    try:
        if place and not (serving.done() or server.is_stopping):  # else an old one goes on
            try:
                if inherited is None or await inherited.ready() or not handover.waits(place.path):
                    place.take()
                    waiting = asyncio.create_task(_wait(place, server, listeners))
                else:
                    server.log("handover", error="the old one has not waited for it")
                    served = False
                    server.stop(handed_over=True)
            except OSError as error:  # callers are served all the same; but nobody can take over
                server.log("handover", error=str(error.strerror or error))
        if served:
            (host, port), (_, status_port) = where
            print(f"monitored at {host} port {port}; `nc {host} {port}`, and SUM 1 2 3", flush=True)
            print(f"its statistics at port {status_port}", flush=True)
        await serving
    finally:
        if waiting:
            waiting.cancel()
            await asyncio.wait({waiting})
        if place:
            place.close()
    return served


async def _wait(place: handover.Place, server: Server, listeners: list[socket.socket]) -> None:
    """Hand over to whoever asks at this place."""
    await handover.hand_over(place, listeners, server.statistics.generation)
    server.log("handover")
    server.stop(handed_over=True)


if __name__ == "__main__":
    raise SystemExit(main())

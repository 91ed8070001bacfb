"""A crowd at a server: one slow client, five quick ones, and who of them is answered."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterable
from queue import Queue
from typing import TYPE_CHECKING, Any, NamedTuple

from labkit.background.many import Tasks
from labkit.background.stalled import held_up
from labkit.drawing.tables import aligned
from labkit.running.callables import is_async
from labkit.running.patience import Patience
from labkit.sockets.small import limit, listening

if TYPE_CHECKING:
    from labkit.background.tasks import Task
    from labkit.network.host import Host
    from labkit.network.network import Network
    from labkit.sockets.hostsocket import HostSocket

PORT = 8000
QUICK = 5
BUFFERS = 20_000  # bytes asked for: little, so that who is not read is soon held up
QUIET_S = 1.5  # nothing changes for so long, where an answer takes some ms: nobody else will be answered
LOOK_S = 0.03
LATE_S = 10.0
QUESTION = b"what time is it\n"  # 16 bytes: also for a server that reads lines


class Crowd(NamedTuple):
    """What became of the quick clients.

    connected   whose connect() returned while the slow one was there
    answered    who had their answer by then
    queued      who waited in the listener's queue, accepted by nobody
    late        who had their answer when the slow one had gone
    held_up     whether what the slow one did was held up by the server
    """

    connected: int
    answered: int
    queued: int
    late: int
    held_up: bool


class Crowds(dict[str, Crowd]):
    """What became of the quick clients at each server, by its name: a table, as text."""

    def __repr__(self) -> str:
        columns = Crowd._fields[:4]
        rows = [[name, *map(str, each[:4])] for name, each in self.items()]
        return "\n".join(aligned([["", *columns], *rows], range(1, 5)))


def crowd(
    net: Network,
    way: Callable[..., Any],
    slow: Callable[[HostSocket], Any],
    then: Callable[[], Any] = lambda: None,
) -> Crowd:
    """Let a slow client call a server, and then five quick ones at once.

    net    with the hosts client and server
    way    way(listener), or a coroutine function, serves whoever calls: it answers what it gets
    slow   slow(caller) is what the slow client does when it has connected; then it stays, and reads nothing
    then   is called when the five have been counted

    Counted is when all five have been answered, or nothing has changed for 1.5 s.  Then the slow one reads what is
    there for it, and goes.  Raises what the server raised.
    """
    client, server = net.hosts
    serving = begin(server, way)
    begun: list[Task] = []
    with serving, client.socket() as caller:
        try:
            limit(caller, send=BUFFERS, receive=BUFFERS // 2)
            caller.connect(("server", PORT))
            slowly = client.background(slow, caller)
            begun.append(slowly)
            waits = held_up(slowly, caller, LATE_S)
            if not waits:
                _taken(net, serving)
            connected: list[None] = []
            with Tasks(client.background(_ask, client, connected) for _ in range(QUICK)) as quick:
                _settle(quick, lambda: (len(connected), _queued(server)))
                if serving.done:
                    serving.result()
                answered = sum(task.result() for task in quick if task.done)
                queued = _queued(server)
                then()
                reading = client.background(_read_on, caller)
                begun.append(reading)
                slowly.result()
                caller.shutdown(socket.SHUT_WR)
                reading.result()
                return Crowd(len(connected), answered, queued, sum(quick.results()), waits)
        except BaseException:
            with contextlib.suppress(OSError):  # it is not connected (any more)
                caller.shutdown(socket.SHUT_RDWR)  # ends what still waits in it
            for task in begun:
                if task.come(lambda: task.done, QUIET_S):  # noqa: B023  # waited for here
                    _ = task.error  # it follows from what is raised, and need not be told beside it
            if serving.come(lambda: serving.done, 0.2):
                serving.result()  # its fault comes first
            raise


def crowds(
    net: Network,
    ways: Iterable[Callable[..., Any]],
    slow: Callable[[HostSocket], Any],
    then: Callable[[], Any] = lambda: None,
) -> Crowds:
    """The same at several servers, one after the other: see `crowd`."""
    return Crowds({way.__name__: crowd(net, way, slow, then) for way in ways})


def begin(server: Host, way: Callable[..., Any]) -> Task:
    """Begin a server in the background on port 8000; returns when it listens."""
    listens: Queue[None] = Queue()

    def listener() -> HostSocket:
        sock = listening(server, PORT, send=BUFFERS, receive=BUFFERS)
        listens.put(None)
        return sock

    def serve() -> None:
        with listener() as sock:
            way(sock)

    async def serve_on_a_loop() -> None:
        with listener() as sock:
            await way(sock)

    serving = server.background(serve_on_a_loop if is_async(way) else serve)
    listens.get(timeout=LATE_S)
    return serving


def _taken(net: Network, serving: Task) -> None:
    """Wait until the server has accepted its one client and read what that sent, QUIET_S at most.

    So it stands where that client makes it stand, before the others call.
    """
    client, server = net.hosts
    patience = Patience(QUIET_S)
    while patience.left() and not serving.done:
        ends = [host.sockets().find(port=PORT, state="ESTABLISHED") for host in (client, server)]
        arrived = bool(ends[0]) and not any(row.send_queue for row in ends[0])
        if arrived and ends[1] and not _queued(server) and not any(row.recv_queue for row in ends[1]):
            return
        serving.come(lambda: serving.done, LOOK_S)


def _settle(quick: Tasks, state: Callable[[], tuple[int, ...]]) -> None:
    """Wait until all have ended, or neither who has ended nor the state has changed for QUIET_S."""
    seen: tuple[tuple[int, ...], int] | None = None
    patience = Patience(QUIET_S)
    while not quick.done and patience.left():
        if (now := (state(), sum(task.done for task in quick))) != seen:
            seen, patience = now, Patience(QUIET_S)
        quick[0].come(lambda: quick.done, LOOK_S)


def _queued(server: Host) -> int:
    """How many connections wait for accept()."""
    listening = server.sockets().find(port=PORT, state="LISTEN")
    return listening[0].recv_queue if listening else 0  # none: the server has failed, and that is told


def _ask(client: Host, connected: list[None]) -> bool:
    """Ask once; gives whether there was an answer."""
    try:
        with client.socket() as caller:
            caller.connect(("server", PORT))
            connected.append(None)
            caller.settimeout(LATE_S)
            caller.sendall(QUESTION)
            return bool(caller.recv(1000))
    except OSError:  # none came: that is what is counted
        return False


def _read_on(caller: HostSocket) -> None:
    while caller.recv(65_536):
        pass

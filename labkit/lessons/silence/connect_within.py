"""Give up on a server that does not answer."""

from __future__ import annotations

import socket
import time
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.keeping import Keeper
from labkit.learn.kit.tale import Tale
from labkit.running.tracebacks import named
from labkit.words import say


def _connect_within(tale: Tale, connect_within: Any) -> None:
    net = tale.network("client", "server", delay_ms=1)
    client, server = net.hosts
    listener = tale.keep(server.socket())
    listener.bind((server.address, 8080))
    listener.listen()
    keeper = tale.keep(Keeper())

    shown = f'connect_within(client, ("{server.address}", 8080), 1.0)'
    found = tale.call(keeper.watch(connect_within), client, (server.address, 8080), 1.0, shown=shown)
    if not isinstance(found, socket.socket):
        tale.fail(
            "{shown}, a server that listens, should return the connected socket, but returned {found!r}",
            shown=shown,
            found=found,
        )
    if not keeper.made:
        tale.fail("the socket should be made by host.socket(): only that one is on the host's network")
    tale.keep(found)
    try:
        found.getpeername()
    except OSError:
        tale.fail("{shown} returned a socket that is not connected", shown=shown)
    if found.gettimeout() is not None:
        tale.fail(
            "{shown} returned a socket whose timeout is still {seconds:g} s: later a slow answer would\n"
            "look like a dead server; settimeout(None) once it is connected",
            shown=shown,
            seconds=found.gettimeout(),
        )
    tale.did("{shown}: a server listens; returned a connected, blocking socket", shown=shown)

    keeper = tale.keep(Keeper())
    shown = f'connect_within(client, ("{server.address}", 8081), 1.0)'
    running = tale.start(keeper.watch(connect_within), client, (server.address, 8081), 1.0, shown=shown)
    error = running.error()
    if not isinstance(error, ConnectionRefusedError):
        tale.fail(
            "{shown}: nobody listens there, and the server says so at once with RST;\n"
            "it should raise ConnectionRefusedError, but {outcome}",
            shown=shown,
            outcome=_outcome(error),
        )
    _nothing_open(tale, keeper, shown)
    tale.did("{shown}: nobody listens; raised ConnectionRefusedError and left no socket open", shown=shown)

    net.link.cut()
    shown = f'connect_within(client, ("{server.address}", 8080), 0.3)'
    tale.calmly(lambda: _gives_up(tale, connect_within, client, server, shown), 0.1)
    tale.did(
        "{shown}: the cable is cut; raised TimeoutError naming the server, and left no socket open",
        shown=shown,
    )


def _gives_up(tale: Tale, connect_within: Any, client: Any, server: Any, shown: str) -> None:
    keeper = tale.keep(Keeper())
    begun = time.monotonic()
    running = tale.start(keeper.watch(connect_within), client, (server.address, 8080), 0.3, shown=shown)
    error = running.error()
    waited = time.monotonic() - begun
    if not isinstance(error, TimeoutError):
        tale.fail(
            "{shown}: the cable is cut; it should raise TimeoutError, but {outcome}",
            shown=shown,
            outcome=_outcome(error),
        )
    if waited < 0.25:
        tale.fail(
            "{shown}: the cable is cut; it should try for {seconds:g} s, but gave up at once",
            shown=shown,
            seconds=0.3,
        )
    if server.address not in str(error):
        tale.fail(
            "{shown}: the cable is cut; TimeoutError came, but its message ({message!r}) does not say\n"
            "which server did not answer: put the address into it",
            shown=shown,
            message=str(error),
        )
    _nothing_open(tale, keeper, shown)


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return say("it returned")
    return say("it raised {error}", error=named(error))


def _nothing_open(tale: Tale, keeper: Keeper, shown: str) -> None:
    if keeper.left_open():
        tale.fail(
            "{shown} failed, as it should, but left its socket open:\n"
            "a client that tries again all day runs out of descriptors; close it before you raise",
            shown=shown,
        )


EXERCISE = Exercise(
    id="connect-within",
    title="Give up on a server that does not answer",
    story=_connect_within,
    hints=(
        "A lost SYN is sent again after 1 s, 2 s, 4 s ...: by itself connect gives up only after"
        " minutes. A refusal is"
        " different: it is an answer, and comes at once. And whoever opened a socket closes it when all"
        " fails.",
        "`settimeout` before `connect`; around `connect` a `try` that closes the socket for any OSError;"
        " afterwards"
        " `settimeout(None)`. TimeoutError is an OSError too: treat it first, with a message of your own.",
        'except TimeoutError: sock.close(); raise TimeoutError(f"{address} did not answer within'
        ' {seconds} s") from None\n'
        "  except OSError: sock.close(); raise",
    ),
    needs_network=True,
    place=2,
    steps=3,
)

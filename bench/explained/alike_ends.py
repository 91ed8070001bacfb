"""How connections begin, rest and end where nothing is amiss, and datagrams; each looks like something that is."""

from __future__ import annotations

import socket

from bench.explained.stage import Scene, Stage, drain, pause, receive, scene

_BEHIND = {"lan": ["client", "home"], "wan": ["home", "server"]}


@scene("", segments=_BEHIND)
def idle_and_remembered(stage: Stage) -> None:
    """Nobody speaks for a while, and the NAT between remembers."""
    stage.net.home.nat(inside="lan", outside="wan", idle_s=30)
    one, other = stage.pair()
    stage.usual(one, other, 1)
    pause(1.1 + stage.variant.number / 20)
    stage.usual(one, other, 2)


@scene("")
def idle(stage: Stage) -> None:
    """Nobody speaks for a while, then both go on."""
    one, other = stage.pair()
    stage.usual(one, other, 1)
    pause(1.1 + stage.variant.number / 20)
    other.sendall(bytes(stage.variant.size))
    receive(one, stage.variant.size)


@scene("")
def many_open_ports(stage: Stage) -> None:
    """A client that calls one port after another, and each is open."""
    for port in range(8080, 8096 + stage.variant.number):
        listener = stage.listen(port=port)
        with stage.client.socket() as caller:
            caller.connect((stage.server.address, port))
            stage.enter_context(listener.accept()[0])


@scene("")
def without_timestamps(stage: Stage) -> None:
    """Fewer options in every SYN, and no cookies."""
    stage.client.sysctl("net.ipv4.tcp_timestamps", 0)
    one, other = stage.pair()
    stage.usual(one, other, 2)
    stage.transfer(one, other, 30_000)


@scene("")
def closed_at_once_by_both(stage: Stage) -> None:
    one, other = stage.pair()
    stage.usual(one, other)
    one.shutdown(socket.SHUT_WR)
    other.shutdown(socket.SHUT_WR)
    drain(one), drain(other)


@scene("")
def a_queue_that_suffices(stage: Stage) -> None:
    """Three call before anybody accepts, and the queue has room for them."""
    listener = stage.listen(backlog=3)
    callers = [stage.socket(stage.client) for _ in range(3)]
    for caller in callers:
        caller.connect((stage.server.address, 8080))
        caller.sendall(bytes(stage.variant.size))
    pause(0.3 + stage.variant.number / 20)
    for _ in callers:
        receive(stage.enter_context(listener.accept()[0]), stage.variant.size)


@scene("")
def notes_to_a_log(stage: Stage) -> None:
    """Datagrams that want no answer, some of them the same."""
    here, there = stage.datagrams(514)
    for number in range(8):
        here.sendto(b"alive" + bytes(stage.variant.size), (stage.server.address, 514))
        there.recv(2000)
        here.sendto(b"note %d" % number, (stage.server.address, 514))
        there.recv(2000)
        pause(0.01)


@scene("")
def fragments_that_all_arrive(stage: Stage) -> None:
    here, there = stage.datagrams(9)
    for _ in range(2):
        here.sendto(bytes(4000 + stage.variant.size), (stage.server.address, 9))
        there.recv(10_000)


@scene("", arp=True)
def asked_and_answered(stage: Stage) -> None:
    """Each asks for the other's address, and is told."""
    one, other = stage.pair()
    stage.usual(one, other, 2)


@scene("")
def called_and_hung_up(stage: Stage) -> None:
    """Somebody only looks whether the server is there."""
    listener = stage.listen()
    for _ in range(2 + stage.variant.position):
        with stage.client.socket() as caller:
            caller.connect((stage.server.address, 8080))
            caller.shutdown(socket.SHUT_WR)
            with listener.accept()[0] as conn:
                drain(conn)
            drain(caller)


@scene("")
def closed_when_nothing_is_left(stage: Stage) -> None:
    """Both have read all, and one closes: no reset, though data crossed both ways."""
    one, other = stage.pair()
    stage.usual(one, other, 1 + stage.variant.position)
    one.close()
    drain(other)
    other.close()


ALIKE_ENDS = [value for value in dict(globals()).values() if isinstance(value, Scene)]

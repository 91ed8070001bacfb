"""Mend a receiver that gets nothing."""

from __future__ import annotations

import errno
import socket
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.keeping import Keeper
from labkit.learn.kit.tale import Tale
from labkit.lessons.multicast.feed import GROUP, PATIENCE_S, PORT, hear
from labkit.lessons.multicast.members import memberships
from labkit.sockets.hostsocket import HostSocket
from labkit.words import say


def _join_the_feed(tale: Tale, listen_to: Any) -> None:
    net = tale.network("feed", "member", delay_ms=1)
    feed, member = net.hosts
    listen_to = tale.keep(Keeper()).watch(listen_to)
    sender = tale.keep(feed.socket(type=socket.SOCK_DGRAM))
    first = _listening(tale, listen_to, member, GROUP, PORT)
    _gets(tale, sender, member, {say("the program"): first}, GROUP, PORT)
    second = _listening(tale, listen_to, member, GROUP, PORT, again=True)
    _gets(tale, sender, member, {say("the first program"): first, say("the second"): second}, GROUP, PORT)
    other = _listening(tale, listen_to, member, "239.192.8.7", 6000)
    _gets(tale, sender, member, {say("the program"): other}, "239.192.8.7", 6000)


def _listening(
    tale: Tale, listen_to: Any, member: Any, group: str, port: int, again: bool = False
) -> socket.socket:
    shown = f'listen_to(member, "{group}", {port})'
    running = tale.start(listen_to, member, group, port, shown=shown)
    error = running.error()
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE and again:
        tale.fail(
            "{shown} a second time, on the same host, raised {strerror}:\n"
            "set SO_REUSEADDR before bind(), and both programs may have the port",
            shown=shown,
            strerror=error.strerror,
        )
    if isinstance(error, OSError) and error.errno == errno.EINVAL:
        tale.fail(
            "{shown} raised {strerror}: a membership is the group's four bytes first,\n"
            "then those of the host's own address, which says on which interface",
            shown=shown,
            strerror=error.strerror,
        )
    if isinstance(error, OSError) and error.errno == errno.EPROTO:
        tale.fail(
            "{shown} raised {strerror}: only datagram sockets have groups;\n"
            "host.socket() without type=SOCK_DGRAM is one for TCP",
            shown=shown,
            strerror=error.strerror,
        )
    found = running.finish()
    if not isinstance(found, socket.socket):
        tale.fail("{shown} should return the socket, but returned {found!r}", shown=shown, found=found)
    if not isinstance(found, HostSocket):
        tale.keep(found)
        tale.fail(
            "{shown} returned a socket of this computer, and the cable is the host's:\n"
            "make it with host.socket(type=SOCK_DGRAM)",
            shown=shown,
        )
    if found.fileno() < 0:
        tale.fail(
            "{shown} returned a socket that is closed; a member that closes has left the group", shown=shown
        )
    if again:
        tale.did("{shown}, a second time on the same host", shown=shown)
    else:
        tale.did("{shown}", shown=shown)
    return found


def _gets(tale: Tale, sender: Any, member: Any, socks: dict[str, Any], group: str, port: int) -> None:
    sender.sendto(b"tick", (group, port))
    for who, sock in socks.items():
        heard = hear(sock)
        if heard is None:
            tale.fail(
                "b'tick' went to {group}, port {port}, but {who} got nothing in {seconds:g} s:\n{why}",
                group=group,
                port=port,
                who=who,
                seconds=PATIENCE_S,
                why=_why_deaf(sock, member, group, port),
            )
        if heard != b"tick":
            tale.fail(
                "b'tick' went to {group}, port {port}, but {who} got {heard!r}",
                group=group,
                port=port,
                who=who,
                heard=heard,
            )
    each = say("{who} got it", who=who) if len(socks) == 1 else say("both programs got it")
    tale.did("b'tick' went to {group}, port {port}: {each}", group=group, port=port, each=each)


def _why_deaf(sock: Any, member: Any, group: str, port: int) -> str:
    address, bound = sock.getsockname()
    if bound != port:
        return say("the socket is bound to port {bound}", bound=bound)
    if (peer := _peer(sock)) is not None:
        return say(
            "the socket is connected to {peer}, and hears only what that address sends;\n"
            "a group sends nothing: leave connect() out",
            peer=peer,
        )
    if address not in ("0.0.0.0", group):
        return say(
            "the socket is bound to {address}, and Linux gives it only what was sent to that address;\n"
            'this was sent to the group: bind to "" (any address)',
            address=address,
        )
    devices = memberships(member).get(group, [])
    if not devices:
        return say("the host is no member of that group: IP_ADD_MEMBERSHIP, on the socket that you return")
    if "eth0" not in devices:
        return say(
            "the host has joined on {device}, and the cable is on eth0: the second half of a\n"
            "membership is the address of the interface, here host.address",
            device=devices[0],
        )
    return say("the host is a member, the port is right; is another socket the one that you return?")


def _peer(sock: Any) -> str | None:
    try:
        return sock.getpeername()[0]
    except OSError:  # not connected
        return None


EXERCISE = Exercise(
    id="join-the-feed",
    title="Mend a receiver that gets nothing",
    story=_join_the_feed,
    hints=(
        "A datagram goes to the sockets whose address and port it was sent to. To which address was this one"
        " sent? And who else on the host may want the same port?",
        "Two lines: bind() names the wrong address, and one setsockopt() is missing before it.",
        'sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1), then sock.bind(("", port))',
    ),
    needs_network=True,
    steps=6,
    given=1,
)

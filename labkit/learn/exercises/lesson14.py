"""Exercises of lesson 14, "Multicast"."""

from __future__ import annotations

import errno
import re
import socket
import time
from typing import Any

from labkit.learn.exercises import lesson14_because, lesson14_quiz
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.tale import Running, Tale
from labkit.sockets.hostsocket import HostSocket
from labkit.wire.faults import Drop, Duplicate, Reorder

LESSON = "14"

BECAUSE = lesson14_because.BECAUSE
QUIZZES = lesson14_quiz.QUIZZES

GROUP, PORT = "239.1.2.3", 5007

_PATIENCE_S = 1.0


def _member(tale: Tale, host: Any) -> Any:
    """A socket of the checker's own that is a member of the group."""
    sock = tale.keep(host.socket(type=socket.SOCK_DGRAM))
    sock.bind(("", PORT))
    membership = socket.inet_aton(GROUP) + socket.inet_aton(host.address)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
    sock.settimeout(_PATIENCE_S)
    return sock


def _hear(sock: Any) -> bytes | None:
    """The next datagram, None when none comes."""
    sock.settimeout(_PATIENCE_S)
    try:
        return sock.recv(2000)
    except TimeoutError:
        return None


# --- a receiver that gets nothing ---------------------------------------------------------------------------


class _Lender:
    """A host whose sockets are closed when the story ends, those that the learner's code left open too."""

    def __init__(self, tale: Tale, host: Any):
        self._tale, self._host = tale, host

    def socket(self, *arguments: Any, **named: Any) -> Any:
        return self._tale.keep(self._host.socket(*arguments, **named))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)


def _join_the_feed(tale: Tale, listen_to: Any) -> None:
    net = tale.network("feed", "member", delay_ms=1)
    feed, member = net.hosts
    member = _Lender(tale, member)
    sender = tale.keep(feed.socket(type=socket.SOCK_DGRAM))
    first = _listening(tale, listen_to, member, GROUP, PORT)
    _gets(tale, sender, member, {"the program": first}, GROUP, PORT)
    second = _listening(tale, listen_to, member, GROUP, PORT, again=True)
    _gets(tale, sender, member, {"the first program": first, "the second": second}, GROUP, PORT)
    other = _listening(tale, listen_to, member, "239.9.8.7", 6000)
    _gets(tale, sender, member, {"the program": other}, "239.9.8.7", 6000)


def _listening(
    tale: Tale, listen_to: Any, member: Any, group: str, port: int, again: bool = False
) -> socket.socket:
    shown = f'listen_to(member, "{group}", {port})'
    running = tale.start(listen_to, member, group, port, shown=shown)
    error = running.error()
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE and again:
        tale.fail(
            f"{shown} a second time, on the same host, raised {error.strerror}:\n"
            "set SO_REUSEADDR before bind(), and both programs may have the port"
        )
    if isinstance(error, OSError) and error.errno == errno.EINVAL:
        tale.fail(
            f"{shown} raised {error.strerror}: a membership is the group's four bytes first,\n"
            "then those of the host's own address, which says on which interface"
        )
    if isinstance(error, OSError) and error.errno == errno.EPROTO:
        tale.fail(
            f"{shown} raised {error.strerror}: only datagram sockets have groups;\n"
            "host.socket() without type=SOCK_DGRAM is one for TCP"
        )
    found = running.finish()
    if not isinstance(found, socket.socket):
        tale.fail(f"{shown} should return the socket, but returned {found!r}")
    if not isinstance(found, HostSocket):
        tale.keep(found)
        tale.fail(
            f"{shown} returned a socket of this computer, and the cable is the host's:\n"
            "make it with host.socket(type=SOCK_DGRAM)"
        )
    if found.fileno() < 0:
        tale.fail(f"{shown} returned a socket that is closed; a member that closes has left the group")
    tale.did(shown + (", a second time on the same host" if again else ""))
    return found


def _gets(tale: Tale, sender: Any, member: Any, socks: dict[str, Any], group: str, port: int) -> None:
    sender.sendto(b"tick", (group, port))
    for who, sock in socks.items():
        heard = _hear(sock)
        if heard is None:
            tale.fail(
                f"b'tick' went to {group}, port {port}, but {who} got nothing in {_PATIENCE_S:g} s:\n"
                + _why_deaf(sock, member, group, port)
            )
        if heard != b"tick":
            tale.fail(f"b'tick' went to {group}, port {port}, but {who} got {heard!r}")
    each = f"{who} got it" if len(socks) == 1 else "both programs got it"
    tale.did(f"b'tick' went to {group}, port {port}: {each}")


def _why_deaf(sock: Any, member: Any, group: str, port: int) -> str:
    address, bound = sock.getsockname()
    if bound != port:
        return f"the socket is bound to port {bound}"
    if (peer := _peer(sock)) is not None:
        return (
            f"the socket is connected to {peer}, and hears only what that address sends;\n"
            "a group sends nothing: leave connect() out"
        )
    if address not in ("0.0.0.0", group):
        return (
            f"the socket is bound to {address}, and Linux gives it only what was sent to that address;\n"
            'this was sent to the group: bind to "" (any address)'
        )
    devices = _memberships(member).get(group, [])
    if not devices:
        return "the host is no member of that group: IP_ADD_MEMBERSHIP, on the socket that you return"
    if "eth0" not in devices:
        return (
            f"the host has joined on {devices[0]}, and the cable is on eth0: the second half of a\n"
            "membership is the address of the interface, here host.address"
        )
    return "the host is a member, the port is right; is another socket the one that you return?"


def _peer(sock: Any) -> str | None:
    try:
        return sock.getpeername()[0]
    except OSError:  # not connected
        return None


def _memberships(host: Any) -> dict[str, list[str]]:
    """{group: the interfaces on which the host is a member}, from the kernel's own table."""
    found: dict[str, list[str]] = {}
    device = ""
    for line in host.core.proc_net(host.name, "igmp").splitlines()[1:]:
        words = line.split()
        if not line.startswith("\t"):
            device = words[1]
        else:
            group = socket.inet_ntoa(bytes.fromhex(words[0])[::-1])
            found.setdefault(group, []).append(device)
    return found


JOIN_THE_FEED = Exercise(
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
)


# --- the sender, to be put in order -------------------------------------------------------------------------


def _publish(tale: Tale, publish: Any) -> None:
    net = tale.network("feed", "ann", "ben", delay_ms=1)
    feed, ann, ben = net.hosts
    socks = {"ann": _member(tale, ann), "ben": _member(tale, ben)}
    net.link.faults = [Drop(to="ben", port=PORT, nth=2)]
    sender = tale.keep(feed.socket(type=socket.SOCK_DGRAM))
    sender.bind((feed.address, 40000))
    tale.did("ann and ben have joined; the wire will lose the second datagram on its way to ben")
    running = tale.start(
        publish, sender, [b"red", b"green", b"blue"], (GROUP, PORT), shown="publish(sock, texts, group)"
    )
    everything = [b"data 1 red", b"data 2 green", b"data 3 blue", b"end 3"]
    _hears(tale, running, socks["ann"], "ann", everything)
    _hears(tale, running, socks["ben"], "ben", everything[:1] + everything[2:])
    socks["ben"].sendto(b"nack 2", (feed.address, 40000))
    tale.did("ben asks for number 2 again: b'nack 2'")
    for name, sock in socks.items():
        _hears(tale, running, sock, name, everything[1:2])
    socks["ben"].sendto(b"stop", (feed.address, 40000))
    running.finish(_PATIENCE_S)
    tale.did("told to stop, publish returned")


def _hears(tale: Tale, running: Any, sock: Any, name: str, wanted: list[bytes]) -> None:
    heard = []
    for expected in wanted:
        got = _hear(sock)
        if got is None and tale.calls[-1].error is not None:
            running.finish(_PATIENCE_S)
        if got is None:
            tale.fail(f"{name} has {heard} and waits for {expected!r}, but nothing came")
        heard.append(got)
        if got != expected:
            tale.fail(f"{name} should get {expected!r} next, but got {got!r}")
    tale.did(f"{name} got {', '.join(map(repr, heard))}")


REPAIR_SERVICE = Parsons(
    id="repair-service",
    title="a sender that numbers its messages and sends again what is asked for",
    lines=(
        "def publish(sock, texts, group):",
        "    for number, text in enumerate(texts, 1):",
        '        sock.sendto(b"data %d %b" % (number, text), group)',
        '    sock.sendto(b"end %d" % len(texts), group)',
        '    while (request := sock.recvfrom(100)[0]) != b"stop":',
        '        number = int(request.removeprefix(b"nack "))',
        '        sock.sendto(b"data %d %b" % (number, texts[number - 1]), group)',
    ),
    extra=(
        '        sock.sendto(b"data %d %b" % (number, texts[number]), group)',
        "    sock.connect(group)",
    ),
    name="publish",
    story=_publish,
    hints=(
        "Send everything, say how much it was, and only then listen for complaints. A connected datagram"
        " socket hears only whom it is connected to.",
        "The messages count from 1, a list counts from 0. Two lines do not belong.",
        "for, data, end, while, number, data again with texts[number - 1]",
    ),
    needs_network=True,
)


# --- a receiver that asks for what it lacks -----------------------------------------------------------------


def _collect(tale: Tale, collect: Any) -> None:
    net = tale.network("feed", "member", delay_ms=1)
    this = dict(sender="feed", protocol="udp")
    for lost, count, faults in (
        ("nothing is lost", 3, []),
        ("number 3 of 5 is lost", 5, [Drop(nth=3, **this)]),
        ("number 1 is lost", 3, [Drop(nth=1, **this)]),
        ("numbers 2 and 3 are lost", 4, [Drop(nth=(2, 3), **this)]),
        ("the last one, number 4, is lost", 4, [Drop(nth=4, **this)]),
        ("number 2 of 12 is lost", 12, [Drop(nth=2, **this)]),
        ("number 2 arrives twice", 3, [Duplicate(nth=2, **this)]),
        ("number 2 arrives after number 3", 4, [Reorder(nth=2, **this)]),
        ("number 2 is lost, and when it is sent again, lost again", 3, [Drop(nth=(2, 5), **this)]),
    ):
        _round(tale, collect, net, lost, count, faults)


def _round(tale: Tale, collect: Any, net: Any, lost: str, count: int, faults: list) -> None:
    """One feed of *count* messages, with what the wire does to it."""
    feed, member = net.hosts
    sock, sender = _member(tale, member), tale.keep(feed.socket(type=socket.SOCK_DGRAM))
    sock.settimeout(None)
    texts = [b"text %d" % number for number in range(1, count + 1)]
    net.link.faults = faults
    with net.capture() as trace:
        running = tale.start(collect, sock, shown="collect(sock)")
        for number in range(1, count + 1):
            sender.sendto(_data(texts, number), (GROUP, PORT))
        sender.sendto(b"end %d" % count, (GROUP, PORT))
        ends = 1 + _serve(tale, running, sender, texts, lost)
    if not running.done:
        tale.fail(
            f"{lost}: collect(sock) was still not done after {_PATIENCE_S:g} s;\n{_stuck(trace, count)}"
        )
    found = running.finish()
    if found != texts:
        tale.fail(
            f"{lost}: collect(sock) should return {texts},\nbut returned {found!r}" + _wrong(found, texts)
        )
    asked = _asked(trace)
    if asked and not faults:
        tale.fail(f"{lost}, but the sender was asked for number {asked[0]}: ask for what is missing only")
    for number in sorted(set(asked)):
        if asked.count(number) > ends + 2:
            tale.fail(
                f"{lost}: the sender was asked for number {number} {asked.count(number)} times;\n"
                "the first request needs time to be answered: ask once, and again only when `end` comes again"
            )
    again = f", asked for {_list(sorted(set(asked)))}" if asked else ""
    tale.did(f"{lost}{again}: collect(sock) returned all {count} in order")
    sock.close()


def _serve(tale: Tale, running: Running, sender: Any, texts: list[bytes], lost: str) -> int:
    """Send again what is asked for, and `end` when nothing is, until collect is done; returns how many `end`."""
    ends, until = 0, time.monotonic() + _PATIENCE_S
    sender.settimeout(0.1)
    while not running.done and time.monotonic() < until:
        try:
            request = sender.recv(2000)
        except TimeoutError:
            sender.sendto(b"end %d" % len(texts), (GROUP, PORT))
            ends += 1
            continue
        found = re.fullmatch(rb"nack (\d{1,9})", request)
        if found is None:
            tale.fail(f"{lost}: the sender got {request!r}; a request for number 3 is b'nack 3'")
        number = int(found[1])
        if not 1 <= number <= len(texts):
            tale.fail(f"{lost}: the sender was asked for number {number}; there are 1 to {len(texts)}")
        sender.sendto(_data(texts, number), (GROUP, PORT))
    return ends


def _data(texts: list[bytes], number: int) -> bytes:
    return b"data %d %b" % (number, texts[number - 1])


def _asked(trace: Any) -> list[int]:
    """The numbers that the member asked the sender for, in order."""
    requests = [
        re.fullmatch(rb"nack (\d{1,9})", datagram.payload)
        for datagram in trace.datagrams
        if datagram.source == "member" and datagram.dst != GROUP
    ]
    return [int(found[1]) for found in requests if found]


def _stuck(trace: Any, count: int) -> str:
    came = {
        int(datagram.payload.split(b" ", 2)[1])
        for datagram in trace.datagrams
        if datagram.source == "feed" and datagram.delivered and datagram.payload.startswith(b"data ")
    }
    missing = set(range(1, count + 1)) - came
    asked = _asked(trace)
    if any(datagram.source == "member" and datagram.dst == GROUP for datagram in trace.datagrams):
        return "a request went to the group: send it to the sender, whose address recvfrom() gives"
    if missing - set(asked):
        return (
            f"{_list(sorted(missing - set(asked)))} never came, and the sender was asked for "
            f"{_list(sorted(set(asked))) or 'nothing'}: `end {count}` says how many there are"
        )
    if missing:
        return (
            f"{_list(sorted(missing))} was asked for, and the answer was lost as well;\n"
            f"the sender repeats `end {count}` when it hears nothing: then ask again"
        )
    return f"all {count} came, and `end {count}` too: that is the moment to return"


def _wrong(found: Any, texts: list[bytes]) -> str:
    if not isinstance(found, list):
        return ":\na list of bytes, one for each message"
    if len(found) == len(texts) and all(text == b"text" for text in found):
        return ":\na text may hold blanks: packet.split(b' ', 2)"
    if found == sorted(texts) != texts:
        return ":\nnumbers are in order as int, not as text: 10 comes after 9"
    if len(found) > len(texts):
        return ":\na message that comes twice counts once"
    if len(found) < len(texts):
        return ":\n`end` says how many there are, not that you have them all"
    if sorted(found) == sorted(texts):
        return ":\nin order of their numbers, not of their arrival"
    return ""


def _list(numbers: list[int]) -> str:
    return " and ".join(f"number {number}" for number in numbers)


COLLECT = Exercise(
    id="collect",
    title="Ask for what is missing",
    story=_collect,
    hints=(
        "You know that something is missing when a number above it comes: another message's, or the one in"
        " `end`. Keep what came by its number, and the numbers that you have asked for.",
        "After each datagram look at all numbers from 1 up to its own: those that you neither have nor have"
        " asked for are asked for now, from the address that recvfrom() gave. `end` makes you forget what"
        " you asked for.",
        "packet, source = sock.recvfrom(2000), and word, number, *text = packet.split(b' ', 2);\n"
        "  then `for missing in range(1, int(number) + 1)`, and\n"
        "  `sock.sendto(b'nack %d' % missing, source)`; the loop ends when len(texts) == total",
    ),
    needs_network=True,
)

EXERCISES = (JOIN_THE_FEED, COLLECT)
ORDERS = (REPAIR_SERVICE,)

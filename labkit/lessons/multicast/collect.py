"""Collect a feed, and ask for what was lost."""

from __future__ import annotations

import re
import socket
import time
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Running, Tale
from labkit.lessons.multicast.feed import GROUP, PATIENCE_S, PORT, join
from labkit.wire.faults import Drop, Duplicate, Reorder
from labkit.words import look_up, say

ASKS_S = 0.1  # who wants to ask does it by then


def _collect(tale: Tale, collect: Any) -> None:
    net = tale.network("feed", "member", delay_ms=1)
    this: dict[str, Any] = dict(sender="feed", protocol="udp")
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
        _round(tale, collect, net, look_up(lost), count, faults)


def _round(tale: Tale, collect: Any, net: Any, lost: str, count: int, faults: list) -> None:
    """One feed of *count* messages, with what the wire does to it."""
    feed, member = net.hosts
    sock, sender = join(tale, member), tale.keep(feed.socket(type=socket.SOCK_DGRAM))
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
            "{lost}: collect(sock) was still not done after {patience_s:g} s;\n{why}",
            lost=lost,
            patience_s=PATIENCE_S,
            why=_stuck(trace, count),
        )
    found = running.finish()
    if found != texts:
        tale.fail(
            "{lost}: collect(sock) should return {texts},\nbut returned {found!r}{why}",
            lost=lost,
            texts=texts,
            found=found,
            why=_wrong(found, texts),
        )
    asked = _asked(trace)
    if asked and not faults:
        tale.fail(
            "{lost}, but the sender was asked for number {asked}: ask for what is missing only",
            lost=lost,
            asked=asked[0],
        )
    for number in sorted(set(asked)):
        if asked.count(number) > ends + 2:
            tale.fail(
                "{lost}: the sender was asked for number {number} {times} times;\n"
                "the first request needs time to be answered: ask once, and again only when `end` comes again",
                lost=lost,
                number=number,
                times=asked.count(number),
            )
    again = say(", asked for {numbers}", numbers=_list(sorted(set(asked)))) if asked else ""
    tale.did(
        "{lost}{again}: collect(sock) returned all {count} in order", lost=lost, again=again, count=count
    )
    sock.close()


def _serve(tale: Tale, running: Running, sender: Any, texts: list[bytes], lost: str) -> int:
    """Send again what is asked for, and `end` when nothing is, until collect is done; returns how many `end`."""
    ends, begun = 0, time.monotonic()
    sender.settimeout(ASKS_S)
    while not running.done and time.monotonic() - begun - tale.pulse.still(begun) < PATIENCE_S:
        waits = time.monotonic()
        try:
            request = sender.recv(2000)
        except TimeoutError:
            if tale.pulse.still(waits) < ASKS_S / 2:  # else what was asked for may be under way
                sender.sendto(b"end %d" % len(texts), (GROUP, PORT))
                ends += 1
            continue
        found = re.fullmatch(rb"nack (\d{1,9})", request)
        if found is None:
            tale.fail(
                "{lost}: the sender got {request!r}; a request for number 3 is b'nack 3'",
                lost=lost,
                request=request,
            )
        number = int(found[1])
        if not 1 <= number <= len(texts):
            tale.fail(
                "{lost}: the sender was asked for number {number}; there are 1 to {texts_count}",
                lost=lost,
                number=number,
                texts_count=len(texts),
            )
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
        return say("a request went to the group: send it to the sender, whose address recvfrom() gives")
    if missing - set(asked):
        return say(
            "{missing} never came, and the sender was asked for {asked}: `end {count}` says how many there are",
            missing=_list(sorted(missing - set(asked))),
            asked=_list(sorted(set(asked))) or say("nothing"),
            count=count,
        )
    if missing:
        return say(
            "{missing} was asked for, and the answer was lost as well;\n"
            "the sender repeats `end {count}` when it hears nothing: then ask again",
            missing=_list(sorted(missing)),
            count=count,
        )
    return say("all {count} came, and `end {count}` too: that is the moment to return", count=count)


def _wrong(found: Any, texts: list[bytes]) -> str:
    if not isinstance(found, list):
        return say(":\na list of bytes, one for each message")
    if len(found) == len(texts) and all(text == b"text" for text in found):
        return say(":\na text may hold blanks: packet.split(b' ', 2)")
    if found == sorted(texts) != texts:
        return say(":\nnumbers are in order as int, not as text: 10 comes after 9")
    if len(found) > len(texts):
        return say(":\na message that comes twice counts once")
    if len(found) < len(texts):
        return say(":\n`end` says how many there are, not that you have them all")
    if sorted(found) == sorted(texts):
        return say(":\nin order of their numbers, not of their arrival")
    return ""


def _list(numbers: list[int]) -> str:
    return say(" and ").join(say("number {number}", number=number) for number in numbers)


EXERCISE = Exercise(
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
    place=2,
    steps=9,
)

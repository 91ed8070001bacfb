"""Put a publisher in order that repairs what was lost."""

from __future__ import annotations

import socket
from typing import Any

from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.tale import Tale
from labkit.lessons.multicast.feed import GROUP, PATIENCE_S, PORT, hear, join
from labkit.wire.faults import Drop


def _publish(tale: Tale, publish: Any) -> None:
    net = tale.network("feed", "ann", "ben", delay_ms=1)
    feed, ann, ben = net.hosts
    socks = {"ann": join(tale, ann), "ben": join(tale, ben)}
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
    running.finish(PATIENCE_S)
    tale.did("told to stop, publish returned")


def _hears(tale: Tale, running: Any, sock: Any, name: str, wanted: list[bytes]) -> None:
    heard: list[bytes] = []
    for expected in wanted:
        got = hear(sock)
        if got is None and tale.calls[-1].error is not None:
            running.finish(PATIENCE_S)
        if got is None:
            tale.fail(
                "{name} has {heard} and waits for {expected!r}, but nothing came",
                name=name,
                heard=heard,
                expected=expected,
            )
        heard.append(got)
        if got != expected:
            tale.fail(
                "{name} should get {expected!r} next, but got {got!r}", name=name, expected=expected, got=got
            )
    tale.did("{name} got {heard}", name=name, heard=", ".join(map(repr, heard)))


EXERCISE = Parsons(
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

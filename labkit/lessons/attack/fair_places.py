"""Exercise, a bug hunt: the limit of connections for each client, which one client walks around."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import NotStarted, Tale
from labkit.words import say

MOST = 3


class Calling:
    """A learner's limiter, and the story's clients who come and go."""

    def __init__(self, tale: Tale, places: Callable[..., Any]) -> None:
        self.tale = tale
        self.places = tale.call(places, MOST, shown=f"FairPlaces({MOST})")

    def come(self, peers: list[tuple[Any, ...]], wanted: list[bool], words: str, why: str) -> None:
        """These call, one after the other; which of them should be let in, and why."""

        def all_of_them() -> list[Any]:
            return [self.places.enters(peer) for peer in peers]

        found = self.tale.call(all_of_them, shown="enters(peer)")
        if [bool(each) for each in found] != wanted:
            self.tale.fail(
                "{who}: {wanted} of them should be let in, in this order {right}, but it was {found}:\n{why}",
                who=words,
                wanted=sum(wanted),
                right=wanted,
                found=found,
                why=why,
            )
        self.tale.did("{who}: {wanted} let in", who=words, wanted=sum(wanted))

    def go(self, peers: list[tuple[Any, ...]]) -> None:
        """These, who were let in, hang up."""

        def all_of_them() -> None:
            for peer in peers:
                self.places.leaves(peer)

        self.tale.call(all_of_them, shown="leaves(peer)")


def _from(address: str, *ports: int) -> list[tuple[Any, ...]]:
    tail = (0, 0) if ":" in address else ()
    return [(address, port, *tail) for port in ports]


def _story(tale: Tale, places: Callable[..., Any]) -> None:
    if isinstance(places, type) and not any(map(callable, vars(places).values())):
        raise NotStarted  # it is its base class still
    calling = Calling(tale, places)
    first = _from("10.0.0.2", 40_000, 40_001, 40_002, 40_003)
    calling.come(
        first,
        [True, True, True, False],
        say("10.0.0.2 calls four times, each from another port"),
        say(
            "accept() gives (address, port), and a client has as many ports as it likes; what stays the same?"
        ),
    )
    calling.come(
        _from("10.0.0.1", 40_000), [True], say("10.0.0.1 calls"), say("each client has its own three")
    )
    calling.go(first[:2])
    calling.come(
        _from("10.0.0.2", 40_004, 40_005, 40_006),
        [True, True, False],
        say("two of 10.0.0.2's three hang up, and it calls three times"),
        say("one is still there; who was refused holds no place, and must not be counted as one who does"),
    )
    calling.come(
        [*_from("::ffff:10.0.0.2", 40_007), *_from("::ffff:10.0.0.9", 1)],
        [False, True],
        say(
            "10.0.0.2 calls the listener for IPv6, which sees it as ::ffff:10.0.0.2; then ::ffff:10.0.0.9 does"
        ),
        say(
            "that is an IPv4 address in IPv6's clothes (RFC 4291, section 2.5.5.2): of an IPv6 address of ipaddress"
            " the attribute ipv4_mapped is the IPv4 address in it, or None"
        ),
    )
    six = [_from(f"2001:db8:0:7::{n:x}", 40_000)[0] for n in range(1, 6)]
    calling.come(
        [*six, *_from("2001:db8:0:8::1", 40_000)],
        [True, True, True, False, False, True],
        say(
            "one customer has 2001:db8:0:7::/64 and calls from five of its addresses; then the neighbour does, from"
            " 2001:db8:0:8::1"
        ),
        say(
            "whoever has IPv6 at home has a /64 at least, with 2**64 addresses: count the network, not the address"
        ),
    )
    crowd = [_from(f"10.1.{n // 250}.{n % 250 + 1}", 40_000)[0] for n in range(2000)]

    def come_and_go() -> None:
        for peer in crowd:
            calling.places.enters(peer)
            calling.places.leaves(peer)

    before = _held(calling.places)
    tale.call(come_and_go, shown="enters(peer), leaves(peer)")
    if _held(calling.places) > before + 100:
        tale.fail(
            "2,000 clients call once, and hang up; it still remembers {n} of them:\n"
            "who can call from many addresses fills your memory; forget who holds no place",
            n=_held(calling.places) - before,
        )
    tale.did("2,000 clients call once, and hang up: none is remembered")


def _held(places: Any) -> int:
    """How much is in what it keeps: of dicts, lists and sets."""
    kept = [each for each in vars(places).values() if isinstance(each, (dict, list, set))]
    return sum(map(len, kept))


EXERCISE = Exercise(
    "fair-places",
    "Find the bug: the limit that one client walks around",
    _story,
    hints=(
        "What does `peer` hold, and which part of it can a client choose anew for each call? Then: what does a call"
        " that was refused leave behind, and one that is over?",
        "Let a function say who a client is: ipaddress.ip_address(peer[0]); its ipv4_mapped, if it has one; for IPv6"
        " the network of 64 bits. In enters() count only whom you let in, and in leaves() delete what has come to 0.",
        "def who(self, peer):\n"
        "      address = ip_address(peer[0].partition('%')[0])\n"
        "      address = getattr(address, 'ipv4_mapped', None) or address\n"
        "      return address if address.version == 4 else ip_network((address, 64), strict=False)",
    ),
    points=2,
    place=2,
    steps=6,
)

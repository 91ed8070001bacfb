"""Find what is wrong in three networks, and mend it."""

from __future__ import annotations

import contextlib
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.middle.broken import broken, called

_ANSWER = "b'hello'"
_WITHIN = 3.0  # seconds


def _three_networks(tale: Tale, mend: Any) -> None:
    for which in "abc":
        net = broken(which, tale.network)
        shown = f'mend(net, "{which}")'
        tale.call(mend, net, which, shown=shown)
        found = called(net, _WITHIN)
        if found != _ANSWER and not any(route.via for route in net.client.routes):
            tale.fail(
                "{shown}: now the client has no route to any other segment, and meets {found!r}:\n"
                "a route goes with the address through which its router is near; add the right address first, then take"
                " the other one away",
                shown=shown,
                found=found,
            )
        if found != _ANSWER:
            tale.fail(
                "{shown}: then the client calls the server, and should get b'hello', but met {found!r}",
                shown=shown,
                found=found,
            )
        _as_it_was_meant(tale, net, shown)
        tale.did("{shown}: the client calls the server, and gets b'hello'", shown=shown)


def _as_it_was_meant(tale: Tale, net: Any, shown: str) -> None:
    """Is the cause gone, and nothing else with it?"""
    if any(route.destination == "10.0.0.0/16" for route in net.client.routes):
        tale.fail(
            "{shown}: the server answers, and the client still believes that all of 10.0.0.0/16 is on its own"
            " segment:\nthe next host that it calls is where the server was; give it the address with the right"
            " length, and take the other one away",
            shown=shown,
        )
    for host in (net.client, net.printer, net.left, net.right):
        for address in (each.address for each in host.interfaces):
            with host.socket() as sock, contextlib.suppress(OSError):
                sock.bind((address, 0))
                continue
            tale.fail(
                "{shown}: the server answers, but {host} has lost its own address {address}:\n"
                "take away only what is wrong",
                shown=shown,
                host=host.name,
                address=address,
            )
    for route in net.right.routes:
        if route.destination == "10.0.1.0/24" and route.via not in ("", "10.0.2.1"):
            tale.fail("{shown}: the way back leads over {via}, not over left", shown=shown, via=route.via)


EXERCISE = Exercise(
    id="three-networks",
    title="Mend three networks",
    story=_three_networks,
    hints=(
        "Follow the packet. In a, where does it turn up last, and in which direction? In b, whom does the client ask"
        " for, and would you? In c, how many answer?",
        "a: print net.right.routes beside net.left.routes. b: print net.client.routes: which networks does it take"
        " for its own segment? c: whose address is 10.0.1.3, and who has no business with it?",
        'a: net.right.route_add("10.0.1.0/24", via="left")\n'
        '  b: net.client.address_add("10.0.1.1/24"); net.client.address_del("10.0.1.1/16")\n'
        '  c: net.printer.address_del("10.0.1.3/24")',
    ),
    needs_network=True,
    points=2,
    place=2,
    steps=3,
)

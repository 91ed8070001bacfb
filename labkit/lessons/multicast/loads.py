"""Bytes that one message to several members puts on the cables, by unicast and by multicast: measured, and drawn."""

from __future__ import annotations

import contextlib
import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from socket import SOCK_DGRAM
from typing import TYPE_CHECKING, Any

from labkit.lessons.multicast.datagrams import heard
from labkit.lessons.multicast.members import member
from labkit.network.network import Network
from labkit.plots import look
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GROUP, PORT, PAYLOAD = "239.192.2.3", 5007, bytes(1000)


def load(trace: Any) -> Counter[str]:
    """{host: bytes of datagrams on its cable}: a frame goes over its sender's, and over that of each who gets it."""
    cables: Counter[str] = Counter()
    for datagram in trace.datagrams:
        for host in (datagram.source, *[arrival.host for arrival in datagram.frame.arrivals]):
            cables[host] += datagram.frame.length
    return cables


def measure(names: Sequence[str], snooping: bool) -> list[tuple[Counter[str], Counter[str]]]:
    """The loads of 1,000 bytes to 1, 2, … members, by unicast to each and by one multicast.

    names     the hosts beside the sender, in the order in which they join
    snooping  does the switch send a group's frames to its members only?

    Raises RuntimeError when a member did not get both.
    """
    found = []
    with Network("sender", *names, snooping=snooping) as net, contextlib.ExitStack() as opened:
        source = opened.enter_context(net.sender.socket(type=SOCK_DGRAM))
        members: dict[str, Any] = {}
        for host in net.hosts[1:]:
            with net.capture() as trace:
                members[host.address] = opened.enter_context(member(host, GROUP, PORT))
                trace.wait_for(functools.partial(_sent_something, trace, host.name))
            loads = [_sent(net, source, targets) for targets in (list(members), [GROUP])]
            came = {address: len(heard(sock)) for address, sock in members.items()}
            if set(came.values()) != {2}:
                raise RuntimeError(
                    say("each member should have received 2 datagrams; received: {came}", came=came)
                )
            found.append((loads[0], loads[1]))
    return found


def break_even(loads: Sequence[tuple[Counter[str], Counter[str]]]) -> int | None:
    """From how many members on one multicast puts fewer bytes on all cables together; None if it never does.

    loads  as `measure` gives them
    """
    cheaper = [n for n, (unicast, multicast) in enumerate(loads, 1) if multicast.total() < unicast.total()]
    return min(cheaper, default=None)


def _sent_something(trace: Any, name: str) -> bool:
    return name in [frame.source for frame in trace.frames]


def _sent(net: Any, source: Any, targets: list[str]) -> Counter[str]:
    with net.capture() as trace:
        for target in targets:
            source.sendto(PAYLOAD, (target, PORT))
    return load(trace)


def plot_loads(ways: Mapping[str, Sequence[Counter[str]]]) -> Figure:
    """Draw the bytes on the sender's cable, and on all of them, over the number of members.

    ways  {way: the loads for 1, 2, … members}

    Returns the matplotlib Figure.  Raises ValueError when there is nothing to draw.
    """
    import matplotlib.pyplot as plt

    if not ways or not all(ways.values()):
        raise ValueError(say("there is nothing to draw: ways should be {{way: loads}}"))
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3), layout="constrained", sharey=True)
    for number, (way, loads) in enumerate(ways.items()):
        colour, counts = look.series_colour(number), range(1, len(loads) + 1)
        style = dict(marker="os^"[number % 3], markersize=8 - 2 * (number % 3), color=colour, label=way)
        left.plot(counts, [one["sender"] / 1000 for one in loads], **style)
        right.plot(counts, [one.total() / 1000 for one in loads], **style)
    left.set(title=say("the sender's cable"), ylabel=say("kB for 1,000 bytes to all"), ylim=(0, None))
    right.set(title=say("all cables together"))
    for ax in (left, right):
        look.bare(ax)
    look.legend(right, loc="upper left")
    figure.supxlabel(say("members"), fontsize="medium")
    return look.shown_once(figure)

"""`router.firewall(...)`: what comes from outside passes if somebody inside has asked for it, or a rule allows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from labkit.network.boxes.box import MiddleBox, check_idle, interface_on, packed, rejects
from labkit.network.boxes.rules import Allow
from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.boxes.box import Router


def firewall(
    router: Router,
    outside: str,
    allow: Iterable[Allow] = (),
    *,
    default: str = "drop",
    stateful: bool = True,
    idle_s: float | None = None,
) -> MiddleBox:
    """Put a firewall between a router and the segment that is outside; all its others are inside, and so is it itself.

    allow      what may begin from outside: [Allow(tcp=80, to="server")]
    default    what becomes of all else: "drop", silence, or "reject": a reset to TCP, an ICMP error to what is not
    stateful   it knows connections: who is inside may begin any, and its answers pass, with ICMP errors about it. Else
               all may leave, and of what arrives only what a rule allows, be it an answer
    idle_s     seconds without a packet after which a connection is forgotten; None: as of a NAT

    A TCP segment of a connection that it does not know (any more) gets the default in either direction. Behind a NAT on
    the same segment it sees inside addresses, as in Linux. Frames for groups and ICMPv6 for the link itself pass. A
    firewall put where there is one takes its place.  `router.conntrack()` is its table, `router.forget()` lets it
    forget, `remove()` takes it away.

    Raises ValueError for what names no such segment, and for rules that name no host of the network.
    """
    interface, reject = interface_on(router, outside), rejects("default", default)
    if isinstance(allow, Allow):
        raise ValueError(say("allow is a list of rules (got {got!r}); write allow=[{got!r}]", got=allow))
    rules = list(allow)
    for rule in rules:
        if not isinstance(rule, Allow):
            raise ValueError(
                say("a rule is an Allow (got {got!r}); write allow=[Allow(tcp=80, to='server')]", got=rule)
            )
    own = [(4, packed(interface.address))]
    own += [] if interface.address6 is None else [(6, packed(interface.address6))]
    router.core.cables.box(
        (router.name, outside),
        "firewall",
        [rule.as_message(router.core) for rule in rules],
        reject,
        bool(stateful),
        check_idle(idle_s),
        own,
    )
    words = say(
        "Firewall on {host}, {outside} outside: {default} but {allow}",
        host=router.name,
        outside=outside,
        default=default,
        allow=", ".join(map(repr, rules)) or say("for answers"),
    )
    return MiddleBox(router, "firewall", outside, words)

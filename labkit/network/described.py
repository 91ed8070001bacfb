"""A network in the words of the wire's process: `labkit.wire.building.Configuration`."""

from __future__ import annotations

from typing import Any

from labkit.network.plan import Plan
from labkit.network.settings import of_host


def described(plan: Plan, configuration: dict[str, Any]) -> dict[str, Any]:
    """The configuration with its hosts and segments, plain enough for marshal.

    configuration   that has `mtu`, {segment: bytes}, and all that is neither a host's nor a segment's
    """
    numbers = {segment: number for number, segment in enumerate(plan.layout)}
    hosts = []
    for name in plan.hosts:
        interfaces = plan.interfaces(name)
        plain = [
            (
                each.name,
                numbers[each.segment],
                each.address,
                each.address6,
                bytes.fromhex(each.mac.replace(":", "")),
            )
            for each in interfaces
        ]
        sysctls = of_host([each.name for each in interfaces], several=plan.several, ipv6=plan.ipv6)
        ways = [
            (route.destination, route.via) for ipv6 in (False, True) for route in plan.routes(name, ipv6=ipv6)
        ]
        nearest = bytes(plan.interfaces(other).index(plan.nearest(name, other)) for other in plan.hosts)
        hosts.append((name, plain, sysctls, ways, nearest))
    rest = {key: value for key, value in configuration.items() if key != "mtu"}
    made = {"hosts": hosts, "segments": list(configuration["mtu"].items())}
    return {**rest, **made, "plan": (plan.layout, plan.ipv6)}

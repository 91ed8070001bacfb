"""A case, made: services that run, and what is wrong with the network, told to none of the learner's objects."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from labkit.network.boxes.rules import Allow
from labkit.network.conditions import DEFAULTS
from labkit.wire.faults import Blackhole

if TYPE_CHECKING:
    from labkit.background.programs import Program
    from labkit.mysteries.drawing import Case
    from labkit.network.core import Core
    from labkit.network.network import Network

SERVICE = "labkit.mysteries.programs.service"
CALLER = "labkit.mysteries.programs.caller"
READY_S = 20
STORED = 60_000  # bytes
QUIET_S = 1.2  # longer than any NAT of a mystery remembers
LATE_MS = 15
HELD_S = 86_400


def well(port: int) -> dict[str, Any]:
    """What a service is told that nothing is wrong with."""
    return {
        "address": "0.0.0.0",
        "port": port,
        "accepts": True,
        "order": "big",
        "writes": 1,
        "think_s": 0,
        "room": 0,
        "rest_s": 0,
        "closes": True,
        "idle_s": 0,
        "stores": True,
        "together": True,
    }


def told(case: Case) -> dict[str, Any]:
    """What the service that is complained of is told."""
    wrong: dict[str, dict[str, Any]] = {
        "wrong-address": {"address": "127.0.0.1"},
        "wrong-port": {"port": case.port + int(case.number)},
        "not-accepting": {"accepts": False},
        "byte-order": {"order": "little"},
        "slow-program": {"think_s": case.number},
        "nagle": {"writes": 2},
        "slow-consumer": {"room": 8192, "rest_s": case.number},
        "never-closes": {"closes": False},
        "idle-timeout": {"idle_s": case.number},
        "closes-unread": {"stores": False},
        "one-at-a-time": {"together": False},
    }
    return well(case.port) | wrong.get(case.kind, {})


def call(case: Case, address: str) -> list[str]:
    """The command of whoever complains."""
    wrong = case.wrong
    size = STORED if wrong.task == "store" else 100 if wrong.times > 2 else case.size
    quiet = QUIET_S if case.kind in ("nat-forgets", "idle-timeout") else 0
    return _caller(address, case.port, wrong.task, wrong.times, size, quiet)


def _caller(*words: Any) -> list[str]:
    return [sys.executable, "-m", CALLER, *map(str, words)]


def hide(net: Network, core: Core, case: Case) -> list[Program]:
    """Start the services, and let what is wrong be wrong; returns the programs that run."""
    running = list(_started(net, case))
    for program in running:
        program.wait_for("listening", READY_S)
    router, kind = net["router"], case.kind
    if kind == "firewall-drops":
        router.firewall("lan", [Allow(icmp=True), Allow(tcp=True, to=case.other), *_others(case)])
    elif kind == "no-return-route":
        net[case.where].route_del("10.0.1.0/24")
    elif kind == "no-forwarding":
        router.sysctl("net.ipv4.ip_forward", 0)
    elif kind == "mtu-black-hole":
        sender = "router" if case.where == "lan" else case.server
        core.cables.set_faults(("cable", sender, case.where), [Blackhole(mtu=int(case.number))])
    elif kind == "nat-forgets":
        router.nat("lan", "wan", idle_s=case.number, late="drop")
    elif kind == "duplicate-address":
        net[case.other].address_add(f"{net[case.server].address}/24")
        cable = (case.server, "wan")  # whose answers to ARP come second
        core.cables.set_conditions(cable, {**DEFAULTS, "delay_ms": LATE_MS})
    elif kind == "one-at-a-time":
        running.append(
            net[case.other].spawn(_caller(net[case.server].address, case.port, "fetch", 2, 100, HELD_S))
        )
        running[0].wait_for("serving", READY_S)
    return running


def _others(case: Case) -> list[Allow]:
    """Other ports of the server that is complained of: whoever tries them is refused, and hears of it."""
    return [Allow(tcp=[22, 80, 443, case.port - 1, case.port + 1], to=case.server)]


def _started(net: Network, case: Case) -> Iterator[Program]:
    for host, orders in ((case.server, told(case)), (case.other, well(case.other_port))):
        program = net[host].spawn([sys.executable, "-m", SERVICE])
        program.stdin.write(json.dumps(orders) + "\n")
        program.stdin.close()
        yield program

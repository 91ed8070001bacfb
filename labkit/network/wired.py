"""Hosts in namespaces, and the wire between them: a running helper seen from the notebook."""

from __future__ import annotations

import os
import select
from typing import Any

from labkit.network import neighbours
from labkit.network.cables import WireCables
from labkit.network.conditions import Value
from labkit.network.core import Ending
from labkit.network.described import described
from labkit.network.helper import Client
from labkit.network.plan import Interface, Plan
from labkit.network.refused import warn_of_no_router, warn_of_refused
from labkit.running.forks import Home, home
from labkit.running.uninterrupted import uninterrupted
from labkit.sockets import guard, loops
from labkit.sockets.timeline import Timeline
from labkit.wire.fault import Fault
from labkit.wire.record import Reader


class WireCore:
    """The hosts that the helper holds: see `labkit.network.core.Core` for what each verb does."""

    def __init__(self, plan: Plan, configuration: dict[str, Any], joined: Client | None = None):
        self._plan = plan
        learns = configuration["arp"] and joined is None
        sizes = [len(members) for members in plan.layout.values()] if learns else []
        self.learning = sum(map(neighbours.learned, sizes))
        if self.learning:
            others = sum(getattr(core, "learning", 0) for core in guard.open_networks())
            neighbours.check(sizes, others, ipv6=plan.ipv6)
        asked = configuration if joined is not None else described(plan, configuration)
        self._settings = [*asked["sysctls"], *asked["hosts"][0][2]]
        self.client = joined or neighbours.made(lambda: Client(asked))
        self.timeline = Timeline()
        self.ending: list[Ending] = []
        self.names, self.layout = plan.hosts, plan.layout
        self.addresses = plan.addresses()
        self.ready: dict[str, Any] = self.client.ready
        self.stations = plan.stations()
        self.cables = WireCables(self.client, self.stations)
        self._index = {name: index for index, name in enumerate(self.names)}
        guard.watch(self)
        loops.know(self)

    @property
    def home(self) -> Home:
        return self.client.home

    @property
    def abandoned(self) -> list[tuple[Any, ...]]:
        return self.client.line.abandoned

    @property
    def closed(self) -> bool:
        return self.client.closed

    def close(self) -> None:
        self.client.close()

    def settled(
        self, conditions: dict[str, Value], faults: list[Fault]
    ) -> tuple[dict[str, Value], list[Fault]]:
        """All of it acts; warns where this machine keeps settings of its own."""
        warn_of_refused(self, self._settings)
        warn_of_no_router(self, list(filter(self._plan.forwards, self.names)), self._plan.ipv6)
        return conditions, faults

    def words(self, link: str) -> str:
        return link

    def interfaces(self, host: str) -> tuple[Interface, ...]:
        return self._plan.interfaces(host)

    def near(self, host: str) -> dict[str, str]:
        nearest = {name: self._plan.nearest(host, name) for name in self.names}
        return {
            address: name
            for name, each in nearest.items()
            for address in (each.address, each.address6)
            if address is not None
        }

    # -- the record of frames

    @property
    def record(self) -> Reader:
        return self.client.record

    def latest(self) -> Reader:
        return self.client.record  # the wire writes it as it goes

    def watch(self) -> WireWatch:
        return WireWatch(self.client)

    def capture_start(self, snap: int | None) -> tuple[int, dict[str, int]]:
        return self.client.ask("capture_start", snap)

    def capture_stop(self, settled: int | None) -> tuple[int, dict[str, int]] | None:
        return self.client.ask("capture_stop", settled)

    def capture_release(self) -> None:
        self.client.ask("capture_release")

    def catch_up(self) -> int:
        return self.client.ask("catch_up")

    def missed(self) -> int:
        return sum(self.client.ask("missed").values())

    # -- hosts

    def socket(self, host: str, family: int, kind: int, protocol: int) -> tuple[int, int | None]:
        """The port is None where the kernel was told (Linux 6.3 and later) and for sockets without ports."""
        arguments = (self._index[host], int(family), int(kind), int(protocol))
        port, (descriptor,) = self.client.ask("socket", *arguments, want_descriptors=True)
        return descriptor, port

    def socket_class(self) -> type:
        from labkit.sockets.hostsocket import HostSocket

        return HostSocket

    def another_port(self, host: str, family: int, kind: int) -> int:
        return self.client.ask("port", self._index[host], int(family), int(kind))

    def foreign_holder(self, port: int, protocol: str) -> str:
        return ""  # hosts are their own

    def spawn(
        self,
        host: str,
        argv: list[str],
        *,
        cwd: str,
        env: dict[str, str],
        stdin: int,
        stdout: int,
        stderr: int,
        status: int,
    ) -> int:
        return self.client.ask(
            "spawn",
            self._index[host],
            list(argv),
            cwd,
            dict(env),
            descriptors=[stdin, stdout, stderr, status],
        )

    def signal(self, pid: int, number: int) -> bool:
        return self.client.ask("signal", pid, int(number))

    def proc_net(self, host: str, name: str) -> str:
        with uninterrupted():
            _, (descriptor,) = self.client.ask(
                "open", self._index[host], f"/proc/self/net/{name}", want_descriptors=True
            )
            file = open(descriptor)  # noqa: SIM115 - below, and at once
        with file:
            return file.read()

    def sysctl(self, host: str, name: str, value: object = None) -> str:
        return self.client.ask("sysctl", self._index[host], name, value)

    def address(self, host: str, add: bool, address: str, interface: str) -> None:
        self.client.ask("address", self._index[host], add, address, interface)

    def route(self, host: str, add: bool, destination: str, via: str | None, interface: str | None) -> None:
        self.client.ask("route", self._index[host], add, destination, via, interface)


class WireWatch:
    """Waits for news on the wire without polling: an eventfd that the helper writes at every change."""

    def __init__(self, client: Client):
        self._client, self._home = client, home()
        self.descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        try:
            self._number = client.ask("watch", descriptors=[self.descriptor])
        except BaseException:
            os.close(self.descriptor)
            raise

    def wait(self, timeout: float) -> bool:
        """Wait for a change, `timeout` seconds at most; False when none came."""
        poll = select.poll()  # select() takes no descriptor above 1023
        poll.register(self.descriptor, select.POLLIN)
        ready = poll.poll(max(0, timeout) * 1000)
        self.clear()
        return bool(ready)

    def clear(self) -> None:
        """Forget what has come so far."""
        try:
            os.eventfd_read(self.descriptor)
        except BlockingIOError:  # nothing new
            return

    def signal(self) -> None:
        """Make the next `wait` return at once."""
        os.eventfd_write(self.descriptor, 1)

    def close(self) -> None:
        """Wait no more."""
        if self._home.here and not self._client.closed:
            self._client.ask("unwatch", self._number)
        os.close(self.descriptor)

    def abandon(self, abandoned: list[tuple[Any, ...]]) -> None:
        """As `close`, from the collector: what there is to ask is left to the next question."""
        abandoned.append(("unwatch", self._number))
        os.close(self.descriptor)

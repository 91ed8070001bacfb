"""What the hosts of one network share: the helper, the timeline, and whatever runs in the background.

Hosts, sockets, services and traces hold a Core, never the Network: when nobody holds any of them any more,
the Core goes, and the helper and its namespaces with it.
"""

from __future__ import annotations

import os
import select

from .timeline import Timeline
from .wire.client import Client


class Core:
    """A running helper seen from the notebook; operations name hosts, not numbers."""

    has_cables = True  # hosts of their own; not so in the modes loopback and recorded

    def __init__(self, configuration: dict):
        self.client = Client(configuration)
        self.timeline = Timeline()
        self.abandoned: list = []  # one None for each capture that was dropped without being stopped
        self.names = tuple(host[0] for host in configuration["hosts"])
        self.addresses = {}
        for name, address, address6, _ in configuration["hosts"]:
            self.addresses[address] = name
            if address6:
                self.addresses[address6] = name
        self.fault_names: dict[int, str] = {}  # number of a fault in the record: its repr
        self.ready = self.client.ready
        self._index = {name: index for index, name in enumerate(self.names)}

    @property
    def closed(self) -> bool:
        return self.client.closed

    def close(self) -> None:
        self.client.close()

    def address_of(self, host: str) -> str:
        """The host's IPv4 address."""
        return f"10.0.0.{self._index[host] + 1}"

    @property
    def record(self):
        """The wire's record. What has arrived anywhere is in it."""
        return self.client.record

    def watch(self) -> Watch:
        """Waits for news on the wire; close it."""
        return Watch(self)

    def socket_class(self):
        """What a descriptor of `socket()` is wrapped in."""
        from .sockets import HostSocket

        return HostSocket

    def foreign_holder(self, port: int, protocol: str) -> str:
        """Who holds a port of a host although no socket of the host does: nobody, hosts are their own."""
        return ""

    def socket(self, host: str, family: int, kind: int, protocol: int) -> tuple[int, int | None]:
        """A descriptor of a new socket in the host's network, and the port to bind to before it calls.

        The port is None where the kernel was told (Linux 6.3 and later) and for sockets without ports.
        """
        arguments = (self._index[host], int(family), int(kind), int(protocol))
        port, (descriptor,) = self.client.ask("socket", *arguments, want_descriptors=True)
        return descriptor, port

    def spawn(
        self,
        host: str,
        argv: list[str],
        *,
        cwd: str,
        env: dict,
        stdin: int,
        stdout: int,
        stderr: int,
        status: int,
    ) -> int:
        """Start a program on a host, with copies of these descriptors; returns its pid.

        When it ends, its wait status is written to `status` as a struct "<i". Raises FileNotFoundError or
        PermissionError when it cannot be executed.
        """
        return self.client.ask(
            "spawn",
            self._index[host],
            list(argv),
            cwd,
            dict(env),
            descriptors=[stdin, stdout, stderr, status],
        )

    def signal(self, pid: int, number: int) -> bool:
        """Send a signal to a program's process group; False when it has ended."""
        return self.client.ask("signal", pid, int(number))

    def proc_net(self, host: str, name: str) -> str:
        """The text of /proc/net/`name` as the host sees it."""
        _, (descriptor,) = self.client.ask(
            "open", self._index[host], f"/proc/self/net/{name}", want_descriptors=True
        )
        with open(descriptor) as file:
            return file.read()

    def sysctl(self, host: str, name: str, value=None) -> str:
        return self.client.ask("sysctl", self._index[host], name, value)

    def set_conditions(self, host: str, conditions: dict) -> None:
        self.client.ask("conditions", self._index[host], conditions)

    def set_faults(self, host: str | None, faults) -> None:
        """Set the faults of one host's link, or of the network (None)."""
        numbers = self.client.ask(
            "faults", None if host is None else self._index[host], [fault.as_message() for fault in faults]
        )
        self.fault_names.update(zip(numbers, map(repr, faults), strict=True))

    def fault_counts(self, host: str | None) -> list[tuple[int, int]]:
        """(frames matched, frames hit) of each fault."""
        counts = self.client.ask("fault_counts", None if host is None else self._index[host])
        return [(matched, hit) for _, matched, hit in counts]

    def missed(self) -> int:
        """Frames that the ports have lost since the network was made."""
        return sum(self.client.ask("missed").values())

    def counters(self) -> tuple[int, list[dict]]:
        """(monotonic ns, what became of each host's frames so far): see `labkit.wire.tally`."""
        return self.client.ask("counters")

    def inject(self, host: str, frame: bytes) -> None:
        """Put an Ethernet frame on the wire as if the host had sent it."""
        self.client.ask("inject", self._index[host], bytes(frame))


class Watch:
    """Waits for news on the wire without polling: an eventfd that the helper writes at every change."""

    def __init__(self, core: Core):
        self._core = core
        self.descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._number = core.client.ask("watch", descriptors=[self.descriptor])

    def wait(self, timeout: float) -> bool:
        """Wait for a change, `timeout` seconds at most; False when none came."""
        poll = select.poll()  # select() takes no descriptor above 1023
        poll.register(self.descriptor, select.POLLIN)
        ready = poll.poll(max(0, timeout) * 1000)
        self.clear()
        return bool(ready)

    def clear(self) -> None:
        try:
            os.eventfd_read(self.descriptor)
        except BlockingIOError:  # nothing new
            return

    def signal(self) -> None:
        """Make the next `wait` return at once."""
        os.eventfd_write(self.descriptor, 1)

    def close(self) -> None:
        if not self._core.closed:
            self._core.client.ask("unwatch", self._number)
        os.close(self.descriptor)

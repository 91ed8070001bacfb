"""Host: one host of a network."""

from __future__ import annotations

import re
import socket as _socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from labkit.network.boxes.boxes import Boxes
from labkit.network.core import ConditionsOf, Core
from labkit.network.link import Link, Links, link_of
from labkit.network.settings import CONGESTION, forwarding
from labkit.running.uninterrupted import uninterrupted
from labkit.sockets import place
from labkit.sockets.sending import key_of, send_places
from labkit.words import say

if TYPE_CHECKING:
    from labkit.background.completed import Completed
    from labkit.background.processes import Process
    from labkit.background.programs import Program
    from labkit.background.services import Service
    from labkit.background.tasks import Task
    from labkit.network.routes import Routes
    from labkit.sockets.counters import Counters
    from labkit.sockets.hostsocket import HostSocket
    from labkit.sockets.table import SocketTable


class Host(Boxes):
    """One host of a network: a kernel's network stack of its own, with an address, a cable and programs.

        with client:
            urllib.request.urlopen("http://server/")

    runs code on the host, a library's too, and closes nothing at its end: see `Host.__enter__`.

    interfaces   one for each segment that it is on; `address`, `address6` and `mac` are those of the first
    """

    def __init__(self, core: Core, number: int, name: str, conditions: ConditionsOf) -> None:
        self.core = core
        self.name = name
        self.number = number
        self.interfaces = core.interfaces(name)
        _, _, self.address, self.address6, self.mac = self.interfaces[0]
        self._key = key_of(self)
        self._link = link_of(core, name, conditions)

    @property
    def link(self) -> Link | Links:
        """The conditions on this host's cable, for what the host sends; `cut()` and `mend()`.

        Of a host on several segments, those on all of its cables; `host.link["wan"]` is one.
        """
        return self._link

    @property
    def forwards(self) -> bool:
        """Does it pass on packets that are for others?  It does if it is on several segments, until somebody sets its
        net.ipv4.ip_forward to 0."""
        return len(self.interfaces) > 1 and self.sysctl(forwarding(self.interfaces[0].name)) == "1"

    @property
    def routes(self) -> Routes:
        """Its table of routes, as the kernel has it now. See `labkit.network.routes`."""
        from labkit.network.routes import routes

        return routes(self)

    def route_add(self, destination: str, via: str | None = None, *, interface: str | None = None) -> None:
        """Add a route: `host.route_add("10.0.2.0/24", via="router")`. See `labkit.network.routes.change`."""
        from labkit.network.routes import change

        change(self, True, destination, via, interface)

    def route_del(self, destination: str, via: str | None = None, *, interface: str | None = None) -> None:
        """Take a route away: `host.route_del("10.0.2.0/24")`. See `labkit.network.routes.change`."""
        from labkit.network.routes import change

        change(self, False, destination, via, interface)

    def address_add(self, address: str, *, interface: str | None = None) -> None:
        """Give an interface one more: `host.address_add("10.0.1.7/24")`. See `labkit.network.addresses.change`."""
        from labkit.network.addresses import change

        change(self, True, address, interface)

    def address_del(self, address: str, *, interface: str | None = None) -> None:
        """Take an address away: `host.address_del("10.0.1.7/24")`. See `labkit.network.addresses.change`."""
        from labkit.network.addresses import change

        change(self, False, address, interface)

    def socket(
        self, family: int = _socket.AF_INET, type: int = _socket.SOCK_STREAM, proto: int = 0
    ) -> HostSocket:
        """An ordinary kernel socket on this host; its calls appear on the network's timeline.

        Takes what `socket.socket` takes, raw and packet sockets included, and works wherever one does:
        selectors, asyncio (`sock=`), ssl, socketserver. Raises what the kernel says.
        """
        with uninterrupted():
            return self.core.socket_class()(family, type, proto, host=self)

    def start(self, handler: Callable[..., Any], port: int | None = None, **options: Any) -> Service:
        """Run a server in the background; returns when it listens. See `labkit.background.services.start`."""
        from labkit.background.starting import start

        return start(self, handler, port, **options)

    @property
    def services(self) -> list[Service]:
        """The servers that run on this host, in order of start."""
        from labkit.background.services import services

        return services(self)

    def background(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Task:
        """Run a function (a client, say) beside the notebook. See `labkit.background.tasks.background`."""
        from labkit.background.tasks import background

        return background(self, function, *args, **kwargs)

    def process(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Process:
        """Run a function in a Python process of its own on this host, begun at once; returns a `Process`.

        Whatever it calls, urllib or asyncio as they are, is on this host's network and knows hosts by name.  It gets
        copies of its arguments and of the notebook's names that it uses: see `labkit.background.processes.Process`.
        Raises TypeError (NotPortable) for what cannot be copied, such as sockets and hosts.
        """
        from labkit.background.processes import Process

        return Process(partial(function, **kwargs) if kwargs else function, *args, host=self)

    def run(self, argv: Sequence[str], **options: Any) -> Completed:
        """Run a program on this host and wait for it. See `labkit.background.run.run`."""
        from labkit.background.run import run

        return run(self, argv, **options)

    def spawn(self, argv: Sequence[str], **options: Any) -> Program:
        """Start a program on this host and go on. See `labkit.background.run.spawn`."""
        from labkit.background.run import spawn

        return spawn(self, argv, **options)

    def sockets(self) -> SocketTable:
        """The socket table of this host, as the kernel has it now. See `labkit.sockets.table.SocketTable`."""
        from labkit.sockets.reading import socket_table

        return socket_table(self)

    def counters(self) -> Counters:
        """What the kernel has counted for this host, by nstat's names. See `labkit.sockets.counters.Counters`."""
        from labkit.sockets.counters import counters

        return counters(self)

    def sysctl(self, name: str, value: int | str | None = None) -> str:
        """Read one of this host's network settings, or set it and read it back: `host.sysctl("net.ipv4.tcp_sack", 0)`.

        Raises ValueError for a name outside net.*, FileNotFoundError where the kernel has none of the name,
        PermissionError for what the machine keeps to itself.
        """
        if not isinstance(name, str) or not re.fullmatch(r"net(\.[\w-]+)+", name):
            raise ValueError(f"a host has its own net.* settings, such as 'net.ipv4.tcp_sack' (got {name!r})")
        try:
            return self.core.sysctl(self.name, name, value)
        except OSError as error:
            if name == CONGESTION and value is not None:
                error.add_note(
                    say(
                        "a host may have reno, or what is the machine's own default; for one socket, any that the "
                        'kernel has will do: sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")'
                    )
                )
            raise

    def index(self, interface: str = "eth0") -> int:
        """The number of one of this host's interfaces, as multicast options and IPv6 scopes take it.

        `socket.if_nametoindex` gives the number on the notebook's machine, but in `with host:`.  Raises ValueError for
        a name that the host has not got.
        """
        found = self.interface_numbers()
        if interface not in found:
            raise ValueError(f"{self.name} has the interfaces {', '.join(found)} (got {interface!r})")
        return found[interface]

    def interface_numbers(self) -> dict[str, int]:
        """The host's interfaces and their numbers: {"lo": 1, "eth0": 2}."""
        # igmp(7): each interface begins a line, as in "2\teth0      :     1      V3"
        lines = re.findall(r"^(\d+)\s+([^\s:]+)", self.core.proc_net(self.name, "igmp"), flags=re.MULTILINE)
        return {name: int(number) for number, name in lines}

    def __enter__(self) -> Host:
        """`with client:` runs code on this host, be it a library's.

        In the block, in this thread, and in the asyncio tasks and threads that it starts, `socket.socket`,
        `socket.create_connection`, `socket.getaddrinfo` and what is made of them are the host's.  Elsewhere nothing
        changes, and the block's end ends nothing.  Raises RuntimeError for a host whose network is closed.
        """
        if self.core.closed:
            raise RuntimeError(
                say("{host} is on a network that is closed; make a new one with Network(...)", host=self.name)
            )
        place.enter(self)
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        place.leave(self)

    def __repr__(self) -> str:
        return f"<Host {self.name} {self.address}{' (closed)' if self.core.closed else ''}>"


send_places(Host)

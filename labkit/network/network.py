"""Network: real kernel hosts in namespaces of their own, joined by a wire of ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from labkit.network.arguments import check_names, check_port, check_whole
from labkit.network.conditions import initial
from labkit.network.host import Host
from labkit.network.link import NetworkLink, check_faults
from labkit.network.opening import open_core
from labkit.network.settings import IPV6, NO_IPV6, SYSCTLS
from labkit.network.telling import check_name, on_a_terminal, told
from labkit.notebook.cell import replace_earlier
from labkit.running.uninterrupted import uninterrupted
from labkit.sockets.sending import key_of, send_places
from labkit.wire.faults import Fault

if TYPE_CHECKING:
    from labkit.network.capture import CapturedTrace
    from labkit.network.scapy_socket import WireSocket


class Network:
    """Hosts on one Ethernet segment: real kernel TCP/IP in namespaces, no root, the wire in our hands.

        net = Network("client", "server", delay_ms=10)
        client, server = net.hosts

    Host number n has the address 10.0.0.n and the MAC 02:00:00:00:00:0n (hexadecimal). Between the hosts
    stands a learning switch, or with `hub=True` a hub. Conditions hold for every host's link and can be
    changed at any time through `net.link` and `host.link`:

    delay_ms       one-way delay, milliseconds
    jitter_ms      how much it varies to either side, milliseconds; frames keep their order
    rate_mbit      megabits a second that a host can send; None: no limit
    queue_packets  how many frames may wait where there is a rate
    loss           share of frames lost at random, 0 to 1; `burst`: mean losses in a row; `seed`: which ones
    faults         scripted faults, as [Drop(data=3)]

    snooping=True  the switch reads IGMP and sends a group's frames to its members only (RFC 4541)
    arp=True       hosts ask for each other's MAC as usual; else they know it from the start (23 hosts at most on most
                   machines, whose table of neighbours all networks share)
    ipv6=True      hosts also have fd00::1, fd00::2, …
    mtu            bytes in a packet, 576 to 1500
    record_mb      memory for captured frames; a capture that needs more says what is missing
    port           "tap" or "packet": how the wire holds a host's cable; None takes TAP where it may
    name           what it is called elsewhere, as in `labkit on client@chat`
    private=True   there is no way into it from elsewhere: else `labkit on client` is on its hosts from any terminal
                   of the same user (through a Unix socket of an abstract name, which lets in nobody else)

    Use it with `with`, or call `close()`, or just let it go: running the cell again, restarting the kernel
    or ending Python closes it too. Raises TypeError and ValueError for arguments that make no sense, and
    NotPermitted (a PermissionError) where the machine allows no namespaces.
    """

    _over = False  # has it been closed here?

    def __init__(
        self,
        *hosts: str,
        delay_ms: float = 0,
        jitter_ms: float = 0,
        rate_mbit: float | None = None,
        queue_packets: int = 100,
        loss: float = 0,
        burst: float = 1,
        seed: int = 0,
        faults: Iterable[Fault] = (),
        hub: bool = False,
        snooping: bool = False,
        arp: bool = False,
        ipv6: bool = False,
        mtu: int = 1500,
        record_mb: int = 256,
        port: str | None = None,
        name: str | None = None,
        private: bool = False,
    ) -> None:
        names = check_names(hosts)
        check_name(name, private)
        conditions = initial(
            delay_ms=delay_ms,
            jitter_ms=jitter_ms,
            rate_mbit=rate_mbit,
            queue_packets=queue_packets,
            loss=loss,
            burst=burst,
        )
        scripted = check_faults(faults, names)
        check_whole("mtu", mtu, 576, 1500)
        check_whole("record_mb", record_mb, 1, 65_536)
        if ipv6 and mtu < 1280:
            raise ValueError(f"IPv6 needs an mtu of at least 1280 (got {mtu}; RFC 8200, section 5)")
        if hub and snooping:
            raise ValueError("a hub knows no groups; write snooping=True without hub=True")
        port = check_port(port)
        replace_earlier(self)  # frees the cell's earlier hosts before new ones are made
        with uninterrupted():
            placed = [
                (name, f"10.0.0.{n}", f"fd00::{n:x}" if ipv6 else None, bytes([2, 0, 0, 0, 0, n]))
                for n, name in enumerate(names, 1)
            ]
            self._name = name
            self._core = core = open_core(
                {
                    "hosts": placed,
                    "told": None if private else told(placed, name),
                    "conditions": conditions,
                    "seed": seed,
                    "hub": bool(hub),
                    "snooping": bool(snooping),
                    "arp": bool(arp),
                    "mtu": mtu,
                    "port": port,
                    "record_bytes": record_mb << 20,
                    "sysctls": SYSCTLS + (IPV6 if ipv6 else NO_IPV6),
                },
                scripted,
            )
        conditions, scripted, ipv6 = core.settled(conditions, scripted, ipv6)
        self._set_up(Host(core, n, name, conditions, ipv6) for n, name in enumerate(names, 1))
        if scripted:
            self._link.faults = scripted

    def _set_up(self, hosts: Iterable[Host]) -> None:
        self._hosts = tuple(hosts)
        self._key = key_of(self)
        self._link = NetworkLink(self._core, [host.link for host in self._hosts])

    @classmethod
    def join(cls, name: str) -> Network:
        """A network that another process of the same user made, by its name, or its number in `labkit hosts`.

        Its hosts are for both.  The cables are changed, and the network ended, where it was made: `close()` here ends
        what was started on it here.  Raises LookupError, which names the networks there are.
        """
        from labkit.network.doors.visiting import visit

        net = cls.__new__(cls)
        replace_earlier(net)
        with uninterrupted():
            net._core, net._name, hosts = visit(str(name))
        net._set_up(hosts)
        return net

    @property
    def hosts(self) -> tuple[Host, ...]:
        """The hosts, in the order in which they were named."""
        return self._hosts

    def __getitem__(self, name: str) -> Host:
        for host in self._hosts:
            if host.name == name:
                return host
        raise KeyError(f"no host is called {name!r}; this network has {', '.join(self._core.names)}")

    def __getattr__(self, name: str) -> Host:
        if not name.startswith("_"):
            for host in self.__dict__.get("_hosts", ()):
                if host.name == name:
                    return host
        raise AttributeError(f"Network has no attribute and no host called {name!r}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(host.name for host in self._hosts if host.name.isidentifier())]

    @property
    def link(self) -> NetworkLink:
        """The conditions of all links: reading and setting them, `cut()` and `mend()`."""
        return self._link

    @link.setter
    def link(self, value: object) -> None:
        raise AttributeError("net.link stays; set its conditions, as in net.link.delay_ms = 20")

    def capture(self, *, snap: int | None = None) -> CapturedTrace:
        """Start to capture; returns the trace, which grows until its `with` block ends or `stop()` is called.

            with net.capture() as trace:
                ...

        Every frame that leaves a host after this call is in it. `snap`: keep at most so many bytes of each
        frame. At its end a capture waits until the wire is quiet (see `CapturedTrace.stop`).
        """
        if snap is not None:
            check_whole("snap", snap, 14, 65_535)
        from labkit.network.capture import CapturedTrace

        return CapturedTrace(self._core, snap)

    def scapy_socket(self, host: str | None = None) -> WireSocket:
        """A scapy SuperSocket on the wire: for `sniff(opened_socket=…)`, `AsyncSniffer` and, from `host`, `send`."""
        from labkit.network.scapy_socket import WireSocket

        return WireSocket(self._core, host)

    @property
    def closed(self) -> bool:
        """Has it been closed, or has its helper ended?"""
        return self._core.closed

    def close(self) -> None:
        """End everything that runs on the hosts, then the hosts. Closing twice is as good as once.

        A forked child ends only what it has started there itself: the network is its parent's.
        """
        self._close(raising=False)

    def _close(self, raising: bool) -> None:
        with uninterrupted():  # half closed it would be nobody's; deadlines bound it
            self._end(raising)

    def _end(self, raising: bool) -> None:
        if "_link" not in self.__dict__ or self._over:  # never made: its helper could not start
            return
        if not self._core.home.here:  # a forked child lets go of it, and ends nothing
            self._core.close()
            return
        self._over = True
        try:
            self._core.cables.catch_up()  # what has been sent counts for the faults
        except RuntimeError:  # it has ended by itself, or where it was made, and its programs with it
            pass
        try:
            for end in self._core.ending:
                end(self._hosts, raising=raising)
            for link in (self._link, *(host.link for host in self._hosts)) if not self.closed else ():
                link.warn_of_unmatched(stacklevel=5)
        finally:
            self._core.close()

    def __enter__(self) -> Network:
        if self.closed:
            raise RuntimeError("this network is closed; make a new one with Network(...)")
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        self._close(raising=error is None)

    def __repr__(self) -> str:
        if self.closed:
            return f"<Network {', '.join(self._core.names)}: closed>"
        hosts = ", ".join(f"{host.name} {host.address}" for host in self._hosts)
        way_in = on_a_terminal(self._core, self._name)
        return f"<Network {hosts}; {self._core.words(self._link.words())}{way_in}>"


send_places(Network)

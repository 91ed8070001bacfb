"""Network: real kernel hosts in namespaces of their own, joined by a wire of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from labkit.network.arguments import check_layout, check_mtu, check_port, check_whole
from labkit.network.conditions import initial
from labkit.network.helper import HelperFailed
from labkit.network.host import Host
from labkit.network.link import Link, Links, check_faults, each_of
from labkit.network.opening import open_core
from labkit.network.plan import Plan
from labkit.network.settings import NO_IPV6, SYSCTLS
from labkit.notebook.cell import replace_earlier
from labkit.running.uninterrupted import uninterrupted
from labkit.sockets.sending import key_of, send_places
from labkit.wire.faults import Fault

if TYPE_CHECKING:
    from labkit.network.capture import CapturedTrace
    from labkit.network.scapy_socket import WireSocket
    from labkit.network.segment import NetworkSegment


class Network:
    """Hosts on Ethernet segments: real kernel TCP/IP in namespaces, no root, the wire in our hands.

        net = Network("client", "server", delay_ms=10)
        client, server = net.hosts
        net = Network(lan=["client", "printer", "router"], wan=["router", "server"])

    On one segment host number n has the address 10.0.0.n and the MAC 02:00:00:00:00:0n (hexadecimal). On several, of
    which each is named by a keyword and has the list of its hosts, host n of segment k has 10.0.k.n; a host that is on
    more than one has an interface on each (eth0, eth1 …) and forwards, and every host has routes to all segments, by
    the shortest way: see `labkit.network.plan`. `net.lan` is a segment, `net.router` a host.

    Between the hosts of a segment stands a learning switch, or with `hub=True` a hub. Conditions hold for every
    host's link on every segment and can be changed at any time through `net.link`, `net.lan.link` and `host.link`:

    delay_ms       one-way delay, milliseconds
    jitter_ms      how much it varies to either side, milliseconds; frames keep their order
    rate_mbit      megabits a second that a host can send; None: no limit
    queue_packets  how many frames may wait where there is a rate
    loss           share of frames lost at random, 0 to 1; `burst`: mean losses in a row; `seed`: which ones
    faults         scripted faults, as [Drop(data=3)]; on several segments each counts a packet where it is sent, or,
                   if it names a host, where that one sends or gets it

    snooping=True  the switch reads IGMP and sends a group's frames to its members only (RFC 4541)
    arp=True       hosts ask for each other's MAC as usual; else they know it from the start (23 hosts at most on most
                   machines, whose table of neighbours all networks share)
    ipv6=True      hosts also have fd00::1, fd00::2, …
    mtu            bytes in a packet, 576 to 1500; for some segments: mtu={"wan": 1400}
    record_mb      memory for captured frames; a capture that needs more says what is missing
    port           "tap" or "packet": how the wire holds a host's cable; None takes TAP where it may

    Use it with `with`, or call `close()`, or just let it go: running the cell again, restarting the kernel
    or ending Python closes it too. Raises TypeError and ValueError for arguments that make no sense, and
    NotPermitted (a PermissionError) where the machine allows no namespaces.
    """

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
        mtu: int | Mapping[str, int] = 1500,
        record_mb: int = 256,
        port: str | None = None,
        **segments: Any,
    ) -> None:
        plan = Plan(check_layout(hosts, segments, dir(Network), _known()), bool(ipv6))
        conditions = initial(
            delay_ms=delay_ms,
            jitter_ms=jitter_ms,
            rate_mbit=rate_mbit,
            queue_packets=queue_packets,
            loss=loss,
            burst=burst,
        )
        scripted = check_faults(faults, plan.hosts)
        sizes = check_mtu(mtu, plan.layout, plan.ipv6)
        check_whole("record_mb", record_mb, 1, 65_536)
        if hub and snooping:
            raise ValueError("a hub knows no groups; write snooping=True without hub=True")
        port = check_port(port)
        replace_earlier(self)  # frees the cell's earlier hosts before new ones are made
        with uninterrupted():
            self._core = core = open_core(
                plan,
                {
                    "conditions": conditions,
                    "seed": seed,
                    "hub": bool(hub),
                    "snooping": bool(snooping),
                    "arp": bool(arp),
                    "mtu": sizes,
                    "port": port,
                    "record_bytes": record_mb << 20,
                    "sysctls": SYSCTLS + ([] if ipv6 else NO_IPV6),
                },
                scripted,
            )
        conditions, scripted = core.settled(conditions, scripted)
        self._hosts = tuple(Host(core, n, name, conditions) for n, name in enumerate(plan.hosts, 1))
        self._key = key_of(self)
        links = [link for host in self._hosts for link in each_of(host.link)]
        self._link = Links(core, None, links, "all hosts")
        self._segments: dict[str, NetworkSegment] = {}
        if segments:
            from labkit.network.segment import segments_of

            self._segments = segments_of(core, plan, self._hosts, sizes)
        if scripted:
            self._link.faults = scripted

    @property
    def hosts(self) -> tuple[Host, ...]:
        """The hosts, in the order in which they were named."""
        return self._hosts

    @property
    def segments(self) -> tuple[NetworkSegment, ...]:
        """The segments that have names, in the order in which they were named."""
        return tuple(self._segments.values())

    def __getitem__(self, name: str) -> Host:
        for host in self._hosts:
            if host.name == name:
                return host
        raise KeyError(f"no host is called {name!r}; this network has {', '.join(self._core.names)}")

    # A host or a segment: Any, so that type checkers let both be used.
    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            if name in self.__dict__.get("_segments", ()):
                return self._segments[name]
            for host in self.__dict__.get("_hosts", ()):
                if host.name == name:
                    return host
        raise AttributeError(f"Network has no attribute and no host called {name!r}")

    def __dir__(self) -> list[str]:
        names = [*self._segments, *(host.name for host in self._hosts if host.name.isidentifier())]
        return [*super().__dir__(), *names]

    @property
    def link(self) -> Links:
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

    def scapy_socket(self, host: str | None = None, segment: str | None = None) -> WireSocket:
        """A scapy SuperSocket on the wire or a segment: for `sniff(opened_socket=…)`, and, from `host`, `send`."""
        from labkit.network.scapy_socket import WireSocket

        return WireSocket(self._core, host, segment)

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
        if "_link" not in self.__dict__ or self.closed:  # never made: its helper could not start
            return
        if not self._core.home.here:  # a forked child lets go of it, and ends nothing
            self._core.close()
            return
        try:
            self._core.cables.catch_up()  # what has been sent counts for the faults
        except HelperFailed:  # it has ended by itself, and all that ran on the hosts with it
            pass
        try:
            for end in self._core.ending:
                end(self._hosts, raising=raising)
            for link in self._all_links() if not self.closed else ():
                link.warn_of_unmatched(stacklevel=5)
        finally:
            self._core.close()

    def _all_links(self) -> list[Links | Link]:
        """Wherever faults can have been set, each once."""
        hosts = [host.link for host in self._hosts]
        parts = [part for link in hosts if isinstance(link, Links) for part in each_of(link)]
        return [self._link, *(segment.link for segment in self.segments), *hosts, *parts]

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
        if len(self._segments) > 1:
            hosts = "; ".join(segment.words() for segment in self.segments)
        return f"<Network {hosts}; {self._core.words(self._link.words())}>"


def _known() -> list[str]:
    return list(Network.__init__.__kwdefaults__ or ())


send_places(Network)

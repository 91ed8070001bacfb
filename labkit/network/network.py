"""Network: real kernel hosts in namespaces of their own, joined by a wire of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from labkit.network.arguments import check_layout, check_mtu, check_port, check_whole
from labkit.network.closing import Closing
from labkit.network.conditions import initial
from labkit.network.core import ConditionsOf
from labkit.network.host import Host
from labkit.network.link import Links, check_faults, each_of
from labkit.network.opening import open_core
from labkit.network.plan import Plan
from labkit.network.settings import NO_IPV6, SYSCTLS
from labkit.network.telling import check_name, on_a_terminal, told
from labkit.notebook.cell import replace_earlier
from labkit.running.uninterrupted import uninterrupted
from labkit.sockets.sending import key_of, send_places
from labkit.wire.fault import Fault

if TYPE_CHECKING:
    from labkit.network.capture import CapturedTrace
    from labkit.network.scapy_socket import WireSocket
    from labkit.network.segment import NetworkSegment


class Network(Closing):
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
    loss           share of frames lost at random, 0 to 1; `burst`: mean losses in a row, 1 or at least
                   loss / (1 - loss); `seed`: which ones
    faults         scripted faults, as [Drop(data=3)]; on several segments each counts a packet where it is sent, or,
                   if it names a host, where that one sends or gets it

    snooping=True  the switch reads IGMP and sends a group's frames to its members only (RFC 4541)
    arp=True       hosts ask for each other's MAC as usual; else they know it from the start (23 hosts at most on most
                   machines, whose table of neighbours all networks share)
    ipv6=True      hosts also have fd00::1, fd00::2, …
    mtu            bytes in a packet, 576 to 1500; for some segments: mtu={"wan": 1400}
    record_mb      memory for captured frames; a capture that needs more says what is missing
    port           "tap" or "packet": how the wire holds a host's cable; None takes TAP where it may
    name           what it is called elsewhere, as in `labkit on client@chat`
    private=True   there is no way into it from elsewhere: else `labkit on client` is on its hosts from any terminal
                   of the same user (through a Unix socket of an abstract name, which lets in nobody else)

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
        name: str | None = None,
        private: bool = False,
        **segments: Any,
    ) -> None:
        check_name(name, private)
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
            self._name = name
            self._core = core = open_core(
                plan,
                {
                    "told": None if private else told(plan, name),
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
        self._set_up(plan, sizes, lambda cable: conditions)
        if scripted:
            self._link.faults = scripted

    def _set_up(self, plan: Plan, sizes: Mapping[str, int], conditions: ConditionsOf) -> None:
        hosts = enumerate(plan.hosts, 1)
        self._hosts = tuple(Host(self._core, number, name, conditions) for number, name in hosts)
        self._key = key_of(self)
        links = [link for host in self._hosts for link in each_of(host.link)]
        self._link = Links(self._core, None, links, "all hosts")
        self._segments: dict[str, NetworkSegment] = {}
        if any(plan.layout):
            from labkit.network.segment import segments_of

            self._segments = segments_of(self._core, plan, self._hosts, sizes)

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
            net._core, net._name, plan, sizes, conditions = visit(str(name))
        net._set_up(plan, sizes, conditions)
        return net

    @property
    def number(self) -> int | None:
        """Its number, for `Network.join` and `labkit on`: its own, where a name may be another's too.

        None where there is no way into it: it is private, or has no hosts of its own.
        """
        return self._core.client.pid if self._core.ready.get("door") else None

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

    def __repr__(self) -> str:
        if self.closed:
            return f"<Network {', '.join(self._core.names)}: closed>"
        hosts = ", ".join(f"{host.name} {host.address}" for host in self._hosts)
        if len(self._segments) > 1:
            hosts = "; ".join(segment.words() for segment in self.segments)
        way_in = on_a_terminal(self._core, self._name)
        return f"<Network {hosts}; {self._core.words(self._link.words())}{way_in}>"


def _known() -> list[str]:
    return list(Network.__init__.__kwdefaults__ or ())


send_places(Network)

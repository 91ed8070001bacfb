"""Network and Host: real kernel hosts in namespaces of their own, joined by a wire of ours."""

from __future__ import annotations

import os
import re
import socket as _socket
import sys

from .cell import replace_earlier
from .link import DEFAULTS, Link, NetworkLink, check_condition, check_faults
from .modes.opening import open_core
from .refused import warn_of_refused
from .wire.client import HelperFailed

_MOST_HOSTS = 64
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,31}")

# What the machine's administrator may have set otherwise, set here to Linux's own defaults, or to what makes
# the same program give the same packets each time. ip-sysctl.rst of the kernel describes each.
_SYSCTLS = [
    ("net.ipv4.tcp_congestion_control", "reno"),  # always allowed; sockets of host.socket() get cubic
    ("net.ipv4.tcp_congestion_control", "cubic"),
    ("net.ipv4.tcp_timestamps", 1),
    ("net.ipv4.tcp_sack", 1),
    ("net.ipv4.tcp_window_scaling", 1),
    ("net.ipv4.tcp_ecn", 0),
    ("net.ipv4.tcp_fastopen", 0),
    ("net.ipv4.tcp_autocorking", 0),
    ("net.ipv4.tcp_no_metrics_save", 1),  # or one connection would start with what another had learned
    ("net.ipv4.tcp_syn_retries", 6),
    ("net.ipv4.tcp_synack_retries", 5),
    (
        "net.ipv4.tcp_syn_linear_timeouts",
        0,
    ),  # Linux 6.5 and later: RFC 6298's doubling from the first retry on
    # No tail loss probe (RFC 8985, section 7): its timer, two round trips, can end within the same millisecond as a
    # delayed ACK arrives, and chance would decide what is sent again.
    ("net.ipv4.tcp_early_retrans", 0),
    ("net.ipv4.tcp_syncookies", 1),
    ("net.ipv4.tcp_rmem", "4096 131072 6291456"),
    ("net.ipv4.tcp_wmem", "4096 16384 4194304"),
    ("net.ipv4.tcp_fin_timeout", 60),
    ("net.ipv4.ip_local_port_range", "32768 60999"),
    ("net.ipv4.ip_unprivileged_port_start", 0),  # the notebook may bind port 80 of a host
    ("net.ipv4.ping_group_range", "0 0"),
    ("net.ipv4.icmp_ratelimit", 0),
    ("net.ipv4.conf.all.rp_filter", 0),
    ("net.ipv4.conf.default.rp_filter", 0),
    ("net.core.somaxconn", 4096),
]
_NO_IPV6 = [("net.ipv6.conf.all.disable_ipv6", 1), ("net.ipv6.conf.default.disable_ipv6", 1)]
_IPV6 = [
    ("net.ipv6.conf.eth0.accept_dad", 0),
    ("net.ipv6.conf.eth0.router_solicitations", 0),
]


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
    arp=True       hosts ask for each other's MAC as usual; else they know it from the start
    ipv6=True      hosts also have fd00::1, fd00::2, …
    mtu            bytes in a packet, 576 to 1500
    record_mb      memory for captured frames; a capture that needs more says what is missing
    port           "tap" or "packet": how the wire holds a host's cable; None takes TAP where it may

    Use it with `with`, or call `close()`, or just let it go: running the cell again, restarting the kernel
    or ending Python closes it too. Raises TypeError and ValueError for arguments that make no sense, and
    NotPermitted (a PermissionError) where the machine allows no namespaces.
    """

    def __init__(
        self,
        *hosts: str,
        delay_ms=0,
        jitter_ms=0,
        rate_mbit=None,
        queue_packets=100,
        loss=0,
        burst=1,
        seed=0,
        faults=(),
        hub=False,
        snooping=False,
        arp=False,
        ipv6=False,
        mtu=1500,
        record_mb=256,
        port=None,
    ):
        names = _check_names(hosts)
        conditions = dict(
            DEFAULTS,
            delay_ms=delay_ms,
            jitter_ms=jitter_ms,
            rate_mbit=rate_mbit,
            queue_packets=queue_packets,
            loss=loss,
            burst=burst,
        )
        for name in conditions:
            if name != "cut":
                conditions[name] = check_condition(name, conditions[name])
        faults = check_faults(faults, names)
        _check_whole("mtu", mtu, 576, 1500)
        _check_whole("record_mb", record_mb, 1, 65_536)
        if ipv6 and mtu < 1280:
            raise ValueError(f"IPv6 needs an mtu of at least 1280 (got {mtu}; RFC 8200, section 5)")
        if hub and snooping:
            raise ValueError("a hub knows no groups; write snooping=True without hub=True")
        port = port or os.environ.get("LABKIT_PORT") or None
        if port not in (None, "tap", "packet"):
            raise ValueError(f"port is 'tap', 'packet' or None (got {port!r})")
        replace_earlier(self)  # frees the cell's earlier hosts before new ones are made
        self._core = core = open_core(
            {
                "hosts": [
                    (name, f"10.0.0.{n}", f"fd00::{n:x}" if ipv6 else None, bytes([2, 0, 0, 0, 0, n]))
                    for n, name in enumerate(names, 1)
                ],
                "conditions": conditions,
                "seed": seed,
                "hub": bool(hub),
                "snooping": bool(snooping),
                "arp": bool(arp),
                "mtu": mtu,
                "port": port,
                "record_bytes": record_mb << 20,
                "sysctls": _SYSCTLS + (_IPV6 if ipv6 else _NO_IPV6),
            },
            faults,
        )
        if not core.has_cables:
            conditions, faults, ipv6 = dict(DEFAULTS), [], False
            core.tell()
        else:
            warn_of_refused(core, _SYSCTLS)
        self._hosts = tuple(Host(core, n, name, conditions, ipv6) for n, name in enumerate(names, 1))
        self._link = NetworkLink(core, [host.link for host in self._hosts])
        if faults:
            self._link.faults = faults

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

    def __dir__(self):
        return [*super().__dir__(), *(host.name for host in self._hosts if host.name.isidentifier())]

    @property
    def link(self) -> NetworkLink:
        """The conditions of all links: reading and setting them, `cut()` and `mend()`."""
        return self._link

    @link.setter
    def link(self, value):
        raise AttributeError("net.link stays; set its conditions, as in net.link.delay_ms = 20")

    def capture(self, *, snap=None):
        """Start to capture; returns the trace, which grows until its `with` block ends or `stop()` is called.

            with net.capture() as trace:
                ...

        Every frame that leaves a host after this call is in it. `snap`: keep at most so many bytes of each
        frame. At its end a capture waits until the wire is quiet (see `CapturedTrace.stop`).
        """
        if snap is not None:
            _check_whole("snap", snap, 14, 65_535)
        from .capture import CapturedTrace

        return CapturedTrace(self._core, snap)

    def scapy_socket(self, host: str | None = None):
        """A scapy SuperSocket on the wire: for `sniff(opened_socket=…)`, `AsyncSniffer` and, from `host`, `send`."""
        if not self._core.has_cables:
            raise self._core.needs_hosts("scapy_socket()")
        from .scapy_socket import WireSocket

        return WireSocket(self._core, host)

    @property
    def closed(self) -> bool:
        return self._core.closed

    def close(self) -> None:
        """End everything that runs on the hosts, then the hosts. Closing twice is as good as once."""
        self._close(raising=False)

    def _close(self, raising: bool) -> None:
        if "_link" not in self.__dict__ or self.closed:  # never made: its helper could not start
            return
        try:
            if self._core.has_cables:  # or there are no faults to count frames for
                self._core.client.ask("catch_up")
        except HelperFailed:  # it has ended by itself, and all that ran on the hosts with it
            pass
        try:
            if beside := sys.modules.get("labkit.beside"):  # not loaded: nothing was ever started
                beside.finish(self._hosts, raising=raising)
            for link in (self._link, *(host.link for host in self._hosts)) if not self.closed else ():
                link.warn_of_unmatched(stacklevel=5)
        finally:
            self._core.close()

    def __enter__(self) -> Network:
        if self.closed:
            raise RuntimeError("this network is closed; make a new one with Network(...)")
        return self

    def __exit__(self, kind, error, traceback) -> None:
        self._close(raising=error is None)

    def __repr__(self) -> str:
        if self.closed:
            return f"<Network {', '.join(self._core.names)}: closed>"
        hosts = ", ".join(f"{host.name} {host.address}" for host in self._hosts)
        words = self._link.words() if self._core.has_cables else self._core.words()
        return f"<Network {hosts}; {words}>"


class Host:
    """One host of a network: a kernel's network stack of its own, with an address, a cable and programs."""

    def __init__(self, core, number: int, name: str, conditions: dict, ipv6: bool):
        self.core = core
        self.name = name
        self.number = number
        self.address = core.address_of(name)
        self.address6 = f"fd00::{number:x}" if ipv6 else None
        self.mac = f"02:00:00:00:00:{number:02x}"
        self._link = Link(core, name, conditions)

    @property
    def link(self) -> Link:
        """The conditions on this host's cable, for what the host sends; `cut()` and `mend()`."""
        return self._link

    def socket(self, family=_socket.AF_INET, type=_socket.SOCK_STREAM, proto=0):
        """An ordinary kernel socket on this host; its calls appear on the network's timeline.

        Takes what `socket.socket` takes, raw and packet sockets included, and works wherever one does:
        selectors, asyncio (`sock=`), ssl, socketserver. Raises what the kernel says.
        """
        descriptor, port = self.core.socket(self.name, family, type, proto)
        return self.core.socket_class()(family, type, proto, descriptor, host=self, port=port)

    def start(self, handler, port=None, **options):
        """Run a server in the background; returns when it listens. See `labkit.service.start`."""
        from .service import start

        return start(self, handler, port, **options)

    @property
    def services(self):
        """The servers that run on this host, in order of start."""
        from .service import services

        return services(self)

    def background(self, function, *args, **kwargs):
        """Run a function (a client, say) beside the notebook. See `labkit.background.background`."""
        from .background import background

        return background(self, function, *args, **kwargs)

    def run(self, argv, **options):
        """Run a program on this host and wait for it. See `labkit.program.run`."""
        from .program import run

        return run(self, argv, **options)

    def spawn(self, argv, **options):
        """Start a program on this host and go on. See `labkit.program.spawn`."""
        from .program import spawn

        return spawn(self, argv, **options)

    def sockets(self):
        """The socket table of this host, as the kernel has it now. See `labkit.table.SocketTable`."""
        from .table import socket_table

        return socket_table(self)

    def sysctl(self, name: str, value=None) -> str:
        """Read one of this host's network settings, or set it and read it back: `host.sysctl("net.ipv4.tcp_sack", 0)`.

        Raises ValueError for a name outside net.*, FileNotFoundError where the kernel has none of the name.
        """
        if not isinstance(name, str) or not re.fullmatch(r"net(\.[\w-]+)+", name):
            raise ValueError(f"a host has its own net.* settings, such as 'net.ipv4.tcp_sack' (got {name!r})")
        return self.core.sysctl(self.name, name, value)

    def __repr__(self) -> str:
        return f"<Host {self.name} {self.address}{' (closed)' if self.core.closed else ''}>"


def _check_names(names) -> tuple[str, ...]:
    if len(names) == 1 and isinstance(names[0], (list, tuple)):
        raise TypeError(f"give the names one by one: Network({', '.join(map(repr, names[0]))})")
    if not 2 <= len(names) <= _MOST_HOSTS:
        raise ValueError(
            f"a network has from 2 to {_MOST_HOSTS} hosts (got {len(names)}); write Network('client', 'server')"
        )
    for name in names:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError(
                f"a host's name is a letter, then letters, digits, '-', '_' or '.', at most 32 in all (got {name!r})"
            )
        if names.count(name) > 1:
            raise ValueError(f"two hosts are called {name!r}; give each its own name")
    return names


def _check_whole(name, value, low, high):
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} is a whole number from {low} to {high} (got {value!r})")

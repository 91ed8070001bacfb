"""Sabotages of the hosts, their sockets and what is told of them."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "process-stays-here",
        "Process ignores the host that it should run on",
        "labkit/background/processes.py",
        "where: Place = host if host is not None else _ThisMachine(descriptors)",
        "where: Place = _ThisMachine(descriptors)",
        ("solutions/ipc",),
    ),
    Sabotage(
        "autocorking-on",
        "small writes join in the host's queue",
        "labkit/network/settings.py",
        '("net.ipv4.tcp_autocorking", 0)',
        '("net.ipv4.tcp_autocorking", 1)',
        ("nagle",),
    ),
    Sabotage(
        "option-refused",
        "setsockopt() does nothing, in silence",
        "labkit/sockets/hostsocket.py",
        "            _kernel.setsockopt(self, *args)\n",
        "            pass\n",
        ("handshake",),
    ),
    Sabotage(
        "nodelay-refused",
        "TCP_NODELAY is refused, in silence",
        "labkit/sockets/hostsocket.py",
        "            _kernel.setsockopt(self, *args)\n",
        "            if args[:2] != (6, 1):\n                _kernel.setsockopt(self, *args)\n",
        ("nagle",),
    ),
    Sabotage(
        "cork-refused",
        "TCP_CORK is refused, in silence",
        "labkit/sockets/hostsocket.py",
        "            _kernel.setsockopt(self, *args)\n",
        "            if args[:2] != (6, 3):\n                _kernel.setsockopt(self, *args)\n",
        ("nagle",),
    ),
    Sabotage(
        "quickack-refused",
        "TCP_QUICKACK is refused, in silence",
        "labkit/sockets/hostsocket.py",
        "            _kernel.setsockopt(self, *args)\n",
        "            if args[:2] != (6, 12):\n                _kernel.setsockopt(self, *args)\n",
        ("nagle",),
    ),
    Sabotage(
        "ttl-refused",
        "IP_MULTICAST_TTL is refused, in silence",
        "labkit/sockets/hostsocket.py",
        "            _kernel.setsockopt(self, *args)\n",
        "            if args[:2] != (0, 33):\n                _kernel.setsockopt(self, *args)\n",
        ("multicast",),
    ),
    Sabotage(
        "loop-refused",
        "IP_MULTICAST_LOOP is refused, in silence",
        "labkit/sockets/hostsocket.py",
        "            _kernel.setsockopt(self, *args)\n",
        "            if args[:2] != (0, 34):\n                _kernel.setsockopt(self, *args)\n",
        ("multicast",),
    ),
    Sabotage(
        "leave-refused",
        "IP_DROP_MEMBERSHIP is refused, in silence",
        "labkit/sockets/hostsocket.py",
        "            _kernel.setsockopt(self, *args)\n",
        "            if args[:2] != (0, 36):\n                _kernel.setsockopt(self, *args)\n",
        ("multicast",),
    ),
    Sabotage(
        "sysctl-refused",
        "a host's settings stay as they are, in silence",
        "labkit/network/host.py",
        "return self.core.sysctl(self.name, name, value)",
        "return self.core.sysctl(self.name, name, None)",
        ("handshake",),
    ),
    Sabotage(
        "no-time-wait",
        "the socket table leaves TIME-WAIT out",
        "labkit/sockets/reading.py",
        "    return SocketTable(named, host.name, colour_of(host.number - 1))",
        """    named = [row for row in named if row.state != "TIME-WAIT"]
    return SocketTable(named, host.name, colour_of(host.number - 1))""",
        ("handshake",),
    ),
)

"""Ways from one host to another: labkit's wire, and what one would use otherwise.

open(side, kind)     a socket on side 0 or 1            address(side)   that side's address
counters(side)       (received, sent, dropped) frames of its interface, as the kernel counts them
start(), stop()      keep a record; stop gives (frames recorded, frames missed), or None where there is none
sent(count)          have so many frames of `length` bytes been taken? (None: nobody knows)
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from labkit import Network
from labkit.wire import namespaces
from labkit.wire.record import entry_size

from .lab import gone, wait_until

SIDES = ("client", "server")


class Lane:
    address_of = ("127.0.0.1", "127.0.0.1")
    sent = None

    def open(self, side: int, kind: int = socket.SOCK_STREAM) -> socket.socket:
        """A socket with the same congestion control on every lane: machines' defaults differ."""
        made = self._socket(side, kind)
        if kind == socket.SOCK_STREAM:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def address(self, side: int) -> str:
        return self.address_of[side]

    def _socket(self, side, kind):
        return socket.socket(socket.AF_INET, kind)

    def _device(self, side) -> str:
        raise NotImplementedError

    def counters(self, side: int) -> tuple[int, int, int]:
        for line in self._device(side).splitlines():
            name, _, numbers = line.partition(":")
            if name.strip() == "eth0":
                fields = list(map(int, numbers.split()))
                return fields[1], fields[9], fields[3] + fields[11]
        raise LookupError("no eth0 in /proc/net/dev")

    def start(self) -> None:
        """Nothing is recorded here."""

    def stop(self):
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Nothing to take down."""


class Wire(Lane):
    """Two hosts of labkit, the record kept."""

    def __init__(self, port: str, noted: bool = False, **conditions):
        self.net = Network(*SIDES, port=port, record_mb=1024, **conditions)
        self.core, self.noted = self.net._core, noted
        self.address_of = tuple(host.address for host in self.net.hosts)

    def _socket(self, side, kind):
        if self.noted:
            return self.net.hosts[side].socket(type=kind)
        return socket.socket(fileno=self.core.socket(SIDES[side], socket.AF_INET, kind, 0)[0])

    def _device(self, side):
        return self.core.proc_net(SIDES[side], "dev")

    def sent(self, count: int, length: int) -> bool:
        return self.core.record.head >= self._begin + count * entry_size(length)

    def start(self):
        self._begin, self._missed = self.core.capture_start(None)

    def stop(self):
        ended = []
        wait_until(
            lambda: ended.append(self.core.capture_stop(self.core.catch_up())) or ended[-1], "a quiet wire"
        )
        end, missed = ended[-1]
        lost = sum(missed.values()) - sum(self._missed.values()) + self.core.record.unrecorded
        return sum(1 for _ in self.core.record.entries(self._begin, end)), lost

    def __exit__(self, *_):
        pid = self.core.client.pid
        self.net.close()
        gone([pid])


class Loopback(Lane):
    """127.0.0.1 of this machine."""


class Veth(Lane):
    """A plain veth between two namespaces; `plain`: without offloads, so that frames are as on a cable."""

    address_of = ("10.9.0.1", "10.9.0.2")

    def __init__(self, plain: bool = False):
        namespaces.enter_own_namespaces()
        self._home = namespaces.current_network()
        self.networks = [namespaces.new_network() for _ in SIDES]
        namespaces.enter(self.networks[0])
        self._cable(plain)

    def _cable(self, plain):
        namespaces.make_veth("eth0", "eth0", self.networks[1])
        for side in (0, 1):
            self._configure(side, plain)

    def _configure(self, side, plain):
        namespaces.enter(self.networks[side])
        namespaces.set_sysctls(
            [("net.ipv6.conf.all.disable_ipv6", 1), ("net.ipv6.conf.default.disable_ipv6", 1)]
        )
        namespaces.configure_lo()
        namespaces.configure_interface("eth0", address=self.address_of[side], plain=plain)
        namespaces.enter(self._home)

    def _socket(self, side, kind):
        namespaces.enter(self.networks[side])
        try:
            return super()._socket(side, kind)
        finally:
            namespaces.enter(self._home)

    def _device(self, side):
        namespaces.enter(self.networks[side])
        try:
            with open("/proc/thread-self/net/dev") as file:
                return file.read()
        finally:
            namespaces.enter(self._home)


class WireFilter(Veth):
    """Two hosts on TAP, each at a vde_switch, joined by vde2's wirefilter with no condition set."""

    def _cable(self, plain):
        self._folder, self._programs = tempfile.mkdtemp(prefix="labkit-bench-vde-"), []
        switches = [os.path.join(self._folder, side) for side in SIDES]
        for network, switch in zip(self.networks, switches, strict=True):
            namespaces.enter(network)
            self._start("vde_switch", "-s", switch, "-tap", "eth0")
            wait_until(lambda switch=switch: os.path.exists(switch + "/ctl"), "a vde_switch")
        namespaces.enter(self._home)
        self._start("wirefilter", "-v", ":".join(switches))
        for side in (0, 1):
            self._configure(side, plain)

    def _start(self, *argv):
        """A child inherits the network that we are in; its standard input stays open, or it would end."""
        self._programs.append(
            subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )

    def __exit__(self, *_):
        for program in reversed(self._programs):
            program.terminate()
            program.wait(10)
            program.stdin.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class Reference(Veth):
    """Two hosts on TAP, and between them the plain loop of reference.c."""

    def __init__(self, delay_ms: float = 0):
        self._delay_ns = round(delay_ms * 1e6)
        super().__init__()

    def _cable(self, plain):
        taps = []
        for network in self.networks:
            namespaces.enter(network)
            taps.append(namespaces.open_tap("eth0"))
        namespaces.enter(self._home)
        self._folder = tempfile.mkdtemp(prefix="labkit-bench-loop-")
        program = os.path.join(self._folder, "reference")
        subprocess.run(["cc", "-O2", "-o", program, Path(__file__).with_name("reference.c")], check=True)
        argv = [program, *map(str, taps), str(self._delay_ns)]
        self._loop = subprocess.Popen(argv, stdin=subprocess.PIPE, pass_fds=taps)
        for tap in taps:
            os.close(tap)
        for side in (0, 1):
            self._configure(side, plain)

    def __exit__(self, *_):
        self._loop.stdin.close()
        self._loop.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)


LANES = {
    "tap": lambda: Wire("tap"),
    "packet": lambda: Wire("packet"),
    "noted": lambda: Wire("tap", noted=True),
    "loopback": Loopback,
    "veth": Veth,
    "plain veth": lambda: Veth(plain=True),
    "wirefilter": WireFilter,
    "reference": Reference,
}

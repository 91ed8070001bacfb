"""How long does a network take to be there, and to be gone?"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time

from labkit import Network

from . import lab
from .figures import Figure, Note
from .wire import NAMES

_MININET = """
import json, time
from mininet.net import Mininet
begin = time.perf_counter()
net = Mininet(controller=None)
net.addLink(net.addHost("h1"), net.addHost("h2"))
net.start()
ready = time.perf_counter()
net.stop()
print(json.dumps([ready - begin, time.perf_counter() - ready]))
"""


def make(port: str, hosts: int) -> tuple[float, float, float]:
    """Seconds until it is ready, until close() returns, and until the helper has gone too."""
    begin = time.perf_counter()
    net = Network(*(f"h{n}" for n in range(hosts)), port=port)
    ready = time.perf_counter()
    pid = net._core.client.pid
    net.close()
    closed = time.perf_counter()
    if not lab.gone([pid]):
        raise TimeoutError(f"the helper of {hosts} hosts ({port}) was there 20 s after close()")
    return ready - begin, closed - ready, time.perf_counter() - ready


def make_many(port: str, hosts: int, times: int) -> list[tuple[float, float, float]]:
    return [make(port, hosts) for _ in range(times)]


def _mininet() -> list[float]:
    done = subprocess.run(["/usr/bin/python3", "-c", _MININET], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise RuntimeError(done.stderr.splitlines()[-1])
    return json.loads(done.stdout.splitlines()[-1])


def connections(port: str, count: int) -> list[float]:
    """Connections a second by one thread that makes a socket, connects, accepts and closes; and the same by plain
    sockets on the machine's loopback interface."""
    with Network("client", "server", port=port) as net:
        rates = [_rate(net.client.socket, net.server.socket(), (net.server.address, 8080), count)]
    return [*rates, _rate(socket.socket, socket.socket(), ("127.0.0.1", 0), count)]


def _rate(make_socket, listener, address, count: int) -> float:
    with listener:
        listener.bind(address)
        listener.listen()
        address = listener.getsockname()
        begin = time.perf_counter()
        for _ in range(count):
            with make_socket() as sock:
                sock.connect(address)
                listener.accept()[0].close()
        return count / (time.perf_counter() - begin)


def measure():
    mininet, why_not = [], ""
    rates = {port: [lab.call(connections, port=port, count=1000) for _ in range(5)] for port in lab.PORTS}
    if not shutil.which("mn"):
        why_not = "not installed (Debian package mininet)"
    elif os.geteuid():
        why_not = "needs root"
    taken = {(port, hosts): [] for hosts in (2, 64) for port in lab.PORTS}
    for _ in range(4):
        for (port, hosts), samples in taken.items():
            samples += lab.call(make_many, port=port, hosts=hosts, times=5 if hosts == 2 else 1)
        if not why_not:
            try:
                mininet.append(_mininet())
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                why_not = str(error)
    for (port, hosts), limit in zip(taken, (0.1, 0.1, 1, 1), strict=True):
        samples = [sample[0] * 1000 for sample in taken[port, hosts]]
        yield Figure(
            f"network of {hosts} hosts ready", NAMES[port], tuple(samples), "ms", at_most=limit * 1000
        )
        if (port, hosts) == ("packet", 2) and mininet:
            yield Figure(
                f"network of {hosts} hosts ready",
                "Mininet, two hosts, one link, no switch",
                tuple(ready * 1000 for ready, _ in mininet),
                "ms",
            )
    for index, what, limit in ((1, "closed", 200), (2, "closed, and the last process gone", None)):
        for port, hosts in taken:
            samples = tuple(sample[index] * 1000 for sample in taken[port, hosts])
            yield Figure(f"{hosts} hosts {what}", NAMES[port], samples, "ms", at_most=limit)
            if (port, hosts, index) == ("packet", 2, 2) and mininet:
                yield Figure(
                    f"{hosts} hosts {what}", "Mininet", tuple(stop * 1000 for _, stop in mininet), "ms"
                )
    what = "connections a second by host.socket(), one thread"
    for port, samples in rates.items():
        yield Figure(what, NAMES[port], tuple(ours for ours, _ in samples), "/s", at_least=2000)
    plain = tuple(theirs for samples in rates.values() for _, theirs in samples)
    yield Figure(what, "socket.socket() on loopback", plain, "/s")
    if why_not:
        yield Note(f"Mininet: {why_not}")
    elif mininet:
        yield Note("Mininet is measured without a switch, which flatters it: its default needs openvswitch")

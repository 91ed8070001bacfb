"""Is every frame in the record? Ours, and what sniffing beside the path would have caught."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from labkit import Network

from . import lab
from .figures import Figure, Note
from .lanes import LANES, Veth
from .traffic import datagram_pair, frames, warm
from .wire import NAMES

_MILLION = 1_000_000
_BURST = 20_000
_TRIES = 20


def million(port: str) -> dict:
    with LANES[port]() as lane:
        return frames(lane, _MILLION)


def right_after(port: str, tries: int) -> int:
    """In how many captures is the frame that is sent as the first thing after capture() has returned?"""
    found = 0
    with Network("client", "server", port=port) as net:
        far, near = net.server.socket(type=socket.SOCK_DGRAM), net.client.socket(type=socket.SOCK_DGRAM)
        far.bind((net.server.address, 9000))
        near.connect((net.server.address, 9000))
        for number in range(tries):
            word = b"number %6d" % number
            trace = net.capture()
            near.send(word)
            found += any(word in frame.data for frame in trace.stop().frames)
    return found


def caught(by: str, count: int) -> int:
    """How many of `count` small frames, sent as fast as Python sends, are caught by a sniffer stopped right after."""
    with LANES["tap"]() if by == "labkit" else Veth(plain=True) as lane:
        near, _far = datagram_pair(lane)
        warm(lane, near)
        if by == "labkit":
            lane.start()
            _send(near, count)
            return lane.stop()[0]
        with _SNIFFERS[by](lane, wait=True) as sniffer:
            _send(near, count)
            return sniffer.stop()


def caught_right_after(by: str, tries: int) -> int:
    """The same for one frame, sent as the first thing after the sniffer's start has returned."""
    with Veth(plain=True) as lane:
        near, _far = datagram_pair(lane)
        warm(lane, near)
        found = 0
        for _ in range(tries):
            with _SNIFFERS[by](lane, wait=False) as sniffer:
                _send(near, 1)
                found += sniffer.stop() > 0
        return found


def _send(near, count):
    for _ in range(count):
        near.send(bytes(18))


class _Scapy:
    """AsyncSniffer on the server's interface; with `wait`, until it says that it has started."""

    def __init__(self, lane, wait):
        from scapy.all import AsyncSniffer, conf

        from labkit.wire import namespaces

        namespaces.enter(lane.networks[1])
        conf.ifaces.reload()
        started = []
        self._sniffer = AsyncSniffer(iface="eth0", started_callback=lambda: started.append(True))
        self._sniffer.start()
        if wait:
            lab.wait_until(lambda: started, "the start of AsyncSniffer")

    def __enter__(self):
        return self

    def stop(self) -> int:
        lab.wait_until(lambda: hasattr(self._sniffer, "stop_cb"), "the start of AsyncSniffer")
        return sum(
            packet.haslayer("UDP") for packet in self._sniffer.stop() or ()
        )  # None: nothing was sniffed

    def __exit__(self, *_):
        """Its thread has ended."""


class _Tcpdump:
    """tcpdump on the server's interface; with `wait`, until it says that it listens."""

    def __init__(self, lane, wait):
        from labkit.wire import namespaces

        namespaces.enter(lane.networks[1])
        self._folder = tempfile.TemporaryDirectory(prefix="labkit-bench-")
        self._program = subprocess.Popen(
            [
                "tcpdump",
                "-i",
                "eth0",
                "-n",
                "-w",
                os.path.join(self._folder.name, "x.pcap"),
                "-Z",
                "root",
                "udp",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self._listening = wait
        if wait:
            self._program.stderr.readline()

    def __enter__(self):
        return self

    def stop(self) -> int:
        if not self._listening:
            self._program.stderr.readline()  # interrupted before it listens, it would write no count
        self._program.send_signal(signal.SIGINT)
        return int(re.search(rb"(\d+) packets? captured", self._program.stderr.read())[1])

    def __exit__(self, *_):
        self._program.wait(10)
        self._program.stderr.close()
        self._folder.cleanup()


_SNIFFERS = {"scapy.AsyncSniffer": _Scapy, "tcpdump": _Tcpdump}


def measure():
    for port in lab.PORTS:
        got = lab.call(million, port=port)
        missing = abs(got["recorded"] - got["sent"]) + abs(got["recorded"] - got["received"])
        what = f"frames missing of {_MILLION:,}: record against both kernels' interfaces"
        yield Figure(what, NAMES[port], (missing + got["missed"],), "frames", at_most=0)
    for port in lab.PORTS:
        yield Figure(
            "captures of 1,000 with the frame sent right after capture()",
            NAMES[port],
            (lab.call(right_after, port=port, tries=1000),),
            at_least=1000,
        )
    peers = []
    installed = {"scapy.AsyncSniffer": importlib.util.find_spec("scapy"), "tcpdump": shutil.which("tcpdump")}
    for name, where in installed.items():
        if where:
            peers.append(name)
        else:
            yield Note(f"{name}: not installed")
    samples = {by: [] for by in ("labkit", *peers)}
    for _ in range(3):
        for by, got in samples.items():
            got.append(lab.call(caught, by=by, count=_BURST))
    for by, got in samples.items():
        least = _BURST if by == "labkit" else None
        who = "labkit, TAP" if by == "labkit" else f"{by} on a plain veth"
        yield Figure(
            f"caught of {_BURST:,} sent at once, then stopped", who, tuple(got), "frames", at_least=least
        )
    for by in peers:
        found = lab.call(caught_right_after, by=by, tries=_TRIES)
        yield Figure(
            f"caught of {_TRIES}: sent right after start() returned", f"{by} on a plain veth", (found,)
        )

"""Addresses of IPv6 that may be used as soon as they are there, however late the kernel is with their routes.

Often it is, by microseconds; so each is tried many times, in a network of this test's own, without anything that takes
time between the address and the datagram.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

BEGIN = """
import socket
from labkit.wire import addresses, namespaces

def came(address):
    # to the host itself, whose own route it needs as one from elsewhere does; where there is none it never comes
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        sock.bind((address, 7))
        sock.settimeout(20)
        sock.sendto(b"!", (address, 7))
        return sock.recv(1) == b"!"

namespaces.enter_own_namespaces()
"""
ONE_MORE = """
namespaces.configure_lo()
for number in range(1, 51):
    addresses.add(f"fd00:9::{number:x}/128", "lo")
    assert came(f"fd00:9::{number:x}")
"""
NETWORKS = """
from types import SimpleNamespace
from labkit.wire.building import _Builder
from labkit.wire.loop import Wire

conditions = dict(delay_ms=0, jitter_ms=0, rate_mbit=None, queue_packets=1, loss=0, burst=1, cut=False)
host = ("a", [("eth0", 0, "10.0.0.1", "fd00::1", bytes([2, 0, 0, 0, 0, 1]))], [], [], b"\\0")
configuration = dict(segments=[("lan", 1500)], hosts=[host], port=None, conditions=conditions, seed=1,
                     hub=False, snooping=False, arp=False, sysctls=[])
for _ in range(20):
    home = namespaces.new_network()
    wire = Wire(SimpleNamespace(generation=0))
    (network,) = _Builder(configuration, wire, home).hosts([host])
    namespaces.enter(network)
    assert came("fd00::1")
    wire.stations[0].port.close()
"""


@pytest.mark.parametrize("program", [ONE_MORE, NETWORKS], ids=["one more", "networks"])
def test_what_is_sent_to_an_address_at_once_is_not_lost(network, program):
    network().close()  # where no network can be made, this is skipped
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + program], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")

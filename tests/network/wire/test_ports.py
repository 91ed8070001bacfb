"""A port that is given up before it has begun."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import os, threading
from labkit.wire import namespaces
from labkit.wire.ports import PacketPort

def sockets():
    return sum(os.readlink(f"/proc/self/fd/{each}").startswith("socket:") for each in os.listdir("/proc/self/fd")
               if os.path.exists(f"/proc/self/fd/{each}"))

namespaces.enter_own_namespaces()
wire, host, before = namespaces.current_network(), namespaces.new_network(), sockets()
for number in range(3):
    port = PacketPort(host, wire, f"eth{number}", number, 512)
    port.close()
    print(threading.active_count() == 1, sockets() == before)
"""


def test_a_packet_port_is_closed_before_it_has_begun(network):
    network().close()  # where no network can be made, this is skipped
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert (done.stdout.split(), done.stderr) == (["True"] * 6, "")

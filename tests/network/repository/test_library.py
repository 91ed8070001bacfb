"""labkit in the tests of somebody's own programs, as the handbook says."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from labkit import Drop, Network
from labkit.wire.fault import Fault
from labkit.wire.faults import Blackhole, Corrupt, Delay, Duplicate, Reorder, Rewrite

ROOT = Path(__file__).resolve().parents[3]

# -S: no site-packages; the handshake is captured, asked about, and drawn as text.
ALONE = """
import sys
sys.path.insert(0, sys.argv[1])
from labkit import Drop, Network, ladder
with Network("client", "server", delay_ms=1) as net:
    net.link.faults = [Drop(flags="SYN-ACK", nth=1)]
    with net.capture() as trace:
        net.server.start(lambda conn: conn.sendall(b"hello"), port=7)
        with net.client.socket() as sock:
            sock.settimeout(10)
            sock.connect(("server", 7))
            assert sock.recv(10) == b"hello"
assert trace.retransmitted() == [0], trace.retransmitted()
assert "hello" in repr(ladder(trace))
stored = {str(getattr(module, "__file__", "")) for module in list(sys.modules.values())}
print([path for path in stored if "site-packages" in path])
"""


@pytest.mark.program("ip")
def test_hosts_faults_captures_and_text_need_no_package():
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ALONE, str(ROOT)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_a_program_on_a_host_knows_the_others_by_name():
    look = "import socket, sys; print(socket.gethostbyname(sys.argv[1]))"
    with Network("client", "server") as net:
        assert net.client.run([sys.executable, "-c", look, "server"]).stdout.strip() == net.server.address


def test_help_tells_how_frames_are_selected():

    selectors = list(inspect.signature(Fault).parameters)
    assert [
        name for name in selectors if f"{name} " not in Drop.__doc__ and f"{name}," not in Drop.__doc__
    ] == []
    for fault in (Blackhole, Corrupt, Delay, Duplicate, Reorder, Rewrite):
        assert "Drop" in fault.__doc__, fault

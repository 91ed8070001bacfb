"""CPython's own tests run on hosts, where this interpreter ships them; the whole of it is `python -m tests.foreign`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.cpython
# What the replacement does, seen by a program that knows nothing of it.
PROGRAM = """
import socket
from tests.foreign import hostclass
net = hostclass.install({on!r})
with socket.create_server(("localhost", 0)) as listener:
    with socket.create_connection(("127.0.0.1", listener.getsockname()[1]), timeout=60) as near:
        far, peer = listener.accept()
        near.sendall(b"hello")
        print(listener._at.name, near._at.name, far._at.name, far.getsockname()[0], peer[0], far.recv(9))
        far.close()
print(isinstance(hostclass._plain(), socket.socket), socket.socketpair()[0]._at.name)
net.close()
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=600
    )


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("host", "server server server 127.0.0.1 127.0.0.1 b'hello'\nTrue server\n"),
        ("wire", "server client server 10.0.0.2 10.0.0.1 b'hello'\nTrue server\n"),
    ],
)
def test_sockets_of_plain_programs_stand_on_hosts(on, said):
    done = run("-c", PROGRAM.format(on=on))
    assert (done.stdout, done.stderr) == (said, "")


def test_some_tests_pass_and_a_named_one_differs():
    done = run("-m", "tests.foreign", "--only", "GeneralModuleTests.test_re", "test_socket")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 named" in done.stdout and "0 against the list" in done.stdout


def test_a_difference_that_is_not_named_fails_and_so_does_a_name_too_many():
    program = """
import sys
from tests.foreign import __main__ as foreign, known
known.KNOWN = (known.Known("host", "no reason", "test.test_socket.BasicTCPTest.testRecv"),)
sys.argv[1:] = ["--on", "host", "--only", {only!r}, "test_socket"]
sys.exit(foreign.main())
"""
    done = run("-c", program.format(only="GeneralModuleTests.test_repr"))
    assert done.returncode == 1 and "passes plainly, not on host" in done.stdout, done.stdout + done.stderr
    done = run("-c", program.format(only="BasicTCPTest.testRecv"))
    assert done.returncode == 1 and "take it out of the list" in done.stdout, done.stdout + done.stderr

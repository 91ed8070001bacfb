"""`labkit on`: programs on the hosts of a network that another process has made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from limits import command

ECHO = """
import socket
with socket.create_connection(("server", 7), 40) as s:
    s.sendall(b"hello"); print(s.recv(100), s.getsockname()[0])
"""
# ICMP by an ordinary socket (icmp(7)): the kernel writes identifier and checksum.
PING = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP) as s:
    s.settimeout(40)
    s.sendto(bytes([8, 0, 0, 0, 0, 0, 0, 1]) + b"ping", ("server", 0))
    data, (address, _) = s.recvfrom(100)
    print(data[0], data[8:], address)
"""


def test_a_program_reaches_the_hosts_by_name(elsewhere):
    done = elsewhere.on("client", sys.executable, "-c", ECHO)
    assert (done.stdout, done.stderr, done.returncode) == ("b'hello' 10.0.0.1\n", "", 0)


def test_a_ping(elsewhere):
    assert elsewhere.on("client", sys.executable, "-c", PING).stdout == "0 b'ping' 10.0.0.2\n"


@pytest.mark.program("ping")
def test_the_program_ping(elsewhere):
    assert "1 received" in elsewhere.on("client", "ping", "-c", "1", "server").stdout


@pytest.mark.program("curl")
def test_curl(elsewhere):
    served = subprocess.Popen(
        elsewhere.labkit(
            "on", f"server@{elsewhere.helper}", "--", sys.executable, "-u", "-m", "http.server", "80"
        ),
        cwd=os.path.dirname(__file__),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert "port 80" in served.stdout.readline()
    done = elsewhere.on("client", "curl", "--silent", "http://server/test_on.py")
    with open(__file__, encoding="utf-8") as file:
        assert done.stdout == file.read()
    served.send_signal(signal.SIGINT)  # which Python's server ends with, and its status is 0
    served.communicate(timeout=20)
    assert served.returncode == 0


def test_standard_input_output_and_error_are_the_programs(elsewhere, tmp_path):
    done = elsewhere.on("client", "sh", "-c", "cat; pwd; echo oops >&2", input="typed\n", cwd=tmp_path)
    assert (done.stdout, done.stderr) == (f"typed\n{tmp_path}\n", "oops\n")


def test_without_a_program_a_shell_reads_what_comes(elsewhere):
    line = elsewhere.labkit("on", f"server@{elsewhere.helper}")
    done = subprocess.run(
        line, input="echo on $LABKIT_HOST; exit 7", capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.returncode) == ("on server\n", 7)


@pytest.mark.parametrize(
    ("program", "status"),
    [(["sh", "-c", "exit 3"], 3), (["sh", "-c", "kill -9 $$"], 137), (["true", "--"], 0), (["/etc"], 126)],
)
def test_the_status_is_the_programs(elsewhere, program, status):
    assert elsewhere.on("client", *program).returncode == status


def test_no_such_program(elsewhere):
    done = elsewhere.on("client", "pingg")
    assert done.returncode == 127
    assert done.stderr.startswith("labkit on: pingg: there is no such program on this machine")


def test_no_such_host_names_those_there_are(elsewhere):
    done = elsewhere.on("printer", "true")
    assert done.returncode == 125
    assert (
        done.stderr
        == f"labkit on: no host is called 'printer'; there are {elsewhere.helper}: client, server\n"
    )


def test_a_signal_is_passed_on(elsewhere):
    trapped = "trap 'echo told; exit 4' TERM; echo ready; while :; do sleep 0.05; done"
    line = elsewhere.labkit("on", f"client@{elsewhere.helper}", "--", "sh", "-c", trapped)
    running = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    assert running.stdout.readline() == "ready\n"
    running.terminate()
    assert running.communicate(timeout=20) == ("told\n", None)
    assert running.returncode == 4


def test_the_network_ends_and_the_program_with_it(elsewhere):
    line = elsewhere.labkit(
        "on", f"client@{elsewhere.helper}", "--", "sh", "-c", "echo ready; exec sleep 1000"
    )
    running = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout.readline() == "ready\n"
    elsewhere.end()
    _, said = running.communicate(timeout=20)
    assert said == f"labkit on: the network has ended, and what ran on client@{elsewhere.helper} with it\n"
    assert running.returncode == 137


def test_hosts_lists_it(elsewhere):
    done = subprocess.run(elsewhere.labkit("hosts"), capture_output=True, text=True, timeout=60)
    rows = [[cell.strip() for cell in row.split("  ") if cell] for row in done.stdout.splitlines()]
    assert rows[0] == ["network", "hosts", "made by"]
    hosts, maker = "client 10.0.0.1, server 10.0.0.2", f"python (process {elsewhere.owner.pid})"
    assert [str(elsewhere.helper), hosts, maker] in rows


ALONE = """
import subprocess, sys
from labkit import Network
def labkit(*words):
    done = subprocess.run([sys.executable, "-m", "labkit", *words], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr
print(labkit("hosts"))
print(labkit("on", "client", "true"))
with Network("client", "server") as one:
    print(labkit("on", "client", "sh", "-c", "echo found; exit 5"))
    with Network("client", "third") as two:
        print(labkit("on", "third", "echo", "found"))
        print(labkit("on", "client", "true")[1].strip().replace(str(one._core.client.pid), "ONE")
            .replace(str(two._core.client.pid), "TWO"))
"""


def test_where_no_other_network_runs():
    """In a network namespace of its own, where nobody else's networks are to be seen."""
    done = subprocess.run(
        command([sys.executable, "-c", ALONE], namespaces=True, capture=True),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    none, none_on, found, third, several = done.stdout.splitlines() or [done.stderr]
    assert none.startswith('(1, "labkit hosts: no network of yours runs here. Make one in a notebook')
    assert none_on.startswith('(125, "labkit on: no network of yours runs here.')
    assert (found, third) == ("(5, 'found\\n')", "(0, 'found\\n')")
    assert several.startswith(
        "labkit on: several networks have a host 'client'; say which: client@ONE (python ("
    )
    assert "client@TWO" in several


@pytest.mark.parametrize("words", [["hosts"], ["on", "client", "true"]])
def test_where_there_are_no_hosts_the_mode_is_said(words):
    line = command([sys.executable, "-m", "labkit", *words], capture=True)
    done = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert "no network with hosts runs here: the mode is loopback" in done.stderr
    assert "labkit doctor" in done.stderr and done.returncode in (1, 125)

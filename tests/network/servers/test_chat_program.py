"""`python -m labkit.servers.chat` by itself, on loopback, with `nc` and with plain sockets."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys

import pytest


@pytest.fixture
def program():
    running = subprocess.Popen(
        [sys.executable, "-m", "labkit.servers.chat", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    running.port = int(re.search(r"port (\d+);", running.stdout.readline())[1])
    yield running
    running.kill()
    running.communicate(timeout=20)


@pytest.mark.program("nc")
def test_nc(program):
    typed = "NAME ada\nSAY good morning\nWHO\nBYE\n"
    said = subprocess.run(
        ["nc", "127.0.0.1", str(program.port)], input=typed, capture_output=True, text=True, timeout=20
    )
    assert said.stdout == "WELCOME ada\nSAID ada good morning\nHERE ada\nBYE\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_when_all_is_said(program, number):
    with socket.create_connection(("127.0.0.1", program.port), 20) as sock, sock.makefile("r") as heard:
        sock.sendall(b"NAME ada\r\nSAY hi\r\n")  # as telnet types
        assert heard.readline() == "WELCOME ada\n"
        program.send_signal(number)
        assert heard.readlines()[-1] == "BYE the server stops\n"
    said, _ = program.communicate(timeout=20)
    assert program.returncode == 0 and said.startswith("clients 1, ")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", program.port), 20)


def test_a_port_that_is_taken(program):
    second = subprocess.run(
        [sys.executable, "-m", "labkit.servers.chat", "--port", str(program.port)],
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert second.returncode == 1
    assert second.stderr.startswith(f"cannot listen at 127.0.0.1 port {program.port}: Address already in use")

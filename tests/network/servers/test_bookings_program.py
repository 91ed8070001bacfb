"""`python -m labkit.servers.bookings` by itself, on loopback: whose file it takes for its book."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys

import pytest

SECONDS = 20
PROGRAM = [sys.executable, "-m", "labkit.servers.bookings", "--port", "0"]


@pytest.fixture
def begin():
    running = []

    def begin(path):
        program = subprocess.Popen(
            [*PROGRAM, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        running.append(program)
        program.said = program.stdout.readline()
        program.port = int(re.search(r"port (\d+);", program.said)[1])
        return program

    yield begin
    for program in running:
        program.kill()
        program.communicate(timeout=SECONDS)


def asks(port, line):
    with socket.create_connection(("127.0.0.1", port), SECONDS) as sock, sock.makefile("r") as heard:
        sock.sendall(f"{line}\n".encode())
        return heard.readline()


def test_one_book_has_one_server_and_the_next_when_that_was_killed(begin, tmp_path):
    path = tmp_path / "orders.txt"
    first = begin(path)
    assert asks(first.port, "BOOK a tea") == "BOOKED a 1\n"
    second = subprocess.run([*PROGRAM, path], capture_output=True, text=True, timeout=SECONDS)
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr == f"cannot open {path}: another server has it open\n"
    assert asks(first.port, "BOOK b milk") == "BOOKED b 2\n"
    first.kill()
    first.wait(SECONDS)
    assert asks(begin(path).port, "BOOK b milk") == "BOOKED b 2\n"


def test_a_file_of_somebodys_stays_as_it_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"milk\r\nthree eggs")
    told = subprocess.run([*PROGRAM, path], capture_output=True, text=True, timeout=SECONDS)
    assert (told.returncode, told.stdout) == (1, "") and path.read_bytes() == b"milk\r\nthree eggs"
    why = "line 1 is no order, a key and a text: it is no book; name another file"
    assert told.stderr == f"{path} stays as it is: {why}\n"


def test_what_it_cuts_off_is_told(begin, tmp_path):
    path = tmp_path / "orders.txt"
    path.write_bytes(b"a tea\nb two ti")
    program = begin(path)
    assert program.said.endswith("; 1 in the book\n") and path.read_bytes() == b"a tea\n"
    program.send_signal(signal.SIGTERM)
    _, errors = program.communicate(timeout=SECONDS)
    assert errors == f"{path}: a line that was never finished is cut off: b'b two ti'\n"

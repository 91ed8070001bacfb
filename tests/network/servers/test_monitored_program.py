"""`python -m labkit.servers.monitored` by itself, on loopback: signals, errors, and the handover to a new one."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading

import pytest
from waiting import wait_for

from labkit.servers.monitored import Server, handover
from labkit.servers.monitored import __main__ as alone

SECONDS = 60
MODULE = ("-m", "labkit.servers.monitored")
# Where it stops, whoever has just come has a minute to ask, not a second: here that may stand still for so long.
PATIENT = """
from labkit.servers.monitored import __main__ as alone, connection
connection.FIRST_S = 60
raise SystemExit(alone.main())
"""


class Program:
    """A running server: its ports, what it logs, and its end; code: what Python runs."""

    def __init__(self, *options, code=MODULE):
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115  # a pipe that nobody reads would be full soon, and hold it up
        self.process = subprocess.Popen(
            [sys.executable, *code, *options],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.port, self.status = (
            int(re.search(r"port (\d+)", self.process.stdout.readline())[1]) for _ in range(2)
        )

    def ends(self):
        """What it has said at its end: its statistics and its log."""
        said, _ = self.process.communicate(timeout=SECONDS)
        self.log.seek(0)
        log = self.log.read()
        assert self.process.returncode == 0, log
        return dict(line.split() for line in said.splitlines()), log.splitlines()

    def ask(self, line):
        with socket.create_connection(("127.0.0.1", self.port), SECONDS) as sock, sock.makefile("r") as heard:
            sock.sendall(f"{line}\n".encode())
            return heard.readline().rstrip("\n")


@pytest.fixture
def begin():
    running = []

    def begin(*options, **how):
        running.append(Program("--port", "0", "--status-port", "0", *options, **how))
        return running[-1]

    yield begin
    for program in running:
        program.process.kill()
        program.process.communicate(timeout=SECONDS)
        program.log.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_when_all_that_was_read_is_answered(begin, number):
    program = begin()
    with socket.create_connection(("127.0.0.1", program.port), SECONDS) as sock, sock.makefile("r") as heard:
        sock.sendall(b"WAIT 300\r\nSUM 1 2\r\n")  # as telnet types
        with socket.create_connection(("127.0.0.1", program.status), SECONDS) as status:
            assert "active 1\n" in status.makefile().read()
        program.process.send_signal(number)
        assert heard.readlines() == ["OK waited 300 ms\n", "OK 3\n", "BYE the server stops\n"]
    told, log = program.ends()
    assert told["answered"] == "2" and told["closed_stopped"] == "1" and told["active"] == "0"
    assert [line.split()[1] for line in log] == ["start", "drain", "close", "stop"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", program.port), SECONDS)


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (["--rate", "0"], 2, "rate is a number above 0 (got 0.0)"),
        (["--connections", "-1"], 2, "connections is a whole number above 0 (got -1)"),
        (["--host", "203.0.113.7"], 1, "cannot listen at 203.0.113.7 port 0: "),
        (["--handover", "/nowhere/at/all"], 1, "cannot wait at /nowhere/at/all for a new one: No such file"),
    ],
)
def test_what_cannot_be_is_said(options, status, said):
    argv = [sys.executable, "-m", "labkit.servers.monitored", "--port", "0", "--status-port", "0", *options]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == status and said in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["notes.txt", "folder", "link", "place"])
def test_what_is_no_socket_is_left_where_it_is(tmp_path, name):
    notes = tmp_path / "notes.txt"
    notes.write_text("my only copy\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(notes)
    (tmp_path / "place.next").write_text("mine, too\n")  # beside a path, a new one makes its socket
    before = {each.name: os.lstat(each).st_ino for each in tmp_path.iterdir()}
    argv = [sys.executable, "-m", "labkit.servers.monitored", "--port", "0", "--status-port", "0"]
    done = subprocess.run(
        [*argv, "--handover", name], cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS
    )
    there = "place.next" if name == "place" else name
    why = f"{there} is there, and is no socket; name another path"
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"cannot wait at {name} for a new one: {why}\n"
    assert {each.name: os.lstat(each).st_ino for each in tmp_path.iterdir()} == before
    assert notes.read_text() == "my only copy\n"


def test_a_file_that_came_meanwhile_is_left_and_callers_are_served(tmp_path):
    path, logged = tmp_path / "place", []
    place, listeners = handover.Place(str(path)), [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    path.write_text("mine\n")
    server = Server(log=lambda event, **fields: logged.append((event, fields)))

    def asks():
        with socket.create_connection(listeners[0].getsockname(), SECONDS) as sock:
            sock.sendall(b"SUM 1 2\n")
            return sock.makefile().readline()

    async def serves():
        serving = asyncio.create_task(alone._serve(server, listeners, place, None))
        heard = await asyncio.to_thread(asks)
        server.stop()
        return heard, await serving

    assert asyncio.run(serves()) == ("OK 3\n", True)
    assert ("handover", {"error": f"{path} is there, and is no socket; name another path"}) in logged
    assert path.read_text() == "mine\n" and os.listdir(tmp_path) == ["place"]


def test_a_port_that_is_taken(begin):
    first = begin()
    for port, status in ((first.port, 0), (0, first.status)):
        argv = [
            sys.executable,
            "-m",
            "labkit.servers.monitored",
            "--port",
            str(port),
            "--status-port",
            str(status),
        ]
        second = subprocess.run(argv, capture_output=True, text=True, timeout=SECONDS)
        assert second.returncode == 1
        taken = f"cannot listen at 127.0.0.1 port {port or status}: Address already in use"
        assert second.stderr.startswith(taken)


def test_a_new_one_takes_over_and_no_call_fails(begin, tmp_path):
    path = str(tmp_path / "place")
    options = ("--handover", path, "--rate", "100000", "--burst", "100000", "--grace", "60")
    old = begin(*options, code=("-c", PATIENT))
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    heard, over = [], threading.Event()

    def calls():
        while not over.is_set():
            heard.append(old.ask("WAIT 2"))

    callers = [threading.Thread(target=calls) for _ in range(8)]
    with socket.create_connection(("127.0.0.1", old.port), SECONDS) as long, long.makefile("r") as waits:
        long.sendall(b"WAIT 1000\nSUM 1\n")  # it belongs to the old one, which serves it to its end
        for caller in callers:
            caller.start()
        try:
            wait_for(lambda: len(heard) > 50)
            new = begin(*options)
            assert waits.readlines() == ["OK waited 1000 ms\n", "OK 1\n", "BYE the server stops\n"]
            told, log = old.ends()
            seen = len(heard)
            wait_for(lambda: len(heard) > seen + 50)
        finally:
            over.set()
            for caller in callers:
                caller.join(SECONDS)
    assert set(heard) == {"OK waited 2 ms"} and new.port == old.port and new.status == old.status
    assert "handover" in [line.split()[1] for line in log]
    assert os.path.exists(path), "the new one waits there now"
    new.process.terminate()
    more, _ = new.ends()
    assert told["generation"] == "1" and more["generation"] == "2"
    assert int(told["answered"]) + int(more["answered"]) == len(heard) + 2
    assert not os.path.exists(path)


def test_a_new_one_that_dies_before_it_is_ready_harms_nobody(begin, tmp_path):
    path = str(tmp_path / "place")
    old = begin("--handover", path)
    for _ in range(2):
        inherited = handover.inherit(path)
        assert inherited.generation == 2 and len(inherited.listeners) == 2
        inherited.close()
        assert old.ask("SUM 1 2") == "OK 3"
    old.process.terminate()
    told, log = old.ends()
    assert told["answered"] == "2" and "handover" not in " ".join(log)


# What a new one does up to READY, and how it fails then.
FAILS = """
import os, signal, sys
from labkit.servers.monitored import Server, handover
from labkit.servers.monitored import __main__ as alone
inherited, place = handover.inherit(sys.argv[1]), handover.Place(sys.argv[1])
assert len(inherited.listeners) == 2
{end}
"""


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "sys.exit('it raised')"])
def test_after_a_new_one_that_failed_before_it_was_ready_the_old_one_can_be_reached(begin, tmp_path, end):
    path = str(tmp_path / "place")
    old = begin("--handover", path)
    for _ in range(2):  # what the first has left is in nobody's way
        failed = subprocess.run([sys.executable, "-c", FAILS.format(end=end), path], timeout=SECONDS)
        assert failed.returncode != 0 and old.ask("SUM 1 2") == "OK 3"
    new = begin("--handover", path)
    told, _ = old.ends()
    assert told["answered"] == "2" and new.ask("SUM 1") == "OK 1" and os.listdir(tmp_path) == ["place"]
    new.process.terminate()
    assert new.ends()[0]["generation"] == "2" and os.listdir(tmp_path) == []


def test_a_new_one_for_which_the_old_one_has_not_waited_ends_and_the_old_one_goes_on(
    begin, tmp_path, monkeypatch
):
    path = str(tmp_path / "place")
    old = begin("--handover", path)
    monkeypatch.setattr(handover, "PATIENCE_S", SECONDS)
    inherited, place = handover.inherit(path), handover.Place(path)
    inherited._old.shutdown(socket.SHUT_WR)  # to the old one it is gone
    assert not asyncio.run(inherited.ready()) and handover.waits(path)
    place.close()
    for listener in inherited.listeners:
        listener.close()
    assert old.ask("SUM 1 2") == "OK 3" and os.listdir(tmp_path) == ["place"]


def test_a_path_that_a_dead_one_has_left_is_taken(begin, tmp_path):
    path = str(tmp_path / "place")
    killed = begin("--handover", path)
    killed.process.kill()
    killed.process.wait(SECONDS)
    assert os.path.exists(path) and handover.inherit(path) is None
    assert begin("--handover", path).ask("SUM 1") == "OK 1"

"""A function in a process of its own: it begins, tells, fails aloud, and never outlives its owner."""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from labkit import Network
from labkit.background.beside import running
from labkit.background.completed import ProgramError
from labkit.background.processes import Process

ROOT = Path(__file__).parents[3]


def hello(name):
    print("hello", name, os.getpid(), os.getppid())


def fail(number):
    print("before")
    return 1 / number


def wait_for_ever():
    print("waiting")
    signal.pause()


def answer(number):
    with socket.socket(fileno=number) as end:
        end.sendall(end.recv(100).upper())


def interfaces():
    print(sorted(name for _, name in socket.if_nameindex()))


def gone(pid: int) -> bool:
    """Whether a process has ended; waits 20 s for it."""
    import select

    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with open(descriptor) as file:
        return bool(select.select([file], [], [], 20.0)[0])


@pytest.fixture(autouse=True)
def nothing_left():
    yield
    for thing in running():
        if isinstance(thing, Process):
            thing.close()


def test_a_function_runs_in_another_process():
    child = Process(hello, "world")
    assert child.wait() == 0
    assert child.output == f"hello world {child.pid} {os.getpid()}\n"
    assert child.pid != os.getpid()


def test_a_descriptor_is_inherited_under_its_number():
    ours, theirs = socket.socketpair()
    with ours:
        child = Process(answer, theirs.fileno(), pass_fds=[theirs])
        theirs.close()
        ours.sendall(b"hello")
        assert ours.recv(100) == b"HELLO"
        assert ours.recv(100) == b""  # nobody else holds its end
        child.wait()


def test_an_exception_reaches_whoever_waits():
    child = Process(fail, 0)
    with pytest.raises(ProgramError, match="ZeroDivisionError: division by zero") as caught:
        child.wait()
    text = str(caught.value)
    assert "before" in text and "return 1 / number" in text and "labkit/background" not in text


def test_modules_are_those_that_the_notebook_has(tmp_path, monkeypatch):
    """What lies in the learner's folder under a name of Python's own is found there if it is what is found here."""
    for name in "re socket token traceback".split():
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('not this one')")
    (tmp_path / "antigravity.py").write_text("SAID = 'this one'")
    monkeypatch.syspath_prepend(tmp_path)
    learners = importlib.import_module("antigravity")

    def use() -> None:
        print(socket.AF_INET, learners.SAID)
        raise ValueError("seen")

    try:
        with pytest.raises(ProgramError) as caught:
            Process(use).wait()
    finally:
        del sys.modules["antigravity"]
    assert "2 this one\n" in str(caught.value) and "ValueError: seen" in str(caught.value)


def test_an_exception_that_nobody_waits_for_is_raised_by_with():
    with pytest.raises(ProgramError, match="ZeroDivisionError"), Process(fail, 0) as child:
        child.wait_until(lambda: child._returncode is not None, 20.0, "its end")


def test_stop_ends_it():
    child = Process(wait_for_ever)
    child.wait_for("waiting")
    child.stop(20)
    assert gone(child.pid) and child.returncode == -signal.SIGTERM


def test_it_outlives_the_thread_that_began_it():
    begun = []
    thread = threading.Thread(target=lambda: begun.append(Process(wait_for_ever)))
    thread.start()
    thread.join()
    begun[0].wait_for("waiting")
    assert begun[0].returncode is None


@pytest.mark.parametrize("ending", ["os.kill(os.getpid(), 9)", "sys.exit()", "raise KeyError", "os._exit(3)"])
def test_it_never_outlives_its_owner(ending):
    program = (
        "import os, signal, sys\n"
        "from labkit.background.processes import Process\n"
        "def wait_for_ever():\n    print('waiting')\n    signal.pause()\n"
        "child = Process(wait_for_ever)\n"
        "child.wait_for('waiting')\n"
        "print(child.pid, flush=True)\n"
        f"{ending}\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=60,
    )
    assert gone(int(ran.stdout))


def test_it_runs_on_a_host():
    with Network("client", "server") as net:
        child = Process(interfaces, host=net.client)
        child.wait()
        assert "eth0" in child.output
        with pytest.raises(ValueError, match="send_fds"):
            Process(interfaces, host=net.client, pass_fds=[0])


def ask(server, port, *, question):
    with socket.create_connection((server, port)) as sock:
        sock.sendall(question)
        print(sock.recv(100).decode(), sock.getsockname()[0])


def test_a_hosts_process_uses_the_hosts_network_and_knows_its_hosts_by_name(client, server):
    def upper(conn):
        conn.sendall(conn.recv(100).upper())

    service = server.start(upper, port=8000)
    child = client.process(ask, "server", 8000, question=b"hello")
    assert child.wait() == 0
    assert child.output == f"HELLO {client.address}\n"
    assert repr(child) == "<ask in its own process on client: exit status 0>"
    service.wait_for(served=1)


def test_a_hosts_process_ends_with_its_network(network):
    net = network()
    child = net.client.process(wait_for_ever)
    child.wait_for("waiting")
    net.close()
    assert gone(child.pid)


def test_a_hosts_process_is_told_what_it_cannot_have(client, server):
    def ask_the_server():
        print(server.address)

    with pytest.raises(TypeError, match=r"ask_the_server cannot .*<Host server .*hand over its address"):
        client.process(ask_the_server)
    with pytest.raises(TypeError, match=r"argument 1 of hello cannot .*hand over its address"):
        client.process(hello, server)
    with pytest.raises(TypeError, match=r"hello\(name\) cannot be called so: missing"):
        client.process(hello)
    assert running() == []


def test_what_cannot_be_run_is_refused():
    with pytest.raises(TypeError, match=r"not Process\(f\(1\)\)"):
        Process(None)
    with pytest.raises(TypeError, match="descriptors"):
        Process(hello, "world", pass_fds=["a file"])


def test_no_descriptor_is_left():
    def run_once():
        child = Process(hello, "again")
        child.wait()
        child.stop()
        child._reader.join()
        for thread in threading.enumerate():
            if thread.name == "labkit reaper":  # it tells of the end, and then closes
                thread.join()

    run_once()  # what is loaded and begun once
    before = set(os.listdir("/proc/self/fd"))
    for _ in range(5):
        run_once()
    assert set(os.listdir("/proc/self/fd")) <= before


# -- what runs nothing, and what runs by await -------------------------------------------------------------


@dataclasses.dataclass
class Message:
    text: str


def test_a_coroutine_function_runs_to_its_end():
    async def hello(message):
        await asyncio.sleep(0)
        print(message)

    child = Process(hello, Message("hi"))
    assert (child.wait(), child.output) == (0, "Message(text='hi')\n")


def test_a_coroutine_that_fails_says_where():
    async def fails():
        raise ValueError("no")

    child = Process(fails)
    with pytest.raises(ProgramError, match="ValueError: no") as error:
        child.wait()
    assert "runners.py" not in str(error.value) and "in fails" in str(error.value)


def test_a_generator_function_is_refused():
    def lines():
        yield 1

    with pytest.raises(TypeError, match="has a `yield`"):
        Process(lines)

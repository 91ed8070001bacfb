"""One process owns a network: what forks from it may use it, each on a line of its own, and ends nothing of it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time

import pytest

from bench.lab import gone

BEGIN = """
import gc, os, signal, sys, time
from labkit import Network

def echo(conn):
    while data := conn.recv(100):
        conn.sendall(data)

def ask(host, server, data):
    with host.socket() as sock:
        sock.settimeout(20)
        sock.connect((server.address, 8000))
        sock.sendall(data)
        got = sock.recv(100)
        assert sock.getsockname()[0] == host.address, sock
        return got

def forked(child):
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    status = 1
    try:
        child()
        status = 0
    finally:
        sys.stdout.flush()
        os._exit(status)
"""

NETWORK = """
net = Network("client", "server")
client, server = net.hosts
service = server.start(echo, port=8000)
"""


def python(*parts):
    """Run a script in a Python of its own."""
    return subprocess.run(
        [sys.executable, "-c", "\n".join(parts)], capture_output=True, text=True, timeout=60, check=False
    )


WAYS = {
    "sys.exit": "sys.exit(0)",
    "an exception": "raise RuntimeError('the child fails')",
    "os._exit": "os._exit(0)",
    "the network's close": "net.close(); net.close(); assert net.closed; sys.exit(0)",
    "everything's stop": (
        "service.stop(); program.stop(); task.stop(); process.stop(); process.close(); trace.stop()\n"
        "    wire.close(); tasks.stop(); sys.exit(0)"
    ),
    "with": "exec('with service, program, task, process, tasks, trace, net: pass'); sys.exit(0)",
    "the collector": (
        "del net, client, server, service, program, task, process, tasks, trace, wire, connection\n"
        "    gc.collect(); sys.exit(0)"
    ),
}


@pytest.mark.parametrize("how", WAYS)
def test_the_end_of_a_forked_child_ends_nothing_of_its_parent(how):
    done = python(
        BEGIN,
        NETWORK,
        f"""
from labkit import Process, Tasks
def wait_for_ever():
    with client.socket() as nobody:
        nobody.bind((client.address, 0))
        nobody.listen()
        nobody.accept()
def wait_for_a_line():
    assert input() == "half a line, and the rest"
program = server.spawn([sys.executable, "-c", "assert input() == 'half a line, and the rest'"])
program.stdin.write("half a line, ")
process = Process(wait_for_a_line)
process.stdin.write("half a line, ")
task = client.background(wait_for_ever)
tasks = Tasks([client.background(wait_for_ever)])
trace = net.capture()
wire = net.scapy_socket()
connection = client.socket()
connection.connect((server.address, 8000))
connection.sendall(b"1")
assert connection.recv(10) == b"1"
pid = os.fork()
if pid == 0:
    {WAYS[how]}
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
assert status == {int(how == "an exception")}, status
connection.settimeout(20)
connection.sendall(b"2")
assert connection.recv(10) == b"2"
assert ask(client, server, b"3") == b"3"
service.wait_for(served=1)
assert service.listening and not service.errors, service
assert not task.done and not tasks.done
for waiting in (program, process):
    waiting.stdin.write("and the rest\\n")
    assert waiting.wait() == 0, waiting.output
other = net.capture()
ask(client, server, b"4")
assert other.running and len(other.stop().handshake()) == 3
assert len(trace.flows()) == 3, trace.flows()
while (packet := wire.recv_raw())[0] is None or b"3" not in packet[1][54:]:
    pass
connection.close()
net.close()
print("all there")
""",
    )
    assert done.stdout.split() == ["all", "there"], done.stderr
    assert done.returncode == 0


def test_a_pool_of_forked_workers_has_its_answers_at_once():
    done = python(
        BEGIN,
        NETWORK,
        """
import multiprocessing
def work(number):
    return os.getpid(), ask((client, server)[number % 2], server, b"%d" % number)
with multiprocessing.get_context("fork").Pool(4) as pool:
    found = pool.map_async(work, range(40), chunksize=1).get(20)  # who waits for another's answer waits longer
assert [answer for _, answer in found] == [b"%d" % number for number in range(40)], found
assert os.getpid() not in dict(found)
assert ask(client, server, b"the parent") == b"the parent"
service.wait_for(served=41)
net.close()
print("ok")
""",
    )
    assert done.stdout == "ok\n", done.stderr


def test_processes_that_ask_at_the_same_time_get_their_own_answers():
    """Parent, children and grandchildren, several threads each: nobody gets another's socket."""
    done = python(
        BEGIN,
        """
import threading
from concurrent.futures import ThreadPoolExecutor
net = Network(*(f"h{n}" for n in range(6)))
def makes(host):
    for _ in range(100):
        with host.socket() as sock:
            sock.bind((host.address, 0))  # the kernel refuses another host's address
            assert host.sysctl("net.ipv4.tcp_sack") == "1"
            assert host.core.proc_net(host.name, "tcp").startswith("  sl")
def busy(hosts):
    with ThreadPoolExecutor() as pool:
        list(pool.map(makes, hosts))
def child():
    grandchild = os.fork()
    if grandchild == 0:
        busy(net.hosts[2:4])
        os._exit(0)
    busy(net.hosts[4:])
    assert os.waitpid(grandchild, 0)[1] == 0
pid = os.fork()
if pid == 0:
    try:
        child()
    except BaseException:
        import traceback
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
busy(net.hosts[:2])
print(os.waitpid(pid, 0)[1])
net.close()
""",
    )
    assert done.stdout == "0\n", done.stderr


def test_a_child_captures_starts_and_runs_and_all_of_it_ends_with_the_child(tmp_path):
    begun = tmp_path / "begun"
    done = python(
        BEGIN,
        NETWORK,
        f"""
from labkit.wire.record import HEADER
trace = net.capture()
def child():
    with net.capture() as mine:
        assert ask(client, server, b"1") == b"1"
    assert len(mine.handshake()) == 3
    mine = [net.capture(), net.capture()]        # never stopped
    watch = client.core.watch()                  # never closed
    assert client.run(["echo", "hello"]).stdout == "hello\\n"
    own = server.start(echo, port=8001)
    assert server.services == [own]
    assert client.background(lambda: 1 + 1).result() == 2
    program = client.spawn(["sleep", "1000"])    # never stopped
    open({str(begun)!r}, "w").write(str(program.pid))
assert forked(child) == 0
assert ask(client, server, b"2") == b"2"
assert len(trace.stop().flows()) >= 2
with net.capture() as later:                     # its memory is free: nothing else records
    assert ask(client, server, b"3") == b"3"
assert later._start == HEADER and len(later.flows()) == 1
assert server.services == [service]
print(net._core.client.pid, flush=True)
from bench.lab import gone
assert gone([int(open({str(begun)!r}).read())])
net.close()
""",
    )
    assert done.returncode == 0, done.stderr
    assert gone([int(done.stdout), int(begun.read_text())])


@pytest.mark.parametrize("first", ["client.socket().close()", "pass"])
def test_a_child_that_outlives_the_network_is_told_so_at_once(first):
    done = python(
        BEGIN,
        NETWORK,
        f"first = {first!r}",
        """
reading, writing = os.pipe()
answer, tell = os.pipe()
pid = os.fork()
if pid == 0:
    os.close(writing)
    exec(first)
    os.write(tell, b".")
    os.read(reading, 1)
    began = time.monotonic()
    told = 0
    while told < 2 and time.monotonic() - began < 20:  # it ends in the background, some milliseconds later
        try:
            client.socket().close()
        except RuntimeError as error:
            os.write(tell, f"{type(error).__name__}: {error}\\n".encode())
            told += 1
    os._exit(0)
assert os.read(answer, 1) == b"."
net.close()
os.close(writing)
os.waitpid(pid, 0)
print(os.read(answer, 10000).decode())
print(os.getpid())
""",
    )
    first, second, _, parent = done.stdout.split("\n")[:4]
    assert f"this network was made in process {parent}" in first, (done.stdout, done.stderr)
    assert "make a network of your own" in first and "this network is closed" in second


def test_what_runs_in_the_parent_is_not_waited_for_in_the_child():
    done = python(
        BEGIN,
        NETWORK,
        """
import threading
task = client.background(threading.Event().wait)
ended = client.background(lambda: 7)
assert ended.result() == 7
program = client.spawn(["sleep", "1000"])
wire = net.scapy_socket()
def child():
    assert ended.result() == 7
    for wait in (task.result, program.wait, lambda: program.wait_for("x"), lambda: service.wait_for(served=9),
                 wire.recv_raw):
        try:
            wait()
        except RuntimeError as error:
            assert f"in process {os.getppid()}" in str(error), error
        else:
            raise AssertionError(wait)
print(forked(child))
wire.close()
net.close()
""",
    )
    assert done.stdout == "0\n", done.stderr


def test_a_handler_may_fork():
    """What the child prints and raises is told, not kept in a copy that nobody asks."""
    done = python(
        BEGIN,
        """
net = Network("client", "server")
client, server = net.hosts
def handler(conn):
    pid = os.fork()
    if pid == 0:
        print("in the child")
        sys.stdout.flush()
        conn.sendall(conn.recv(10).upper())
        raise ValueError("the child fails")
    os.waitpid(pid, 0)
service = server.start(handler, port=8000)
assert ask(client, server, b"abc") == b"ABC"
service.wait_for(served=1)
assert not service.errors
net.close()
""",
    )
    assert done.stdout == "in the child\n", done.stderr
    assert "ValueError: the child fails" in done.stderr and done.returncode == 0


def test_a_lock_that_another_thread_held_does_not_stop_the_child():
    done = python(
        BEGIN,
        NETWORK,
        """
import threading
held, over = threading.Event(), threading.Event()
def hold():
    with net._core.client.line.lock, service.changed, service._record.changed:
        held.set()
        over.wait()
holder = threading.Thread(target=hold)
holder.start()
held.wait()
pid = os.fork()
if pid == 0:
    client.socket().close()
    with server.start(echo, port=8001):
        pass
    repr(service), service.connections, service.output
    service.stop()
    sys.exit(0)
deadline = time.monotonic() + 20
while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
    if time.monotonic() > deadline:
        os.kill(pid, signal.SIGKILL)
        print("hangs")
    time.sleep(0.01)
print(ended[1])
over.set()
holder.join()
net.close()
""",
    )
    assert done.stdout == "0\n", done.stderr


def test_a_child_may_make_a_network_of_its_own():
    done = python(
        BEGIN,
        NETWORK,
        """
def child():
    with Network("a", "b") as own:
        own.b.start(echo, port=8000)
        assert ask(own.a, own.b, b"own") == b"own"
        assert ask(client, server, b"the parent's") == b"the parent's"
    assert own.closed and not net.closed
print(forked(child))
assert ask(client, server, b"2") == b"2"
net.close()
""",
    )
    assert done.stdout == "0\n", done.stderr


def test_a_child_that_is_killed_leaves_nothing_at_the_helper():
    script = (
        BEGIN
        + NETWORK
        + """
for host in net.hosts:
    host.run(["true"])  # a host's mounts, made for its first program, stay with it
print(net._core.client.pid, flush=True)
for line in sys.stdin:
    pids = []
    for _ in range(5):
        pid = os.fork()
        if pid == 0:
            kept = client.socket(), net.capture(), client.core.watch(), server.spawn(["sleep", "1000"])
            os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(pid, 0)
    client.run(["true"])
    print("round", flush=True)
net.close()
"""
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        helper = int(owner.stdout.readline())

        def held():
            with open(f"/proc/{helper}/task/{helper}/children") as file:
                return len(os.listdir(f"/proc/{helper}/fd")), len(file.read().split())

        before = held()  # perhaps with what it is about to close of the two programs
        owner.stdin.write("go\n")
        owner.stdin.flush()
        assert owner.stdout.readline() == "round\n"
        deadline = time.monotonic() + 20
        while any(now > then for now, then in zip(held(), before, strict=True)):
            assert time.monotonic() < deadline, (before, held())
            select.select([], [], [], 0.01)
        owner.communicate()
    assert gone([helper])


@pytest.mark.capture
def test_on_the_loopback_interface_a_child_ends_nothing_either():
    done = python(
        "import os; os.environ['LABKIT_MODE'] = 'loopback'",
        BEGIN,
        NETWORK,
        """
trace = net.capture()
reading, writing = os.pipe()
def child():
    assert ask(client, server, b"1") == b"1"
    for wants in (net.capture, client.core.watch):
        try:
            wants()
        except RuntimeError as error:
            assert f"in process {os.getppid()}" in str(error), error
        else:
            raise AssertionError(wants)
    trace.stop()
    service.stop()
    net.close()
pid = os.fork()
if pid == 0:
    child()
    sys.exit(0)
assert os.waitpid(pid, 0)[1] == 0
assert ask(client, server, b"2") == b"2"
pid = os.fork()
if pid == 0:  # it lives on, with copies of all
    os.close(writing)
    os.read(reading, 1)
    os._exit(0)
assert len(trace.stop().flows()) == 2
net.close()
os.close(writing)
os.waitpid(pid, 0)
print("ok")
""",
    )
    assert done.stdout == "ok\n", done.stderr

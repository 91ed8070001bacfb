"""Nothing outlives its owner: no process, namespace, descriptor, thread or file, however the owner ends.

Fifty networks are made and closed; two hundred where LABKIT_ALL_EDITIONS is set (every night).
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import subprocess
import sys
import threading

import pytest
from waiting import wait_for

from bench.lab import gone
from labkit import Network

NIGHT = bool(os.environ.get("LABKIT_ALL_EDITIONS"))


def processes():
    return set(filter(str.isdigit, os.listdir("/proc")))


def networks(pids):
    """Identities of the network namespaces that these processes are in."""
    found = set()
    for pid in pids:
        try:
            found.add(os.readlink(f"/proc/{pid}/ns/net"))
        except OSError:
            continue
    return found


def descriptors():
    return len(os.listdir("/proc/self/fd"))


def run(script, **options):
    """Run a script in a Python of its own; it prints what the test wants to know."""
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, **options
    )


def test_many_networks_leave_nothing(port):
    Network("a", "b", port=port).close()
    before, threads = descriptors(), threading.active_count()
    helpers = []  # held by descriptors: their numbers may be others' before the last has been made
    for _ in range(200 if NIGHT else 50):
        net = Network("a", "b", port=port)
        helpers.append(os.pidfd_open(net._core.client.pid))
        net.a.socket().close()
        net.close()
    del net
    gc.collect()
    for helper in helpers:
        assert select.select([helper], [], [], 20)[0]
        os.close(helper)
    assert descriptors() == before
    for thread in threading.enumerate():
        if thread.name == "labkit-reaper":
            thread.join(20)
    assert threading.active_count() <= threads


HOLD = """
import sys
from labkit import Network
net = Network("client", "server")
program = net.server.spawn(["sleep", "1000"])
family = net.server.spawn(["sh", "-c", "sleep 1000 & sleep 1000 & wait"])
sockets = [net.client.socket() for _ in range(10)]
net.server.start(lambda conn: conn.recv(10), port=80)
trace = net.capture()
print(net._core.client.pid, flush=True)
sys.stdin.read()
"""


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


def descendants(pid):
    return children(pid) + [grandchild for child in children(pid) for grandchild in descendants(child)]


@pytest.mark.parametrize("how", ["kill -9 of the owner", "kill -9 of the helper", "SIGTERM of the owner"])
def test_killed(how):
    for _ in range(5):
        owner = subprocess.Popen(
            [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        helper = int(owner.stdout.readline())
        wait_for(lambda helper=helper: len(descendants(helper)) >= 4)
        family = descendants(helper)
        if "helper" in how:
            direct = children(helper)
            # What those started is not ours to find any more; and a number may be another's soon.
            others = [os.pidfd_open(pid) for pid in family if pid not in direct]
            os.kill(helper, signal.SIGKILL)
            assert gone(direct)  # with SIGKILL the kernel ends what the helper itself started
            for descriptor in others:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(descriptor, signal.SIGKILL)
                os.close(descriptor)
            owner.kill()
        else:
            owner.send_signal(signal.SIGKILL if "-9" in how else signal.SIGTERM)
            owner.wait(60)
            assert gone([helper, *family])
        owner.communicate()
        assert gone([helper])


COLLECT_IN_A_QUESTION = """
import contextlib, gc, os, socket, sys, weakref
from labkit import Network
from labkit.network.line import Line
from scapy.sendrecv import AsyncSniffer

def collect(frame, event, argument):
    if event == "call" and frame.f_code is Line.ask.__code__:
        sys.setprofile(None)
        gc.collect()

def watched():
    return [number(pid) for pid in (os.getpid(), net._core.client.pid)]

def number(pid):
    found = 0
    for descriptor in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            found += os.readlink(f"/proc/{pid}/fd/{descriptor}") == "anon_inode:[eventfd]"
    return found

def drop(make):
    thing = make()
    thing.itself = thing
    return weakref.ref(thing)

def sniffer():
    sniffer = AsyncSniffer(opened_socket=net.scapy_socket(), store=False)
    sniffer.start()
    with net.client.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendto(b"?", ("server", 9))
    sniffer.kwargs["opened_socket"].drain()  # scapy's stop() does nothing to a sniffer that has not read yet
    sniffer.stop()
    return sniffer

with Network("client", "server") as net:
    sniffer()  # and all that is loaded for it
    gc.collect()
    net.link.delay_ms = 2
    gc.disable()
    for make, watches in (net.capture, 0), (net.scapy_socket, 1), (sniffer, 1):
        alive = drop(make)
        assert alive() is not None and watched() == [watches] * 2
        sys.setprofile(collect)
        net.link.delay_ms = 1  # a question, in the middle of which the collector comes
        assert sys.getprofile() is None and alive() is None
        net.link.delay_ms = 2
        assert watched() == [0, 0], make
print("went on")
"""


def test_what_is_dropped_asks_nothing_when_the_collector_comes_in_the_middle_of_a_question():
    """One thread cannot ask twice at a time: it would wait for itself."""
    done = run(COLLECT_IN_A_QUESTION)
    assert (done.stdout, done.stderr) == ("went on\n", "")


def test_the_end_of_the_interpreter_ends_all():
    done = run(HOLD.replace("sys.stdin.read()", ""), stdin=subprocess.DEVNULL)
    assert done.returncode == 0
    assert gone([int(done.stdout)])


def test_an_exception_ends_all():
    done = run(HOLD.replace("sys.stdin.read()", "1 / 0"), stdin=subprocess.DEVNULL)
    assert "ZeroDivisionError" in done.stderr
    assert gone([int(done.stdout)])


def test_dropping_it_ends_it():
    net = Network("a", "b")
    pid, a = net._core.client.pid, net.a
    del net
    a.socket().close()  # a host keeps its network alive
    s = a.socket()
    del a
    gc.collect()
    assert s.fileno() >= 0 and os.path.exists(f"/proc/{pid}")  # so does a socket
    s.close()
    del s
    gc.collect()
    assert gone([pid])


def test_a_forked_child_does_not_keep_it_alive():
    net = Network("a", "b")
    helper = net._core.client.pid
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
    os.close(reading)
    net.close()
    assert gone([helper])
    os.close(writing)
    os.waitpid(child, 0)


def test_a_forked_child_that_ends_leaves_its_parents_network_alone():
    script = """
import os, sys
from labkit import Network
net = Network("a", "b")
child = os.fork()
if child == 0:
    sys.exit(0)  # with finalizers and all
os.waitpid(child, 0)
net.a.socket().close()
print("usable")
"""
    done = run(script)
    assert done.stdout.split() == ["usable"], done.stderr


def test_namespaces_go_too():
    net = Network(
        *(f"h{n}" for n in range(10)), private=True
    )  # or somebody who looks in holds a descriptor, too
    pid = net._core.client.pid
    net._core.catch_up()  # it closes what it has handed over once it has answered, and before it answers again
    links = [os.readlink(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")]
    ours = {link for link in links if link.startswith("net:[")}
    inside = {process for process in processes() if networks([process]) & ours}
    assert len(ours) == 11 and str(pid) in inside  # the hosts' and the wire's, where the helper itself is
    net.close()
    assert gone([pid])
    # Of these alone: a network that others make, as soon as ours are gone, may be given the same number.
    assert not ours & networks(inside)


def test_failure_to_start_leaves_nothing(monkeypatch):
    before = descriptors()
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(FileNotFoundError):
        Network("a", "b")
    assert descriptors() == before


def test_too_many_open_files_is_an_error_and_leaves_nothing():
    script = """
import os, resource
from labkit import Network
net = Network("a", "b")
made = []
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
try:
    while True: made.append(net.a.socket())
except OSError as error: print(error.errno == 24, flush=True)
for s in made: s.close()
net.a.socket().close()
with net.capture() as trace: pass
print("usable")
"""
    done = run(script)
    assert done.stdout.split() == ["True", "usable"], done.stderr


def test_interrupts_leave_it_usable():
    """SIGINT in the middle of questions to the helper, again and again: answers never get mixed up."""
    script = """
import signal
from labkit import Network
net = Network("a", "b")
armed = False
def interrupt(*_):
    global armed
    if armed:
        armed = False
        raise KeyboardInterrupt
signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
interrupted = 0
while interrupted < 300:
    try:
        while True:
            armed = True  # anew each time: Python ignores what is raised in a weak reference's callback
            net.a.socket().close()
            assert net.a.sysctl("net.ipv4.tcp_sack") == "1"
    except KeyboardInterrupt:
        interrupted += 1
signal.setitimer(signal.ITIMER_REAL, 0)
s = net.a.socket()
assert net.a.sysctl("net.ipv4.tcp_sack") == "1"
print(interrupted)
"""
    done = run(script)
    assert done.stdout.strip() == "300", done.stderr


def test_running_a_cell_again_replaces_its_network():
    pytest.importorskip("IPython")
    from labkit.notebook import cell

    class Shell:
        execution_count = 1

        def get_parent(self):
            return {"metadata": {"cellId": "one"}, "content": {"code": "net = Network('a', 'b')"}}

    shell = Shell()
    cell_made = dict(cell._made)
    try:
        import IPython

        original = IPython.get_ipython
        IPython.get_ipython = lambda: shell
        first, beside = Network("a", "b"), Network("a", "b")
        assert not first.closed and not beside.closed  # two of one run live together
        shell.execution_count = 2
        second = Network("a", "b")
        assert first.closed and beside.closed and not second.closed
        second.close()
    finally:
        IPython.get_ipython = original
        cell._made.clear()
        cell._made.update(cell_made)

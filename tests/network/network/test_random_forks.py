"""Two hundred random forks, by seed: whatever a child does with the network and however it ends, its parent goes on."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench.lab import gone

PARENT = """
import gc, os, random, signal, sys, threading, traceback
from bench.lab import gone
from labkit import Network, Process, Tasks

def echo(conn):
    while data := conn.recv(100):
        conn.sendall(data)

def ask(data, port=8000):
    with client.socket() as sock:
        sock.settimeout(20)
        sock.connect((server.address, port))
        sock.sendall(data)
        assert sock.recv(100) == data
        assert sock.getsockname()[0] == client.address

def wait_for_ever():
    with client.socket() as nobody:
        nobody.bind((client.address, 0))
        nobody.listen()
        nobody.accept()

def wait_for_a_line():
    input()

over = threading.Event()
def busy():                                     # a fork comes in the midst of this thread's requests
    while not over.is_set():
        client.socket().close()
    return "done"

# -- what a child does

def asks():
    ask(b"the child")

def captures():
    with net.capture() as mine:
        ask(b"captured")
    assert len(mine.handshake()) == 3

def captures_for_ever():
    global kept
    kept = net.capture(), client.core.watch()

def serves():
    own = server.start(echo)
    ask(b"own", own.port)
    if chance.random() < 0.5:
        own.stop()

def runs():
    assert client.run(["echo", "hello"]).stdout == "hello\\n"

def begins():
    client.background(wait_for_ever)
    assert client.background(lambda: 7).result() == 7

def spawns():
    pids.append(client.spawn(["sleep", "1000"]).pid)
    pids.append(client.process(wait_for_a_line).pid)

def has_a_network_of_its_own():
    own = Network("a", "b")
    with own.a.socket() as sock:
        sock.bind((own.a.address, 80))
    if chance.random() < 0.5:
        own.close()

def stops():
    for thing in (service, program, task, tasks, process, trace):
        thing.stop()

def closes():
    net.close()

def looks():
    assert server.sockets().find(state="LISTEN") and repr(service) and service.connections and net.hosts

def collects():
    global service, task, tasks, program, process, trace, connection
    service = task = tasks = program = process = trace = connection = None
    gc.collect()

def waits():
    for wait in (task.result, program.wait, process.wait, lambda: service.wait_for(served=10**9), tasks.wait):
        try:
            wait()
        except RuntimeError as error:
            assert f"in process {os.getppid()}" in str(error), error
        else:
            raise AssertionError(wait)

def forks():
    pid = os.fork()
    if pid == 0:
        ask(b"the grandchild")
        chance.choice(ENDS)()
    os.waitpid(pid, 0)

LAST = stops, closes, collects                   # after these a child has no network to use
DEEDS = (asks, captures, captures_for_ever, serves, runs, begins, spawns, has_a_network_of_its_own, looks, waits, forks)

# -- how it ends

def exits():
    sys.exit(7)

class OnPurpose(Exception):
    pass

def fails():
    raise OnPurpose

def vanishes():
    os._exit(7)

def is_killed():
    os.kill(os.getpid(), signal.SIGKILL)

def leaves():
    net.__exit__(None, None, None)
    sys.exit(7)

ENDS = exits, fails, vanishes, is_killed, leaves
STATUS = {exits: 7, fails: 1, vanishes: 7, is_killed: -9, leaves: 7}

net = Network("client", "server")
client, server = net.hosts
chance = random.Random(int(sys.argv[1]))
pids = []
with net:
    service = server.start(echo, port=8000)
    program = server.spawn(["cat"])
    process = Process(wait_for_a_line, host=client)
    task = client.background(wait_for_ever)
    tasks = Tasks([client.background(wait_for_ever)])
    others = client.background(busy)
    trace = net.capture()
    connection = client.socket()
    connection.settimeout(20)
    connection.connect((server.address, 8000))
    service.wait_for(connections=1)
    for number in range(int(sys.argv[2])):
        deeds = chance.choices(DEEDS, k=chance.randrange(3)) + chance.choices((None, *LAST), k=1)
        deeds, end = [deed for deed in deeds if deed], chance.choice(ENDS)
        said = " ".join(deed.__name__ for deed in [*deeds, end])
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            try:
                for deed in deeds:
                    deed()
                os.write(writing, " ".join(map(str, [*pids, "all"])).encode())
            except BaseException as error:
                if type(error) in (SystemExit, OnPurpose):   # a grandchild's end
                    raise
                os.write(writing, f"{said}: {traceback.format_exc()}".encode())
            os.close(writing)
            end()
        os.close(writing)
        with open(reading) as told:              # the programs of the child end with it: some hold this open
            words = told.read()
        assert words.endswith("all"), words
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert status == STATUS[end], (said, status)
        assert gone(map(int, words.split()[:-1])), said     # at once: numbers are used again
        connection.sendall(b"still there")
        assert connection.recv(100) == b"still there", said
        ask(said.encode())
        assert not task.done and not tasks.done and not others.done and trace.running, said
        assert program.returncode is None and process.returncode is None, said
    over.set()
    assert others.result() == "done"
    assert service.listening and not service.errors
    program.stdin.write("a line\\n")
    program.wait_for("a line")
    process.stdin.write("a line\\n")
    assert process.wait() == 0
    connection.close()
    assert len(trace.stop().handshake()) == 3
    task.stop()
    tasks.stop()
print(net._core.client.pid)
print("all there")
"""


@pytest.mark.parametrize("seed", range(8 if os.environ.get("LABKIT_ALL_EDITIONS") else 3))  # all every night
def test_the_parent_is_unharmed(seed):
    done = subprocess.run(
        [sys.executable, "-c", PARENT, str(seed), "25"],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.stdout.endswith("all there\n"), done.stderr
    assert gone([int(done.stdout.split()[-3])])

"""Sockets of hosts in other processes: inherited by none that was not asked for, sent to those that were."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FROM_OUTSIDE = set(os.listdir("/proc/self/fd"))  # a shell or a runner may hand some down

SCRIPT = """
import multiprocessing, os, socket, sys, time
from labkit import Network


def say(sock, timeout):
    assert sock.gettimeout() == timeout
    sock.sendall(type(sock).__name__.encode() + b" " + sock.getsockname()[0].encode())
    sock.close()

def take(pipe):
    sock, timeout = pipe.recv()
    say(sock, timeout)

def ask(host, peer):
    with host.socket() as sock:
        sock.connect((peer.address, 80))
        return sock.getsockname()[0]

def name(network):
    return network.hosts[0].name

if __name__ == "__main__":
    method = sys.argv[1]
    context = multiprocessing.get_context(method)
    net = Network("client", "server")
    client, server = net.hosts
    listener = server.socket()
    listener.bind((server.address, 80))
    listener.listen()

    def pair():
        caller = client.socket()
        caller.connect((server.address, 80))
        caller.settimeout(60)
        return caller, listener.accept()[0]
"""


def run(tmp_path, method, script):
    """Run a script, as a file, because a spawned process imports it; what it prints."""
    file = tmp_path / "script.py"
    file.write_text(SCRIPT + "".join(f"    {line}\n" for line in script.strip().split("\n")))
    done = subprocess.run(
        [sys.executable, str(file), method], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


METHODS = ("spawn", "forkserver", "fork")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("timeout", [None, 3.0])
def test_a_connected_socket_goes_to_another_process(tmp_path, method, timeout):
    said = run(
        tmp_path,
        method,
        f"""
caller, conn = pair()
conn.settimeout({timeout})
process = context.Process(target=say, args=(conn, {timeout}))
process.start()
conn.close()
print(caller.recv(100).decode())
assert caller.recv(100) == b""   # nobody holds it any more
caller.close()
process.join()
ours, theirs = context.Pipe()
process = context.Process(target=take, args=(theirs,))
process.start()
caller, conn = pair()
conn.settimeout({timeout})
ours.send((conn, {timeout}))
print(caller.recv(100).decode())
process.join()
conn.close()
caller.close()
net.close()
""",
    )
    kind = "HostSocket" if method == "fork" else "socket"
    assert said == [f"{kind} 10.0.0.2"] * 2


def test_a_socket_that_comes_back_is_one_of_its_host_again(tmp_path):
    said = run(
        tmp_path,
        "fork",
        """
ours, theirs = context.Pipe()
caller, conn = pair()
theirs.send(caller)
again = ours.recv()
caller.close()
with net.capture() as trace:
    again.sendall(b"hello")
    assert conn.recv(10) == b"hello"
print(type(again).__name__, repr(again).replace(f"fd={again.fileno()} ", ""))
print(trace.calls[0])
for sock in (again, conn, listener):
    sock.close()
net.close()
""",
    )
    assert said == [
        "HostSocket <HostSocket client TCP 10.0.0.1:40000 → 10.0.0.2:80 ESTABLISHED>",
        "client sendall(5 bytes)",
    ]


@pytest.mark.parametrize("method", METHODS)
def test_hosts_go_to_forked_workers_and_others_are_told_what_to_do(tmp_path, method):
    said = run(
        tmp_path,
        method,
        """
with context.Pool(2) as pool:
    try:
        print(pool.starmap(ask, [(client, server), (server, server)]))
        print(pool.map(name, [net]))
    except RuntimeError as error:
        print(f"in process {os.getpid()}" in str(error), "get_context('fork')" in str(error))
began = time.monotonic()
process = context.Process(target=ask, args=(client, server))
try:
    process.start()
except TypeError as error:
    print("get_context('fork')" in str(error))
else:
    process.join()
    print(process.exitcode)
listener.close()
net.close()
""",
    )
    if method == "fork":
        assert said == ["['10.0.0.1', '10.0.0.2']", "['client']", "0"]
    else:
        assert said == ["True True", "True"]


def test_no_descriptor_is_inheritable(client, pair):
    """PEP 446: what the notebook starts does not keep a closed connection open."""
    watch, trace = client.core.watch(), client.core
    assert watch.descriptor > 2 and trace.proc_net("client", "tcp")
    for descriptor in map(int, set(os.listdir("/proc/self/fd")) - FROM_OUTSIDE):
        try:
            assert descriptor < 3 or not os.get_inheritable(descriptor), os.readlink(
                f"/proc/self/fd/{descriptor}"
            )
        except OSError:  # that of the listing itself
            continue
    watch.close()


def test_a_closed_connection_ends_although_a_program_runs_on(pair):
    caller, conn = pair
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)
    # As os.system() and `!` do: with every descriptor that is inheritable.
    program = subprocess.Popen(["cat"], stdin=reading, close_fds=False)
    caller.close()
    assert conn.recv(10) == b""
    os.close(reading)
    os.close(writing)
    program.wait()


def test_no_program_on_a_host_inherits_what_the_helper_holds(client):
    listed = client.run(["ls", "/proc/self/fd"]).stdout.split()
    assert listed == ["0", "1", "2", "3"]  # the last is that of the listing


def test_the_repr_names_the_descriptor(client, pair):
    caller, _ = pair
    assert repr(caller).startswith(f"<HostSocket fd={caller.fileno()} client TCP 10.0.0.1:40000 → ")
    with client.socket() as sock:
        assert repr(sock) == f"<HostSocket fd={sock.fileno()} client TCP CLOSED>"
    assert repr(sock) == "<HostSocket client TCP closed>"


# -- trio ---------------------------------------------------------------------------------------------------

STAND_IN = """
import socket as _stdlib_socket

class _SocketType:
    def __init__(self, sock):
        if type(sock) is not _stdlib_socket.socket:
            raise TypeError(f"expected object of type 'socket.socket', not '{type(sock).__name__}'")
        self._sock = sock
        self._sock.setblocking(False)

def from_stdlib_socket(sock):
    return _SocketType(sock)
"""


@pytest.mark.parametrize("first", ["the socket", "trio"])
def test_trio_takes_a_socket_whichever_was_there_first(tmp_path, first):
    """A stand-in with the lines of trio 0.35 by which it knows a socket: `test_trio` has the whole of it."""
    (tmp_path / "trio").mkdir()
    (tmp_path / "trio" / "__init__.py").write_text("")
    (tmp_path / "trio" / "_socket.py").write_text(STAND_IN)
    make = 'net = Network("a", "b"); sock = net.a.socket()'
    load = "from trio import _socket"
    script = "\n".join(
        [
            "import socket, ssl, sys",
            "from labkit import Network",
            *([make, load] if first == "the socket" else [load, make]),
            "wrapped = _socket.from_stdlib_socket(sock)",
            "assert wrapped._sock is sock and not sock.getblocking() and sock.fileno() > 2",
            "with socket.socket() as plain: assert _socket.from_stdlib_socket(plain)._sock is plain",
            "tls = ssl.create_default_context().wrap_socket(socket.socket(), server_hostname='x')",
            "try: _socket.from_stdlib_socket(tls)",
            "except TypeError: print('refused')",
            "assert not [one for one in (_socket.__loader__, _socket.__spec__.loader) if 'labkit' in repr(one)]",
            "tls.close(); sock.close(); net.close()",
        ]
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "refused\n", done.stderr


def test_trio():
    trio = pytest.importorskip("trio")
    script = (
        SCRIPT[SCRIPT.index("import") : SCRIPT.index("def say")]
        + """
import trio, anyio
from anyio.abc import SocketStream
net = Network("client", "server")
client, server = net.hosts
def echo(conn):
    while data := conn.recv(100):
        conn.sendall(data)
server.start(echo, port=8000)
async def with_trio():
    with trio.socket.from_stdlib_socket(client.socket()) as sock:
        await sock.connect((server.address, 8000))
        await sock.send(b"trio")
        print((await sock.recv(10)).decode())
    listener = trio.socket.from_stdlib_socket(server.socket())
    await listener.bind((server.address, 9000))
    listener.listen()
    caller = trio.socket.from_stdlib_socket(client.socket())
    async with trio.open_nursery() as nursery:
        nursery.start_soon(caller.connect, (server.address, 9000))
        conn, _ = await listener.accept()
    stream = trio.SocketStream(conn)
    await caller.send(b"stream")
    print((await stream.receive_some()).decode())
    for one in (listener, caller, conn):
        one.close()
async def with_anyio():
    sock = client.socket()
    sock.connect((server.address, 8000))
    async with await SocketStream.from_socket(sock) as stream:
        await stream.send(b"anyio")
        print((await stream.receive()).decode())
trio.run(with_trio)
for backend in ("asyncio", "trio"):
    anyio.run(with_anyio, backend=backend)
net.close()
"""
    )
    assert trio
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["trio", "stream", "anyio", "anyio"], done.stderr

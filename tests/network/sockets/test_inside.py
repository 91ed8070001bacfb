"""`with client:` and what it is not: the block's own code, its threads and tasks are on the host, and nobody else."""

from __future__ import annotations

import _thread
import asyncio
import contextvars
import gc
import os
import queue
import socket
import ssl
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

import pytest

from labkit import Network
from labkit.sockets.hostsocket import HostSocket

SECONDS = 60


def whose():
    """On which host is a socket that is made now?"""
    with socket.socket() as sock:
        return sock._at.name if isinstance(sock, HostSocket) else "the machine"


async def whose_in_a_task():
    return whose()


def in_a_thread(function, **options):
    """What a function returns in a thread of its own."""
    answers = queue.SimpleQueue()
    thread = threading.Thread(target=lambda: answers.put(function()), **options)
    thread.start()
    answer = answers.get(timeout=SECONDS)
    thread.join()  # until then it holds its host
    return answer


def test_inside_sockets_are_the_hosts_and_outside_they_are_not(client):
    assert whose() == "the machine"
    with client as entered:
        assert entered is client and whose() == "client"
        assert in_a_thread(whose) == "client"
    assert whose() == "the machine"
    assert in_a_thread(whose) == "the machine"


def test_threads_are_on_the_host_also_where_a_check_made_the_first_network():
    """A check puts a `Thread.start` of its own in place for its time, and must not take away what came meanwhile."""
    script = """
import queue, threading
from labkit import Network
from labkit.running.bounds import Guard
from labkit.sockets.hostsocket import HostSocket
import socket
answers = queue.SimpleQueue()
def whose():
    with socket.socket() as sock:
        answers.put(isinstance(sock, HostSocket))
for _ in range(2):
    with Guard():
        net = Network("client", "server")
    with net.client:
        threading.Thread(target=whose).start()
        print(answers.get(timeout=60))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "True\nTrue\n", done.stderr


def test_blocks_nest_and_a_host_may_be_entered_again(client, server):
    seen = []
    with client:
        with server:
            with client, client:
                seen.append(whose())
            seen.append(whose())
        seen.append(whose())
    assert seen == ["client", "server", "client"] and whose() == "the machine"


def test_an_exception_ends_a_block_as_anything_else(client, server):
    with pytest.raises(ZeroDivisionError), client, server:
        1 / 0  # noqa: B018 - it is what fails
    assert whose() == "the machine"


def test_other_threads_stay_where_they_are(client):
    asked, answers = queue.SimpleQueue(), queue.SimpleQueue()

    def other():
        while asked.get(timeout=SECONDS):
            answers.put(whose())

    thread = threading.Thread(target=other)
    thread.start()
    with client:
        asked.put(True)
        assert answers.get(timeout=SECONDS) == "the machine"
    asked.put(False)
    thread.join()


def test_a_thread_stays_on_its_host_when_the_block_has_ended(client):
    go, answers = threading.Event(), queue.SimpleQueue()

    class Own(threading.Thread):
        def run(self):
            assert go.wait(SECONDS)
            answers.put(whose())

    with client:
        thread = Own()
        thread.start()
    go.set()
    assert answers.get(timeout=SECONDS) == "client"
    thread.join()
    assert "run" not in vars(thread)


def test_a_thread_that_cannot_start_is_as_it_was(client):
    def run():
        raise AssertionError

    thread = threading.Thread()
    thread.run = run
    thread._started = None  # any fault of start() itself
    with client, pytest.raises(AttributeError):
        thread.start()
    assert vars(thread)["run"] is run


def test_a_thread_without_a_class_is_carried_along_too(client):
    answers = queue.SimpleQueue()
    with client:
        _thread.start_new_thread(lambda: answers.put(whose()), ())
    assert answers.get(timeout=SECONDS) == "client"


def test_a_pool_does_each_piece_of_work_where_it_was_handed_over(client, server):
    with ThreadPoolExecutor(1) as pool:
        with client:
            assert pool.submit(whose).result() == "client"  # it starts the thread
        assert pool.submit(whose).result() == "the machine"
        with server:
            assert list(pool.map(lambda _: whose(), range(2))) == ["server", "server"]
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(whose).result() == "the machine"
        with client:
            assert pool.submit(whose).result() == "client"
    seen = []
    with client:
        pool = ThreadPoolExecutor(1, initializer=lambda: seen.append(whose()))
    with pool:
        assert pool.submit(whose).result() == "the machine" and seen == ["client"]
    with client, ThreadPool(1) as old:
        assert old.apply(whose) == "client"


def test_a_task_is_where_it_was_begun(client, server):
    async def main():
        with client:
            begun = asyncio.create_task(whose_in_a_task())
            seen = [await asyncio.to_thread(whose)]
            loop = asyncio.get_running_loop()
            seen.append(await loop.run_in_executor(None, whose))
            with server:
                seen.append(await asyncio.create_task(whose_in_a_task()))
        return [*seen, await begun, await asyncio.to_thread(whose), whose()]

    assert asyncio.run(main()) == ["client", "client", "server", "client", "the machine", "the machine"]


def test_tasks_in_blocks_do_not_disturb_each_other(client, server):
    async def on(host, turns):
        with host:
            for _ in range(turns):
                assert whose() == host.name
                await asyncio.sleep(0)

    async def main():
        await asyncio.gather(on(client, 5), on(server, 7), on(client, 3))
        return whose()

    assert asyncio.run(main()) == "the machine"


def test_a_block_that_ends_in_another_context_disturbs_nobody(client, server):
    with server:
        context = contextvars.copy_context()
        context.run(client.__enter__)
        client.__exit__(None, None, None)
        assert whose() == "server" and context.run(whose) == "client"


def test_a_task_and_a_service_are_on_their_host_and_what_they_start_too(client, server):
    with server:
        assert client.background(whose).result() == "client"
        assert client.background(whose_in_a_task).result() == "client"
        assert client.background(in_a_thread, whose).result() == "client"

    def tell(conn):
        with ThreadPoolExecutor() as pool:
            conn.sendall(f"{whose()} {in_a_thread(whose)} {pool.submit(whose).result()}".encode())

    with server.start(tell, 9000), client, socket.create_connection(("server", 9000)) as sock:
        assert sock.makefile().read() == "server server server"


def test_what_is_no_socket_of_a_network_stays_the_machines(client, tmp_path):
    with socket.socket() as plain, client:
        near, far = socket.socketpair()
        with near, far, socket.socket(socket.AF_UNIX) as unix:
            unix.bind(str(tmp_path / "socket"))
            assert {type(sock) for sock in (near, far, unix)} == {socket.socket}
        with socket.fromfd(plain.fileno(), plain.family, plain.type) as copy:
            assert type(copy) is socket.socket


def test_the_class_stays_what_it_was_for_whoever_took_it_earlier(client):
    early = socket.socket
    with client:
        with early(socket.AF_INET, type=socket.SOCK_DGRAM) as sock:
            assert isinstance(sock, early) and isinstance(sock, socket.SocketType)
            assert (sock._at, sock.family, sock.type, sock.proto) == (
                client,
                socket.AF_INET,
                socket.SOCK_DGRAM,
                0,
            )
        with early(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK, 0, None) as sock:
            assert sock.type == socket.SOCK_STREAM and sock.gettimeout() == 0
    with early() as sock:
        assert type(sock) is socket.socket


def test_a_librarys_own_class_is_on_the_host_too(client, server):
    class Own(socket.socket):
        pass

    server.start(lambda conn: conn.send(b"hello"), 9000)
    with client, Own() as sock:
        assert type(sock) is Own
        sock.connect(("server", 9000))
        assert sock.getsockname()[0] == client.address and sock.recv(10) == b"hello"


def test_a_tls_socket_finds_hosts_by_name(client, server):
    server.start(lambda conn: conn.send(b"hello"), 9000)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with (
        client,
        context.wrap_socket(socket.socket(), server_hostname="server", do_handshake_on_connect=False) as sock,
    ):
        sock.connect(("server", 9000))
        assert sock.getpeername() == (server.address, 9000)


def test_a_second_network_can_be_made_inside(client):
    with client, Network("near", "far") as other:
        with other.near:
            assert whose() == "near"
        assert whose() == "client"
        other.far.start(lambda conn: conn.send(b"hello"), 9000)
        with other.near, socket.create_connection(("far", 9000)) as sock:
            assert sock.recv(10) == b"hello"


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork")
def test_a_forked_child_is_where_it_was_forked(client, server):
    server.start(lambda conn: conn.send(conn.getpeername()[0].encode()), 9000)
    near, far = socket.socketpair()
    with near, far:
        with client:
            pid = os.fork()
            if not pid:
                try:
                    with socket.create_connection(("server", 9000), SECONDS) as sock:
                        far.send(sock.recv(100))
                finally:
                    os._exit(0)
        os.waitpid(pid, 0)
        near.settimeout(SECONDS)
        assert near.recv(100) == client.address.encode()


def test_a_scope_is_a_number_of_the_hosts_interface(network):
    with network(ipv6=True).client as client:
        found = socket.getaddrinfo("ff02::1%eth0", 9000, type=socket.SOCK_DGRAM)
        assert found[0][4] == ("ff02::1", 9000, 0, client.index("eth0"))
        assert socket.if_nametoindex("eth0") == client.index("eth0")
        assert socket.if_nameindex() == [(client.index("lo"), "lo"), (client.index("eth0"), "eth0")]
        assert socket.if_indextoname(client.index("eth0")) == "eth0"
        with pytest.raises(OSError, match="wlan0"):
            socket.if_nametoindex("wlan0")
        with pytest.raises(OSError, match="77"):
            socket.if_indextoname(77)


def numbers(*asked, **options):
    return [entry[4][0] for entry in socket.getaddrinfo(*asked, type=socket.SOCK_STREAM, **options)]


def test_a_host_knows_its_network_and_itself(network):
    net = network(ipv6=True)
    with net.client:
        assert numbers("server", 80) == ["10.0.0.2", "fd00::2"] == numbers(b"SERVER", "http")
        assert numbers("server", 80, family=socket.AF_INET6) == ["fd00::2"]
        assert numbers("10.0.0.9", 80) == ["10.0.0.9"]
        assert numbers("localhost", 80) == numbers(None, 80) == ["127.0.0.1", "::1"]
        assert numbers(None, 80, flags=socket.AI_PASSIVE) == numbers("", 80, flags=socket.AI_PASSIVE)
        assert numbers(None, 80, flags=socket.AI_PASSIVE) == ["0.0.0.0", "::"]
        assert socket.getaddrinfo("server", 80, flags=socket.AI_CANONNAME)[0][3] == "server"
        with pytest.raises(socket.gaierror):
            socket.getaddrinfo("server", 80, flags=socket.AI_NUMERICHOST)
        assert socket.gethostname() == socket.getfqdn() == "client"
        assert socket.gethostbyname("server") == "10.0.0.2" == socket.gethostbyname("10.0.0.2")
        assert socket.gethostbyname("Localhost") == "127.0.0.1" and socket.gethostbyname("") == "0.0.0.0"
        assert socket.gethostbyname_ex("server") == ("server", [], ["10.0.0.2"])
        assert socket.gethostbyname_ex("10.0.0.2") == ("10.0.0.2", [], ["10.0.0.2"])
        assert socket.gethostbyaddr("fd00::2") == ("server", [], ["fd00::2"])
        assert socket.gethostbyaddr("127.0.0.1")[0] == "localhost"
        assert socket.getnameinfo(("10.0.0.2", 80), 0) == ("server", "http")
        assert socket.getnameinfo(("10.0.0.9", 80), socket.NI_NUMERICSERV) == ("10.0.0.9", "80")
        with pytest.raises(socket.herror, match=r"10\.0\.0\.9"):
            socket.gethostbyaddr("10.0.0.9")
        with pytest.raises(socket.gaierror):
            socket.getnameinfo(("10.0.0.9", 80), socket.NI_NAMEREQD)
    assert socket.gethostname() != "client"


def test_a_host_without_ipv6_has_no_address_of_it(client):
    with client:
        assert numbers("localhost", 80) == numbers(None, 80) == ["127.0.0.1"]
        for name in ("server", "localhost", None):
            with pytest.raises(
                socket.gaierror, match=r"has no IPv6 address here: Network\(\.\.\., ipv6=True\)"
            ):
                socket.getaddrinfo(name, 80, socket.AF_INET6)


def test_a_closed_network_is_entered_no_more(net, client):
    net.close()
    with pytest.raises(RuntimeError, match="client is on a network that is closed"), client:
        pass


def test_a_network_is_let_go_after_its_blocks(port):
    """Nothing that is left of a block, or of threads that ran in it, holds the hosts."""
    net = Network("client", "server", port=port)
    with ThreadPoolExecutor(1) as pool:
        with net.client:
            in_a_thread(whose)
            asyncio.run(asyncio.to_thread(whose))
            assert pool.submit(whose).result() == "client"
        core = weakref.ref(net._core)
        del net
        pool.submit(len, ()).result()  # its thread has let go of what it did before
        gc.collect()
        assert core() is None

"""Background servers: listening when start returns, failures never lost, stopped within a deadline."""

from __future__ import annotations

import asyncio
import errno
import gc
import http.server
import pathlib
import socket
import socketserver
import subprocess
import sys
import threading
import time

import pytest
from stubborn import goes_on
from tidying import Tidying

from labkit.background import beside, loops, workers
from labkit.background.failures import ServiceError
from labkit.background.many import Tasks
from labkit.background.services import Service, services
from labkit.background.workers import Worker

SECONDS = 20


@pytest.fixture(autouse=True)
def nothing_left():
    """Every test leaves no thread and nothing that runs."""
    before = set(threading.enumerate())
    yield
    assert beside.running() == []
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("labkit ") and "forever" not in thread.name:
            thread.join(SECONDS)
            assert not thread.is_alive(), thread


def echo(conn):
    while data := conn.recv(1000):
        conn.sendall(data)


def ask(client, port, data=b"hello", type=socket.SOCK_STREAM):
    """Send data, and read until the server has sent as much."""
    with client.socket(type=type) as sock:
        sock.settimeout(SECONDS)
        sock.connect(("server", port))
        sock.sendall(data)
        got = b""
        while len(got) < len(data):
            more = sock.recv(1000)
            if not more:
                break
            got += more
        return got


def test_an_echo_server(client, server):
    with server.start(echo, port=7) as service:
        assert ask(client, 7) == b"hello"
        service.wait_for(served=1)
        assert repr(service) == "<echo on server:7 listening, 0 open, 1 served>"
        assert (service.port, service.address, service.errors, service.output) == (7, "10.0.0.2", (), "")
    assert repr(service) == "<echo on server:7 stopped, 1 served>"
    with client.socket() as sock, pytest.raises(ConnectionRefusedError):
        sock.connect(("server", 7))


def test_connections_are_those_open_now(client, server):
    with server.start(echo, port=7) as service, client.socket() as sock:
        sock.connect(("server", 7))
        service.wait_for(connections=1)
        assert service.connections == (sock.getsockname(),)
        assert "1 open" in repr(service)


def test_the_same_port_serves_again_at_once(client, server):
    for _ in range(3):
        with server.start(echo, port=7):
            assert ask(client, 7) == b"hello"


def test_without_a_port_it_takes_the_first_free_one(server):
    with server.start(echo) as first, server.start(echo) as second:
        assert (first.port, second.port) == (8000, 8001)


def test_a_taken_port_names_its_holder(server):
    with server.start(echo, port=7, name="the first"):
        with pytest.raises(
            OSError, match=r"port 7 on server is taken by the service 'the first'.*replace=True"
        ) as e:
            server.start(echo, port=7)
        assert e.value.errno == errno.EADDRINUSE
    with server.socket() as sock:
        sock.bind((server.address, 9))
        with pytest.raises(OSError, match=r"taken by a bound socket of the notebook \(bind\(\)\)"):
            server.start(echo, port=9)
        sock.listen()
        with pytest.raises(OSError, match=r"taken by a listening socket of the notebook \(listen\(\)\)"):
            server.start(echo, port=9)


def test_replace_stops_the_service_that_holds_the_port(client, server):
    def shout(conn):
        conn.sendall(conn.recv(100).upper())

    first = server.start(echo, port=7)
    with server.start(shout, port=7, replace=True) as second:
        assert ask(client, 7) == b"HELLO"
        assert services(server) == [second] and "stopped" in repr(first)


def test_an_async_handler(client, server):
    async def handler(reader, writer):
        print("served")
        writer.write(await reader.readline())
        await writer.drain()

    with server.start(handler, port=7) as service:
        assert ask(client, 7, b"hello\n") == b"hello\n"
        service.wait_for(served=1)
        assert service.output == "served\n"


def test_an_asyncio_protocol_class_and_a_factory(client, server):
    class Upper(asyncio.Protocol):
        def connection_made(self, transport):
            self.transport = transport

        def data_received(self, data):
            self.transport.write(data.upper())

    for handler in (Upper, lambda: Upper()):
        with server.start(handler, port=7) as service:
            assert ask(client, 7) == b"HELLO"
            service.wait_for(served=1)


def test_an_asyncio_protocol_that_is_still_connected_is_closed(client, server):
    class Silent(asyncio.Protocol):
        pass

    with client.socket() as sock:
        sock.settimeout(SECONDS)
        with server.start(Silent, port=7) as service:
            sock.connect(("server", 7))
            service.wait_for(connections=1)
        assert sock.recv(1) == b""
    assert service.served == 1


def test_a_socket_that_a_handler_made_does_not_hold_the_stop_up(client, server):
    waiting = threading.Event()

    def proxy(conn):
        with server.socket() as upstream:
            upstream.connect(("client", 9))
            waiting.set()
            upstream.recv(100)

    with client.start(echo, port=9), client.socket() as sock:
        with server.start(proxy, port=7):
            sock.connect(("server", 7))
            assert waiting.wait(SECONDS)


def test_a_socketserver_handler_and_a_server(client, server):
    class Line(socketserver.StreamRequestHandler):
        def handle(self):
            print("line")
            self.wfile.write(self.rfile.readline())

    with server.start(Line, port=7) as service:
        assert ask(client, 7, b"x\n") == b"x\n"
        service.wait_for(served=1)
        assert service.output == "line\n"
    made = socketserver.TCPServer(("", 0), Line, bind_and_activate=False)
    with server.start(made, port=7) as service:
        assert ask(client, 7, b"y\n") == b"y\n"
        assert service.output == "line\n"


def test_the_standard_librarys_web_server(client, server):
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *args):
            print("asked for", self.path)

    with server.start(Page, port=80, server_class=http.server.ThreadingHTTPServer) as service:
        with client.socket() as sock:
            sock.settimeout(SECONDS)
            sock.connect(("server", 80))
            sock.sendall(b"GET /x HTTP/1.0\r\n\r\n")
            with sock.makefile("rb") as file:
                assert file.read().endswith(b"\r\n\r\nhello")
        service.wait_for(served=1)
        assert service.output == "asked for /x\n"


def test_datagrams(client, server):
    def answer(sock):
        while True:
            data, sender = sock.recvfrom(1000)
            sock.sendto(data[::-1], sender)

    with server.start(answer, port=9, type=socket.SOCK_DGRAM) as service:
        assert ask(client, 9, b"abc", socket.SOCK_DGRAM) == b"cba"
        assert repr(service) == "<answer on server:9 listening>"
    assert service.errors == ()


def test_prints_go_to_the_service_and_nowhere_else(client, server, capsys):
    def chatty(conn):
        print("got", conn.recv(100))

    with server.start(chatty, port=7) as service:
        ask(client, 7)
        service.wait_for(served=1)
        assert capsys.readouterr().out == ""
        assert service.output == "got b'hello'\n"
    assert capsys.readouterr().out == "", "what was asked for is not shown a second time"


def test_a_last_line_without_an_end_is_told_once(client, server, capsys, monkeypatch):
    """A handler's thread may lose the processor as soon as it is known that it has served."""
    hold, over = threading.Event(), Worker.over
    monkeypatch.setattr(Worker, "over", lambda thread: (hold.wait(SECONDS), over(thread)))

    def chatty(conn):
        print("got", conn.recv(100), end="")

    with server.start(chatty, port=7) as service:
        ask(client, 7)
        service.wait_for(served=1)
        assert service.output == "got b'hello'\n"
        hold.set()
    assert capsys.readouterr().out == ""


def test_prints_that_nobody_asked_for_are_shown_at_the_end(client, server, capsys):
    def chatty(conn):
        print("got", conn.recv(100))

    with server.start(chatty, port=7) as service:
        ask(client, 7)
        service.wait_for(output="got")
    assert capsys.readouterr().out == "chatty on server:7 │ got b'hello'\n"


def _with_threads(say):
    return say


def _with_socketserver(say):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            say(self.request)

    return Handler


@pytest.mark.parametrize("kind", [_with_threads, _with_socketserver])
def test_handlers_that_run_at_once_are_shown_in_the_order_in_which_their_clients_were_begun(
    client, server, capsys, kind
):
    gates = {number: threading.Event() for number in range(5)}

    def say(conn):
        number = conn.recv(1)[0]
        gates[number].wait(SECONDS)
        print("first of", number)
        if number:
            gates[number - 1].set()  # the last one finishes first
        print("last of", number)
        conn.sendall(b"!")

    def call(number):
        with client.socket() as sock:
            if number < 4:
                called[number + 1].wait(SECONDS)  # the last one calls first
            sock.connect(("server", 7))
            sock.sendall(bytes([number]))
            called[number].set()
            return sock.recv(1)

    called = {number: threading.Event() for number in range(5)}
    with server.start(kind(say), port=7) as service:
        tasks = Tasks(client.background(call, number) for number in range(5))
        service.wait_for(connections=5)
        gates[4].set()
        assert tasks.results() == [b"!"] * 5
        service.wait_for(served=5)
        by_time = service._record.text()
        assert by_time.index("first of 4") < by_time.index("first of 0"), "it was not the order of the tasks"
        shown = "".join(
            f"{service.title} │ {which} of {number}\n" for number in range(5) for which in ("first", "last")
        )
    assert capsys.readouterr().out == shown


def test_coroutines_that_run_at_once_are_shown_in_that_order_too(client, server, capsys):
    gates = [asyncio.Event() for _ in range(5)]
    come = []

    async def say(reader, writer):
        number = (await reader.readexactly(1))[0]
        come.append(number)
        if len(come) == 5:
            gates[4].set()
        await gates[number].wait()
        print("served", number)
        if number:
            gates[number - 1].set()
        writer.write(b"!")

    def call(number):
        with client.socket() as sock:
            sock.connect(("server", 7))
            sock.sendall(bytes([number]))
            return sock.recv(1)

    with server.start(say, port=7) as service:
        assert Tasks(client.background(call, number) for number in range(5)).results() == [b"!"] * 5
        service.wait_for(served=5)
        shown = "".join(f"{service.title} │ served {number}\n" for number in range(5))
    assert capsys.readouterr().out == shown


def failing(conn):
    conn.recv(100)
    raise ValueError("no such command")


def test_a_failed_handler_raises_at_the_end_of_with(client, server):
    with pytest.raises(ServiceError) as caught:
        with server.start(failing, port=7) as service:
            assert ask(client, 7) == b""
            service.wait_for(errors=1)
            assert "1 failed: ValueError: no such command" in repr(service)
    assert "failing on server:7 failed while serving 10.0.0.1:" in str(caught.value)
    assert "in failing, line" in str(caught.value) and "raise ValueError" in str(caught.value)
    assert isinstance(caught.value.__cause__, ValueError)
    frames = caught.value.__cause__.__traceback__
    assert frames.tb_frame.f_code.co_name == "failing" and frames.tb_next is None, "the learner's lines only"


def test_a_failed_handler_is_shown_once_when_it_is_stopped(client, server, capsys):
    service = server.start(failing, port=7)
    ask(client, 7)
    service.wait_for(errors=1)
    service.stop()
    shown = capsys.readouterr().err
    assert shown.startswith("failing on server:7 failed while serving 10.0.0.1:")
    assert shown.rstrip().endswith("ValueError: no such command") and "serving.py" not in shown
    service.stop()
    assert capsys.readouterr().err == ""


def test_a_failure_does_not_hide_the_error_of_the_with_statement(client, server, capsys):
    with pytest.raises(KeyError), server.start(failing, port=7) as service:
        ask(client, 7)
        service.wait_for(errors=1)
        raise KeyError("mine")
    assert "ValueError: no such command" in capsys.readouterr().err


def test_a_failure_is_shown_at_the_end_of_the_cell(client, server, capsys):
    service = server.start(failing, port=7)
    for _ in range(3):
        ask(client, 7)
    service.wait_for(errors=3)
    beside._end_of_cell()
    shown = capsys.readouterr().err
    assert shown.count("Traceback") == 1 and "(and 2 more like it" in shown
    beside._end_of_cell()
    assert capsys.readouterr().err == ""
    service.stop()


def test_a_closing_network_raises_what_nobody_saw():
    from labkit import Network

    with pytest.raises(ServiceError, match="no such command"):
        with Network("client", "server") as net:
            service = net.server.start(failing, port=7)
            ask(net.client, 7)
            service.wait_for(errors=1)


def test_what_stopping_breaks_is_no_fault(client, server):
    waiting = threading.Event()

    def reader(conn):
        with conn.makefile("rb") as file:
            waiting.set()
            if not file.read(4):
                conn.sendall(b"you said nothing")  # fails: the service has shut the connection down

    with client.socket() as sock:
        with server.start(reader, port=7):
            sock.connect(("server", 7))
            assert waiting.wait(SECONDS)


@pytest.mark.parametrize("catches", [False, True])
def test_an_endless_loop_is_ended_and_reported(client, server, catches):
    looping = threading.Event()

    def forever(conn):
        while True:
            looping.set()
            if catches:
                try:
                    conn.recv(10)
                except Exception:
                    continue

    with client.socket() as sock, pytest.raises(ServiceError, match=r"did not end within 0\.2 s") as caught:
        service = server.start(forever, port=7)
        sock.connect(("server", 7))
        assert looping.wait(SECONDS)
        service.finish(0.2, raising=True)
    assert "was interrupted" in str(caught.value.__cause__)
    assert "in forever" in caught.value.__cause__.__notes__[0]


def test_a_handler_that_has_had_no_processor_since_it_was_interrupted_is_waited_for(
    client, server, monkeypatch, capsys
):
    """As on a busy machine, where it may not have it in the half second of three interruptions."""
    looping = threading.Event()
    tidying = Tidying(monkeypatch, 0.6)  # the last interruption is waited for 0.3 s

    def forever(conn):
        try:
            while True:
                looping.set()
        finally:
            tidying.wait()

    monkeypatch.setattr(Worker, "runs", lambda thread: True)
    monkeypatch.setattr(Worker, "processor_s", lambda thread: 0.0)
    service = server.start(forever, port=7)
    with client.socket() as sock:
        sock.connect(("server", 7))
        assert looping.wait(SECONDS)
        service.stop(0.2)
    assert "and was interrupted" in capsys.readouterr().err and not tidying.interrupted[0].is_alive()


@pytest.mark.parametrize("way", ["it wants to", "it waits in C"])
def test_a_handler_that_goes_on_though_it_had_the_processor_is_not_waited_for(
    client, server, monkeypatch, capsys, way
):
    looping, hold, held, seen = threading.Event(), threading.Event(), threading.Lock(), []

    def stubborn():
        looping.set()
        while not hold.is_set():
            if way == "it waits in C":
                held.acquire()

    def handler(conn):
        seen.append(threading.current_thread())
        goes_on(stubborn)

    monkeypatch.setattr(workers, "STARVING_S", 10_000.0)
    held.acquire()
    service = server.start(handler, port=7)
    with client.socket() as sock:
        sock.connect(("server", 7))
        assert looping.wait(SECONDS)
        service.stop(0.2)
    assert "goes on in vain" in capsys.readouterr().err and seen[0].is_alive()
    hold.set()
    held.release()
    seen[0].join(SECONDS)


def test_an_async_handler_that_blocks_its_loop_is_ended(client, server):
    looping = threading.Event()

    async def forever(reader, writer):
        while True:
            looping.set()

    with client.socket() as sock, pytest.raises(ServiceError, match=r"did not end within 0\.2 s"):
        service = server.start(forever, port=7)
        sock.connect(("server", 7))
        assert looping.wait(SECONDS)
        service.finish(0.2, raising=True)


def test_a_loop_that_is_late_at_its_end_is_taken_down_though_it_is_interrupted_again(
    client, server, monkeypatch
):
    """What blocked it is ended by the first interruption; the next come while it has no processor to end by itself."""
    looping, interrupted = threading.Event(), []
    cancel_all, interrupt = loops.cancel_all, Worker.interrupt

    async def forever(reader, writer):
        while True:
            looping.set()

    def late(*args):
        while len(interrupted) < 3:
            time.sleep(0)
        cancel_all(*args)

    def noted(thread):
        interrupt(thread)
        interrupted.append(thread)

    monkeypatch.setattr(loops, "cancel_all", late)
    monkeypatch.setattr(Worker, "interrupt", noted)
    service = server.start(forever, port=7)
    with client.socket() as sock, pytest.raises(ServiceError, match="and was interrupted"):
        sock.connect(("server", 7))
        assert looping.wait(SECONDS)
        service.finish(0.2, raising=True)
    assert service._server._loop.loop.is_closed()


def test_an_async_handler_that_waits_is_cancelled(client, server):
    async def patient(reader, writer):
        await reader.read(100)

    with client.socket() as sock, server.start(patient, port=7) as service:
        sock.connect(("server", 7))
        service.wait_for(connections=1)
        begin = time.monotonic()
        service.stop(80)
        assert time.monotonic() - begin < 20
    assert service.errors == ()


def test_an_async_handler_that_fails(client, server):
    async def bad(reader, writer):
        await reader.read(1)
        raise ZeroDivisionError

    with pytest.raises(ServiceError, match=r"bad on server:7 failed while serving.*ZeroDivisionError"):
        with server.start(bad, port=7) as service:
            ask(client, 7)
            service.wait_for(errors=1)


def test_a_handler_that_exits_ends_only_itself(client, server):
    def leaves(conn):
        raise SystemExit(3)

    with pytest.raises(ServiceError, match="SystemExit"):
        with server.start(leaves, port=7) as service:
            for n in (1, 2):
                with client.socket() as sock:
                    sock.connect(("server", 7))
                service.wait_for(errors=n)


_CELLS = """
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
for cell in ['''
from labkit import Network
net = Network("client", "server")
def failing(conn):
    print("in the handler")
    raise ValueError("no such command")
service = net.server.start(failing, port=7)
''', '''
sock = net.client.socket()
sock.connect(("server", 7))
service.wait_for(errors=1)
sock.close()
print("end of the second cell")
''', "print('third cell')", "net.close()"]:
    shell.run_cell(cell)
    print("-- cell", flush=True)
"""


def test_in_ipython_a_failure_is_shown_at_the_end_of_its_cell():
    root = pathlib.Path(__file__).parents[3]
    ran = subprocess.run(
        [sys.executable, "-c", _CELLS],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=True,
    )
    first, second, third, fourth, _ = ran.stdout.split("-- cell\n")
    assert first == "" and third == "third cell\n"
    assert second.startswith("end of the second cell\nfailing on server:7 failed while serving 10.0.0.1:")
    assert "ValueError: no such command" in second and "in the handler" not in second
    assert fourth == "failing on server:7 │ in the handler\n"


def test_at_the_end_of_a_program_nothing_is_lost():
    script = _CELLS.split("'''")[1] + _CELLS.split("'''")[3]
    root = pathlib.Path(__file__).parents[3]
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=60, check=True
    )
    assert ran.stdout == "end of the second cell\nfailing on server:7 │ in the handler\n"
    assert ran.stderr.startswith("failing on server:7 failed") and "no such command" in ran.stderr


@pytest.mark.parametrize(
    ("handler", "options", "error", "said"),
    [
        (None, {}, TypeError, "handler is a function"),
        (echo, {"port": "7"}, ValueError, "port is a number"),
        (echo, {"port": 70_000}, ValueError, "port is a number"),
        (echo, {"port": True}, ValueError, "port is a number"),
        (lambda a, b: None, {}, TypeError, "async def"),
        (socketserver.TCPServer, {}, TypeError, "server_class=TCPServer"),
        (echo, {"server_class": socketserver.TCPServer}, TypeError, "server_class is for"),
        (echo, {"type": socket.SOCK_RAW}, ValueError, "SOCK_STREAM or SOCK_DGRAM"),
        (lambda: 5, {}, TypeError, "a handler takes one argument"),
        (echo, {"address": "10.0.0.1"}, OSError, "Cannot assign"),
    ],
)
def test_bad_input(server, handler, options, error, said):
    with pytest.raises(error, match=said):
        server.start(handler, **options)
    gc.collect()
    assert services(server) == [] and server.sockets() == ()


@pytest.mark.parametrize("made", [True, False])
def test_a_forking_server_is_refused_with_what_to_write(server, made):
    """Its handlers run in copies of the notebook, where nobody sees what they print, count or raise."""

    class Handler(socketserver.BaseRequestHandler):
        pass

    class Own(socketserver.ForkingMixIn, socketserver.TCPServer):
        pass

    for kind in (socketserver.ForkingTCPServer, socketserver.ForkingUDPServer, Own):
        given = (kind(("", 0), Handler, bind_and_activate=False),) if made else (Handler,)
        with pytest.raises(TypeError, match=r"server_class=socketserver\.ThreadingTCPServer"):
            server.start(*given, port=7, **({} if made else {"server_class": kind}))
    assert services(server) == [] and server.sockets() == ()


def test_a_factory_that_raises_reaches_the_caller(server):
    def make():
        raise LookupError("no database")

    with pytest.raises(LookupError, match="no database"):
        server.start(make, port=7)
    assert server.sockets() == ()


def test_waiting_has_a_deadline_that_says_how_things_stand(server):
    with server.start(echo, port=7) as service:
        with pytest.raises(
            TimeoutError, match=r"waited 0.01 s for 1 served; now it is <echo on server:7 listening"
        ):
            service.wait_for(served=1, timeout=0.01)
        with pytest.raises(TypeError, match="wait_for what"):
            service.wait_for()
        with pytest.raises(ValueError, match="timeout is a number of seconds"):
            service.wait_for(served=1, timeout="5")


def test_too_many_open_files_are_reported_and_survived(client, server, capsys):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with server.start(echo, port=7) as service, client.socket() as sock:
        spare = socket.socket()
        highest = spare.fileno()
        spare.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest, hard))
        try:
            sock.connect(("server", 7))
            service.wait_for(errors=1)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        service.wait_for(connections=1)
        assert service.errors[0].errno == errno.EMFILE
        service._failures[0].shown = True


def test_a_hundred_connections(client, server):
    with server.start(echo, port=7) as service:
        socks = [client.socket() for _ in range(100)]
        try:
            for sock in socks:
                sock.connect(("server", 7))
            service.wait_for(connections=100)
        finally:
            for sock in socks:
                sock.close()
        service.wait_for(served=100)
    assert isinstance(service, Service)


def test_an_async_handler_whose_peer_does_not_read_is_ended(client, server):
    async def flood(reader, writer):
        while True:
            writer.write(bytes(100_000))
            await writer.drain()

    with client.socket() as sock, server.start(flood, port=7) as service:
        sock.connect(("server", 7))
        service.wait_for(connections=1)
        assert sock.recv(1) == b"\0"

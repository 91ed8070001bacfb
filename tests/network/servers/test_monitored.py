"""The monitored server on the wire: limits, what is refused and how, what is counted, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading

import pytest
from waiting import wait_for

from labkit import Drop
from labkit.servers.monitored import Limits, Server, connection, farewell
from labkit.servers.monitored.requests import answer as usual

PORT, STATUS = 4200, 4201
SECONDS = 60
EASY = {"rate": 1e6, "burst": 10**6}


class Caller:
    """A client with a socket of its own: `caller.says("SUM 1 2")`, `caller.hears("OK 3")`."""

    def __init__(self, host, small=False):
        self.sock = host.socket()
        if small:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.sock.settimeout(SECONDS)
        self.sock.connect(("server", PORT))
        self.file = self.sock.makefile("r", encoding="utf-8", newline="\n")

    def says(self, *lines):
        self.sock.sendall("".join(f"{line}\n" for line in lines).encode())

    def hears(self, *lines):
        assert [self.file.readline().rstrip("\n") for _ in lines] == list(lines)

    def rest(self):
        return self.file.read().splitlines()

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self):
        self.file.close()
        self.sock.close()


@pytest.fixture
def begin(network):
    """`begin(answer, connections=3)`: the network, the server, `call()` for a caller, and the events it has logged."""
    with contextlib.ExitStack() as ending:

        def begin(answer=usual, net=None, port=None, **limits):
            net = net or network("client", "server", **({"port": port} if port else {}))
            listeners = []
            for number in (PORT, STATUS):
                listener = ending.enter_context(net.server.socket())
                listener.bind((net.server.address, number))
                listener.listen(128)
                listeners.append(listener)
            events = []
            server = Server(
                answer,
                Limits(**EASY | {"grace": 60} | limits),
                log=lambda event, **fields: events.append((event, fields)),
            )
            task = net.server.background(server.serve, *listeners)

            def call(host=None, **how):
                caller = Caller(host or net.hosts[0], **how)
                ending.callback(caller.close)
                return caller

            def end():
                server.stop()
                task.result(timeout=SECONDS)
                assert server.statistics.adds_up() and not server.statistics.active

            ending.callback(end)
            call.end, call.events = end, events
            return net, server, call

        yield begin


@contextlib.contextmanager
def held(server):
    """The server stands still until the block ends: who comes and asks in it does both at once, however late."""
    gate = threading.Event()
    wait_for(lambda: server._loop)
    server._loop.call_soon_threadsafe(gate.wait)
    try:
        yield
    finally:
        gate.set()


def unread(net):
    """How many bytes wait in the server's kernel for it to read them."""
    return sum(row.recv_queue for row in net.server.sockets().find(port=PORT, state="ESTABLISHED"))


def settled(server, closed):
    wait_for(lambda: sum(server.statistics.closed.values()) >= closed)


async def never(request):
    """An answer on which its connection waits to its end."""
    await asyncio.Event().wait()


@pytest.fixture
def patient(monkeypatch):
    """What the server gives its clients a second or two for, they may take a minute for: this machine may be busy."""
    monkeypatch.setattr(connection, "FIRST_S", 60)
    monkeypatch.setattr(farewell, "PATIENCE_S", 60)


def test_a_conversation_and_its_numbers(begin, port):
    net, server, call = begin(port=port)
    caller = call()
    caller.says("SUM 1 2 3", "ECHO good morning\r", "SUM 1_0", "HELP", "WAIT 1")
    caller.hears(
        "OK 6",
        "OK good morning",
        "NO SUM takes 1 to 100 whole numbers of at most 18 digits",
        "NO I know ECHO words, SUM 1 2 3 and WAIT 100",
        "OK waited 1 ms",
    )
    caller.close()
    settled(server, 1)
    with net.client.socket() as asking:
        asking.connect(("server", STATUS))
        told = dict(line.split() for line in asking.makefile().read().splitlines())
    assert told["connections"] == told["closed_left"] == "1" and told["active"] == "0"
    assert told["requests"] == "5" and told["answered"] == "3" and told["refused"] == "2"
    assert float(told["max_ms"]) >= 1 and float(told["p50_ms"]) <= float(told["p99_ms"])
    assert told["bytes_in"] == "49"


def test_who_comes_to_a_full_server_is_told_so_and_others_stay(begin):
    _, server, call = begin(connections=2)
    first, second = call(), call()
    first.says("SUM 1"), second.says("SUM 2")
    first.hears("OK 1"), second.hears("OK 2")
    third = call()
    third.says("SUM 3")  # unread by the server when it says so: no RST may follow
    assert third.rest() == ["BYE there are too many clients; come again later"]
    third.close()
    first.says("SUM 4")
    first.hears("OK 4")
    first.close()
    wait_for(lambda: server.statistics.active == 1)
    fourth = call()
    fourth.says("SUM 5")
    fourth.hears("OK 5")
    assert server.statistics.closed["full"] == 1 and server.statistics.most_active == 2


def test_of_many_who_are_too_many_some_get_no_word_and_all_are_counted(begin, patient):
    _, server, call = begin(connections=2)
    crowd = [call() for _ in range(12)]
    settled(server, 10)
    assert server.statistics.closed["full"] == 10
    assert sum(caller.rest() != [] for caller in crowd[2:]) == 2


def test_its_numbers_are_told_also_while_a_crowd_is_turned_away(begin):
    net, server, call = begin(connections=2)
    crowd = [
        call() for _ in range(6)
    ]  # two are served; two hear why not, and do not hang up; two hear nothing
    settled(server, 4)
    with net.client.socket() as asking:
        asking.connect(("server", STATUS))
        told = dict(line.split() for line in asking.makefile().read().splitlines())
    assert told["closed_full"] == "4" and told["active"] == "2" and len(crowd) == 6


@pytest.mark.parametrize("sent", [b"", b"SUM 1"])
def test_who_sends_no_whole_request_is_idle(begin, sent):
    _, server, call = begin(idle=0.2)
    caller = call()
    caller.sock.sendall(sent)
    assert caller.rest() == ["BYE no whole request in 0.2 s"]
    assert server.statistics.closed["idle"] == 1


def test_a_byte_now_and_then_prolongs_nothing(begin):
    net, server, call = begin(idle=0.4)
    caller = call()

    async def drip():
        with contextlib.suppress(ConnectionError):
            while not server.statistics.closed["idle"]:
                await asyncio.get_running_loop().sock_sendall(caller.sock, b"x")
                await asyncio.sleep(0.05)

    caller.sock.setblocking(False)
    dripping = net.client.background(drip)
    settled(server, 1)
    dripping.result()
    assert server.statistics.closed["idle"] == 1


def test_an_answer_that_takes_long_is_no_idleness(begin):
    idle = 1.5

    async def answer(request):
        if request.verb == "ECHO":
            await asyncio.sleep(1.2 * idle)
        return await usual(request)

    net, server, call = begin(answer, idle=idle)
    with held(server):
        caller = call()
        caller.says("ECHO late", "SUM 1 2")
        wait_for(lambda: unread(net) == len("ECHO late\nSUM 1 2\n"))
    caller.hears("OK late", "OK 3")


def test_all_connections_of_a_client_share_its_bucket_and_others_have_their_own(begin, network):
    net = network("greedy", "modest", "server")
    _, server, call = begin(net=net, rate=1e-6, burst=10)
    greedy = [call(net.greedy) for _ in range(3)]
    for caller in greedy:
        caller.says(*["SUM 1"] * 10)
    replies = [caller.file.readline() for caller in greedy for _ in range(10)]
    assert replies.count("OK 1\n") == 10 and sum(reply.startswith("NO too many") for reply in replies) == 20
    modest = call(net.modest)
    modest.says("SUM 2")
    modest.hears("OK 2")
    for caller in greedy:
        caller.close()
    settled(server, 3)
    assert server.statistics.outcomes["limited"] == 20
    assert 2 <= [event for event, _ in call.events].count("limited") <= 3, "one line for a connection"


def test_who_reads_no_answers_is_deaf(begin, port):
    net, server, call = begin(port=port, idle=2)
    with held(server):
        caller = call(small=True)
        talking = net.client.background(caller.says, *["ECHO " + "x" * 900] * 20_000)
        wait_for(lambda: unread(net) > 30_000)  # more than its answers have room for
    settled(server, 1)
    assert server.statistics.closed == {"deaf": 1} and server.statistics.outcomes["lost"] > 0
    with pytest.raises(ConnectionError):
        talking.result()


@pytest.mark.parametrize("sent", [b"SUM 1\n" + b"x" * 2000, b"SUM 1\n\xff\n", b"SUM 1\nSUM"])
def test_what_cannot_be_read_ends_the_connection_and_what_came_before_is_answered(begin, sent):
    _, server, call = begin()
    caller = call()
    caller.sock.sendall(sent)
    caller.sock.shutdown(socket.SHUT_WR)
    answered, last = caller.rest()
    assert answered == "OK 1" and last.startswith("BYE ")
    assert server.statistics.closed == {"garbage": 1}
    # It stops reading at what it cannot read: how much had come with it is the wire's affair (a frame, or all of it).
    assert min(len(sent), len(b"SUM 1\n") + Limits().longest) <= server.statistics.bytes_in <= len(sent)


def test_an_answer_that_fails_harms_nobody_else(begin):
    async def answer(request):
        if request.text == "bad":
            raise KeyError("no such part")
        return request.text.replace("/", "\n")

    _, server, call = begin(answer)
    caller = call()
    caller.says("ECHO bad", "ECHO two/lines", "ECHO good")
    failed = "NO the server could not answer this; it is in its log"
    caller.hears(failed, failed, "OK good")
    wait_for(lambda: not server.statistics.waiting)  # it is counted when it is sent
    assert server.statistics.outcomes == {"failed": 2, "answered": 1} and server.statistics.errors == 2
    assert [fields["request"] for event, fields in call.events if event == "failed"] == [
        "ECHO bad",
        "ECHO two/lines",
    ]


def test_what_a_broken_connection_was_owed_is_counted(begin):
    broken = []

    async def answer(request):
        while not broken:
            await asyncio.sleep(0.01)
        return await usual(request)

    net, server, call = begin(answer)
    caller = call()
    caller.says("SUM 0", "SUM 1", "SUM 2")
    wait_for(lambda: server.statistics.requests == 3)
    caller.reset()
    wait_for(lambda: not net.server.sockets().find(port=PORT, state="ESTABLISHED"))
    broken.append(True)
    settled(server, 1)
    assert server.statistics.closed == {"broken": 1} and server.statistics.outcomes == {"lost": 3}


def test_loss_changes_nothing(begin):
    net, server, call = begin()
    net.link.faults = [Drop(data=number) for number in range(1, 41, 3)]
    caller = call()
    for number in range(20):
        caller.says(f"SUM {number}")
        caller.hears(f"OK {number}")
    wait_for(lambda: not server.statistics.waiting)
    assert server.statistics.outcomes == {"answered": 20}


def test_at_the_end_what_was_read_is_answered_and_who_waits_in_the_queue_is_served(begin):
    async def answer(request):
        while request.verb == "ECHO" and not server.is_stopping:
            await asyncio.sleep(0.01)
        return await usual(request)

    net, server, call = begin(answer)
    busy, quiet = call(), call()
    busy.says("ECHO late", "SUM 1")
    wait_for(lambda: server.statistics.waiting == 2 and server.statistics.active == 2)
    server.stop()
    assert busy.rest() == ["OK late", "OK 1", "BYE the server stops"]
    assert quiet.rest() == ["BYE the server stops"]
    with net.client.socket() as late, pytest.raises(ConnectionRefusedError):
        late.connect(("server", PORT))
    busy.close(), quiet.close()
    call.end()
    assert server.statistics.closed == {"stopped": 2}


def test_whoever_is_in_the_listeners_queue_at_the_stop_hears_from_it(network, patient):
    """The kernel would reset them with the listener."""
    net = network("client", "server")
    with net.server.socket() as listener:
        listener.bind((net.server.address, PORT))
        listener.listen(10)
        callers = [Caller(net.client) for _ in range(5)]
        for caller in callers[1:]:
            caller.says("SUM 1 2", "SUM 3")
        # Whose connect() has returned is not there yet: its last ACK is on the way.
        wait_for(lambda: net.server.sockets().find(port=PORT, state="LISTEN")[0].recv_queue == 5)
        server = Server(limits=Limits(grace=60))
        server.stop()  # before it has accepted anybody
        task = net.server.background(server.serve, listener)
        for caller in callers[1:]:
            assert caller.rest() == ["OK 3", "OK 3", "BYE the server stops"]
            caller.close()
        callers[0].close()
        task.result(timeout=SECONDS)
    assert server.statistics.closed == {"stopped": 4, "left": 1}


def test_whoever_has_just_come_and_asks_nothing_hears_of_the_stop_when_it_has_had_its_time(
    begin, monkeypatch
):
    monkeypatch.setattr(connection, "FIRST_S", 0.1)
    _, server, call = begin()
    caller = call()
    wait_for(lambda: server.statistics.active)
    server.stop()
    assert caller.rest() == ["BYE the server stops"]
    caller.close()
    call.end()
    assert server.statistics.closed == {"stopped": 1}


def test_whoever_has_just_come_is_answered_once_when_the_server_stops(begin, patient):
    _, server, call = begin()
    caller = call()
    wait_for(lambda: server.statistics.active)
    server.stop()
    wait_for(lambda: ("drain", {"active": 1, "waiting": 0}) in call.events)
    caller.says("SUM 1 2")
    assert caller.rest() == ["OK 3", "BYE the server stops"]


def test_what_takes_longer_than_the_grace_is_counted_as_lost(begin):
    _, server, call = begin(never, grace=0.2)
    caller = call()
    caller.says("SUM 0", "SUM 1")
    wait_for(lambda: server.statistics.waiting == 2)
    call.end()
    assert caller.rest() == []
    assert server.statistics.closed == {"late": 1} and server.statistics.outcomes == {"lost": 2}


def test_a_hundred_at_once(begin):
    _, server, call = begin()
    callers = [call() for _ in range(100)]
    for number, caller in enumerate(callers):
        caller.says(f"SUM {number} 1", f"ECHO {number}")
    for number, caller in enumerate(callers):
        caller.hears(f"OK {number + 1}", f"OK {number}")
        caller.close()
    settled(server, 100)
    assert server.statistics.outcomes == {"answered": 200} and server.statistics.closed == {"left": 100}

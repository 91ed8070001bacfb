"""The lesson's reference solution, put together: clients of others take it, and it answers as the real one does."""

from __future__ import annotations

import contextlib
import socket

import pytest
from exercises import answers

from labkit.lessons.capstone.assembly import PORT, Parts, serving
from labkit.lessons.capstone.clients import byte_by_byte, redis_benchmark, redis_cli, redis_py
from labkit.lessons.capstone.load import DEPTHS
from labkit.lessons.capstone.proving import REAL, REAL_PORT, YOURS, prove, real_server
from labkit.lessons.capstone.resp import request
from tools import editions, texts

STAGES = "resp-take", "redis-execute", "redis-session", "redis-serve", "resp-limits"
PARTS = Parts(*(answers("capstone", stage).SOLUTION for stage in STAGES))


@pytest.fixture
def net(network):
    return network("client", "server")


def program() -> str:
    """The program of redis-py that the lesson runs."""
    _, solved = editions.read(texts.source_of("capstone"))
    (cell,) = (cell.source for cell in solved.cells if cell.source.startswith("PROGRAM = "))
    found: dict[str, str] = {}
    exec(cell.partition("yours = ")[0], found)
    return found["PROGRAM"]


def say(net, port: int, data: bytes) -> bytes:
    """All that a server answers, when these bytes come and then the end."""
    with net.client.socket() as sock:
        sock.settimeout(60)
        sock.connect(("server", port))
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: sock.recv(65_536), b""))


# ---- Unmodified clients ----


def test_redis_py_takes_it_for_the_real_one(net):
    assert redis_py(net, PARTS, program()).splitlines() == [
        "True b'one\\r\\ntwo' None",
        "[2, 4, 6, 8, 10]",
        "refused: value is not an integer or out of range",
        "2 True",
    ]


@pytest.mark.parametrize("protocol", [2, 3])
def test_redis_py_in_both_versions_and_many_at_once(net, protocol):
    asked = (
        "import redis, threading\n"
        f"r = redis.Redis('server', protocol={protocol})\n"
        "def work():\n"
        "    for _ in range(50): r.incrby('n', 1)\n"
        "threads = [threading.Thread(target=work) for _ in range(8)]\n"
        "[t.start() for t in threads], [t.join() for t in threads]\n"
        "print(r.get('n'), r.get('nobody'), r.execute_command('ECHO', b'x' * 300_000) == b'x' * 300_000)\n"
    )
    assert redis_py(net, PARTS, asked) == "b'400' None True"


@pytest.mark.program("redis-cli")
def test_redis_cli_takes_it_for_the_real_one(net):
    with serving(net.server, PARTS):
        assert redis_cli(net.client) == (True, "5 questions, 5 right answers")


@pytest.mark.program("redis-benchmark")
def test_redis_benchmark_takes_it_for_the_real_one(net):
    with serving(net.server, PARTS) as faults:
        seen = redis_benchmark(net.client)
    assert seen.good and seen.told.startswith("50 clients: SET ") and faults == []


@pytest.mark.program("redis-server")
def test_who_reads_nothing_is_held_up_by_ours_and_not_by_the_real_one(net):
    """As the lesson says, of 60 MB of ECHO."""
    asked = request("ECHO", bytes(600_000)) * 100
    with serving(net.server, PARTS) as faults, real_server(net.server):
        for port, held_up in ((REAL_PORT, False), (PORT, True)):
            with net.client.socket() as sock:
                sock.settimeout(120 if not held_up else 2)
                sock.connect(("server", port))
                with pytest.raises(TimeoutError) if held_up else contextlib.nullcontext():
                    sock.sendall(asked)
        limits = say(net, REAL_PORT, request("CONFIG", "GET", "client-output-buffer-limit"))
    assert b"normal 0 0 0" in limits and faults == []


# ---- The real one ----

SAME = (
    request("PING"),
    request("ping", "hello") + request("ECHO", b"\xff\r\n"),
    request("SET", "a", b"one\r\ntwo") + request("GET", "a") + request("GET", "b") + request("DEL", "a", "b"),
    request("INCRBY", "n", "5") + request("INCRBY", "n", "-7") + request("GET", "n"),
    request("SET", "t", "text") + request("INCRBY", "t", "1") + request("INCRBY", "n", "1_0"),
    request("CLIENT", "SETINFO", "LIB-NAME", "x")[:20],
)
REFUSED = (b"*1_0\r\n", b"*1\r\n+PING\r\n", b"*1\r\n$-7\r\n", b"*1\r\n$1_0\r\n", b"*1000000000\r\n$-7\r\n")


@pytest.mark.program("redis-server")
def test_it_answers_as_the_real_one_does(net):
    with serving(net.server, PARTS) as faults, real_server(net.server):
        for asked in SAME:
            assert say(net, PORT, asked) == say(net, REAL_PORT, asked), asked
        for asked in REFUSED:
            for port in (PORT, REAL_PORT):
                assert say(net, port, asked + request("PING")).startswith(b"-ERR Protocol error"), (
                    port,
                    asked,
                )
        post = b"POST / HTTP/1.1\r\nHost: server\r\n\r\nSET admin eve\r\n"
        for port in (PORT, REAL_PORT):
            assert (
                b"+OK" not in say(net, port, post) and say(net, port, request("GET", "admin")) == b"$-1\r\n"
            )
        # What the lesson says of the real one: lines are commands, and who goes on after an error may be a person.
        assert say(net, REAL_PORT, b"NOPE\r\nSET inline 1\r\n").endswith(b"+OK\r\n")
        assert say(net, REAL_PORT, b"*1\r\n$4\r\nPING..") == b"+PONG\r\n"
        if b"redis_version:7.0." in say(net, REAL_PORT, request("INFO", "server")):
            assert say(net, REAL_PORT, request("COMMAND", "COUNT")) == b":240\r\n"
        three = say(net, REAL_PORT, request("HELLO", "3") + request("GET", "no"))
        assert three.startswith(b"%") and three.endswith(b"_\r\n")
    assert faults == []


@pytest.mark.program("redis-server", "redis-cli", "redis-benchmark")
def test_the_proof_has_all_clients_and_both_servers(network):
    # With the lesson's cable: a round trip, not the processor, makes one request at a time slow.
    net = network("client", "server", delay_ms=5)
    proof = prove(net, PARTS)
    assert {name: seen.good for name, seen in proof.clients.items()} == dict.fromkeys(
        ("byte by byte", "redis-cli", "redis-benchmark", YOURS, REAL), True
    )
    assert [len(proof.rates[name]) for name in (YOURS, REAL)] == [len(DEPTHS)] * 2
    assert proof.rates[YOURS][-1] > 5 * proof.rates[YOURS][0]


# ---- Where something is missing or wrong, it is told ----


def test_what_is_not_installed_is_told(net, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    proof = prove(net, PARTS)
    told = {name: seen for name, seen in proof.clients.items() if seen.good is None}
    assert set(told) == {"redis-cli", "redis-benchmark", REAL}
    assert all("not installed (sudo apt install redis-" in seen.told for seen in told.values())
    assert list(proof.rates) == [YOURS] and len(proof.plot().axes) == 2


def test_stage_5_may_be_open_still(net):
    def empty(*arguments): ...

    proof = prove(net, PARTS._replace(bounded=empty))
    assert proof.clients["byte by byte"].good and proof.clients["strangers"] == (None, "not yet: stage 5")


def test_byte_by_byte_tells_where_the_answers_differ(net):
    def forgets(store, client, command):
        return PARTS.execute({}, client, command)

    with serving(net.server, PARTS._replace(execute=forgets)):
        seen = byte_by_byte(net.client)
    assert not seen.good
    assert seen.told.startswith("at byte 6 of the answers b'-1") and ", not b'9" in seen.told


def test_missing_stages_are_told_and_nothing_is_started(net):
    def empty(*arguments): ...

    told = redis_py(net, PARTS._replace(execute=empty), program())
    assert told == "nothing yet: write stage 2 first, then run this cell again"
    assert prove(net, PARTS._replace(execute=empty)).clients[YOURS].told == told
    assert net.server.services == []


def test_a_server_that_is_wrong_is_told(net):
    def broken(store, client, command):
        raise ZeroDivisionError("oh")

    told = redis_py(net, PARTS._replace(execute=broken), program()).splitlines()
    assert told[0].startswith("redis-py gave up: ") and told[1] == "your server raised ZeroDivisionError: oh"
    proof = prove(net, PARTS._replace(execute=broken))
    assert proof.clients[YOURS] == (False, "it raised ZeroDivisionError: oh")

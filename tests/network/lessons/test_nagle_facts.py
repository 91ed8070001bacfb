"""What the lesson on Nagle's algorithm says of the kernel and does not show: each said, tried."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from socket import AF_INET, IPPROTO_TCP, MSG_MORE, SOCK_STREAM, TCP_CORK, TCP_NODELAY

import pytest
from waiting import repeats_nothing_by_time

from labkit import Network, turns

PORT = 9000


@pytest.fixture
def net():
    with Network("client", "server", delay_ms=5) as net:
        repeats_nothing_by_time(net.server)
        net.listener = net.server.socket()
        net.listener.bind(("server", PORT))
        net.listener.listen()
        yield net
        net.listener.close()


@pytest.mark.parametrize(("round_trip_ms", "least_ms"), [(10, 200), (300, 600)])
def test_a_forgotten_cork_holds_for_a_retransmission_timeout(net, round_trip_ms, least_ms):
    """tcp(7) says 200 ms at most; it is 200 ms at least: srtt + max(200 ms, 4 rttvar), RFC 6298 section 2."""
    net.link.delay_ms = round_trip_ms / 2
    with net.client.socket() as caller:
        caller.connect(("server", PORT))
        caller.setsockopt(IPPROTO_TCP, TCP_CORK, 1)
        with net.capture() as trace:
            caller.sendall(bytes(104))
            trace.wait_for(lambda: trace.select(data=True), timeout=10)
        (sent,) = [call for call in trace.calls if call.name == "sendall"]
        held_ms = (trace.select(data=True)[0].departed_ns - sent.begin_ns) / 1e6
        assert held_ms > least_ms * 0.98


def positions(net, times):
    """The trace of so many writes on a new connection, each when the one before has its ACK."""
    with net.client.socket() as caller:
        caller.connect(("server", PORT))
        caller.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        with net.capture() as trace:
            for number in range(1, times + 1):
                caller.sendall(b"position")
                trace.wait_for(
                    lambda n=number: any(s.ack == 1 + 8 * n for s in trace.select(source="server"))
                )
    return trace


def undisturbed(talk):
    """The trace of a talk in which, up to its last data, nothing stood still but the one that is looked for.

    After a pause as long as a retransmission timeout, which a busy machine may make, quick ACK mode begins anew
    (tcp_event_data_recv in the kernel's tcp_input.c): such a talk shows nothing.
    """
    for _ in range(50):
        trace = talk()
        last = trace.select(data=True)[-1]
        moments = sorted(each.departed_ns for each in trace.segments if each.departed_ns <= last.departed_ns)
        pauses = [after - before for before, after in pairwise(moments) if after - before > 30_000_000]
        if len(pauses) <= 1 and sum(pauses) < 150_000_000:
            return trace
    raise AssertionError("this machine stands still in the middle of each talk")


def test_with_nobody_reading_the_first_sixteen_acks_come_at_once(net):
    """Quick ACK mode ends by itself, without an answer of the program: TCP_MAX_QUICKACKS in the kernel's tcp.h."""
    trace = undisturbed(lambda: positions(net, 18))
    acks = trace.select(source="server", flow=trace.select(data=True)[-1])
    waits = [
        (next(ack for ack in acks if ack.ack >= data.seq + data.length).departed_ns - data.arrived_ns) / 1e6
        for data in trace.select(source="client", data=True)
    ]
    assert [wait > 35 for wait in waits] == [False] * 16 + [True] * 2


@pytest.mark.parametrize("threshold", [1, 3])
def test_which_question_stalls_first_is_a_setting(net, threshold):
    """net.ipv4.tcp_pingpong_thresh: after how many answers a program counts as one that answers."""
    try:
        net.server.sysctl("net.ipv4.tcp_pingpong_thresh", threshold)
    except (OSError, ValueError) as error:
        pytest.skip(f"this kernel has no such setting: {error}")
    trace = undisturbed(lambda: asked(net, threshold + 1))
    waits = [
        (turn.select(source="server")[0].departed_ns - turn.segments[0].arrived_ns) / 1e6
        for turn in turns(trace, trace.select(data=True)[-1])  # a talk before may have left its end in it
    ]
    assert [wait > 35 for wait in waits] == [False] * threshold + [True]


def asked(net, times):
    """The trace of so many questions in two writes, each answered, on a new connection."""
    with net.client.socket() as caller, net.capture() as trace:
        caller.connect(("server", PORT))
        conn, _ = net.listener.accept()
        with conn:
            for _ in range(times):
                caller.sendall(b"head")
                caller.sendall(bytes(100))
                left = 104
                while left:
                    left -= len(conn.recv(left))
                conn.sendall(b"ok")
                caller.recv(2)
    return trace


def test_msg_more_joins_two_writes(net):
    repeats_nothing_by_time(net.client)  # nor is what waits for more sent without it, as a forgotten cork is
    with net.client.socket() as caller:
        caller.connect(("server", PORT))
        with net.capture() as trace:
            caller.send(b"head", MSG_MORE)
            caller.sendall(bytes(100))
            trace.wait_for(lambda: trace.select(data=True))
        assert [segment.length for segment in trace.select(data=True)] == [104]


def test_a_small_second_write_of_the_server_waits_too(net):
    """Header, then body, is written by servers as well: it is the writing side whose small segment waits."""
    with net.client.socket() as caller:
        caller.connect(("server", PORT))
        conn, _ = net.listener.accept()
        with conn, net.capture() as trace:
            conn.sendall(b"header")
            conn.sendall(b"body")
            trace.wait_for(lambda: len(trace.select(source="server", data=True)) == 2)
        header, body = trace.select(source="server", data=True)
        ack = trace.select(source="client")[0]
        assert (header.length, body.length) == (6, 4) and body.departed_ns >= ack.arrived_ns


def test_asyncio_knows_tcp_by_its_number_only(net):
    async def nodelay_of(protocol):
        sock = net.client.socket(AF_INET, SOCK_STREAM, protocol)
        sock.connect(("server", PORT))
        _, writer = await asyncio.open_connection(sock=sock)
        option = writer.get_extra_info("socket").getsockopt(IPPROTO_TCP, TCP_NODELAY)
        writer.close()
        await writer.wait_closed()
        return option

    assert asyncio.run(nodelay_of(IPPROTO_TCP)) == 1
    assert asyncio.run(nodelay_of(0)) == 0

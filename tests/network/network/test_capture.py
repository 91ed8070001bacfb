"""Captures: what is in them, when they begin and end, and scapy on the wire."""

from __future__ import annotations

import gc
import socket
import threading
import time
import warnings

import pytest
from waiting import repeats_nothing_by_time

from labkit import Trace
from labkit.network import capture

WITHIN = 60  # seconds


@pytest.fixture
def pair(net):
    """A datagram socket on each host: send with s, receive with r."""
    with net.server.socket(type=socket.SOCK_DGRAM) as r, net.client.socket(type=socket.SOCK_DGRAM) as s:
        r.bind((net.server.address, 9))
        r.settimeout(WITHIN)
        s.connect((net.server.address, 9))
        yield net, s, r


def test_a_frame_sent_in_the_instant_after_capture_is_in_it(pair):
    net, s, r = pair
    for n in range(200):
        trace = net.capture()
        s.send(n.to_bytes(2, "big"))
        trace.stop()
        assert [frame.data[42:44] for frame in trace.frames] == [n.to_bytes(2, "big")]
        r.recv(10)


def test_a_frame_sent_before_capture_is_not_in_it(pair):
    net, s, _ = pair
    for _ in range(50):
        s.send(b"before")
        with net.capture() as trace:
            s.send(b"inside")
        s.send(b"after!")
        assert [bytes(frame.data[42:48]) for frame in trace.frames] == [b"inside"]


def test_the_trace_grows_while_it_runs_and_is_a_value_afterwards(pair):
    net, s, r = pair
    with net.capture() as trace:
        assert trace.running and trace.frames == ()
        s.send(b"1")
        r.recv(10)
        assert len(trace.frames) == 1
        s.send(b"2")
        r.recv(10)
        assert len(trace.frames) == 2
    s.send(b"3")
    r.recv(10)
    assert not trace.running and len(trace.frames) == 2
    net.close()
    assert len(trace.frames) == 2 and len(trace.datagrams) == 2


def test_captures_may_overlap(pair):
    net, s, _ = pair
    with net.capture() as outer:
        s.send(b"1")
        with net.capture() as inner:
            s.send(b"2")
        s.send(b"3")
    assert [len(trace.frames) for trace in (outer, inner)] == [3, 1]


def test_the_end_waits_for_frames_under_way_and_for_delayed_acknowledgements(network):
    net = network(delay_ms=30)
    repeats_nothing_by_time(net.client)
    with net.server.socket() as listener, net.client.socket() as caller:
        listener.bind((net.server.address, 80))
        listener.listen()
        caller.connect((net.server.address, 80))
        conn, _ = listener.accept()
        with conn, net.capture() as trace:
            caller.sendall(b"x")
    assert [str(segment).split()[3] for segment in trace.segments] == ["P.", "."]
    assert all(frame.delivered for frame in trace.frames)


def test_a_capture_is_opened_once(net):
    trace = net.capture()
    with trace:
        pass
    with pytest.raises(RuntimeError, match=r"start another with net\.capture\(\)"), trace:
        pass


def test_a_capture_left_alone_ends_with_its_network(network):
    net = network()
    trace = net.capture()
    net.close()
    assert not trace.running and trace.frames == ()
    trace.stop()


def test_calls_are_on_the_trace(network):
    net = network()
    with net.capture() as trace, net.server.socket() as listener, net.client.socket() as caller:
        listener.bind((net.server.address, 80))
        listener.listen()
        caller.connect((net.server.address, 80))
        conn, _ = listener.accept()
        conn.close()
    assert [(call.host, call.name) for call in trace.calls][:4] == [
        ("server", "bind"),
        ("server", "listen"),
        ("client", "connect"),
        ("server", "accept"),
    ]
    connect = trace.calls[2]
    assert (connect.before, connect.after) == ("CLOSED", "ESTABLISHED")
    assert connect.begin_ns <= trace.frames[0].departed_ns <= connect.end_ns


def test_snap_keeps_the_beginning_and_the_length(pair):
    net, s, _ = pair
    with net.capture(snap=60) as trace:
        s.send(bytes(500))
    assert len(trace.frames[0].data) == 60 and trace.frames[0].length == 542
    with pytest.raises(ValueError, match="snap"):
        net.capture(snap=3)


def test_a_full_record_says_so(network):
    net = network(record_mb=1)
    with net.server.socket(type=socket.SOCK_DGRAM) as r, net.client.socket(type=socket.SOCK_DGRAM) as s:
        r.bind((net.server.address, 9))
        with net.capture() as trace:
            for _ in range(2000):
                s.sendto(bytes(1000), (net.server.address, 9))
        assert trace.full and 900 < len(trace.frames) < 1000
        assert "full" in str(trace).splitlines()[-1]
        with net.capture() as again:  # the next one has the room to itself
            s.sendto(b"x", (net.server.address, 9))
        assert not again.full and len(again.frames) == 1


@pytest.mark.parametrize("dropped", ["capture", "scapy_socket"])
def test_a_capture_that_was_dropped_records_no_longer(network, dropped):
    net = network(record_mb=1)
    with net.server.socket(type=socket.SOCK_DGRAM) as r, net.client.socket(type=socket.SOCK_DGRAM) as s:
        r.bind((net.server.address, 9))
        getattr(net, dropped)()  # and forgotten
        gc.collect()
        for _ in range(5):
            with net.capture() as trace:
                for _ in range(500):
                    s.sendto(bytes(1000), (net.server.address, 9))
            assert not trace.full and len(trace.frames) == 500


def test_waiting_for_something_that_does_not_happen(pair):
    net, s, r = pair
    with net.capture() as trace:
        s.send(b"x")
        assert r.recv(10) == b"x"
        with pytest.raises(TimeoutError, match=r"(?s)captured were:.*client > server"):
            trace.wait_for(lambda: trace.retransmitted(), timeout=0.05)


def test_waiting_for_a_call_that_sends_no_frame(pair):
    net, s, _ = pair
    begun, closing = time.monotonic(), threading.Timer(0.2, s.close)
    with net.capture() as trace:
        closing.start()
        trace.wait_for(lambda: any(call.name == "close" for call in trace.calls), timeout=10 * WITHIN)
    closing.join()
    assert time.monotonic() - begun < 5 * WITHIN  # not when the time was over


def test_save_and_load(pair, tmp_path):
    net, s, _ = pair
    with net.capture() as trace:
        s.send(b"x")
    trace.save(tmp_path / "x.pcapng")
    assert Trace.load(tmp_path / "x.pcapng") == trace


# scapy


def test_packets_are_scapys(pair):
    net, s, _ = pair
    with net.capture() as trace:
        s.send(b"hello")
    (packet,) = trace.packets
    assert packet["UDP"].dport == 9 and bytes(packet["UDP"].payload) == b"hello"
    assert abs(float(packet.time) - __import__("time").time()) < 60


def test_sniff_on_the_wire(pair):
    from scapy.sendrecv import AsyncSniffer, sniff

    net, s, _ = pair
    with net.scapy_socket() as wire:
        for n in range(20):
            s.send(bytes([n]))
        seen = sniff(opened_socket=wire, count=20, timeout=WITHIN)
        assert [bytes(packet["UDP"].payload) for packet in seen] == [bytes([n]) for n in range(20)]

        sniffer = AsyncSniffer(
            opened_socket=wire, lfilter=lambda packet: packet["UDP"].payload.load != b"\x03"
        )
        sniffer.start()
        for n in range(20):
            s.send(bytes([n]))
        wire.drain()
        assert len(sniffer.stop()) == 19


def test_scapy_speaks_on_the_wire(net):
    from scapy.layers.inet import ICMP, IP
    from scapy.layers.l2 import Ether

    with net.scapy_socket("client") as wire:
        assert repr(wire) == "<WireSocket on the wire: sends as client>"
        request = (
            Ether(dst=net.server.mac, src=net.client.mac)
            / IP(src=net.client.address, dst=net.server.address)
            / ICMP()
        )
        answer = wire.sr1(request, timeout=WITHIN, verbose=False)
        assert answer["ICMP"].type == 0
        with pytest.raises(ValueError, match="14 to 1514"):
            wire.send(b"short")
    with net.scapy_socket() as listening, pytest.raises(ValueError, match=r"scapy_socket\('client'\)"):
        listening.send(request)
    assert repr(listening) == "<WireSocket on the wire: closed>"
    with pytest.raises(ValueError, match="client, server"):
        net.scapy_socket("nobody")


def test_nothing_unclosed_is_complained_of(network):
    """A network that is simply dropped closes without a ResourceWarning of ours."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        net = network()
        net.capture().stop()
        net.close()
        del net
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_waiting_until_the_wire_is_quiet(network):
    net = network(delay_ms=20)
    repeats_nothing_by_time(net.client)
    with net.server.socket() as listener, net.client.socket() as caller, net.capture() as trace:
        listener.bind((net.server.address, 80))
        listener.listen()
        caller.connect((net.server.address, 80))
        conn, _ = listener.accept()
        caller.sendall(b"x")
        trace.wait_until_quiet(WITHIN)
        opened, rest = trace.handshake(), trace.segments[-2:]  # of a repeated SYN the copy that counted
        assert [segment.flags for segment in (*opened, *rest)] == ["S", "S.", ".", "P.", "."]
        assert all(segment.delivered for segment in trace.segments)
        caller.close()
        with pytest.raises(TimeoutError, match="captured were"):
            trace.wait_until_quiet(timeout=0.1)  # the server has not closed its side
        conn.close()


@pytest.mark.parametrize("few", [False, True])
def test_a_capture_that_ends_is_read_once(client, server, net, monkeypatch, few):
    """Whether it is large, and nothing is waited for, or small, and known to be quiet."""
    reads = []
    read = capture.CapturedTrace._read
    monkeypatch.setattr(
        capture.CapturedTrace, "_read", lambda self, end: reads.append(end) or read(self, end)
    )
    monkeypatch.setattr(capture, "_LARGE", 1_000_000 if few else 10)
    repeats_nothing_by_time(client)
    with server.socket() as listener:
        listener.bind((server.address, 8000))
        listener.listen()
        trace = net.capture()
        with client.socket() as caller:
            caller.connect((server.address, 8000))
            with listener.accept()[0] as conn:
                caller.sendall(bytes(100_000))
                assert len(conn.recv(100_000, socket.MSG_WAITALL)) == 100_000
        if few:
            trace.wait_until_quiet(WITHIN)
            reads.clear()
        trace.stop()
    assert len(reads) == (0 if few else 1)
    assert sum(segment.length for segment in trace.select(source="client")) == 100_000
    assert trace.handshake() and not trace.half_closed()

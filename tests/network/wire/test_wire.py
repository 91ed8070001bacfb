"""What the wire does to frames: delay, rate, loss, scripted faults; and that it loses nothing by itself."""

from __future__ import annotations

import contextlib
import socket
import time

import pytest
from at_once import at_once
from waiting import repeats_nothing_by_time

from labkit import Corrupt, Delay, Drop, Duplicate, Reorder

MS = 1_000_000
WITHIN = 60  # seconds


def datagrams(net, count=10, size=20, receiver=None):
    """Send `count` numbered datagrams from the first host to the second; returns the trace of it."""
    sender, receiver = net.hosts[0], receiver or net.hosts[1]
    with receiver.socket(type=socket.SOCK_DGRAM) as r, sender.socket(type=socket.SOCK_DGRAM) as s:
        r.bind((receiver.address, 9))
        with net.capture() as trace:
            with at_once(net) if count <= 20 else contextlib.nullcontext():
                for n in range(count):
                    s.sendto(n.to_bytes(4, "big").ljust(size, b"."), (receiver.address, 9))
            trace.wait_for(lambda: len(trace.frames) >= count, WITHIN)
            trace.wait_until_quiet(WITHIN)
        r.setblocking(False)
        trace.received = []
        while True:
            try:
                trace.received.append(int.from_bytes(r.recv(2000)[:4], "big"))
            except BlockingIOError:
                return trace


def test_no_frame_arrives_before_its_delay_is_over(network, port):
    net = network(delay_ms=5, port=port)
    trace = datagrams(net, 500)
    delays = [frame.arrived_ns - frame.departed_ns for frame in trace.frames]
    assert len(delays) == 500 and min(delays) >= 5 * MS


def test_each_link_has_its_own_delay(network):
    net = network()
    net.client.link.delay_ms, net.server.link.delay_ms = 20, 2
    with net.server.socket() as listener, net.client.socket() as caller, net.capture() as trace:
        listener.bind((net.server.address, 80))
        listener.listen()
        caller.connect((net.server.address, 80))
    there, back, _ = trace.handshake()
    assert there.arrived_ns - there.departed_ns >= 20 * MS
    assert back.arrived_ns - back.departed_ns >= 2 * MS
    net.client.link.delay_ms = 60_000
    with net.server.socket(type=socket.SOCK_DGRAM) as s, net.client.socket(type=socket.SOCK_DGRAM) as r:
        r.bind((net.client.address, 9))
        r.settimeout(WITHIN)
        s.sendto(b"in time", (net.client.address, 9))
        assert r.recv(10) == b"in time"


def test_rate_spaces_the_frames(network, port):
    net = network(rate_mbit=8, port=port)  # 1 byte each microsecond
    trace = datagrams(net, 50, size=958)  # frames of 1000 bytes
    assert {frame.length for frame in trace.frames} == {1000}
    arrivals = [frame.arrived_ns for frame in trace.frames]
    first = trace.frames[0].departed_ns
    # The n-th frame's last bit can leave n ms after the first began, not before; and the queue never idles.
    assert all(arrival - first >= n * MS for n, arrival in enumerate(arrivals, 1))


def test_a_full_queue_loses_frames_and_says_so(network):
    # 500 bytes take 200 ms: should the wire stand still while it takes what was sent, few places become free.
    net = network(rate_mbit=0.02, queue_packets=5)
    trace = datagrams(net, 20, size=458)
    fates = [frame.fate for frame in trace.frames]
    assert fates.count("queue full") >= 10 and fates[0] == "delivered"
    assert len(trace.received) == fates.count("delivered")


def test_random_loss_drops_the_same_frames_for_the_same_seed(network, port):
    def lost(seed):
        trace = datagrams(network(loss=0.2, seed=seed, port=port), 200)
        return [frame.number for frame in trace.frames if frame.fate == "lost"]

    first = lost(1)
    assert first == lost(1) != lost(2)
    assert 15 <= len(first) <= 70


@pytest.mark.parametrize(
    ("fault", "received"),
    [
        (Drop(protocol="udp", nth=3), [0, 1, 3, 4]),
        (Drop(protocol="udp", nth=(1, 5)), [1, 2, 3]),
        (Duplicate(protocol="udp", nth=2), [0, 1, 1, 2, 3, 4]),
        (Duplicate(protocol="udp", nth=2, copies=2), [0, 1, 1, 1, 2, 3, 4]),
        (Reorder(protocol="udp", nth=2), [0, 2, 1, 3, 4]),
        (Reorder(protocol="udp", nth=1, behind=3), [1, 2, 3, 0, 4]),
        (Delay(30, protocol="udp", nth=1), [1, 2, 3, 4, 0]),
        (Corrupt(protocol="udp", nth=2), [0, 2, 3, 4]),
        (Drop(to="server", protocol="udp", nth=1), [1, 2, 3, 4]),
    ],
    ids=repr,
)
def test_scripted_faults(network, fault, received):
    net = network(faults=[fault])
    trace = datagrams(net, 5)
    assert trace.received == received
    noted = [frame.note for frame in trace.frames if frame.note]
    assert noted and all(note.endswith(repr(fault)) for note in noted)


def test_reorder_gives_up_when_nothing_follows(network):
    net = network(faults=[Reorder(protocol="udp", nth=5)])
    assert datagrams(net, 5).received == [0, 1, 2, 3, 4]


def test_a_fault_for_one_receiver_of_a_multicast(network):
    net = network("sender", "r1", "r2", faults=[Drop(to="r2", protocol="udp", nth=1)])
    with net.capture() as trace, net.sender.socket(type=socket.SOCK_DGRAM) as s:
        s.sendto(b"x", ("239.192.0.1", 9))
        trace.wait_for(lambda: any(frame.note for frame in trace.frames), WITHIN)
    (frame,) = [frame for frame in trace.frames if frame.note]
    assert [arrival.host for arrival in frame.arrivals] == ["r1"]
    assert frame.note == "dropped by Drop(to='r2', protocol='udp', nth=1) on the way to r2"


def test_dropped_segment_is_sent_again(network, port):
    net = network(delay_ms=2, faults=[Drop(data=3)], port=port)
    repeats_nothing_by_time(net.client)
    with net.server.socket() as listener, net.client.socket() as caller, net.capture() as trace:
        listener.bind((net.server.address, 80))
        listener.listen()
        caller.connect((net.server.address, 80))
        conn, _ = listener.accept()
        caller.sendall(bytes(20_000))
        caller.shutdown(socket.SHUT_WR)
        with conn:
            assert sum(len(data) for data in iter(lambda: conn.recv(65536), b"")) == 20_000
    # without a SYN, which is repeated, too, should the wire stand still for a second
    assert [each.seq for each in trace.retransmissions() if each.length] == [2897]


def test_frames_are_real_ones(net):
    """No offload: 1,514 bytes at most, and checksums as they must be on a cable."""
    with net.server.socket() as listener, net.client.socket() as caller, net.capture() as trace:
        listener.bind((net.server.address, 80))
        listener.listen()
        caller.connect((net.server.address, 80))
        conn, _ = listener.accept()
        with conn:
            caller.sendall(bytes(100_000))
            caller.shutdown(socket.SHUT_WR)
            while conn.recv(65536):
                pass
    assert max(frame.length for frame in trace.frames) == 1514
    assert all(checksums_are_right(frame.data) for frame in trace.frames)


def checksums_are_right(frame):
    header, segment = frame[14:34], frame[34 : 14 + int.from_bytes(frame[16:18], "big")]
    pseudo = frame[26:34] + bytes([0, 6]) + len(segment).to_bytes(2, "big")
    return ones_sum(header) == 0xFFFF and ones_sum(pseudo + segment) == 0xFFFF


def ones_sum(data):
    total = sum(int.from_bytes(data[n : n + 2].ljust(2, b"\0"), "big") for n in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def counters(host):
    line = next(line for line in host.core.proc_net(host.name, "dev").splitlines() if "eth0:" in line)
    numbers = line.split(":")[1].split()
    return {"received": int(numbers[1]), "sent": int(numbers[9])}


def test_the_record_misses_nothing(network, port):
    """50,000 frames, as fast as they go, against what the kernels counted. (make bench: 1,000,000.)"""
    net = network(port=port)
    count, ahead = 50_000, 2_000
    with net.server.socket(type=socket.SOCK_DGRAM) as r, net.client.socket(type=socket.SOCK_DGRAM) as s:
        r.bind((net.server.address, 9))
        s.connect((net.server.address, 9))
        before = counters(net.client), counters(net.server)
        with net.capture() as trace:
            record = net.client.core.client.record
            for n in range(count):
                s.send(b"x")
                if n % ahead == 0:  # never further ahead than the ports can hold
                    while (record.head - 64) // 88 < n - ahead:
                        time.sleep(0)
        after = counters(net.client), counters(net.server)
    assert trace.missed == 0
    assert len(trace.frames) == count
    assert after[0]["sent"] - before[0]["sent"] == count
    assert after[1]["received"] - before[1]["received"] == count


def test_frames_that_a_port_loses_are_counted(network, port):
    """Faster than the wire can be, and without looking back: what is not in the trace is in `missed`."""
    net = network(port=port)
    count = 200_000
    with net.server.socket(type=socket.SOCK_DGRAM) as r, net.client.socket(type=socket.SOCK_DGRAM) as s:
        r.bind((net.server.address, 9))
        s.connect((net.server.address, 9))
        before = counters(net.client)["sent"]
        with net.capture() as trace:
            send = s._sock_send if hasattr(s, "_sock_send") else super(type(s), s).send
            for _ in range(count):
                send(b"x")
        sent = counters(net.client)["sent"] - before
    assert len(trace.frames) + trace.missed == count
    assert sent in (count, len(trace.frames))  # a TAP counts what it queued, a veth what it was given


def counted(net, host="client"):
    """What the wire has counted of one host: sent, delivered, {fate: frames}, waiting."""
    _, rows = net.client.core.cables.counters()
    frames, _, delivered, _, lost, waiting = rows[net.client.core.names.index(host)]
    return frames, delivered, lost, waiting


def test_counters_need_no_capture(network, port):
    net = network(port=port)
    before = counters(net.client), counters(net.server)
    with net.server.socket(type=socket.SOCK_DGRAM) as r, net.client.socket(type=socket.SOCK_DGRAM) as s:
        r.bind((net.server.address, 9))
        r.settimeout(WITHIN)
        for _ in range(100):
            s.sendto(bytes(58), (net.server.address, 9))
            r.recv(100)
    after = counters(net.client), counters(net.server)
    _, (client, server) = net.client.core.cables.counters()
    assert client == (100, 10_000, 100, 10_000, {}, 0) and server == (0, 0, 0, 0, {}, 0)
    assert after[0]["sent"] - before[0]["sent"] == after[1]["received"] - before[1]["received"] == 100


@pytest.mark.parametrize(
    ("options", "lost"),
    [
        (dict(loss=1), {"lost": 20}),
        (dict(faults=[Drop(protocol="udp", nth=(1, 5))]), {"dropped": 2}),
        (dict(faults=[Drop(to="server", protocol="udp", nth=1)]), {"dropped": 1}),
        (dict(delay_ms=1), {}),
    ],
    ids=str,
)
def test_counters_tell_what_became_of_each_frame(network, options, lost):
    net = network(**options)
    datagrams(net, 20)
    assert counted(net) == (20, 20 - sum(lost.values()), lost, 0)


def test_counters_of_a_cut_cable(network):
    net = network()
    net.client.link.cut()
    datagrams(net, 3)
    net.client.link.mend()
    net.server.link.cut()
    datagrams(net, 4)
    assert counted(net) == (7, 0, {"cut": 7}, 0)


def test_counters_know_how_long_the_queue_is(network):
    net = network(rate_mbit=0.001, queue_packets=5)  # 1000 bytes take 8 s: none is sent before we look
    with net.client.socket(type=socket.SOCK_DGRAM) as s:
        with at_once(net):
            for _ in range(20):
                s.sendto(bytes(958), (net.server.address, 9))
        net.client.core.catch_up()
        assert counted(net) == (20, 0, {"queue full": 20 - 6}, 5)


def test_a_multicast_counts_once_if_somebody_got_it(network):
    net = network("sender", "r1", "r2", faults=[Drop(to="r2", protocol="udp", nth=1)])
    with net.capture() as trace, net.sender.socket(type=socket.SOCK_DGRAM) as s:
        s.sendto(b"x", ("239.192.0.1", 9))
        s.sendto(b"x", ("239.192.0.1", 9))
        trace.wait_for(
            lambda: len(trace.frames) == 2 and all(frame.arrivals for frame in trace.frames), WITHIN
        )
    _, rows = net.sender.core.cables.counters()
    assert rows[0][0] == rows[0][2] == 2 and rows[0][4] == {}

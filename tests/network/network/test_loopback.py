"""Networks in the modes loopback and recorded: real sockets on loopback addresses, and what was on the interface."""

from __future__ import annotations

import asyncio
import ctypes
import errno
import gc
import os
import select
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

import limits
import pytest
from left import no_threads_left
from ports import own_ports
from waiting import wait_for

from labkit import Drop, ServiceError, ladder
from labkit.modes.needs import NeedsCapture, NeedsHosts
from labkit.network.loopback import addresses, scapytap, sniffer
from labkit.network.loopback.scapytap import ScapyTap
from labkit.notebook import cell
from labkit.pictures.socketmap.map import socket_map
from labkit.pictures.socketsteps import watch_sockets
from labkit.sockets import owners

USED = (5000, 5001, *range(8080, 8090))
PORTS = dict(
    zip(USED, USED, strict=True)
)  # those that stand for them: where all share one address, others do, too
WIDE = socket.SOCK_DGRAM
LIVE = pytest.mark.capture
MARKED = [
    pytest.param("scapy", marks=LIVE),
    pytest.param("shared", marks=LIVE),
]  # nobody counts what is captured
WITHIN = 60  # seconds
SLACK_NS = 1_000_000  # in which the wall clock, which stamps frames, is compared with that of the calls


def at(host, port: int = 8080) -> tuple[str, int]:
    return (host.address, port)


@pytest.fixture(scope="module", autouse=True)
def own():
    with own_ports(len(USED)) as ports:
        PORTS.update(zip(USED, ports, strict=True))
        yield


@pytest.fixture
def recorded(network, monkeypatch):
    """Two hosts in the mode recorded."""
    monkeypatch.setenv("LABKIT_MODE", "recorded")
    return network()


@pytest.fixture(
    params=[
        pytest.param("ring", marks=LIVE),
        pytest.param("scapy", marks=LIVE),
        pytest.param("shared", marks=LIVE),
    ]
)
def lo(request, network, monkeypatch):
    """Makes networks in the mode loopback: as on Linux; with scapy's socket; and with one address for all, as macOS."""
    monkeypatch.setenv("LABKIT_MODE", "loopback")
    if request.param != "ring":
        monkeypatch.setattr(sniffer, "_open_tap", lambda block, snap: ScapyTap(block))
    if request.param == "shared":
        monkeypatch.setattr(addresses, "whole_block", lambda: False)
    network.how = request.param
    return network


@pytest.fixture(params=[pytest.param("ring", marks=LIVE)])
def ring(network, monkeypatch):
    """Makes networks in the mode loopback, as on Linux."""
    monkeypatch.setenv("LABKIT_MODE", "loopback")
    return network


def echo(conn):
    while data := conn.recv(1000):
        conn.sendall(data)


def talk(net, port: int, size: int = 5):
    """A connection from the first host to the second; both ends closed, the client's first."""
    client, server = net.hosts[:2]
    port = PORTS[port]
    with server.socket() as listener, client.socket() as caller:
        listener.bind(at(server, port))
        listener.listen()
        caller.connect((server.name, port))
        conn, _ = listener.accept()
        with conn:
            caller.sendall(b"x" * size)
            caller.shutdown(socket.SHUT_WR)
            while conn.recv(1 << 20):
                pass


def datagrams(net, port: int = 5000):
    sender, receiver = (host.socket(type=WIDE) for host in net.hosts[:2])
    receiver.bind(("", PORTS[port]))
    sender.connect((net.hosts[1].name, PORTS[port]))
    return sender, receiver


# -- what a trace holds


def test_each_segment_once_and_from_whom(lo):
    net = lo()
    with net.capture() as trace:
        talk(net, 8080)
    flags = [(segment.source, segment.flags) for segment in trace.segments]
    assert flags[:4] == [("client", "S"), ("server", "S."), ("client", "."), ("client", "P.")]
    # Of the data and the FIN its kernel acknowledges by itself what the server leaves waiting for 40 ms.
    assert flags.count(("server", ".")) <= 2
    closing = [each for each in flags[4:] if each != ("server", ".")]
    assert sorted(closing) == [("client", "."), ("client", "F."), ("server", "F.")]
    assert all(segment.delivered for segment in trace.segments)
    first, second = trace.frames[:2]
    assert (
        first.data[:12] == second.data[6:12] + second.data[:6] == bytes([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1])
    )
    assert (trace.missed, trace.full) == (0, False) and "missing" not in str(trace)
    assert trace.stream("client") == b"xxxxx"


def test_frames_and_calls_have_the_same_clock(lo):
    net = lo()
    for port in range(8080, 8090):
        with net.capture() as trace:
            talk(net, port)
        connect = next(call for call in trace.calls if call.name == "connect")
        receive = next(call for call in trace.calls if call.name == "recv")
        syn, answer, ack, data = trace.segments[:4]
        # What scapy reads has the time when it came or, before the kernel has begun to stamp, when it was read.
        late = time.monotonic_ns() if lo.how != "ring" else connect.end_ns + SLACK_NS
        assert connect.begin_ns - SLACK_NS < syn.departed_ns <= answer.departed_ns < late
        late = time.monotonic_ns() if lo.how != "ring" else receive.end_ns + SLACK_NS
        assert answer.departed_ns <= ack.departed_ns <= data.departed_ns < late


def test_all_that_was_sent_before_the_end_and_nothing_else(lo):
    net = lo()
    sender, receiver = datagrams(net)
    with sender, receiver:
        for _ in range(20):
            sender.send(b"before")
            with net.capture() as trace:
                for _ in range(10):
                    sender.send(b"inside")
            sender.send(b"after!")
            assert [datagram.payload for datagram in trace.datagrams] == [b"inside"] * 10


def test_a_running_trace_holds_what_has_arrived(lo):
    net = lo()
    sender, receiver = datagrams(net)
    with sender, receiver, net.capture() as trace:
        assert trace.running and trace.frames == ()
        for number in range(1, 50):
            sender.send(b"1")
            receiver.recv(10)
            assert len(trace.frames) == number


def test_waiting_for_what_a_server_answers(lo):
    net = lo()
    net.server.start(echo, port=PORTS[8080])
    with net.capture() as trace, net.client.socket() as caller:
        caller.connect(("server", PORTS[8080]))
        threading.Timer(0.02, caller.send, [b"later"]).start()
        trace.wait_for(lambda: trace.stream("server") == b"later", WITHIN)
        trace.wait_until_quiet(WITHIN)
        assert not trace.unacknowledged()
        assert caller.recv(100) == b"later", "closed with this unread, the caller would reset the server"


def test_what_others_say_on_the_interface_is_not_seen(lo):
    net, other = lo(), lo("client", "server")
    with socket.socket(type=WIDE) as stranger, socket.socket(type=WIDE) as jupyter:
        jupyter.bind(("127.0.0.1", 0))
        sender, receiver = datagrams(net)
        others = datagrams(other, 5001)
        with sender, receiver, others[0], others[1]:
            with net.capture() as trace, other.capture() as elsewhere:
                for _ in range(20):
                    stranger.sendto(b"private", jupyter.getsockname())
                    others[0].send(b"other")
                    sender.send(b"ours")
            assert {datagram.payload for datagram in trace.datagrams} == {b"ours"}
            assert {datagram.payload for datagram in elsewhere.datagrams} == {b"other"}
            assert len(trace.frames) == len(elsewhere.frames) == 20


def test_a_ladder(lo):
    net = lo()
    with net.capture() as trace:
        talk(net, 8080)
    text = ladder(trace).text
    assert 'PSH, ACK  seq 1:6  "xxxxx" ───▶' in text and "◀┘ ESTABLISHED" in text


def test_a_transfer_in_large_segments_is_whole(ring):
    net = ring()

    def receive(conn):
        while conn.recv(1 << 20):
            pass

    service = net.server.start(receive, port=8080)
    with net.capture() as trace, net.client.socket() as caller:
        caller.connect(("server", 8080))
        caller.sendall(b"x" * 20_000_000)
        caller.shutdown(socket.SHUT_WR)
        service.wait_for(served=1)
    assert trace.missed == 0 and trace.bytes(source="client") == 20_000_000
    assert trace.stream("client") == b"x" * 20_000_000
    assert max(segment.length for segment in trace.segments) > 1460


def test_a_refused_datagram_brings_an_icmp_message(ring):
    net = ring()
    with net.client.socket(type=WIDE) as sender, net.capture() as trace:
        sender.connect(("server", 9999))
        sender.send(b"x")
        trace.wait_for(lambda: len(trace.frames) == 2, WITHIN)
        told = select.poll()  # the message was captured, and is perhaps not taken in yet
        told.register(sender, 0)
        assert told.poll(WITHIN * 1000)
        with pytest.raises(ConnectionRefusedError):
            sender.send(b"y")
    assert [str(item) for item in trace.items[1:2]] == ["server > client  ICMP port unreachable, UDP 9999"]


def test_as_much_of_each_frame_as_was_asked_for(lo):
    net = lo()
    sender, receiver = datagrams(net)
    with sender, receiver, net.capture(snap=20) as trace:
        sender.send(b"x" * 1000)
    assert [(len(frame.data), frame.length) for frame in trace.frames] == [(20, 1042)]


def test_a_full_record_says_so(ring):
    net = ring(record_mb=1)
    sender, receiver = datagrams(net)
    with sender, receiver, net.capture() as trace:
        for _ in range(1500):
            sender.send(b"x" * 1000)
    assert trace.full and 900 < len(trace.frames) < 1100
    with sender, receiver, net.capture() as again:
        pass
    assert not again.full and again.frames == ()


def test_captures_may_overlap(lo):
    net = lo()
    sender, receiver = datagrams(net)
    with sender, receiver:
        outer = net.capture()
        sender.send(b"1")
        inner = net.capture()
        sender.send(b"2")
        outer.stop()
        sender.send(b"3")
        inner.stop()
    assert [bytes(each.payload) for each in outer.datagrams] == [b"1", b"2"]
    assert [bytes(each.payload) for each in inner.datagrams] == [b"2", b"3"]


def test_what_was_lost_is_told(ring, monkeypatch):
    net = ring()
    may_go_on = threading.Event()
    write = sniffer.Sniffer._write

    def late(self, frames):
        may_go_on.wait(30)
        write(self, frames)

    monkeypatch.setattr(sniffer.Sniffer, "_write", late)
    sender, receiver = datagrams(net)
    with sender, receiver:
        trace = net.capture()
        try:
            for _ in range(1500):  # 90 MB; the ring has 64
                sender.send(b"x" * 60_000)
        finally:
            may_go_on.set()
        trace.stop()
    assert trace.missed > 300 and trace.missed + len(trace.frames) == 1500
    assert f"{trace.missed} frames missing" in str(trace)


@pytest.mark.parametrize("lo", MARKED, indirect=True)
def test_what_scapys_socket_had_no_room_for_is_told(lo, monkeypatch):
    """Among it the datagram that asks for the end, again and again, until there is room."""
    monkeypatch.setattr(scapytap, "_BUFFER", 1)  # the kernel's least
    net = lo()
    may_go_on, asked = threading.Event(), threading.Event()
    take, marked = sniffer.Sniffer._take, sniffer._MARK

    class Marks:
        """The third says that the reader may go on: before that there is no room for any."""

        size, unpack_from = marked.size, marked.unpack_from

        def pack(self, number):
            if number == 3:
                may_go_on.set()
                asked.wait(30)
            return marked.pack(number)

    def late(self, tap, woken):
        may_go_on.wait(30)
        asked.set()
        take(self, tap, woken)

    monkeypatch.setattr(sniffer.Sniffer, "_take", late)
    monkeypatch.setattr(sniffer, "_MARK", Marks())
    sender, receiver = datagrams(net)
    with sender, receiver, net.capture() as trace:
        for _ in range(50):
            sender.send(b"x" * 1000)
    assert len(trace.frames) < 50 <= len(trace.frames) + trace.missed
    if lo.how == "scapy":  # else what others say counts, too: all share one address
        assert len(trace.frames) + trace.missed <= 50 + 3
    assert f"{trace.missed} frames missing" in str(trace)


@pytest.mark.parametrize("lo", MARKED, indirect=True)
def test_where_nobody_counts_what_was_lost_our_own_datagrams_tell(lo, monkeypatch):
    marked, lost = sniffer.Sniffer._marked, []
    monkeypatch.setattr(ScapyTap, "counts", lambda self: (None, 0))

    def forgetful(self, data):
        number = marked(self, data)
        if number and len(lost) < 2:
            lost.append(number)
            return 0
        return number

    monkeypatch.setattr(sniffer.Sniffer, "_marked", forgetful)
    net = lo()
    sender, receiver = datagrams(net)
    with sender, receiver, net.capture() as trace:
        sender.send(b"x")
    assert lost == [1, 2] and trace.missed == 2
    assert [datagram.payload for datagram in trace.datagrams] == [b"x"]
    with net.capture() as another:  # which is none of that one's
        pass
    assert another.missed == 0


@pytest.mark.parametrize("lo", MARKED, indirect=True)
def test_where_none_of_our_own_datagrams_comes_the_capture_fails_aloud(lo, monkeypatch):
    monkeypatch.setattr(sniffer, "_WITHIN", 0.2)
    monkeypatch.setattr(sniffer.Sniffer, "_marked", lambda self, data: 0)
    trace = lo().capture()
    with pytest.raises(sniffer.CaptureFailed, match="could not be read within"):
        trace.stop()


@LIVE
def test_libpcap_says_what_it_had_no_room_for():
    """As on Windows, where scapy captures with Npcap."""
    pcap = pytest.importorskip("scapy.libs.winpcapy", exc_type=OSError)
    source = pcap.pcap_open_live(b"lo", 65_535, 0, 1, ctypes.create_string_buffer(256))
    try:
        with socket.socket(type=WIDE) as sender:
            sender.bind(("127.255.255.1", 0))  # where no network is, and none that shares 127.0.0.1 looks
            for _ in range(200):
                sender.sendto(b"x" * 60_000, sender.getsockname())
        wait_for(lambda: scapytap._of_library(source) > 0)
    finally:
        pcap.pcap_close(source)


def test_a_capture_that_fails_says_so(ring, monkeypatch):
    net = ring()
    monkeypatch.setattr(sniffer.Sniffer, "_write", lambda *_: 1 / 0)
    sender, receiver = datagrams(net)
    trace = net.capture()
    with sender, receiver:
        sender.send(b"x")
        with pytest.raises(sniffer.CaptureFailed, match="ZeroDivisionError"):
            trace.stop()


# -- sockets and servers, with a capture or without


def test_it_says_what_does_not_act(recorded, network, capsys):
    net = network("ann", "bob", delay_ms=10, loss=0.5, faults=[Drop(data=3)], hub=True, mtu=1000)
    words = "where delay_ms=10, loss=0.5, faults=[Drop(data=3)], hub=True, mtu=1000 do not act"
    assert capsys.readouterr().out == f"Mode recorded: ann, bob are on the loopback interface, {words}.\n"
    assert words in repr(net)
    assert (net.link.delay_ms, net.ann.link.loss, net.link.faults, net.link.is_cut) == (0, 0, [], False)
    network("ann", "bob", delay_ms=10, loss=0.5, faults=[Drop(data=3)], hub=True, mtu=1000)
    assert capsys.readouterr().out == ""
    assert repr(recorded).endswith("on the loopback interface: no delay, no loss, no limit>")


def test_addresses_that_are_nobody_elses(recorded, network):
    nets = [recorded, network("a", "b", "c")]
    found = [host.address for net in nets for host in net.hosts]
    assert len(set(found)) == 5 and all(address.startswith("127.") for address in found)


NEEDS_HOSTS = {
    "delay": (lambda net: setattr(net.link, "delay_ms", 20), "setting delay_ms=20 on a link"),
    "several": (
        lambda net: net.client.link.set(loss=0.1, rate_mbit=1),
        "setting rate_mbit=1, loss=0.1 on a link",
    ),
    "cut": (lambda net: net.link.cut(), r"cut\(\)"),
    "faults": (lambda net: setattr(net.link, "faults", [Drop(data=3)]), r"faults=\[Drop\(data=3\)\]"),
    "run": (lambda net: net.client.run(["true"]), "running true on client"),
    "spawn": (lambda net: net.client.spawn(["true"]), "running true on client"),
    "sysctl": (lambda net: net.client.sysctl("net.ipv4.tcp_sack"), "reading net.ipv4.tcp_sack"),
    "set a sysctl": (lambda net: net.client.sysctl("net.ipv4.tcp_sack", 0), "setting net.ipv4.tcp_sack"),
    "scapy": (lambda net: net.scapy_socket(), "scapy_socket"),
    "raw": (lambda net: net.client.socket(type=socket.SOCK_RAW, proto=1), "a socket of the type SOCK_RAW"),
    "packet": (
        lambda net: net.client.socket(socket.AF_PACKET, socket.SOCK_RAW),
        "a socket of the family AF_PACKET",
    ),
    "IPv6": (lambda net: net.client.socket(socket.AF_INET6), "a socket for IPv6"),
    "igmp": (lambda net: net.client.core.proc_net("client", "igmp"), "/proc/net/igmp"),
    "low port": (lambda net: _with_socket(net, "bind", ("", 80)), "port 80"),
    "service": (lambda net: net.server.start(echo, port=7), "port 7"),
    "localhost": (
        lambda net: _with_socket(net, "bind", ("localhost", 8000)),
        "localhost, the loopback address",
    ),
    "to localhost": (lambda net: _with_socket(net, "connect", ("127.0.0.1", 8000)), "127.0.0.1"),
    "multicast": (lambda net: _with_socket(net, "sendto", b"", ("224.1.1.1", 9)), "sending to 224.1.1.1"),
    "broadcast": (lambda net: _with_socket(net, "sendto", b"", ("<broadcast>", 9)), "sending to <broadcast>"),
    "membership": (
        lambda net: _with_socket(net, "setsockopt", socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, bytes(8)),
        "multicast",
    ),
}


def _with_socket(net, call, *args):
    with net.client.socket(type=WIDE) as sock:
        getattr(sock, call)(*args)


@pytest.mark.parametrize("what", NEEDS_HOSTS)
def test_what_needs_hosts_says_so(recorded, what):
    use, words = NEEDS_HOSTS[what]
    with pytest.raises(NeedsHosts, match=f"^{words}.* needs hosts of their own .*doctor"):
        use(recorded)


def test_without_the_right_to_capture(recorded):
    with pytest.raises(NeedsCapture, match=r"LABKIT_MODE=recorded.*CAP_NET_RAW.*doctor"):
        recorded.capture()


def test_sockets_listen_and_call_at_their_hosts_address_only(recorded):
    client, server = recorded.hosts
    for address in ("", "0.0.0.0", "server", server.address):
        with server.socket() as sock:
            sock.bind((address, 0))
            assert sock.getsockname()[0] == server.address
    with server.socket() as sock:
        sock.listen()
        assert sock.getsockname()[0] == server.address and sock.getsockname()[1]
    with server.socket(type=WIDE) as receiver, client.socket(type=WIDE) as sender:
        receiver.bind(("", 5000))
        sender.sendto(b"hi", ("server", 5000))
        assert receiver.recvfrom(10) == (b"hi", sender.getsockname())
        assert sender.getsockname()[0] == client.address
        sender.sendmsg([b"h", b"o"], [], 0, ("server", 5000))
        assert receiver.recv(10) == b"ho"


@pytest.mark.parametrize(
    ("call", "args", "name"),
    [
        ("connect", (("8.8.8.8", 53),), "ENETUNREACH"),
        ("connect", (("10.0.0.2", 8080),), "ENETUNREACH"),
        ("sendto", (b"", ("8.8.8.8", 53)), "ENETUNREACH"),
        ("sendmsg", ([b""], [], 0, ("8.8.8.8", 53)), "ENETUNREACH"),
        ("bind", (("server", 8080),), "EADDRNOTAVAIL"),
        ("bind", (("8.8.8.8", 8080),), "EADDRNOTAVAIL"),
    ],
)
def test_nothing_but_this_network_is_reached(recorded, call, args, name):
    import errno

    with pytest.raises(OSError) as raised:
        _with_socket(recorded, call, *args)
    assert errno.errorcode[raised.value.errno] == name
    assert recorded.server.address in raised.value.__notes__[0]


def test_an_unknown_name_is_unknown(recorded):
    with pytest.raises(socket.gaierror) as raised:
        _with_socket(recorded, "connect", ("nobody", 8080))
    assert "there is no host 'nobody'" in raised.value.__notes__[0]


def test_servers_tasks_and_tables(recorded):
    client, server = recorded.hosts
    service = server.start(echo, port=8080)

    def ask():
        with client.socket() as sock:
            sock.connect(("server", 8080))
            sock.sendall(b"hello")
            answer = sock.recv(10)
            rows = [(row.state, row.owner) for row in server.sockets()]
            return answer, rows, len(client.sockets())

    reply, rows, callers = client.background(ask).result()
    assert reply == b"hello" and callers == 1
    assert rows == [("LISTEN", "listen() in echo"), ("ESTABLISHED", "accept() in echo")]
    service.wait_for(served=1)
    with pytest.raises(OSError, match="port 8080 on server is taken by the service 'echo'"):
        server.start(echo, port=8080)
    assert server.start(echo, port=8080, replace=True).address == server.address


@pytest.mark.parametrize("system", ["windows", "macos"])
def test_where_sockets_have_no_inodes(recorded, monkeypatch, system):
    def fstat(number):
        found = real(number)
        if not stat.S_ISSOCK(found.st_mode):
            return found
        if system == "windows":
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return os.stat_result([found.st_mode, 0, *found[2:10]])

    real = os.fstat
    monkeypatch.setattr(os, "fstat", fstat)
    with recorded.client.socket() as one, recorded.client.socket() as other:
        known = [owner.socket() for owner in owners.owners()]
        assert one in known and other in known


def test_an_asynchronous_server_and_client(recorded):
    client, server = recorded.hosts

    async def shout(reader, writer):
        writer.write((await reader.readline()).upper())
        writer.close()

    async def ask():
        sock = client.socket()
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, at(server))
        reader, writer = await asyncio.open_connection(sock=sock)
        writer.write(b"hello\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    server.start(shout, port=8080)
    assert client.background(ask).result() == b"HELLO\n"


def test_an_event_loop_finds_hosts_by_name(recorded, network):
    client, server = recorded.hosts
    server.start(echo, port=8080)
    other = network("elsewhere", "there")

    async def ask(name):
        loop = asyncio.get_running_loop()
        with client.socket() as sock:
            sock.setblocking(False)
            await loop.sock_connect(sock, ("server", 8080))
            await loop.sock_sendall(sock, b"x")
            assert await loop.sock_recv(sock, 10) == b"x"
            assert sock.getsockname()[0] == client.address
        transport, _ = await loop.create_connection(asyncio.Protocol, "server", 8080)
        assert transport.get_extra_info("peername") == at(server)
        transport.close()
        return (await loop.getaddrinfo(name, 80, type=socket.SOCK_STREAM))[0][4]

    assert asyncio.run(ask("elsewhere")) == (other.hosts[0].address, 80)
    assert client.background(ask, "server").result() == (server.address, 80)
    with pytest.raises(socket.gaierror, match="client knows no 'elsewhere'"):  # a host knows its own network
        client.background(ask, "elsewhere").result()
    other.close()
    with pytest.raises(socket.gaierror):
        asyncio.run(ask("elsewhere"))


def test_a_handlers_error_is_raised_at_the_end(recorded):
    def failing(conn):
        raise ValueError("no such command")

    with pytest.raises(ServiceError, match=r"failing on server:8080 failed while serving 127\."):
        with recorded:
            service = recorded.server.start(failing, port=8080)
            with recorded.client.socket() as sock:
                sock.connect(("server", 8080))
                service.wait_for(errors=1)


def test_a_port_that_another_program_holds_is_said_to_be_anothers(recorded):
    with socket.socket() as other:
        other.bind(("", 0))
        other.listen()
        port = other.getsockname()[1]
        words = f"port {port} on server is .* by another program of this machine, on all its addresses .*{os.getpid()}"
        with pytest.raises(OSError, match=words):
            recorded.server.start(echo, port=port)
        with recorded.server.socket() as sock, pytest.raises(OSError) as raised:
            sock.bind(("", port))
        assert "another program of this machine" in raised.value.__notes__[0]


def test_tables_hold_nothing_of_an_earlier_network(recorded, network):
    talk(recorded, 8080)
    wait_for(lambda: [row.state for row in recorded.client.sockets()] == ["TIME-WAIT"])
    recorded.close()
    again = network()
    assert [*again.client.sockets(), *again.server.sockets()] == []
    talk(again, 8080)  # the port is free, although the earlier connection lingers


def test_a_map_and_what_each_call_changed(recorded):
    client, server = recorded.hosts
    with server.socket() as listener, client.socket() as caller:
        listener.bind(at(server))
        listener.listen()
        with watch_sockets(recorded) as steps:
            caller.connect(("server", 8080))
        assert steps.first("server", "ESTABLISHED").call.name == "connect"
        assert "↔" in socket_map(recorded).text
        conn, _ = listener.accept()
        conn.close()


def test_a_closed_network_says_so(recorded):
    client = recorded.client
    recorded.close()
    assert recorded.closed and "closed" in repr(recorded)
    for use in (client.socket, client.sockets, recorded.capture, recorded.link.cut, recorded.__enter__):
        with pytest.raises(RuntimeError, match="make a new one"):
            use()


def test_running_the_cell_again_replaces_it(network, monkeypatch):
    monkeypatch.setenv("LABKIT_MODE", "recorded")
    runs = iter([("a cell", 1), ("a cell", 2)])
    monkeypatch.setattr(cell, "current_cell", lambda: next(runs))
    first = network()
    listener = first.server.socket()
    listener.bind(at(first.server))
    second = network()
    assert first.closed and not second.closed
    with listener, second.server.socket() as sock:
        sock.bind(at(second.server))  # although the cell before still holds its own


# -- nothing is left


def held():
    """The descriptors of this process."""
    gc.collect()
    return sorted(os.listdir("/proc/self/fd"))


def use(net):
    trace = net.capture()
    talk(net, 8080)
    return trace


def test_nothing_is_left_of_closed_and_dropped_networks(lo):
    from labkit import Network

    with Network("client", "server") as net:
        use(net).stop()
    before = held()
    with no_threads_left():
        for _ in range(5):
            with Network("client", "server") as net:
                use(net).stop()
            net = Network("client", "server")
            use(net)  # a capture that is dropped
            net.close()
            net = Network("client", "server")
            use(net)
        del net
        assert held() == before


def test_a_dropped_capture_ends_with_the_next(lo):
    net = lo()
    for _ in range(3):
        net.capture()
        gc.collect()
    with net.capture() as trace:
        talk(net, 8080)
    assert trace.handshake() and not net._core.client._sniffer.running


KILLED = """
import os, sys
from labkit import Network
net = Network("client", "server")
trace = net.capture()
print(net.client.address, flush=True)
sys.stdin.read()
"""


@LIVE
def test_a_killed_process_gives_its_addresses_back(monkeypatch):
    env = os.environ | {"LABKIT_MODE": "loopback"}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as killed:
        block = int(killed.stdout.readline().split(".")[1])
        monkeypatch.setattr(addresses, "_BLOCKS", [block])
        with pytest.raises(OSError, match="no block of loopback addresses"):
            addresses.claim(2)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        wait_for(lambda: claims(2))  # a test beside this one may be the first to claim it


def claims(hosts):
    try:
        addresses.claim(hosts).close()
    except OSError:
        return False
    return True


FORKED = """
import os
from labkit import Network
net = Network("client", "server")
trace = net.capture()
if (child := os.fork()) == 0:
    os._exit(0 if net.client.address else 1)
assert os.waitpid(child, 0)[1] == 0
with net.client.socket(type=2) as sender:
    sender.sendto(b"x", ("server", 5000))
trace.stop()
print(len(trace.datagrams), end="")
"""


@LIVE
def test_a_forked_child_leaves_the_capture_alone():
    env = os.environ | {"LABKIT_MODE": "loopback"}
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKED]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, timeout=WITHIN)
    assert (ran.stdout, ran.stderr) == ("1", "")


# -- with rights really taken away

LIMITED = """
from labkit import Network
net = Network("client", "server", delay_ms=10)
print(net._core.mode.name)
try:
    trace = net.capture()
except RuntimeError as error:
    print(type(error).__name__)
    trace = None
def echo(conn):
    while data := conn.recv(1000):
        conn.sendall(data)
with net:
    net.server.start(echo, port=8080)
    with net.client.socket() as sock:
        sock.connect(("server", 8080))
        sock.sendall(b"hello")
        print(sock.recv(10), [row.state for row in net.client.sockets()])
    if trace is not None:
        print(trace.stop().stream("server"))
"""
SAID = "client, server are on the loopback interface, where delay_ms=10 does not act."


@pytest.mark.parametrize(
    ("rights", "mode", "lines"),
    [
        ({"capture": True}, "loopback", ["b'hello' ['ESTABLISHED']", "b'hello'"]),
        ({}, "recorded", ["NeedsCapture", "b'hello' ['ESTABLISHED']"]),
    ],
)
def test_by_a_user_without_rights(rights, mode, lines):
    if cannot := limits.why_not():
        pytest.skip(cannot)
    env = {name: value for name, value in os.environ.items() if name != "LABKIT_MODE"}
    ran = subprocess.run(
        limits.command([sys.executable, "-X", "dev", "-c", LIMITED], **rights),
        env=env,
        capture_output=True,
        text=True,
        timeout=WITHIN,
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == [f"Mode {mode}: {SAID}", mode, *lines]


def test_where_namespaces_are_forced_it_is_said_that_they_are_forbidden():
    if cannot := limits.why_not():
        pytest.skip(cannot)
    ran = subprocess.run(
        limits.command([sys.executable, "-c", "from labkit import Network; Network('a', 'b')"]),
        env=os.environ | {"LABKIT_MODE": "namespaces"},
        capture_output=True,
        text=True,
        timeout=WITHIN,
    )
    assert "NotPermitted" in ran.stderr.splitlines()[-1] and "python -m labkit doctor" in ran.stderr

"""Networks and hosts: made, used, changed, refused, closed."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from labkit import Delay, Drop, FaultNeverMatched, Network
from labkit.network import neighbours
from labkit.network.helper import HelperFailed
from labkit.sockets.hostsocket import HostSocket

WITHIN = 60  # seconds


def connected(client, server, port=8080):
    """A connection: the client's socket and the server's."""
    with server.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((server.address, port))
        listener.listen()
        caller = client.socket()
        caller.connect((server.address, port))
        conn, _ = listener.accept()
    return caller, conn


def test_two_hosts_talk(network, port):
    net = network("client", "server", port=port)
    caller, conn = connected(*net.hosts)
    with caller, conn:
        caller.sendall(b"hello")
        assert conn.recv(10) == b"hello"
        assert caller.getsockname() == ("10.0.0.1", 40000) and conn.getpeername() == ("10.0.0.1", 40000)


def test_names_and_addresses(network):
    net = network("client", "server", "db-1")
    client, server, db = net.hosts
    assert net.client is client is net["client"] and net["db-1"] is db
    assert [host.address for host in net.hosts] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert server.mac == "02:00:00:00:00:02"
    assert "server" in dir(net)
    with pytest.raises(KeyError, match="this network has client, server, db-1"):
        net["nobody"]
    with pytest.raises(AttributeError, match="no host called 'nobody'"):
        net.nobody  # noqa: B018


def test_every_host_reaches_every_other(network, port):
    hosts = network(*(f"h{n}" for n in range(8)), port=port).hosts
    for sender in hosts:
        for receiver in hosts:
            if sender is not receiver:
                with receiver.socket(type=socket.SOCK_DGRAM) as r, sender.socket(type=socket.SOCK_DGRAM) as s:
                    r.bind((receiver.address, 9))
                    r.settimeout(WITHIN)
                    s.sendto(sender.name.encode(), (receiver.address, 9))
                    assert r.recvfrom(100)[0] == sender.name.encode()


def test_the_machines_own_network_is_not_touched_nor_reached(network):
    before = sorted(os.listdir("/sys/class/net"))
    net = network()
    assert sorted(os.listdir("/sys/class/net")) == before
    with socket.socket() as outside:
        outside.bind(("127.0.0.1", 0))
        outside.listen()
        with net.client.socket() as inside:
            with pytest.raises(ConnectionRefusedError):
                inside.connect(outside.getsockname())
        with net.client.socket() as inside, pytest.raises(OSError, match="unreachable"):
            inside.connect(("192.0.2.1", 80))


def test_low_ports_need_no_rights(net):
    with net.server.socket() as listener:
        listener.bind((net.server.address, 7))
        listener.listen()


def test_addresses_in_use_do_not_clash_between_hosts(net):
    with net.client.socket() as one, net.server.socket() as other:
        one.bind(("", 80))
        other.bind(("", 80))


def test_ipv6(network):
    net = network(ipv6=True)
    with net.server.socket(socket.AF_INET6) as listener, net.client.socket(socket.AF_INET6) as caller:
        listener.bind((net.server.address6, 80))
        listener.listen()
        caller.connect((net.server.address6, 80))
        conn, peer = listener.accept()
        conn.close()
        assert peer[0] == "fd00::1"


def test_ipv6_addresses_may_be_used_at_once(network, port):
    for _ in range(20):
        net = network(ipv6=True, port=port)
        with net.server.socket(socket.AF_INET6) as s:
            s.bind((net.server.address6, 80))
        net.close()


def test_arp_is_real_on_request(network):
    for arp in (False, True):
        net = network(arp=arp)
        with net.capture() as trace, net.client.socket(type=socket.SOCK_DGRAM) as s:
            s.sendto(b"x", (net.server.address, 9))
            trace.wait_for(lambda trace=trace, arp=arp: len(trace.frames) >= (4 if arp else 2), WITHIN)
        kinds = [frame.data[12:14] for frame in trace.frames]
        assert (b"\x08\x06" in kinds) == arp


def test_hub_shows_frames_to_all_and_a_switch_does_not(network):
    for hub in (False, True):
        net = network("a", "b", "eve", hub=hub)
        with net.eve.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as tap:
            tap.bind(("eth0", 0))
            with net.a.socket(type=socket.SOCK_DGRAM) as s, net.b.socket(type=socket.SOCK_DGRAM) as r:
                r.bind((net.b.address, 9))
                s.sendto(b"secret", (net.b.address, 9))
                assert r.recv(10) == b"secret"
            if hub:
                tap.settimeout(WITHIN)
                assert b"secret" in tap.recv(2000)
            else:
                tap.setblocking(False)
                with pytest.raises(BlockingIOError):
                    tap.recv(2000)


def test_multicast_reaches_those_who_joined(network, port):
    net = network("sender", "r1", "r2", "r3", port=port)
    group = socket.inet_aton("239.192.1.1") + socket.inet_aton("0.0.0.0")
    receivers = []
    for host in net.hosts[1:]:
        r = host.socket(type=socket.SOCK_DGRAM)
        r.bind(("239.192.1.1", 5000))
        r.settimeout(WITHIN)
        receivers.append(r)
    for r in receivers[:2]:
        r.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
    with net.capture() as trace, net.sender.socket(type=socket.SOCK_DGRAM) as s:
        s.sendto(b"all", ("239.192.1.1", 5000))
        assert [r.recv(10) for r in receivers[:2]] == [b"all", b"all"]
    receivers[2].setblocking(False)
    with pytest.raises(BlockingIOError):
        receivers[2].recv(10)
    (frame,) = [frame for frame in trace.frames if b"all" in frame.data]
    assert frame.target == "*" and [a.host for a in frame.arrivals] == ["r1", "r2", "r3"]
    for r in receivers:
        r.close()


def test_raw_and_packet_sockets(net):
    with net.client.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as ping:
        ping.settimeout(WITHIN)
        request = bytes([8, 0, 0xF7, 0xFE, 0, 1, 0, 0])  # echo request, number 1, with its checksum
        ping.sendto(request, (net.server.address, 0))
        answer, peer = ping.recvfrom(100)
        assert answer[20] == 0 and peer[0] == net.server.address


def test_stream_sockets_of_other_protocols_than_tcp(net):
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262).close()  # MPTCP
    except OSError:
        return  # this kernel has none, and so no host has
    net.client.socket(socket.AF_INET, socket.SOCK_STREAM, 262).close()


def test_asyncio_streams(net):
    async def talk():
        async def echo(reader, writer):
            writer.write(await reader.read(100))
            await writer.drain()
            writer.close()
            await writer.wait_closed()

        listener = net.server.socket()
        listener.bind((net.server.address, 80))
        server = await asyncio.start_server(echo, sock=listener)
        caller = net.client.socket()
        caller.setblocking(False)
        await asyncio.get_running_loop().sock_connect(caller, (net.server.address, 80))
        reader, writer = await asyncio.open_connection(sock=caller)
        writer.write(b"hello")
        answer = await asyncio.wait_for(reader.read(100), WITHIN)
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()
        return answer

    assert asyncio.run(talk()) == b"hello"


def test_sysctl_of_one_host(net):
    assert net.server.sysctl("net.ipv4.tcp_sack") == "1"
    assert net.server.sysctl("net.ipv4.tcp_sack", 0) == "0"
    assert net.client.sysctl("net.ipv4.tcp_sack") == "1"
    with pytest.raises(ValueError, match=r"net\.\*"):
        net.server.sysctl("kernel.hostname")
    with pytest.raises(FileNotFoundError):
        net.server.sysctl("net.ipv4.no_such_thing")


def test_sockets_and_programs_of_a_host_have_one_congestion_control(net):
    name, host = "net.ipv4.tcp_congestion_control", net.client
    program = "import socket; print(socket.socket().getsockopt(6, 13, 16).rstrip(bytes(1)).decode())"

    def used() -> set[str]:
        with host.socket() as made:
            ours = made.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0").decode()
        return {ours, host.run([sys.executable, "-c", program]).stdout.strip(), host.sysctl(name)}

    assert used() == {"reno"}, "whatever the machine's own is"
    own = Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text().strip()
    host.sysctl(name, own)  # the one that each machine allows beside it
    assert used() == {own}
    with pytest.raises(OSError) as refused:
        host.sysctl(name, "no-such")
    assert "TCP_CONGESTION" in refused.value.__notes__[0]
    with host.socket() as made:
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")
    assert used() == {own}, "a socket's own is its own"


def test_many_hosts_that_ask_for_each_other_are_refused_before_they_fill_the_machines_table(
    network, monkeypatch
):
    monkeypatch.setattr(neighbours, "_entries", lambda family: 1024)  # some machines have larger tables
    names = [f"h{number}" for number in range(64)]
    with pytest.raises(ValueError, match=r"1560 entries in the table of neighbours"):
        network(*names[:40], arp=True)
    first = network(*names[:20], arp=True)
    with pytest.raises(ValueError, match="here 132 of these are left to use"):
        network(*names[:20], arp=True)
    first.close()
    network(*names[:20], arp=True).close()
    many = network(*names)  # who know each other from the start
    _, *known = many.h63.core.proc_net("h63", "arp").splitlines()
    assert len(known) == 63 and {line.split()[2] for line in known} == {"0x6"}  # ATF_COM | ATF_PERM, arp(7)


def test_ephemeral_ports_are_the_same_in_every_network(network):
    def ports():
        net = network()
        with net.server.socket() as listener:
            listener.bind((net.server.address, 80))
            listener.listen()
            callers = [net.client.socket() for _ in range(3)]
            for caller in callers:
                caller.connect((net.server.address, 80))
            found = [caller.getsockname()[1] for caller in callers]
            for caller in callers:
                caller.close()
        return found

    assert ports() == ports() == [40000, 40001, 40002]


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_ephemeral_ports_on_kernels_that_cannot_be_told(net, kind):
    """Before Linux 6.3 a socket binds to its port just before it calls."""
    descriptor, _ = net._core.socket("client", socket.AF_INET, kind, 0)
    with HostSocket(socket.AF_INET, kind, 0, descriptor, host=net.client, port=45_000) as caller:
        with net.server.socket(type=kind) as receiver:
            receiver.bind((net.server.address, 80))
            if kind == socket.SOCK_STREAM:
                receiver.listen()
                caller.connect((net.server.address, 80))
            else:
                caller.sendto(b"x", (net.server.address, 80))
            assert caller.getsockname()[1] == 45_000


# Conditions


def test_conditions_can_be_read_set_and_refused(net):
    net.link.delay_ms = 5
    net.client.link.set(rate_mbit=10, queue_packets=20)
    assert net.server.link.delay_ms == net.link.delay_ms == 5
    assert net.client.link.rate_mbit == 10 and net.server.link.rate_mbit is None
    with pytest.raises(ValueError, match="client 10, server None"):
        net.link.rate_mbit  # noqa: B018
    with pytest.raises(TypeError, match="write delay_ms=10"):
        net.link.delay_ms = "10 ms"
    assert net.link.delay_ms == 5
    with pytest.raises(TypeError, match="no condition is called delay"):
        net.link.set(delay=3)
    with pytest.raises(AttributeError, match="delay_ms = 20"):
        net.link = 20


def test_cut_and_mend(net):
    caller, conn = connected(*net.hosts)
    with caller, conn:
        net.server.link.cut()
        assert net.server.link.is_cut and not net.client.link.is_cut
        with net.capture() as trace:
            caller.sendall(b"lost")
            trace.wait_for(lambda: any(not frame.delivered for frame in trace.frames), WITHIN)
        assert {frame.fate for frame in trace.frames} == {"cut"}
        net.server.link.mend()
        assert conn.recv(10) == b"lost"  # sent again


def test_two_threads_that_cut_and_mend_at_once_leave_all_cables_alike(net, monkeypatch):
    cables, mended, told = type(net.client.link._core.cables), threading.Event(), {}
    tell = cables.set_conditions

    def slowly(self, cable, conditions):
        tell(self, cable, conditions)
        told[cable] = conditions["cut"]
        if conditions["cut"]:
            mended.wait(0.2)  # so long the other thread may try to come between

    def mend():
        net.link.mend()
        mended.set()

    monkeypatch.setattr(cables, "set_conditions", slowly)
    cutting, joining = threading.Thread(target=net.link.cut), threading.Thread(target=mend)
    cutting.start(), joining.start()
    cutting.join(WITHIN), joining.join(WITHIN)
    assert len(set(told.values())) == 1, told
    assert [host.link.is_cut for host in net.hosts] == list(told.values())


class Number(float):
    """A float of another kind, as numpy's are; marshal does not take it for one."""


def test_a_number_of_any_kind_is_a_condition(network):
    net = network(delay_ms=Number(2))
    net.link.delay_ms = Number(1)
    net.link.faults = [Delay(Number(1), flags="SYN")]
    caller, conn = connected(*net.hosts)
    caller.close()
    conn.close()
    assert net.link.delay_ms == 1


@pytest.mark.parametrize("change", ["cut", "faults"])
def test_what_left_before_a_change_is_not_touched_by_it(network, port, change):
    net = network(port=port)
    with net.server.socket(type=socket.SOCK_DGRAM) as r, net.client.socket(type=socket.SOCK_DGRAM) as s:
        r.bind((net.server.address, 9))
        r.settimeout(WITHIN)
        for _ in range(30):
            s.sendto(b"before", (net.server.address, 9))
            if change == "cut":
                net.link.cut()
                net.link.mend()
            else:
                net.link.faults = [Drop(protocol="udp", nth=1)]
                s.sendto(b"dropped", (net.server.address, 9))
                net.link.faults = []
            assert r.recv(10) == b"before"
        r.setblocking(False)
        with pytest.raises(BlockingIOError):
            r.recv(10)


def test_faults_that_hit_nothing_warn(network):
    with pytest.warns(FaultNeverMatched, match="only 2 frames matched"):
        net = network(faults=[Drop(protocol="udp", nth=3)])
        with net.client.socket(type=socket.SOCK_DGRAM) as s, net.server.socket(type=socket.SOCK_DGRAM) as r:
            r.bind((net.server.address, 9))
            for _ in range(2):
                s.sendto(b"x", (net.server.address, 9))
                assert r.recv(10) == b"x"
        net.close()
    net = network(faults=[Drop(flags="SYN")])
    with pytest.warns(FaultNeverMatched, match="no frame matched it"):
        net.link.faults = []


# Bad input


@pytest.mark.parametrize(
    ("names", "options", "kind", "says"),
    [
        ((), {}, ValueError, "from 2 to 64 hosts"),
        (("one",), {}, ValueError, "from 2 to 64 hosts"),
        (tuple(f"h{n}" for n in range(65)), {}, ValueError, "got 65"),
        ((["a", "b"],), {}, TypeError, "Network('a', 'b')"),
        (("a", "a"), {}, ValueError, "two hosts are called 'a'"),
        (("a", "b c"), {}, ValueError, "got 'b c'"),
        (("a", 2), {}, ValueError, "got 2"),
        (("a", "b"), {"delay_ms": "10 ms"}, TypeError, "write delay_ms=10"),
        (("a", "b"), {"delay_ms": -1}, ValueError, "from 0 to 60000"),
        (("a", "b"), {"delay_ms": float("nan")}, ValueError, "from 0 to 60000"),
        (("a", "b"), {"delay_ms": True}, TypeError, "got True"),
        (("a", "b"), {"rate_mbit": 0}, ValueError, "0.001"),
        (("a", "b"), {"loss": 5}, ValueError, "loss=0.05"),
        (("a", "b"), {"loss": 0.9, "burst": 2}, ValueError, "burst=9 at least"),
        (("a", "b"), {"queue_packets": 1.5}, TypeError, "whole number"),
        (("a", "b"), {"mtu": 100}, ValueError, "576 to 1500"),
        (("a", "b"), {"mtu": 600, "ipv6": True}, ValueError, "1280"),
        (("a", "b"), {"port": "usb"}, ValueError, "'tap', 'packet'"),
        (("a", "b"), {"faults": Drop(nth=1)}, TypeError, "faults=[Drop(nth=1)]"),
        (("a", "b"), {"faults": ["drop"]}, TypeError, "Drop(data=3)"),
        (("a", "b"), {"faults": [Drop(sender="c")]}, ValueError, "this network has a, b"),
        (("a", "b"), {"faults": [Delay(5, to="c")]}, ValueError, "this network has a, b"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(names, options, kind, says):
    with pytest.raises(kind) as caught:
        Network(*names, **options)
    assert says in str(caught.value)


def test_a_closed_network_says_so(network):
    net = network()
    client = net.client
    net.close()
    net.close()
    assert net.closed and "closed" in repr(net) and "closed" in repr(client)
    for use in (client.socket, net.capture, client.sockets, net.link.cut, net.__enter__):
        with pytest.raises(RuntimeError, match="make a new one"):
            use()


def test_a_helper_that_dies_is_reported_and_not_waited_for(network):
    net = network()
    os.kill(net._core.client.pid, 9)
    with pytest.raises(HelperFailed, match="has ended"):
        for _ in range(100):
            net.client.socket().close()
    assert net.closed


def test_a_machine_that_forbids_namespaces_is_named_as_the_cause():
    """In a user namespace that may have no network namespaces: what the learner reads there."""
    script = (
        "import ctypes, os\n"
        "uid, gid = os.getuid(), os.getgid()\n"
        "assert ctypes.CDLL(None).unshare(0x10000000) == 0\n"
        "open('/proc/self/setgroups', 'w').write('deny')\n"
        "open('/proc/self/uid_map', 'w').write(f'0 {uid} 1')\n"
        "open('/proc/self/gid_map', 'w').write(f'0 {gid} 1')\n"
        "open('/proc/sys/user/max_net_namespaces', 'w').write('0')\n"
        "from labkit import Network\n"
        "from labkit.network.helper import NotPermitted\n"
        "try: Network('a', 'b')\n"
        "except NotPermitted as error: print(error)\n"
        "print(sorted(os.listdir('/proc/self/fd')) == ['0', '1', '2', '3'], end='')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"LABKIT_MODE": "namespaces"},
        capture_output=True,
        text=True,
        timeout=WITHIN,
    )
    assert done.stderr == ""
    said, nothing_left = done.stdout.splitlines()
    assert "does not let us make network namespaces" in said and "labkit doctor" in said
    assert nothing_left == "True"


@pytest.mark.program("openssl")
def test_tls(net, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=server"
    subprocess.run(
        [
            "openssl",
            *new.split(),
            "-addext",
            "subjectAltName=DNS:server",
            "-keyout",
            key,
            "-out",
            certificate,
        ],
        check=True,
        capture_output=True,
        timeout=WITHIN,
    )
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)
    theirs = ssl.create_default_context(cafile=certificate)
    caller, conn = connected(*net.hosts)

    def serve():
        with ours.wrap_socket(conn, server_side=True) as secure:
            secure.sendall(secure.recv(100))

    thread = threading.Thread(target=serve)
    thread.start()
    with theirs.wrap_socket(caller, server_hostname="server") as secure:
        secure.sendall(b"secret")
        assert secure.recv(100) == b"secret"
    thread.join(WITHIN)
    assert not thread.is_alive()


def test_a_broadcast_of_one_host_reaches_the_others(network, port):
    net = network("client", "server", "third", port=port)
    inboxes = []
    for host in net.hosts:
        inbox = host.socket(type=socket.SOCK_DGRAM)
        inbox.bind(("", 67))
        inbox.settimeout(WITHIN)
        inboxes.append(inbox)
    with net.client.socket(type=socket.SOCK_DGRAM) as sock:
        with pytest.raises(PermissionError):
            sock.sendto(b"unasked", ("255.255.255.255", 67))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        with net.capture() as trace:
            for name in ("255.255.255.255", "<broadcast>"):
                sock.sendto(b"discover", (name, 67))
                for inbox in inboxes[1:]:
                    data, (sender, _) = inbox.recvfrom(100)
                    assert (data, sender) == (b"discover", net.client.address)
    assert {frame.data[:6] for frame in trace.frames} == {b"\xff" * 6}
    for inbox in inboxes:
        inbox.close()

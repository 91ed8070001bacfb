"""What `sock.info()` tells of real connections, and its sampler."""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import threading
import time

import pytest
from waiting import wait_for

from labkit.modes.needs import NeedsLinux
from labkit.sockets import whereabouts

SECONDS = 20


def test_a_connection_tells_of_itself(unrepeated):
    near, far = unrepeated
    near.sendall(bytes(3000))
    got = b""
    while len(got) < 3000:  # with a timeout Python does not block, and MSG_WAITALL takes what is there
        got += far.recv(3000 - len(got))
    far.sendall(b"seen")
    assert near.recv(4) == b"seen"  # it carries the ACK
    info, other = near.info(), far.info()
    assert (info.state, info.ca_state, info.unacked, info.notsent_bytes) == ("ESTABLISHED", "Open", 0, 0)
    assert (info.bytes_sent, info.bytes_received, other.bytes_received) == (3000, 4, 3000)
    assert (info.data_segs_out, info.data_segs_in, info.total_retrans) == (other.data_segs_in, 1, 0)
    assert info.snd_mss == 1448 and info.snd_cwnd == 10 and info.snd_ssthresh == 2**31 - 1
    assert "sack" in info.options and (info.snd_wscale, info.rcv_wscale) == (
        other.rcv_wscale,
        other.snd_wscale,
    )
    assert 0 < info.rtt_us < SECONDS * 1_000_000 and info.rto_us >= 200_000


def test_what_waits_is_counted(pair):
    near, far = pair
    near.setblocking(False)
    sent = 0

    def waits():
        """Is there no room at either end, and nothing under way between them?"""
        nonlocal sent
        with contextlib.suppress(BlockingIOError):
            while True:
                sent += near.send(bytes(100_000))
        info = near.info()
        return info.notsent_bytes > 0 and info.unacked == 0

    wait_for(waits, SECONDS)
    received, info = (
        far.info().bytes_received,
        near.info(),
    )  # in this order: what waited may have left between
    assert info.notsent_bytes > 0 and info.snd_wnd >= 0
    assert received + info.notsent_bytes <= sent


def test_a_listener_tells_of_its_queue(client, listener):
    with client.socket() as near:
        near.connect(("server", 8080))
        assert select.select([listener], [], [], SECONDS)[0]  # the server has the last ACK of the handshake
        info = listener.info()
        assert (info.state, info.unacked) == ("LISTEN", 1)


def test_states_follow_each_other(pair):
    near, far = pair
    with near.sample(every_ms=0.5, on_change="state") as samples:
        near.shutdown(socket.SHUT_WR)
        assert far.recv(1) == b""
        far.close()
        assert near.recv(1) == b""
    assert samples.values("state")[0] == "ESTABLISHED"
    assert samples.values("state")[-1] in ("TIME-WAIT", "CLOSED")


def test_a_socket_that_is_closed_under_the_sampler_ends_it_and_sends_its_fin(pair):
    near, far = pair
    with near.sample(every_ms=0.5) as samples:
        near.close()
        assert far.recv(1) == b"", "the sampler holds no descriptor of its own"
    assert samples.values("state")[0] == "ESTABLISHED"


def test_the_sampler_sees_a_call_that_waits(pair):
    near, far = pair
    seen, deadline = threading.Event(), time.monotonic() + SECONDS

    def send():
        while not seen.is_set():
            near.sendall(bytes(3_000_000))
        near.shutdown(socket.SHUT_WR)

    sending = threading.Thread(target=send)
    with near.sample(every_ms=1) as samples:
        sending.start()
        while far.recv(1_000_000):
            # the sampler looks when the machine lets it: so long there is something to see
            if samples[-1].info.unacked > 10 or time.monotonic() > deadline:
                seen.set()
    sending.join()
    assert max(samples.values("unacked")) > 10 and samples[-1].info.bytes_sent >= 3_000_000
    assert sorted(samples.ms) == samples.ms and samples.ms[0] == 0


def test_errors_say_what_to_do_instead(client, monkeypatch):
    with (
        client.socket(type=socket.SOCK_DGRAM) as udp,
        pytest.raises(ValueError, match=r"TCP.*speaks UDP.*host.socket\(\)"),
    ):
        udp.info()
    sock = client.socket()
    sock.close()
    with pytest.raises(OSError, match=r"closed.*before close\(\)") as caught:
        sock.info()
    assert caught.value.errno == errno.EBADF
    with pytest.raises(OSError, match="closed"), sock.sample():
        pytest.fail("the block began")
    with client.socket() as sock, monkeypatch.context() as patch:
        patch.setattr(whereabouts, "TCP_INFO", None)  # as Python has it where the system is not Linux
        with pytest.raises(NeedsLinux, match="TCP_INFO, which Linux has"):
            sock.info()


@pytest.mark.parametrize("mode", ["loopback", "recorded"])
def test_it_works_in_the_other_modes(mode, network, monkeypatch):
    monkeypatch.setenv("LABKIT_MODE", mode)
    net = network()
    with net.server.socket() as listener, net.client.socket() as near:
        listener.bind((net.server.address, 0))
        listener.listen()
        near.connect(listener.getsockname())
        assert select.select([listener], [], [], SECONDS)[0]
        with near.sample(every_ms=1) as samples:
            assert near.info().state == "ESTABLISHED" and listener.info().unacked == 1
        assert samples.values("state") == ["ESTABLISHED"] * len(samples)

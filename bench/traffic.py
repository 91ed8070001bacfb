"""What is sent over a lane: ping-pong, a bulk transfer, a run of small frames."""

from __future__ import annotations

import socket
import time

from .lab import beside

PORT = 9000
SMALL = 60  # bytes of the frame that carries 18 bytes by UDP


def connected(lane) -> tuple[socket.socket, socket.socket]:
    """The two ends of a TCP connection from side 0 to side 1."""
    with lane.open(1) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((lane.address(1), 0))
        listener.listen()
        near = lane.open(0)
        near.settimeout(10)  # connect, and then as plain as before: a timeout costs a poll a call
        near.connect(listener.getsockname())
        near.settimeout(None)
        far, _ = listener.accept()
    far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return near, far


def datagram_pair(lane) -> tuple[socket.socket, socket.socket]:
    """A UDP socket of side 0 connected to one of side 1."""
    near, far = lane.open(0, socket.SOCK_DGRAM), lane.open(1, socket.SOCK_DGRAM)
    far.bind((lane.address(1), 0))
    near.connect(far.getsockname())
    return near, far


def ping_pong(lane, rounds: int) -> list[float]:
    """Round trips of one byte over TCP, in microseconds; the echo is a process of its own."""
    near, far = connected(lane)

    def echo():
        near.close()
        while data := far.recv(100):
            far.send(data)

    times = []
    clock = time.perf_counter_ns
    with near, far, beside(echo):
        lane.start()
        for _ in range(rounds):
            begin = clock()
            near.send(b"x")
            near.recv(100)
            times.append((clock() - begin) / 1000)
        near.close()
        lane.stop()
    return times[rounds // 10 :]  # the first ones find caches cold


def bulk(lane, megabytes: int) -> tuple[float, tuple[int, int] | None]:
    """One TCP transfer to a process of its own: (MB/s of payload, what the record says)."""
    near, far = connected(lane)
    total = megabytes * 1_000_000

    def receive():
        buffer, got = bytearray(1 << 20), 0
        while got < total:
            got += far.recv_into(buffer)
        far.send(b"!")

    chunk = bytes(1_000_000)
    with near, far, beside(receive):
        lane.start()
        begin = time.perf_counter()
        for _ in range(megabytes):
            near.sendall(chunk)
        near.recv(1)
        taken = time.perf_counter() - begin
    return megabytes / taken, lane.stop()


def frames(lane, count: int, ahead: int = 4000) -> dict:
    """Small UDP frames, as fast as the lane takes them: at most `ahead` beyond what the record holds.

    Returns frames a second, those sent and received as the kernels' interfaces count them, dropped, recorded, missed.
    """
    near, far = datagram_pair(lane)
    warm(lane, near)
    received, _, dropped = lane.counters(1)
    _, before, dropped_here = lane.counters(0)

    def send():
        payload, put = bytes(18), near.send
        for number in range(1, count + 1):
            put(payload)
            if lane.sent and not number % 1000:
                while not lane.sent(number - ahead, SMALL):
                    pass

    with near, far:
        lane.start()
        begin = time.perf_counter()
        with beside(send):
            pass
        if lane.sent:
            while not lane.sent(count, SMALL):
                if time.perf_counter() - begin > 60:
                    break
        taken = time.perf_counter() - begin
        record = lane.stop()
    after, _, dropped_after = lane.counters(1)
    _, sent, dropped_here_after = lane.counters(0)
    return {
        "rate": count / taken,
        "sent": sent - before,
        "received": after - received,
        "dropped": dropped_after - dropped + dropped_here_after - dropped_here,
        "recorded": record and record[0],
        "missed": record and record[1],
    }


def warm(lane, near) -> None:
    """One datagram ahead, so that a lane that asks for addresses has asked; it is waited for."""
    received = lane.counters(1)[0]
    near.send(b"first")
    deadline = time.monotonic() + 5
    while lane.counters(1)[0] == received:
        if time.monotonic() > deadline:
            raise TimeoutError("the first datagram did not arrive within 5 s")

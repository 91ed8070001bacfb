"""Round trips as the wire has them, and what the sender's kernel makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labkit.sockets.tcpinfo import TcpInfo

PORT = 7


def exchanges(net: Any, delays_ms: Sequence[float]) -> tuple[list[float], list[TcpInfo]]:
    """Ask and be answered once with each one-way delay: (the client's round trips on the wire in s, its kernel's info
    after each).

    net        of two hosts, `client` and `server`
    delays_ms  milliseconds, one for each request

    The first round trip is that of the SYN; the delay is afterwards as it was.
    """
    before = net.link.delay_ms
    infos = []
    with net.capture() as trace, net.server.socket() as listener, net.client.socket() as caller:
        listener.bind((net.server.address, 0))
        listener.listen()
        caller.connect(listener.getsockname())
        infos.append(caller.info())
        conn, _ = listener.accept()
        with conn:
            try:
                for delay_ms in delays_ms:
                    net.link.delay_ms = delay_ms
                    caller.sendall(b"ask")
                    conn.sendall(conn.recv(100))
                    caller.recv(100)
                    infos.append(caller.info())
            finally:
                net.link.delay_ms = before
            trace.wait_for(lambda: len(trace.round_trips(source="client")) > len(delays_ms))
            samples = [seconds for _, seconds in trace.round_trips(source="client")]
    return samples[: len(infos)], infos

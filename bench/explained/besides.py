"""Scenes beside TCP."""

from __future__ import annotations

import contextlib
import socket

from bench.explained.stage import Stage, pause, scene


@scene("udp-unreachable")
def datagram_to_nobody(stage: Stage) -> None:
    with stage.client.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(2)
        sock.connect((stage.server.address, 9000 + stage.variant.number))
        sock.send(bytes(stage.variant.size))
        with contextlib.suppress(ConnectionRefusedError):
            sock.recv(1)


@scene("arp-unanswered", arp=True)
def nobody_there(stage: Stage) -> None:
    with stage.client.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"hello", (f"10.0.0.{100 + stage.variant.number}", 9))
        pause(2.2)

"""Scenes beside TCP."""

from __future__ import annotations

import contextlib
import socket

from bench.explained.stage import Stage, pause, scene
from labkit import Drop


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


@scene("udp-unanswered")
def asked_in_vain(stage: Stage) -> None:
    """A server that is there, and hears, and says nothing."""
    here, _ = stage.datagrams(53)
    for _ in range(2 + stage.variant.position % 2):
        here.sendto(b"who?" + bytes(stage.variant.size), (stage.server.address, 53))
        pause(0.4)


@scene("fragment-lost")
def one_fragment_less(stage: Stage) -> None:
    stage.net.link.faults = [Drop(protocol="udp", nth=1 + stage.variant.number % 3)]
    here, _ = stage.datagrams(9)
    here.sendto(bytes(4000 + stage.variant.size), (stage.server.address, 9))
    pause(0.1)


@scene("address-twice", arp=True)
def somebody_else_answers(stage: Stage) -> None:
    """The third host says that the server's address is its own."""
    server, third = stage.server, stage.net.hosts[2]
    with (
        stage.client.socket(socket.AF_INET, socket.SOCK_DGRAM) as here,
        server.socket(socket.AF_INET, socket.SOCK_DGRAM) as there,
    ):
        there.bind((server.address, 9))
        here.sendto(b"hello", (server.address, 9))
        pause(0.05 + stage.variant.delay_ms / 200)
    with third.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw:
        raw.bind(("eth0", 0))
        theirs, ours = bytes([2, 0, 0, 0, 0, 1]), bytes([2, 0, 0, 0, 0, 3])
        said = ours + socket.inet_aton(server.address) + theirs + socket.inet_aton(stage.client.address)
        raw.send(theirs + ours + b"\x08\x06" + bytes.fromhex("0001080006040002") + said)
    pause(0.05)

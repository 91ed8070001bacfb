"""A café whose router is mallory's, and who has given it the bank's address, too."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

from labkit import Network
from labkit.lessons.tls.meeting import SECONDS, told
from labkit.modes.mode import NAMESPACES, current
from labkit.modes.needs import INSTEAD, NeedsHosts
from labkit.words import say

BANK = "10.0.2.2"
"""The bank's address, as all the world knows it."""

BACK_DOOR = "10.0.2.33"
"""Another of the bank's, by which mallory calls it: the first leads to herself."""


def cafe() -> Any:
    """The network: the client and mallory's router in the café, the bank behind it."""
    if (mode := current()).name != NAMESPACES:
        raise NeedsHosts(
            say(
                "a router between two hosts needs hosts of their own, which the mode {mode} has not ({why}); {instead}",
                mode=mode.name,
                why=mode.why,
                instead=INSTEAD,
            )
        )
    net = Network(cafe=["client", "mallory"], wan=["mallory", "bank"], delay_ms=2, arp=True)
    net.mallory.address_add(f"{BANK}/32", interface="eth0")
    net.bank.address_add(f"{BACK_DOOR}/24")
    return net


def pay(
    net: Any, context: ssl.SSLContext, order: bytes, between: Callable[[Any], object]
) -> tuple[bytes | str, Any]:
    """The client means the bank, calls its address with a TLS context, and says an order.

    between  what mallory's program does with each connection

    What it got, or OpenSSL's code of what it met; and what crossed both cables.
    """
    service = net.mallory.start(between, port=8443, address=BANK, replace=True)
    got: bytes | str
    with net.capture() as trace, net.client.socket() as sock:
        sock.settimeout(SECONDS)
        sock.connect((BANK, 8443))
        try:
            with context.wrap_socket(sock, server_hostname="bank") as talk:
                talk.sendall(order)
                got = talk.recv(1000)
        except ssl.SSLCertVerificationError as error:
            got = told(error)
        service.wait_for(served=1)
    return got, trace

"""The keys of TLS 1.3, from the secrets of a key log (RFC 8446, section 7; the log: RFC 9850).  Pure."""

from __future__ import annotations

import hmac
from collections import defaultdict
from typing import NamedTuple

CLIENT_HANDSHAKE, SERVER_HANDSHAKE = "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET"
CLIENT_TRAFFIC, SERVER_TRAFFIC = "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"


class Suite(NamedTuple):
    """A cipher suite of TLS 1.3 (RFC 8446, section B.4): how it encrypts, and with which hash keys are made."""

    name: str
    cipher: str
    hash: str
    key: int


SUITES = {
    0x1301: Suite("TLS_AES_128_GCM_SHA256", "AESGCM", "sha256", 16),
    0x1302: Suite("TLS_AES_256_GCM_SHA384", "AESGCM", "sha384", 32),
    0x1303: Suite("TLS_CHACHA20_POLY1305_SHA256", "ChaCha20Poly1305", "sha256", 32),
}
"""Those that OpenSSL and browsers speak."""

TAG = 16
"""Bytes at the end of each record by which a change is noticed."""


def expand_label(secret: bytes, label: str, length: int, hash: str) -> bytes:
    """HKDF-Expand-Label with an empty context, of at most one hash's length (RFC 8446, section 7.1; RFC 5869)."""
    name = b"tls13 " + label.encode()
    info = length.to_bytes(2, "big") + bytes([len(name)]) + name + b"\0"
    return hmac.digest(secret, info + b"\1", hash)[:length]


def key_and_iv(secret: bytes, suite: Suite) -> tuple[bytes, bytes]:
    """The key with which one end encrypts, and the number from which its nonces are made (section 7.3)."""
    return expand_label(secret, "key", suite.key, suite.hash), expand_label(secret, "iv", 12, suite.hash)


def updated(secret: bytes, suite: Suite) -> bytes:
    """The secret after a KeyUpdate (section 7.2)."""
    return expand_label(secret, "traffic upd", len(secret), suite.hash)


def nonce(iv: bytes, number: int) -> bytes:
    """What is used once: the iv, and the number of the record since the key was new, exclusive or (section 5.3)."""
    return (int.from_bytes(iv, "big") ^ number).to_bytes(12, "big")


def keylog(text: str) -> dict[bytes, dict[str, bytes]]:
    """The secrets of a key log, {the client's random: {label: secret}}; lines that are none are passed over."""
    found: dict[bytes, dict[str, bytes]] = defaultdict(dict)
    for line in text.splitlines():
        try:
            label, random, secret = line.split()
            found[bytes.fromhex(random)][label] = bytes.fromhex(secret)
        except ValueError:
            continue  # a comment, or what a later program has added
    return dict(found)

"""TLS 1.3 decrypted with a key log (RFC 8446, sections 5.2 and 7.3): by the number of each record, and no more.

The ciphers are those of `cryptography`: Python's ssl lends them to nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labkit.packets.tls import messages as tls
from labkit.packets.tls.keys import (
    CLIENT_HANDSHAKE,
    CLIENT_TRAFFIC,
    SERVER_HANDSHAKE,
    SERVER_TRAFFIC,
    SUITES,
    TAG,
    Suite,
    key_and_iv,
    nonce,
    updated,
)
from labkit.packets.tls.records import HANDSHAKE, Record
from labkit.traces.secured import Inner, is_encrypted


class Opening:
    """What opens conversations: a key log's secrets, {the client's random: {label: secret}}."""

    def __init__(self, secrets: dict[bytes, dict[str, bytes]]) -> None:
        self._secrets = secrets

    def __call__(
        self, client: Sequence[Record], server: Sequence[Record]
    ) -> tuple[list[Inner | None], list[Inner | None]]:
        """What is inside the records of both ends; None for what is not encrypted, or not with these keys."""
        questions, answers = tls.hellos(client, tls.CLIENT_HELLO), tls.hellos(server, tls.SERVER_HELLO)
        if not questions or not answers or answers[-1].version != tls.TLS13:
            return [], []
        asked, answered = questions[-1], answers[-1]  # before them there may have been a HelloRetryRequest
        secrets, suite = self._secrets.get(asked.random), SUITES.get(answered.suites[0])
        if secrets is None or suite is None:
            return [], []
        return (
            _opened(client, [secrets.get(CLIENT_HANDSHAKE), secrets.get(CLIENT_TRAFFIC)], suite),
            _opened(server, [secrets.get(SERVER_HANDSHAKE), secrets.get(SERVER_TRAFFIC)], suite),
        )


def _opened(records: Sequence[Record], secrets: list[bytes | None], suite: Suite) -> list[Inner | None]:
    """One end's records: those of its handshake, and behind its Finished those of the programs."""
    found: list[Inner | None] = []
    handshake, key, shaking = b"", _Key(secrets[0], suite), True
    for record in records:
        inner = key.open(record) if is_encrypted(record) else None
        found.append(inner)
        if inner is None or inner.kind != HANDSHAKE:
            continue
        handshake += inner.content
        for message in tls.messages(handshake):
            handshake = handshake[4 + len(message.body) :]
            # A record ends where keys change (section 5.1); a Finished after the handshake (4.6.2) changes none.
            if message.kind == tls.FINISHED and shaking:
                key, shaking = _Key(secrets[1], suite), False
            elif message.kind == tls.KEY_UPDATE and key.secret is not None:
                key = _Key(updated(key.secret, suite), suite)
    return found


class _Key:
    """One key of one end, and how many records it has encrypted."""

    def __init__(self, secret: bytes | None, suite: Suite) -> None:
        from cryptography.hazmat.primitives.ciphers import aead

        self.secret, self._number = secret, 0
        self._cipher: Any = None
        if secret is not None:
            key, self._iv = key_and_iv(secret, suite)
            self._cipher = getattr(aead, suite.cipher)(key)

    def open(self, record: Record) -> Inner | None:
        from cryptography.exceptions import InvalidTag

        if self._cipher is None or len(record.body) <= TAG:
            return None
        try:
            plain = self._cipher.decrypt(nonce(self._iv, self._number), record.body, record.header)
        except InvalidTag:  # changed on the way, or not with this key: the other end will not open it either
            return None
        self._number += 1
        plain = plain.rstrip(b"\0")  # padding; what is before it is the true type (section 5.4)
        return Inner(plain[-1], plain[:-1]) if plain else None

"""The messages of a TLS handshake that are not encrypted, and what stands in the two hellos.  Pure.

Sources: RFC 8446 (TLS 1.3), sections 4 and B.3; RFC 5246 (TLS 1.2), section 7.4; RFC 6066, section 3 (server_name);
RFC 7301 (ALPN).  Never an exception: a hello that is cut short or malformed has what could be read of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from labkit.packets.tls.records import HANDSHAKE, Record

CLIENT_HELLO, SERVER_HELLO, FINISHED, KEY_UPDATE = 1, 2, 20, 24
MESSAGES = {
    0: "HelloRequest",
    CLIENT_HELLO: "ClientHello",
    SERVER_HELLO: "ServerHello",
    4: "NewSessionTicket",
    5: "EndOfEarlyData",
    8: "EncryptedExtensions",
    11: "Certificate",
    12: "ServerKeyExchange",
    13: "CertificateRequest",
    14: "ServerHelloDone",
    15: "CertificateVerify",
    16: "ClientKeyExchange",
    FINISHED: "Finished",
    22: "CertificateStatus",
    KEY_UPDATE: "KeyUpdate",
    25: "CompressedCertificate",
}
ALERTS = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    22: "record_overflow",
    40: "handshake_failure",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    109: "missing_extension",
    110: "unsupported_extension",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
}
"""RFC 8446, section 6.2."""

EXTENSIONS = {
    0: "server_name",
    5: "status_request",
    10: "supported_groups",
    11: "ec_point_formats",
    13: "signature_algorithms",
    16: "application_layer_protocol_negotiation",
    21: "padding",
    22: "encrypt_then_mac",
    23: "extended_master_secret",
    35: "session_ticket",
    41: "pre_shared_key",
    42: "early_data",
    43: "supported_versions",
    44: "cookie",
    45: "psk_key_exchange_modes",
    49: "post_handshake_auth",
    50: "signature_algorithms_cert",
    51: "key_share",
    65037: "encrypted_client_hello",
    65281: "renegotiation_info",
}
"""IANA's registry "TLS ExtensionType Values", as far as one meets them."""

VERSIONS = {0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
TLS13 = 0x0304
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


class Message(NamedTuple):
    """One message of a handshake: its type, and what it holds without its header of four bytes."""

    kind: int
    body: bytes

    @property
    def name(self) -> str:
        """As RFC 8446 writes it: "ClientHello"."""
        if self.kind == SERVER_HELLO and self.body[2:34] == _RETRY:  # section 4.1.3
            return "HelloRetryRequest"
        return MESSAGES.get(self.kind, f"message {self.kind}")


class Hello(NamedTuple):
    """What a ClientHello or a ServerHello says, readable by all.

    random       32 bytes by which a key log names the conversation
    session      what a client of TLS 1.2 goes on with; in TLS 1.3 it says nothing
    suites       the numbers of the cipher suites: those offered, or the one that was chosen
    extensions   {number: bytes}, in the order in which they stand
    """

    random: bytes = b""
    session: bytes = b""
    suites: tuple[int, ...] = ()
    extensions: dict[int, bytes] = {}  # noqa: RUF012  # nobody changes it

    @property
    def server_name(self) -> str:
        """Whom the client asks for (SNI); "" where it does not say."""
        entry = self.extensions.get(0, b"")
        length = int.from_bytes(entry[3:5], "big")
        return entry[5 : 5 + length].decode("ascii", "replace") if entry[2:3] == b"\0" else ""

    @property
    def protocols(self) -> tuple[str, ...]:
        """Which protocols are offered or chosen (ALPN): ("h2", "http/1.1")."""
        names, rest = [], self.extensions.get(16, b"")[2:]
        while rest:
            names.append(rest[1 : 1 + rest[0]].decode("ascii", "replace"))
            rest = rest[1 + rest[0] :]
        return tuple(names)

    @property
    def version(self) -> int:
        """The version that a ServerHello has chosen: 0x0304 for TLS 1.3."""
        return int.from_bytes(self.extensions.get(43, b"\x03\x03")[:2], "big")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its extensions."""
        return tuple(EXTENSIONS.get(number, f"extension {number}") for number in self.extensions)


def messages(handshake: bytes) -> Iterator[Message]:
    """The whole messages in the bytes of one or more handshake records."""
    while len(handshake) >= 4:
        end = 4 + int.from_bytes(handshake[1:4], "big")
        if len(handshake) < end:
            return
        yield Message(handshake[0], handshake[4:end])
        handshake = handshake[end:]


def hello(message: Message) -> Hello:
    """What stands in a ClientHello or a ServerHello."""
    body = message.body
    random, place = body[2:34], 35 + _at(body, 34)
    session = body[35:place]
    if message.kind == CLIENT_HELLO:
        size = _number(body, place)
        suites = tuple(_number(body, n) for n in range(place + 2, min(place + 2 + size, len(body) - 1), 2))
        place += 2 + size
        place += 1 + _at(body, place)
    else:
        suites = (_number(body, place),)
        place += 3
    extensions, place = {}, place + 2
    while place + 4 <= len(body):
        size = _number(body, place + 2)
        extensions[_number(body, place)] = body[place + 4 : place + 4 + size]
        place += 4 + size
    return Hello(random, session, suites, extensions)


def hellos(records: Iterable[Record], kind: int) -> list[Hello]:
    """What one end's hellos of a kind say, those too that are cut over several records; a retry makes two of them."""
    said = b"".join(record.body for record in records if record.kind == HANDSHAKE)
    return [hello(message) for message in messages(said) if message.kind == kind]


def alert(body: bytes) -> str:
    """What an alert says, in RFC 8446's name for it."""
    return ALERTS.get(body[1], f"alert {body[1]}") if len(body) == 2 else ""


def _at(data: bytes, place: int) -> int:
    return data[place] if place < len(data) else 0


def _number(data: bytes, place: int) -> int:
    return int.from_bytes(data[place : place + 2], "big")

"""Write pcapng."""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack

from labkit.traces.files.blocks import ENHANCED, INTERFACE, NAMES, SECRETS, SECTION, TLS_KEYS

_COMMENT = 1  # an option's code in every kind of block


def write(
    interfaces,
    records,
    *,
    names: dict[str, str] | None = None,
    comments: Sequence[str] = (),
    application: str = "labkit",
    keys: str = "",
) -> bytes:
    """The content of a pcapng file with nanosecond times (if_tsresol 9); names: {address: host name}; keys: a key log
    of TLS, in a Decryption Secrets Block.

    Raises ValueError for a text of more than 65,535 bytes, which no option can hold.
    """
    parts = [
        _block(
            SECTION,
            pack("<IHHq", 0x1A2B3C4D, 1, 0, -1),
            [*((_COMMENT, text) for text in comments), (4, application)],
        )
    ]
    for interface in interfaces:
        parts.append(
            _block(INTERFACE, pack("<HHI", interface.linktype, 0, 0), [(2, interface.name), (9, b"\x09")])
        )
    if names:
        parts.append(_block(NAMES, b"".join(_name(*pair) for pair in names.items()) + bytes(4), []))
    if keys:  # before the packets that it is for
        secrets = keys.encode()
        parts.append(
            _block(SECRETS, pack("<II", TLS_KEYS, len(secrets)) + secrets + bytes(-len(secrets) % 4), [])
        )
    for time_ns, data, length, interface, comments in records:
        head = pack("<IIIII", interface, time_ns >> 32, time_ns & 0xFFFFFFFF, len(data), length)
        parts.append(
            _block(ENHANCED, head + data + bytes(-len(data) % 4), [(_COMMENT, text) for text in comments])
        )
    return b"".join(parts)


def _name(written: str, host: str) -> bytes:
    from ipaddress import ip_address

    raw = ip_address(written).packed
    value = raw + host.encode() + b"\0"
    return pack("<HH", 1 if len(raw) == 4 else 2, len(value)) + value + bytes(-len(value) % 4)


def _block(kind: int, body: bytes, options) -> bytes:
    field = b""
    for code, value in options:
        value = value.encode() if isinstance(value, str) else value
        if len(value) > 65535:
            raise ValueError(
                f"a pcapng option holds at most 65,535 bytes (got {len(value)}: {value[:40]!r} ...)"
            )
        if value or code == _COMMENT:
            field += pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)
    if field:
        field += bytes(4)
    size = pack("<I", 12 + len(body) + len(field))
    return pack("<I", kind) + size + body + field + size

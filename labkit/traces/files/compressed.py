"""Captures that are compressed, as many are that lie on the web: read as what is in them."""

from __future__ import annotations

from typing import Any

from labkit.traces.files.capturefile import TraceFileError

_MOST = 2 << 30  # bytes: what swells to more is an accident, or meant to fill the memory
_STEP = 16 << 20
_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0"


def content_of(content: bytes) -> tuple[bytes, str]:
    """What a gzip, bzip2 or xz file holds, and what kept us from reading all of it ("": nothing); others as they are.

    Raises TraceFileError for one that holds more than 2 GiB.
    """
    broken = ""
    while content.startswith((_GZIP, _BZIP2, _XZ)) and not broken:
        content, broken = _unpacked(content)
    return content, broken


def _unpacked(content: bytes) -> tuple[bytes, str]:
    kind = "gzip" if content.startswith(_GZIP) else "bzip2" if content.startswith(_BZIP2) else "xz"
    parts: list[bytes] = []
    size = 0
    while content:  # several such files in a row are one (RFC 1952 section 2.2)
        reader = _reader(kind)
        rest = content
        while not reader.eof:
            try:
                part = reader.decompress(rest, _STEP)
            except Exception as error:  # zlib.error, OSError or LZMAError: each of its own
                return b"".join(parts), f"its {kind} is damaged: {error}"
            rest = reader.unconsumed_tail if kind == "gzip" else b""
            if not part and not rest and not reader.eof:
                return b"".join(parts), f"its {kind} breaks off"
            size += len(part)
            if size > _MOST:
                raise TraceFileError(f"it holds more than {_MOST >> 30} GiB; take a part of it: editcap -r")
            parts.append(part)
        content = reader.unused_data
        if not content.startswith((_GZIP, _BZIP2, _XZ)):
            break  # padding, as gzip itself passes over
    return b"".join(parts), ""


def _reader(kind: str) -> Any:
    # late imports: few captures are compressed
    if kind == "gzip":
        import zlib

        return zlib.decompressobj(31)
    if kind == "bzip2":
        import bz2

        return bz2.BZ2Decompressor()
    import lzma

    return lzma.LZMADecompressor()

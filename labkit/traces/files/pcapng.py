"""Capture files: reads pcap (both byte orders, microseconds and nanoseconds) and pcapng, writes pcapng.

Bytes in, values out; opens nothing.  Formats: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng (the IETF's
descriptions of libpcap's file formats).
"""

from __future__ import annotations

from struct import Struct, pack, unpack_from
from typing import NamedTuple

SECTION, INTERFACE, PACKET, SIMPLE, NAMES, ENHANCED = 0x0A0D0D0A, 1, 2, 3, 4, 6
MOST = 64 << 20  # bytes: a longer block or packet is a damaged length, and would fill the memory


class TraceFileError(ValueError):
    """A capture file cannot be read: it is damaged, breaks off, or is of a kind that is not known here."""


class Interface(NamedTuple):
    """Where frames were captured: the link type (see linktypes.py) and a name, which may be empty."""

    linktype: int
    name: str = ""


class Record(NamedTuple):
    """One captured frame.

    time_ns    nanoseconds since 1970 (as far as the file's clock was right)
    data       its bytes, maybe cut;  length: its full length in bytes
    interface  which one of the file's interfaces, from 0
    comments   what was written beside it
    """

    time_ns: int
    data: bytes
    length: int
    interface: int = 0
    comments: tuple[str, ...] = ()


class CaptureFile(NamedTuple):
    """What a capture file holds.

    interfaces, records   in the order of the file
    names       {address: host name} as the file has them
    comment     about the whole file;  application: what wrote it
    broken      "" or, read with partial=True, what ended the reading before the end of the file
    """

    interfaces: tuple[Interface, ...]
    records: tuple[Record, ...]
    names: dict[str, str]
    comment: str = ""
    application: str = ""
    broken: str = ""


_PCAP = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
    b"\xa1\xb2\x3c\x4d": (">", 1),
}
_KNOWN_OTHERS = {
    b"\x1f\x8b": "compressed with gzip; decompress it first (gunzip)",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; decompress it first (unzstd)",
    b"\x04\x22\x4d\x18": "compressed with lz4; decompress it first (unlz4)",
    b"BZh": "compressed with bzip2; decompress it first (bunzip2)",
    b"\x34\xcd\xb2\xa1": "a pcap of the old patched kind; convert it: editcap -F pcapng OLD NEW",
    b"\xa1\xb2\xcd\x34": "a pcap of the old patched kind; convert it: editcap -F pcapng OLD NEW",
    b"snoop\0": "a Solaris snoop capture; convert it: editcap -F pcapng OLD NEW",
}


def read(content: bytes, name: str = "the file", *, partial: bool = False) -> CaptureFile:
    """Read a pcap or pcapng file's content; `name` is what errors call it.

    partial=True reads what is whole of a file that breaks off or is damaged, and says so in `broken`.  Raises
    `TraceFileError`, saying what was found at which offset and what to do.
    """
    start = bytes(content[:4])
    if start in _PCAP:
        reader = _Pcap(content, *_PCAP[start])
    elif start == b"\x0a\x0d\x0d\x0a":
        reader = _Pcapng(content)
    else:
        raise TraceFileError(f"{name} is not a pcap or pcapng capture: {_what_is(content)}")
    broken = ""
    try:
        reader.read()
    except TraceFileError as problem:
        broken = str(problem)
        if not partial:
            whole = len(reader.records)
            raise TraceFileError(
                f"{name}: {broken}; the {whole} frame{'s' * (whole != 1)} before that "
                "can be read with Trace.load(path, partial=True)"
            ) from None
    return CaptureFile(
        tuple(reader.interfaces),
        tuple(reader.records),
        reader.names,
        reader.comment,
        reader.application,
        broken,
    )


def _what_is(content: bytes) -> str:
    if not content:
        return "it is empty"
    for start, kind in _KNOWN_OTHERS.items():
        if content.startswith(start):
            return f"it is {kind}"
    if b"\n" in content[:400] and all(byte > 8 for byte in content[:400]):
        return "it is text; capture with tcpdump -w or save as pcapng in Wireshark"
    return (
        f"it begins with {bytes(content[:4]).hex(' ')}, a capture with d4 c3 b2 a1 or 0a 0d 0d 0a "
        "(for instance); save it as pcapng in Wireshark"
    )


_LEAST = {SECTION: 16, INTERFACE: 8, ENHANCED: 20, SIMPLE: 4, PACKET: 20}  # bytes in such a block's body


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.interfaces: list[Interface] = []
        self.records: list[Record] = []
        self.names: dict[str, str] = {}
        self.comment = self.application = ""

    def need(self, size: int, offset: int, what: str) -> None:
        left = len(self.content) - offset
        if left < size:
            raise TraceFileError(
                f"it breaks off: {what} at offset {offset} takes {size} bytes, {left} are left"
            )


class _Pcap(_Reader):
    """Classic pcap: a 24-byte header, then a 16-byte header before each packet."""

    def __init__(self, content: bytes, order: str, unit_ns: int) -> None:
        super().__init__(content)
        self.order, self.unit_ns = order, unit_ns

    def read(self) -> None:
        self.need(24, 0, "the file header")
        content, unit = self.content, self.unit_ns
        major, minor = unpack_from(self.order + "HH", content, 4)
        if major != 2:
            raise TraceFileError(
                f"it says that it is pcap version {major}.{minor} at offset 4, 2.4 is "
                "known; "
                "it may be damaged"
            )
        # the upper bits tell of a frame check sequence (LT_LINKTYPE in libpcap)
        self.interfaces.append(Interface(unpack_from(self.order + "I", content, 20)[0] & 0x03FFFFFF))
        header = Struct(self.order + "IIII")
        offset, end = 24, len(content)
        while offset < end:
            self.need(16, offset, "a packet header")
            seconds, fraction, size, length = header.unpack_from(content, offset)
            if size > MOST:
                raise TraceFileError(
                    f"the packet at offset {offset} says that it has {size} bytes: the file is damaged"
                )
            self.need(16 + size, offset, "a packet")
            offset += 16
            self.records.append(
                Record(
                    seconds * 10**9 + fraction * unit,
                    bytes(content[offset : offset + size]),
                    max(length, size),
                )
            )
            offset += size


class _Pcapng(_Reader):
    """pcapng: blocks, each with its type, its length, its body, and its length again."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.order = "<"
        self.first = 0  # the section's first interface among all of the file
        # of the section's interfaces: ticks a second, seconds to add, snap length
        self.clocks: list[tuple[int, int, int]] = []
        self.offset = 0

    def read(self) -> None:
        content, end = self.content, len(self.content)
        while self.offset < end:
            offset = self.offset
            self.need(12, offset, "a block")
            kind = unpack_from(self.order + "I", content, offset)[0]
            if kind == SECTION:
                self._byte_order(offset)
            size = unpack_from(self.order + "I", content, offset + 4)[0]
            if size < 12 or size % 4 or size > MOST:
                raise TraceFileError(
                    f"the block at offset {offset} says that it has {size} bytes, which no "
                    "block can have: the file is damaged"
                )
            self.need(size, offset, "a block")
            again = unpack_from(self.order + "I", content, offset + size - 4)[0]
            if again != size:
                raise TraceFileError(
                    f"the block at offset {offset} begins with the length {size} and ends "
                    f"with {again}: the file is damaged"
                )
            least = _LEAST.get(kind, 0)
            if size - 12 < least:
                raise TraceFileError(
                    f"the block at offset {offset} (type {kind}) has {size} bytes, too "
                    f"short for what it holds ({12 + least}): the file is damaged"
                )
            self._block(kind, offset + 8, offset + size - 4)
            self.offset = offset + size

    def _byte_order(self, offset: int) -> None:
        magic = bytes(self.content[offset + 8 : offset + 12])
        orders = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
        if magic not in orders:
            raise TraceFileError(
                f"the section header at offset {offset} has the byte order mark "
                f"{magic.hex(' ') or 'missing'}, not 4d 3c 2b 1a: the file is damaged"
            )
        self.order = orders[magic]

    def _block(self, kind: int, start: int, end: int) -> None:
        content, order = self.content, self.order
        if kind == ENHANCED:
            which, high, low, size, length = unpack_from(order + "IIIII", content, start)
            self._packet(which, high << 32 | low, size, length, start + 20, end)
        elif kind == SECTION:
            major, minor = unpack_from(order + "HH", content, start + 4)
            if major != 1:
                raise TraceFileError(
                    f"the section header at offset {start - 8} says version "
                    f"{major}.{minor}, 1.0 is known; it may be damaged"
                )
            self.first, self.clocks = len(self.interfaces), []
            for code, value in self._options(start + 16, end):
                if code == 1 and not self.comment:
                    self.comment = _text(value)
                elif code == 4 and not self.application:
                    self.application = _text(value)
        elif kind == INTERFACE:
            self._interface(start, end)
        elif kind == NAMES:
            self._names(start, end)
        elif kind == SIMPLE:
            length = unpack_from(order + "I", content, start)[0]
            if not self.clocks:
                self._no_interface(0, start)
            snap = self.clocks[0][2]
            self._packet(
                0, 0, min(length, snap or length, end - start - 4), length, start + 4, end, options=False
            )
        elif kind == PACKET:
            which, _, high, low, size, length = unpack_from(order + "HHIIII", content, start)
            self._packet(which, high << 32 | low, size, length, start + 20, end)

    def _interface(self, start: int, end: int) -> None:
        linktype, _, snap = unpack_from(self.order + "HHI", self.content, start)
        ticks, shift, name = 10**6, 0, ""
        for code, value in self._options(start + 8, end):
            if code == 2:
                name = _text(value)
            elif code == 9 and value:
                ticks = 2 ** (value[0] & 127) if value[0] & 128 else 10 ** value[0]
            elif code == 14 and len(value) == 8:
                shift = unpack_from(self.order + "q", value)[0]
        self.interfaces.append(Interface(linktype, name))
        self.clocks.append((ticks, shift, snap))

    def _no_interface(self, which: int, start: int) -> None:
        raise TraceFileError(
            f"the packet at offset {start - 8} is of interface {which}, and only "
            f"{len(self.clocks)} are described before it: the file is damaged"
        )

    def _packet(
        self, which: int, time: int, size: int, length: int, start: int, end: int, options=True
    ) -> None:
        if which >= len(self.clocks):
            self._no_interface(which, start - 20)
        if start + size > end:
            raise TraceFileError(
                f"the packet at offset {start - 28} says that it has {size} bytes, its "
                f"block has room for {end - start}: the file is damaged"
            )
        ticks, shift, _ = self.clocks[which]
        comments = ()
        after = start + size + -size % 4
        if options and after < end:
            comments = tuple(_text(value) for code, value in self._options(after, end) if code == 1)
        self.records.append(
            Record(
                time * 10**9 // ticks + shift * 10**9,
                bytes(self.content[start : start + size]),
                max(length, size),
                self.first + which,
                comments,
            )
        )

    def _names(self, start: int, end: int) -> None:
        while start + 4 <= end:
            kind, size = unpack_from(self.order + "HH", self.content, start)
            value = bytes(self.content[start + 4 : min(start + 4 + size, end)])
            width = {1: 4, 2: 16}.get(kind)
            if kind == 0:
                break
            if width and len(value) > width:
                from labkit.packets.headers import address

                self.names.setdefault(address(value[:width]), _text(value[width:].split(b"\0")[0]))
            start += 4 + size + -size % 4

    def _options(self, start: int, end: int):
        while start + 4 <= end:
            code, size = unpack_from(self.order + "HH", self.content, start)
            if code == 0:
                return
            if start + 4 + size > end:
                raise TraceFileError(
                    f"the option at offset {start} says that it has {size} bytes, its block "
                    f"has room for {end - start - 4}: the file is damaged"
                )
            yield code, bytes(self.content[start + 4 : start + 4 + size])
            start += 4 + size + -size % 4


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace").rstrip("\0")


def write(
    interfaces,
    records,
    *,
    names: dict[str, str] | None = None,
    comment: str = "",
    application: str = "labkit",
) -> bytes:
    """The content of a pcapng file with nanosecond times (if_tsresol 9); names: {address: host name}.

    Raises ValueError for a text of more than 65,535 bytes, which no option can hold.
    """
    parts = [_block(SECTION, pack("<IHHq", 0x1A2B3C4D, 1, 0, -1), [(1, comment), (4, application)])]
    for interface in interfaces:
        parts.append(
            _block(INTERFACE, pack("<HHI", interface.linktype, 0, 0), [(2, interface.name), (9, b"\x09")])
        )
    if names:
        parts.append(_block(NAMES, b"".join(_name(*pair) for pair in names.items()) + bytes(4), []))
    for time_ns, data, length, interface, comments in records:
        head = pack("<IIIII", interface, time_ns >> 32, time_ns & 0xFFFFFFFF, len(data), length)
        parts.append(_block(ENHANCED, head + data + bytes(-len(data) % 4), [(1, text) for text in comments]))
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
        if value:
            field += pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)
    if field:
        field += bytes(4)
    size = pack("<I", 12 + len(body) + len(field))
    return pack("<I", kind) + size + body + field + size

"""The reader of pcapng."""

from __future__ import annotations

from struct import unpack_from

from labkit.traces.files.blocks import (
    ENHANCED,
    INTERFACE,
    LEAST,
    MOST,
    NAMES,
    PACKET,
    SECRETS,
    SECTION,
    SIMPLE,
    TLS_KEYS,
    Reader,
    text,
)
from labkit.traces.files.capturefile import Interface, Record, TraceFileError


class PcapngReader(Reader):
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
            least = LEAST.get(kind, 0)
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
                if code == 1:
                    self.comments.append(text(value))
                elif code == 4 and not self.application:
                    self.application = text(value).rstrip("\0")
        elif kind == INTERFACE:
            self._interface(start, end)
        elif kind == NAMES:
            self._names(start, end)
        elif kind == SECRETS:
            which, size = unpack_from(order + "II", content, start)
            if which == TLS_KEYS:
                self.keys += text(bytes(content[start + 8 : min(start + 8 + size, end)]))
        elif kind == SIMPLE:
            length = unpack_from(order + "I", content, start)[0]
            if not self.clocks:
                self._no_interface(0, start)
            snap = self.clocks[0][2]
            self._packet(
                0, None, min(length, snap or length, end - start - 4), length, start + 4, end, options=False
            )
        elif kind == PACKET:
            which, _, high, low, size, length = unpack_from(order + "HHIIII", content, start)
            self._packet(which, high << 32 | low, size, length, start + 20, end)

    def _interface(self, start: int, end: int) -> None:
        linktype, _, snap = unpack_from(self.order + "HHI", self.content, start)
        ticks, shift, name = 10**6, 0, ""
        for code, value in self._options(start + 8, end):
            if code == 2:
                name = text(value).rstrip("\0")
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
        self, which: int, time: int | None, size: int, length: int, start: int, end: int, options=True
    ) -> None:
        if which >= len(self.clocks):
            self._no_interface(which, start - 20)
        if start + size > end:
            raise TraceFileError(
                f"the packet at offset {start - 28} says that it has {size} bytes, its "
                f"block has room for {end - start}: the file is damaged"
            )
        ticks, shift, _ = self.clocks[which]
        comments: tuple[str, ...] = ()
        after = start + size + -size % 4
        if options and after < end:
            comments = tuple(text(value) for code, value in self._options(after, end) if code == 1)
        self.records.append(
            Record(
                None if time is None else time * 10**9 // ticks + shift * 10**9,
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

                self.names.setdefault(address(value[:width]), text(value[width:].split(b"\0")[0]))
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

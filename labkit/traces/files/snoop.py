"""The reader of snoop, Solaris's format (RFC 1761)."""

from __future__ import annotations

from struct import Struct, unpack_from

from labkit.traces.files.blocks import MOST, Reader
from labkit.traces.files.capturefile import Interface, Record, TraceFileError

_LINKTYPES = {0: 1, 4: 1}  # IEEE 802.3 and Ethernet, which differ in what a length field says
_HEADER = Struct(">IIIIII")


class SnoopReader(Reader):
    """A 16-byte header, then a 24-byte header before each packet, and padding behind it."""

    def read(self) -> None:
        self.need(16, 0, "the file header")
        content = self.content
        version, datalink = unpack_from(">II", content, 8)
        if version != 2:
            raise TraceFileError(
                f"it says that it is snoop version {version} at offset 8, 2 is known; it may be damaged"
            )
        if datalink not in _LINKTYPES:
            raise TraceFileError(f"its snoop datalink type is {datalink}; Ethernet (4) can be read")
        self.interfaces.append(Interface(_LINKTYPES[datalink]))
        offset, end = 16, len(content)
        while offset < end:
            self.need(_HEADER.size, offset, "a packet header")
            length, size, record, _, seconds, micros = _HEADER.unpack_from(content, offset)
            if size > MOST or record < _HEADER.size + size:
                raise TraceFileError(
                    f"the packet at offset {offset} says that it has {size} bytes in a record of {record}: the file "
                    "is damaged"
                )
            self.need(min(record, _HEADER.size + size), offset, "a packet")
            start = offset + _HEADER.size
            self.records.append(
                Record(
                    seconds * 10**9 + micros * 1000, bytes(content[start : start + size]), max(length, size)
                )
            )
            offset += record

"""The reader of pcap."""

from __future__ import annotations

from struct import Struct, unpack_from

from labkit.traces.files.blocks import MOST, Reader
from labkit.traces.files.capturefile import Interface, Record, TraceFileError


class PcapReader(Reader):
    """Classic pcap: a 24-byte header, then a 16-byte header before each packet, or one of `more` bytes more."""

    def __init__(self, content: bytes, order: str, unit_ns: int, more: int = 0) -> None:
        super().__init__(content)
        self.order, self.unit_ns, self.more = order, unit_ns, more

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
        offset, end, head = 24, len(content), 16 + self.more
        while offset < end:
            self.need(head, offset, "a packet header")
            seconds, fraction, size, length = header.unpack_from(content, offset)
            if minor < 3 or (minor == 3 and size > length):
                size, length = length, size  # they changed places with version 2.3 (libpcap, sf-pcap.c)
            if size > MOST:
                raise TraceFileError(
                    f"the packet at offset {offset} says that it has {size} bytes: the file is damaged"
                )
            self.need(head + size, offset, "a packet")
            offset += head
            self.records.append(
                Record(
                    seconds * 10**9 + fraction * unit,
                    bytes(content[offset : offset + size]),
                    max(length, size),
                )
            )
            offset += size

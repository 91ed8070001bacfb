"""What pcap and pcapng are made of, as far as both have it."""

from __future__ import annotations

from labkit.traces.files.capturefile import Interface, Record, TraceFileError

SECTION, INTERFACE, PACKET, SIMPLE, NAMES, ENHANCED, SECRETS = 0x0A0D0D0A, 1, 2, 3, 4, 6, 10
TLS_KEYS = 0x544C534B  # of which kind secrets are: a key log of TLS
MOST = 64 << 20  # bytes: a longer block or packet is a damaged length, and would fill the memory


LEAST = {
    SECTION: 16,
    INTERFACE: 8,
    ENHANCED: 20,
    SIMPLE: 4,
    PACKET: 20,
    SECRETS: 8,
}  # bytes in such a block's body


class Reader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.interfaces: list[Interface] = []
        self.records: list[Record] = []
        self.names: dict[str, str] = {}
        self.comments: list[str] = []
        self.application = ""
        self.keys = ""

    def read(self) -> None:
        """Read all of it into `interfaces` and `records`; raises TraceFileError at what is damaged."""
        raise NotImplementedError

    def need(self, size: int, offset: int, what: str) -> None:
        left = len(self.content) - offset
        if left < size:
            raise TraceFileError(
                f"it breaks off: {what} at offset {offset} takes {size} bytes, {left} are left"
            )


def text(value: bytes) -> str:
    return value.decode("utf-8", "replace")

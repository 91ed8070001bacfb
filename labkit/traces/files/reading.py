"""Read a capture file, whatever its format; say what it is when it is none."""

from __future__ import annotations

from labkit.traces.files.blocks import Reader
from labkit.traces.files.capturefile import CaptureFile, TraceFileError
from labkit.traces.files.compressed import content_of
from labkit.traces.files.pcap import PcapReader
from labkit.traces.files.pcapng import PcapngReader
from labkit.traces.files.snoop import SnoopReader

_PCAP: dict[bytes, tuple[str, int, int]] = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000, 0),
    b"\xa1\xb2\xc3\xd4": (">", 1000, 0),
    b"\x4d\x3c\xb2\xa1": ("<", 1, 0),
    b"\xa1\xb2\x3c\x4d": (">", 1, 0),
    # Alexey Kuznetsov's patched libpcap, of old Linux distributions: interface, protocol and direction follow
    b"\x34\xcd\xb2\xa1": ("<", 1000, 8),
    b"\xa1\xb2\xcd\x34": (">", 1000, 8),
}
_KNOWN_OTHERS = {
    b"\x28\xb5\x2f\xfd": "compressed with zstd; decompress it first (unzstd)",
    b"\x04\x22\x4d\x18": "compressed with lz4; decompress it first (unlz4)",
}


def read(content: bytes, name: str = "the file", *, partial: bool = False) -> CaptureFile:
    """Read the content of a pcap, pcapng or snoop file, also a compressed one; `name` is what errors call it.

    partial=True reads what is whole of a file that breaks off or is damaged, and says so in `broken`.  Raises
    `TraceFileError`, saying what was found at which offset and what to do.
    """
    try:
        content, packing = content_of(content)
    except TraceFileError as problem:
        raise TraceFileError(f"{name}: {problem}") from None
    start = bytes(content[:4])
    reader: Reader
    if start in _PCAP:
        reader = PcapReader(content, *_PCAP[start])
    elif start == b"\x0a\x0d\x0d\x0a":
        reader = PcapngReader(content)
    elif content.startswith(b"snoop\0\0\0"):
        reader = SnoopReader(content)
    else:
        raise TraceFileError(f"{name} is not a pcap or pcapng capture: {packing or _what_is(content)}")
    broken = ""
    try:
        reader.read()
        if packing:
            raise TraceFileError(packing)
    except TraceFileError as problem:
        broken = packing or str(problem)
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
        tuple(reader.comments),
        reader.application,
        reader.keys,
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

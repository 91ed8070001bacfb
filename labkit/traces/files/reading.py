"""Read a capture file, whatever its format; say what it is when it is none."""

from __future__ import annotations

from labkit.traces.files.capturefile import CaptureFile, TraceFileError
from labkit.traces.files.pcap import PcapReader
from labkit.traces.files.pcapng import PcapngReader

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
        reader: PcapReader | PcapngReader = PcapReader(content, *_PCAP[start])
    elif start == b"\x0a\x0d\x0d\x0a":
        reader = PcapngReader(content)
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

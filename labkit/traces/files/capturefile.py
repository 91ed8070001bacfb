"""A capture file as values: its interfaces, its records, and what was said of it."""

from __future__ import annotations

from typing import NamedTuple


class TraceFileError(ValueError):
    """A capture file cannot be read: it is damaged, breaks off, or is of a kind that is not known here."""


class Interface(NamedTuple):
    """Where frames were captured: the link type (see linktypes.py) and a name, which may be empty."""

    linktype: int
    name: str = ""


class Record(NamedTuple):
    """One captured frame.

    time_ns    nanoseconds since 1970 (as far as the file's clock was right); None: the file does not say
    data       its bytes, maybe cut;  length: its full length in bytes
    interface  which one of the file's interfaces, from 0
    comments   what was written beside it
    """

    time_ns: int | None
    data: bytes
    length: int
    interface: int = 0
    comments: tuple[str, ...] = ()


class CaptureFile(NamedTuple):
    """What a capture file holds.

    interfaces, records   in the order of the file
    names       {address: host name} as the file has them
    comments    about the whole file;  application: what wrote it
    keys        key logs of TLS that are in it
    broken      "" or, read with partial=True, what ended the reading before the end of the file
    """

    interfaces: tuple[Interface, ...]
    records: tuple[Record, ...]
    names: dict[str, str]
    comments: tuple[str, ...] = ()
    application: str = ""
    keys: str = ""
    broken: str = ""

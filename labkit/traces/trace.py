"""A trace: what crossed the wire, in order, and the questions that one asks of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from labkit.packets.frame import Frame
from labkit.packets.segment import Item
from labkit.traces import text
from labkit.traces.calls import Call
from labkit.traces.contents import Contents
from labkit.traces.oftls import OfTls
from labkit.traces.questions import Questions
from labkit.traces.several import OfSegments

if TYPE_CHECKING:
    import os

    from scapy.plist import PacketList


class Trace(Contents, OfSegments, OfTls, Questions):
    """Frames in order of departure, what they carried, and what the programs did meanwhile.

    frames     `Frame` values in order of departure
    hosts      names of the hosts in the order in which they are drawn; those that only occur in frames follow
    addresses  {address: host name}
    calls      socket calls (`Call`) that were made while it was captured
    missed     how many frames a port lost, so that they are not here
    full       True if the record had no more room, so that later frames are not here
    epoch_ns   what to add to the frames' times to get nanoseconds since 1970; None: they are this machine's
               CLOCK_MONOTONIC, or if they lie after 2001 nanoseconds since 1970 already
    comments   what other programs wrote of the capture as a whole
    notes      what was done with a file to read it, a sentence each
    layout     {name of a segment: names of the hosts on it}, where segments of the network have names
    keys       the text of a key log of TLS (see `with_keys`)

    A trace is a value.  Two are equal when they hold the same frames, hosts, addresses, layout and defects; calls are
    not compared, because files do not hold them.
    """

    _layout: Mapping[str, tuple[str, ...]] = {}  # of one that was recorded without

    def __init__(
        self,
        frames: Iterable[Frame] = (),
        *,
        hosts: Iterable[str] = (),
        addresses: Mapping[str, str] | None = None,
        calls: Iterable[Call] = (),
        missed: int = 0,
        full: bool = False,
        epoch_ns: int | None = None,
        comments: Iterable[str] = (),
        notes: Iterable[str] = (),
        layout: Mapping[str, Iterable[str]] | None = None,
        keys: str = "",
    ) -> None:
        self._frames = tuple(frames)
        self._hosts = tuple(hosts)
        self._addresses = dict(addresses or {})
        self._calls = tuple(calls)
        self._missed = missed
        self._full = full
        self._epoch_ns = epoch_ns
        self._comments = tuple(comments)
        self._notes = tuple(notes)
        self._layout = {segment: tuple(members) for segment, members in (layout or {}).items()}
        self._keys = keys

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All frames, in order of departure."""
        return self._frames

    @property
    def calls(self) -> tuple[Call, ...]:
        """The socket calls made meanwhile, in order of their beginning."""
        return self._calls

    @property
    def addresses(self) -> dict[str, str]:
        """{address: host name}, as far as they are known."""
        return dict(self._addresses)

    @property
    def layout(self) -> dict[str, tuple[str, ...]]:
        """{name of a segment of the network: names of the hosts on it}; empty where segments have no names."""
        return dict(self._layout)

    @property
    def missed(self) -> int:
        """How many frames did a port lose?  They are not in the trace."""
        return self._missed

    @property
    def full(self) -> bool:
        """Did the record run out of room, so that later frames are not in the trace?"""
        return self._full

    @property
    def epoch_ns(self) -> int:
        """What must be added to the frames' times to get nanoseconds since 1970?  Of a capture on this machine what
        its two clocks differ by now."""
        from labkit.traces.clock import since_1970

        return since_1970(self.frames) if self._epoch_ns is None else self._epoch_ns

    @property
    def comments(self) -> tuple[str, ...]:
        """What other programs wrote of the capture as a whole, in the file that it comes from."""
        return self._comments

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done with its file to read it, where that was unusual, a sentence each."""
        return self._notes

    def _part(
        self,
        frames: Iterable[Frame],
        layout: Mapping[str, Iterable[str]],
        items: Iterable[Item] | None = None,
    ) -> Trace:
        """A trace of some frames of this one; `items`: what they carry, if it is not to be read anew."""
        part = Trace(
            frames,
            hosts=self.hosts,
            addresses=self.addresses,
            calls=self.calls,
            missed=self.missed,
            full=self.full,
            epoch_ns=self._epoch_ns,
            layout=layout,
            keys=self._keys,
        )
        if items is not None:
            part._carrying(items)
        return part

    # -- files

    @property
    def packets(self) -> PacketList:
        """The frames as a scapy `PacketList`: every field of every layer, times since 1970."""
        from labkit.traces.packetlist import packets

        return packets(self)

    def save(self, path: str | os.PathLike[str], *, epoch_ns: int | None = None) -> None:
        """Write it as pcapng, which Wireshark opens: nanoseconds, one interface for each host, and what
        became of each frame as its comment, and the keys of `with_keys`.  `Trace.load` gives an equal trace
        back, without the calls.

        epoch_ns   what to add to the frames' times to get nanoseconds since 1970; by default what the two
                   clocks differ by now, or 0 for times that already are since 1970 (a loaded capture)
        """
        from labkit.traces.files.tracefile import save

        save(self, path, epoch_ns)

    @staticmethod
    def load(
        path: str | os.PathLike[str], *, addresses: dict[str, str] | None = None, partial: bool = False
    ) -> Trace:
        """Read a trace back, or any Ethernet, loopback or raw-IP capture (pcap or pcapng) of another program.

        addresses  {address: host name} for a capture that does not say
        partial    True: read what is whole of a file that breaks off, and set `full`

        In another program's capture each frame has one time, which counts as departure and arrival.  Raises
        `TraceFileError`, a ValueError, for a file that is damaged, breaks off, or is of an unknown kind.
        """
        from labkit.traces.files.tracefile import load

        found = load(path, addresses, partial)
        return Trace(
            found.frames,
            hosts=found.hosts,
            addresses=found.addresses,
            missed=found.missed,
            full=found.full,
            epoch_ns=found.epoch_ns,
            comments=found.comments,
            notes=found.notes,
            layout=found.layout,
            keys=found.keys,
        )

    # -- as a value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trace):
            return NotImplemented
        return (
            tuple(self.frames) == tuple(other.frames)
            and self.hosts == other.hosts
            and self.addresses == other.addresses
            and self.layout == other.layout
            and self.missed == other.missed
            and self.full == other.full
        )

    __hash__ = None  # type: ignore[assignment]  # it may still grow

    def __str__(self) -> str:
        return text.whole(self.items, self.missed, self.full, self.notes)

    def __repr__(self) -> str:
        return text.brief(self.items, self.missed, self.full, self.notes)

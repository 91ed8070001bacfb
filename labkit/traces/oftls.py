"""What a trace tells of the TLS in it, and with which keys.  Pure, but for what opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from labkit.packets.frame import Frame
from labkit.packets.segment import Segment, Segments
from labkit.packets.tls.keys import keylog
from labkit.traces.choosing import Chosen
from labkit.traces.secured import Secured
from labkit.traces.tlsrecord import TlsRecord
from labkit.words import say

if TYPE_CHECKING:
    from labkit.traces.trace import Trace


class OfTls:
    """What a trace tells of TLS: its records, what begins in which frame, and what is inside for who has the keys."""

    _keys = ""

    if TYPE_CHECKING:  # a trace gives them

        @property
        def frames(self) -> tuple[Frame, ...]: ...
        @property
        def segments(self) -> Segments[Segment]: ...
        @property
        def layout(self) -> dict[str, tuple[str, ...]]: ...
        @property
        def end_to_end(self) -> Trace: ...
        def _part(self, frames: Iterable[Frame], layout: Mapping[str, Iterable[str]]) -> Trace: ...
        def _flow_number(self, flow: Chosen) -> int | None: ...
        def _once(self, name: str, compute: Callable[[Any], Any]) -> Any: ...

    def with_keys(self, log: str) -> Trace:
        """This trace, and what opens its TLS 1.3: the text of a key log (RFC 9850), as `context.keylog_filename` has it
        written.

        `tls()`, and ladders, then show what is inside; `save` puts the keys into the file, where Wireshark finds them.
        Who has the keys can read all: a key log is for tests alone.  Raises ValueError for a text without any.
        """
        if not isinstance(log, str) or not keylog(log):
            raise ValueError(
                say(
                    "a key log has lines of three words, as in 'CLIENT_TRAFFIC_SECRET_0 5ee1… 9f3b…' (got {log}): set "
                    "context.keylog_filename before the handshake, and read that file",
                    log=ascii(log)[:60],
                )
            )
        opened = self._part(self.frames, self.layout)
        opened._keys = log
        return opened

    @property
    def keys(self) -> str:
        """The key log of `with_keys`, or of the file that it comes from; "" if there is none."""
        return self._keys

    def tls(self, *, flow: Chosen = None) -> Segments[TlsRecord]:
        """Which TLS records crossed, in the order in which they set out?

        flow   those of one connection: a `Flow`, its number, or one of its segments

        `TlsRecord` values, of connections that began with TLS while it was captured.
        """
        number = self._flow_number(flow)
        return Segments(each for each in self._secured.records if number in (None, each.flow))

    @property
    def tls_words(self) -> dict[int, str]:
        """What of TLS begins in each frame: {4: "ClientHello server", 6: "ServerHello, CCS, 4 AppData"}."""
        return self._secured.words(self.segments)

    @property
    def _secured(self) -> Secured:
        return self._once("secured", lambda _: Secured(self.end_to_end.segments, _opening(self._keys)))


def _opening(log: str) -> Any:
    if not log:
        return None
    from labkit.traces.decrypting import Opening

    return Opening(keylog(log))

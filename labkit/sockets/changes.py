"""What changed of a host's sockets between two looks at its table: values, whose text is a line for each socket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from labkit.sockets.row import QUEUE, Row
from labkit.sockets.rows import callers_of, ends_of, note_of, ports_of, state_of, to_read, under_way
from labkit.words import say

CAME, WENT, BECAME = "+", "−", ""


class Changed(NamedTuple):
    """What is different of one socket.

    before, after  its row in either table; None where it is not
    brief          named by its ports: it has been named in full, and is the only such one
    """

    before: Row | None
    after: Row | None
    brief: bool = False

    @property
    def sign(self) -> str:
        """CAME, WENT or BECAME."""
        return CAME if self.before is None else WENT if self.after is None else BECAME

    @property
    def row(self) -> Row:
        """The socket as it is now, or was last."""
        row = self.after or self.before
        assert row is not None, "a socket that is in neither table has not changed"
        return row

    @property
    def ends(self) -> str:
        """Which socket: its addresses, or ports."""
        return ports_of(self.row) if self.brief else ends_of(self.row)

    @property
    def became(self) -> str:
        """What came of it, in words: "ESTABLISHED → CLOSE-WAIT, the end to read"; what it was, if it is gone."""
        if self.after is None:
            return say("(was {state})", state=state_of(self.row))
        if self.before is None:
            return ", ".join(filter(None, [state_of(self.after), note_of(self.after)]))
        return ", ".join(_became(self.before, self.after))

    def __str__(self) -> str:
        line = f"{self.ends}  {self.became}"
        return f"{self.sign} {line}" if self.sign else line

    def __repr__(self) -> str:
        return f"<Changed {self}>"


def changes(before: Iterable[Row], after: Iterable[Row]) -> tuple[Changed, ...]:
    """What is different between two tables of a host: sockets that came, then those that changed, then those gone."""
    earlier, later = _by_ends(before), _by_ends(after)
    known = Counter(ports_of(row) for row in {**earlier, **later}.values())

    def brief(row: Row) -> bool:
        return row.remote is not None and known[ports_of(row)] == 1

    came = [Changed(None, row) for key, row in later.items() if key not in earlier]
    became = [
        Changed(earlier[key], row, brief(row))
        for key, row in later.items()
        if key in earlier and _became(earlier[key], row)
    ]
    went = [Changed(row, None, brief(row)) for key, row in earlier.items() if key not in later]
    return (*came, *became, *went)


def _by_ends(table: Iterable[Row]) -> dict[tuple, Row]:
    """Rows by protocol and ends; several sockets may share one port (SO_REUSEPORT), so they are numbered."""
    found: dict[tuple, Row] = {}
    for row in table:
        number = 0
        while (key := (row.protocol, row.local, row.remote, number)) in found:
            number += 1
        found[key] = row
    return found


def _became(old: Row, new: Row) -> list[str]:
    words = []
    if old.state != new.state:
        words.append(f"{state_of(old)} → {state_of(new)}")
    elif new.state == "LISTEN" and old.recv_queue != new.recv_queue:
        words.append(callers_of(new))
    if old.held_by.kind == QUEUE != new.held_by.kind:
        words.append(say("accepted"))
    if to_read(old) != (what := to_read(new)):
        words.append(say("{what} to read", what=what) if what else say("nothing left to read"))
    if under_way(old) != (what := under_way(new)):
        words.append(say("{what} under way", what=what) if what else say("all acknowledged"))
    return words

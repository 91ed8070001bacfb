"""`Explanation`: what was found in a capture, and where the time of its connections went, as a value.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from labkit.explain import text

if TYPE_CHECKING:
    from labkit.drawing.shapes import Picture
    from labkit.explain.account import Account
    from labkit.explain.drawn import Bars
    from labkit.explain.finding import Finding
    from labkit.traces.trace import Trace


class Explanation:
    """What happened in a capture.  Made by `explain`.

    findings  what was found, `Finding` values: first what cost most, last what is only worth knowing
    accounts  where the time of each connection went, `Account` values
    place     where the capture was taken: "wire" (our own, which knows both ends), "client", "server", "between",
              or "" where connections differ, or there is none

    It is iterated over, and counted, by its findings.  In a notebook it shows its bars and its findings.
    """

    def __init__(
        self, findings: tuple[Finding, ...], accounts: tuple[Account, ...], trace: Trace, place: str = ""
    ) -> None:
        self.findings, self.accounts, self.place, self._trace = findings, accounts, place, trace

    @property
    def kinds(self) -> list[str]:
        """Which kinds of findings are there?  Each once, in alphabetical order: the same on every run."""
        return sorted({finding.kind for finding in self.findings})

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings but for those that are only worth knowing."""
        return tuple(finding for finding in self.findings if not finding.note)

    def of(self, kind: str) -> tuple[Finding, ...]:
        """The findings of one kind.  Raises ValueError for a kind that there is not."""
        from labkit.explain.kinds import KINDS
        from labkit.words import say

        if kind not in KINDS:
            raise ValueError(
                say("there is no kind {kind!r}; there are {kinds}", kind=kind, kinds=", ".join(KINDS))
            )
        return tuple(finding for finding in self.findings if finding.kind == kind)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of the capture itself: where it was taken, what is missing in it."""
        return text.notes(self.place, self._trace)

    @property
    def bars(self) -> Bars:
        """Where the time of each connection went, as a picture: a bar for each."""
        from labkit.explain.drawn import Bars

        return Bars(self)

    @cached_property
    def _picture(self) -> Picture:
        from labkit.explain.bars import picture

        return picture(self.accounts)

    def to_dict(self) -> dict[str, Any]:
        """All of it, as JSON has it; times in nanoseconds."""
        return {
            "place": self.place,
            "notes": list(self.notes),
            "frames": len(self._trace.frames),
            "findings": [finding.to_dict() for finding in self.findings],
            "accounts": [
                {
                    "flow": account.flow,
                    "client": account.client,
                    "server": account.server,
                    "whole_ns": account.whole,
                    "spent_ns": account.spent,
                    "estimated": account.guessed,
                }
                for account in self.accounts
            ],
        }

    def page(self, title: str = "") -> str:
        """All of it as an HTML page, one file that asks nothing of anybody: bars, findings, and their ladders."""
        from labkit.explain.page import page

        return page([(title, self)])

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, place: int) -> Finding:
        return self.findings[place]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Explanation):
            return NotImplemented
        return self.findings == other.findings and self.accounts == other.accounts

    __hash__ = None  # type: ignore[assignment]  # its findings hold dicts

    def __repr__(self) -> str:
        return text.whole(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from labkit.explain.page import in_a_notebook

        return {"text/plain": repr(self), "text/html": in_a_notebook(self)}

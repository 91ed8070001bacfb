"""What is gathered about one connection while it is judged: findings, and spans of time that they explain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from labkit.explain.account import Span, covered
from labkit.explain.finding import Finding

if TYPE_CHECKING:
    from labkit.traces.trace import Trace

EVIDENCE = 200
"""Numbers of frames that one finding keeps at most."""


class Gathered:
    """Findings and spans; `flow` is the connection's number, 0 where none is."""

    def __init__(self, trace: Trace, flow: int = 0) -> None:
        self.findings: list[Finding] = []
        self.spans: list[Span] = []
        self._trace, self._flow = trace, flow

    def found(
        self,
        kind: str,
        frames: Iterable[int],
        waits: Iterable[Span] = (),
        cost_ns: int | None = None,
        **values: Any,
    ) -> None:
        """Something happened.

        frames   numbers of those that prove it
        waits    the spans of time that it took, which go into the account
        cost_ns  what it cost, if not what the spans cover
        values   what its sentence tells
        """
        waits = list(waits)
        self.spans += waits
        cost = covered(waits) if cost_ns is None else cost_ns
        numbers = tuple(dict.fromkeys(sorted(frames)))[:EVIDENCE]
        self.findings.append(Finding(kind, numbers, values, cost_ns=cost, flow=self._flow, trace=self._trace))

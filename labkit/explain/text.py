"""An explanation as text: a table for each connection's time, and a paragraph for each finding.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.drawing.tables import aligned
from labkit.explain.durations import duration
from labkit.explain.finding import numbered
from labkit.words import say

if TYPE_CHECKING:
    from labkit.explain.account import Account
    from labkit.explain.explanation import Explanation
    from labkit.explain.finding import Finding
    from labkit.traces.trace import Trace

MOST = 12
"""Connections, and findings, that the text shows; of more it says how many."""
_WIDE = 24  # characters of a bar

_PLACES = {
    "client": "captured at the client: what happened beyond it is inferred",
    "server": "captured at the server: what happened beyond it is inferred",
    "between": "captured between client and server: what happened at each is inferred",
}


def notes(place: str, trace: Trace) -> tuple[str, ...]:
    """What is to be said of the capture itself."""
    told = [*trace.notes]
    if place in _PLACES:
        told.append(say(_PLACES[place]))
    if trace.missed:
        told.append(say("{count} frames are missing: a port of the wire lost them", count=trace.missed))
    if trace.full:
        told.append(say("it breaks off: later frames are not in it"))
    return tuple(told)


def whole(explanation: Explanation) -> str:
    """All of it, but of many connections only those that lived longest, and of many findings those that cost most."""
    accounts, findings = explanation.accounts, explanation.findings
    lines = [summary(explanation), *(f"({note})" for note in explanation.notes)]
    for finding_number, finding in enumerate(findings[:MOST], 1):
        lines += ["", *_finding(finding_number, finding)]
    if len(findings) > MOST:
        lines += ["", say("… and {count} more findings", count=len(findings) - MOST)]
    longest = sorted(accounts, key=lambda each: -each.whole)[:MOST]
    for account in [each for each in accounts if each in longest]:
        lines += ["", *table(account)]
    if len(accounts) > MOST:
        lines += ["", say("… and {count} more connections", count=len(accounts) - MOST)]
    return "\n".join(lines)


def summary(explanation: Explanation) -> str:
    """How many connections and findings there are."""
    connections, findings = len(explanation.accounts), len(explanation.findings)
    one = say("1 connection") if connections == 1 else say("{count} connections", count=connections)
    if not findings:
        return say("{connections}: nothing unusual", connections=one)
    two = say("1 finding") if findings == 1 else say("{count} findings", count=findings)
    return f"{one}, {two}"


def _finding(number: int, finding: Finding) -> list[str]:
    cost = f" ({duration(finding.cost_ns)})" if finding.cost_ns else ""
    proof = say("{frames}; lesson: {lesson}", frames=numbered(finding.frames), lesson=finding.lesson)
    return [f"{number}. {finding.title}{cost}: {finding.sentence}", f"   {finding.advice}", f"   [{proof}]"]


def table(account: Account) -> list[str]:
    """Where one connection's time went: a line for each cause, with its share as a bar."""
    head = say(
        "connection {number}, {client} > {server}: {whole}",
        number=account.flow,
        client=account.client,
        server=account.server,
        whole=duration(account.whole),
    )
    rows = []
    for cause, ns in account.spent.items():
        share = ns / account.whole if account.whole else 0
        rows.append((f"  {account.words(cause)}", duration(ns), f"{share:.1%}", "█" * round(share * _WIDE)))
    return [head, *aligned(rows, right=(1, 2))]

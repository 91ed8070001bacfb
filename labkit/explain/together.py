"""What many connections show together: a port that refuses again and again, and somebody who tries all ports.  Pure."""

from __future__ import annotations

from labkit.explain.finding import Finding
from labkit.explain.gathered import EVIDENCE
from labkit.traces.trace import Trace

PORTS = 15
"""Who is refused at so many ports of one host looks for those that are open."""
_IN_VAIN = ("refused", "no-answer")


def together(trace: Trace, findings: list[Finding]) -> list[Finding]:
    """The findings, with those that say the same of many connections said once."""
    tried: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.kind in _IN_VAIN:
            tried.setdefault((finding.values["who"], finding.values["peer"]), []).append(finding)
    found = [finding for finding in findings if finding.kind not in _IN_VAIN]
    for (who, peer), these in tried.items():
        ports = {finding.values["port"] for finding in these}
        if len(ports) >= PORTS:
            refused = len({finding.values["port"] for finding in these if finding.kind == "refused"})
            told = {"count": len(ports), "refused": refused, "silent": len(ports) - refused}
            half = [each for each in found if each.kind == "syn-ack-refused" and each.values["who"] == who]
            found = [each for each in found if each not in half]  # what was open, it did not want to open
            found.append(_one(trace, "port-scan", these, who=who, peer=peer, **told))
        else:
            found += _by_port(trace, these)
    return found


def _by_port(trace: Trace, findings: list[Finding]) -> list[Finding]:
    """Refusals of one port told once; what was not answered tells of itself."""
    found = [finding for finding in findings if finding.kind != "refused"]
    ports: dict[int, list[Finding]] = {}
    for finding in findings:
        if finding.kind == "refused":
            ports.setdefault(finding.values["port"], []).append(finding)
    for these in ports.values():
        values = {**these[0].values, "count": len(these)}
        found.append(these[0] if len(these) == 1 else _one(trace, "refused", these, **values))
    return found


def _one(trace: Trace, kind: str, findings: list[Finding], **values: str | int) -> Finding:
    frames = tuple(sorted(number for finding in findings for number in finding.frames))[:EVIDENCE]
    cost = sum(finding.cost_ns for finding in findings)
    return Finding(kind, frames, values, cost_ns=cost, trace=trace)

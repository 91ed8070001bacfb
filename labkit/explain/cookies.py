"""SYN cookies, as far as frames show them (RFC 4987 section 3.6): a server that cannot keep a half-open connection
forgets what the SYN offered, unless timestamps carry it.  Pure."""

from __future__ import annotations

from collections.abc import Iterable

from labkit.explain.gathered import Gathered
from labkit.explain.step import CLIENT, SERVER, Step
from labkit.explain.talk import Talk

_OFFERED = frozenset({"sackOK", "wscale"})


def cookies(talks: Iterable[Talk], gathered: Gathered) -> None:
    """Did a server give some SYNs of a client less than others that asked for the same?"""
    given: dict[tuple, list[Step]] = {}
    denied: dict[tuple, list[Step]] = {}
    for talk in talks:
        syn = next(
            (step for step in talk.steps if step.syn and step.end == CLIENT and step.ack is None), None
        )
        answer = next(
            (step for step in talk.steps if step.syn and step.end == SERVER and not step.forged), None
        )
        if syn is None or answer is None:
            continue
        wanted = frozenset(name for name, _ in syn.segment.options)
        got = {name for name, _ in answer.segment.options}
        if not wanted >= _OFFERED or "TS" in wanted:
            continue
        key = (*talk.names, talk.flow.client_address[0], talk.flow.server_address, wanted)
        if got >= _OFFERED:
            given.setdefault(key, []).append(answer)
        elif not got & _OFFERED:
            denied.setdefault(key, []).append(answer)
    for key, answers in denied.items():
        if key in given:
            gathered.found(
                "syn-cookies",
                [given[key][0].number, *(step.number for step in answers)],
                who=key[1],
                peer=key[0],
                port=answers[0].segment.sport,
                count=len(answers),
            )

"""Estimate the retransmission timeout of RFC 6298, and compare with the kernel's own numbers."""

from __future__ import annotations

import math
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.lessons.loss.measuring import exchanges
from labkit.words import say

DELAYS_MS = (10, 10, 10, 40, 40, 10)
SHARE, SLACK_S = 0.3, 0.008  # by how much wire and kernel may differ on a busy machine

CASES: tuple[tuple[tuple[float, ...], tuple[float, float, float], str], ...] = (
    (
        (2.0,),
        (2.0, 1.0, 6.0),
        "the first sample R: SRTT is R, RTTVAR is R/2 (2.2), and RTO is SRTT + 4 · RTTVAR",
    ),
    ((2.0, 2.0), (2.0, 0.75, 5.0), "nothing has changed, so RTTVAR falls by a quarter (2.3)"),
    (
        (2.0, 4.0),
        (2.25, 1.25, 7.25),
        "a quarter of how far R is from SRTT goes into RTTVAR, before SRTT itself is updated by an eighth (2.3)",
    ),
    ((0.02,) * 40, (0.02, 0.0, 1.0), "an RTO below one second is rounded up to one second (2.4)"),
)


def _estimate_rto(tale: Tale, estimate: Any) -> None:
    for samples, wanted, because in CASES:
        shown = (
            say("estimate({samples})", samples=list(samples))
            if len(samples) < 5
            else say("estimate([{sample}] * {n})", sample=samples[0], n=len(samples))
        )
        got = _three(tale, tale.call(estimate, list(samples), shown=shown), shown)
        tale.expect(shown, tuple(round(each, 3) for each in got), wanted, because=because)

    net = tale.network("client", "server", delay_ms=DELAYS_MS[0])
    trips, infos = exchanges(net, DELAYS_MS)
    tale.did("a kernel sends {n} requests over a cable whose delay changes", n=len(DELAYS_MS))
    shown = say("estimate(the {n} round trips on the wire)", n=len(trips))
    srtt, rttvar, _ = _three(tale, tale.call(estimate, trips, shown=shown), shown)
    for name, mine, kernels in (
        ("SRTT", srtt, (infos[-1].rtt_us or 0) / 1e6),
        ("RTTVAR", rttvar, (infos[-1].rttvar_us or 0) / 1e6),
    ):
        if abs(mine - kernels) > SHARE * kernels + SLACK_S:
            tale.fail(
                "{shown}: {name} is {mine:.0f} ms, and the kernel's is {kernels:.0f} ms;\n"
                "each sample changes what the ones before it have left, in their order",
                shown=shown,
                name=name,
                mine=mine * 1000,
                kernels=kernels * 1000,
            )
    tale.did("{shown} has the kernel's SRTT, and its RTTVAR", shown=shown)


def _three(tale: Tale, got: Any, shown: str) -> tuple[float, float, float]:
    if (
        not isinstance(got, tuple)
        or len(got) != 3
        or not all(isinstance(each, int | float) and math.isfinite(each) for each in got)
    ):
        tale.fail(
            "{shown} should return (srtt, rttvar, rto), three numbers, but returned {got!r}",
            shown=shown,
            got=got,
        )
    return got


EXERCISE = Exercise(
    id="estimate-rto",
    title="Estimate how long to wait for an ACK",
    story=_estimate_rto,
    hints=(
        "Keep two numbers: how long a round trip usually takes (SRTT), and how far it usually is from that (RTTVAR)."
        " Each new sample moves both a little.",
        "The first sample R: SRTT = R and RTTVAR = R/2. Each later one: RTTVAR first, with the SRTT of before, then"
        " SRTT. At the very end RTO = SRTT + 4 · RTTVAR, and not below one second.",
        "rttvar += (abs(srtt - sample) - rttvar) / 4\n"
        "  srtt += (sample - srtt) / 8\n"
        "  …\n"
        "  return srtt, rttvar, max(1.0, srtt + 4 * rttvar)",
    ),
    needs_network=True,
    place=1,
    steps=6,
)

"""The solution of estimate-rto, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from statistics import fmean, pstdev


def estimate(samples):
    srtt, rttvar = samples[0], samples[0] / 2
    for sample in samples[1:]:
        rttvar += (abs(srtt - sample) - rttvar) / 4
        srtt += (sample - srtt) / 8
    return srtt, rttvar, max(1.0, srtt + 4 * rttvar)


def mean_and_deviation(samples):
    srtt, rttvar = fmean(samples), pstdev(samples)
    return srtt, rttvar, max(1.0, srtt + 4 * rttvar)


def begin_with_no_variation(samples):
    srtt, rttvar = samples[0], 0.0
    for sample in samples[1:]:
        rttvar += (abs(srtt - sample) - rttvar) / 4
        srtt += (sample - srtt) / 8
    return srtt, rttvar, max(1.0, srtt + 4 * rttvar)


def srtt_first(samples):
    srtt, rttvar = samples[0], samples[0] / 2
    for sample in samples[1:]:
        srtt += (sample - srtt) / 8
        rttvar += (abs(srtt - sample) - rttvar) / 4
    return srtt, rttvar, max(1.0, srtt + 4 * rttvar)


def only_the_new_counts(samples):
    srtt, rttvar = samples[0], samples[0] / 2
    for sample in samples[1:]:
        rttvar = abs(srtt - sample) / 4
        srtt = sample
    return srtt, rttvar, max(1.0, srtt + 4 * rttvar)


def weights_exchanged(samples):
    srtt, rttvar = samples[0], samples[0] / 2
    for sample in samples[1:]:
        rttvar += (abs(srtt - sample) - rttvar) / 4
        srtt = srtt / 8 + sample * 7 / 8
    return srtt, rttvar, max(1.0, srtt + 4 * rttvar)


def no_least(samples):
    srtt, rttvar = samples[0], samples[0] / 2
    for sample in samples[1:]:
        rttvar += (abs(srtt - sample) - rttvar) / 4
        srtt += (sample - srtt) / 8
    return srtt, rttvar, srtt + 4 * rttvar


def rto_alone(samples):
    return estimate(samples)[2]


SOLUTION = estimate
WRONG = {
    "mean and deviation": (mean_and_deviation, "RTTVAR is R/2"),
    "begins with no variation": (begin_with_no_variation, "RTTVAR is R/2"),
    "updates SRTT first": (srtt_first, "before SRTT itself is updated"),
    "only the new sample counts": (only_the_new_counts, "falls by a quarter"),
    "weights exchanged": (weights_exchanged, "by an eighth"),
    "no least value": (no_least, "rounded up to one second"),
    "the RTO alone": (rto_alone, "three numbers"),
}

"""What one measures of a server, and what one sets."""

from __future__ import annotations

from labkit.terms.term import Term

TERMS = (
    Term(
        "token bucket",
        "A limit of how often: tokens fall in at a rate, up to a burst, and each request takes one or is refused.",
        "RFC 2697, section 3",
        "running",
        ("rate limit",),
        (),
        ("token bucket", "token buckets", "bucket of tokens"),
    ),
    Term(
        "rate limit",
        "How many requests one client may make in a time; what is beyond is refused, in HTTP with 429.",
        "RFC 6585, section 4",
        "running",
        ("token bucket",),
        (),
        ("rate limit", "rate limits"),
    ),
    Term(
        "percentile",
        "The value that so many percent of all values do not exceed: p50 for half of them, p99 for 99 of 100.",
        "RFC 2330, section 11.3",
        "running",
        ("tail latency",),
        (),
        ("percentile", "percentiles"),
    ),
    Term(
        "tail latency",
        "The time of the slowest few of many answers, as p99 tells it and the mean does not.",
        "this lab",
        "running",
        ("percentile",),
        (),
        ("tail latency",),
    ),
    Term(
        "open loop",
        "A load that asks when it is time, whether the last answer has come or not.",
        "this lab",
        "running",
        ("closed loop",),
        (),
        ("open loop",),
    ),
    Term(
        "closed loop",
        "A load whose clients each wait for an answer before they ask again: a slow server makes them ask less.",
        "this lab",
        "running",
        ("open loop",),
        (),
        ("closed loop",),
    ),
    Term(
        "draining",
        "To end a server in order: nobody new, what was taken is finished, and after a time the rest is cut off.",
        "this lab",
        "running",
        ("accept queue",),
        (),
        ("draining",),
    ),
    Term(
        "RESP",
        "The protocol of Redis: a command is so many words, each behind its length; an answer begins with its kind.",
        "redis.io, Redis serialization protocol specification",
        "capstone",
        ("inline command",),
        (),
        ("RESP",),
    ),
    Term(
        "inline command",
        "A command of RESP written as a line, for people who type; a line of an HTTP request is taken for one, too.",
        "redis.io, Redis serialization protocol specification",
        "capstone",
        ("RESP",),
        (),
        ("inline command", "inline commands"),
    ),
)

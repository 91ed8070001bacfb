"""Why each choice of the lesson's predictions is right or wrong."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "length-in-front": {
        "00 00 00 64": "100 is 0x64, and the byte that counts most goes first: network byte order.",
        "64 00 00 00": (
            "Least significant first is what most processors keep in memory, and what BitConverter gives on them."
        ),
        "00 31 30 30": "Those are the digits of '100' as text; the prefix is a number of four bytes.",
    },
    "ack-of-length": {
        1: "1 would say: I am still waiting for your first byte.",
        4: "An acknowledgement names the number that is expected next, not the last that came.",
        5: "Bytes 1 to 4 are here, so byte 5 is expected next.",
    },
    "two-writes": {
        "about 20 ms": (
            "It would be so if both writes left at once. The second waits until the first is acknowledged."
        ),
        "about 40 ms": (
            "Right that the second write waits for an ACK, one round trip more. But that ACK is late, too."
        ),
        "about 80 ms": (
            "Two round trips, because the payload waits for the header's ACK, and forty milliseconds and a bit,"
            " because the server waits before it sends that."
        ),
        "about 200 ms": (
            "200 ms is Linux's smallest retransmission timeout (TCP_RTO_MIN). Here nothing is lost."
        ),
    },
    "eight-writes": {
        1: "Then the first byte would have to wait for the eighth, and the kernel cannot know that there is one.",
        2: "The first leaves because nothing is under way. The others gather until its ACK is in, and leave together.",
        8: "That is what TCP_NODELAY gives. Without it a small segment waits while another is unacknowledged.",
    },
    "large-write": {
        1: (
            "That is the rule as RFC 1122 has it: nothing small leaves while anything is unacknowledged."
            " Linux minds only small segments under way."
        ),
        2: (
            "1,448 bytes fill a segment and go; the 552 behind them go too, because no small segment is under way."
            " Now one is, and the last four bytes wait."
        ),
        3: "The 552 bytes are a small segment under way, and hold the four bytes back.",
    },
    "first-question": {
        "yes": (
            "A fresh connection's ACKs are sent at once: the kernel has not seen yet that answers follow questions."
        ),
        "no": (
            "A connection begins in quick ACK mode. After the program's first answer the kernel counts on the next,"
            " and delays."
        ),
    },
    "how-many-stall": {
        2: (
            "Several small writes, Nagle on and late ACKs: all three must come together, and two of the five ways"
            " write several times."
        ),
        4: "Without late ACKs the small writes wait for a round trip, but not for the forty milliseconds.",
        5: "With one of several causes taken away the stall is gone: it takes all three.",
        10: "Nagle alone stalls nobody: who says it in one write has nothing under way that could hold it back.",
    },
    "which-size": {
        "100": "It is the only one whose payload neither fills a segment nor makes the server acknowledge at once.",
        "100 and 1448": "1,448 bytes fill a segment, and a full segment never waits.",
        "100 and 2000": (
            "The last 552 bytes do wait, but for an ACK that comes at once: more than a full segment lies"
            " unacknowledged."
        ),
        "100 and 1448 and 2000": (
            "A full segment never waits, so 1,448 bytes leave with their length or right behind it."
        ),
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "length-in-front": "00 00 00 64",
    "ack-of-length": "5",
    "two-writes": "about 80 ms",
    "eight-writes": "2",
    "large-write": "2",
    "first-question": "no",
    "how-many-stall": "2",
    "which-size": "100",
}

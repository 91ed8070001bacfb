"""Why each choice of the lesson's predictions is right or wrong."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "cut-idle": {
        "nothing": "TCP speaks when it has data, or an answer to give. A silent connection costs nothing, and tells"
        " nothing.",
        "a probe now and then": "That would be keep-alive, which is off until a program asks for it.",
        "its last segment again": "What was acknowledged is never sent again, and A has sent nothing.",
    },
    "who-notices-a-cut": {
        "B alone": "B does. D has data without an ACK for longer than its user timeout, and gives up as well.",
        "B and D": "B was silent, so it probed. D had data under way, and a limit for that. C has data under way, too,"
        " but its option is the one for silence.",
        "B, C and D": "C's keep-alive waits while data is unacknowledged: retransmissions ask already, and have a limit"
        " of their own, a quarter of an hour.",
        "all four": "A has nothing to send and no option: nothing ever tells it.",
    },
    "last-word": {
        "a probe": "Two of them were sent, and not answered. Then the kernel gives up, and says so.",
        "a FIN": "A FIN says that all has been sent, and waits for an ACK, from somebody who does not answer.",
        "a RST": "It forgets the connection at once, and tells a peer that may hear it.",
    },
    "lossy-close": {
        "none": "So it is without linger 0: the kernel sends on after close(), until all is there.",
        "linger 0": "What was not sent yet is thrown away, and a RST goes instead.",
        "linger 1 s": "With a time, close() waits for the data; it throws nothing away.",
        "both lingers": "Only the one with the time 0 aborts the connection.",
    },
    "waiting-close": {
        "none": "It is so for the first two. Linger with a time makes close() wait.",
        "linger 0": "It is the fastest of all: it waits for nothing and sends a RST.",
        "linger 1 s": "It returns when all is acknowledged, the FIN as well, or when the second is over.",
        "all three": "By default close() hands the rest to the kernel, and returns.",
    },
    "linger-cut": {
        "raises an error": "One would wish so. It returns as always, and the program believes that all is well.",
        "waits a second": "The time of the option is the longest that it waits.",
        "waits for the cable": "It does not: the second is over first, and the kernel goes on alone.",
    },
    "rebind": {
        "SO_REUSEADDR": "It does, and it is the usual one. But the other takes the address as well, if the predecessor"
        " had it, too.",
        "SO_REUSEPORT": "It does, if the predecessor had it, too. But the other is the usual one.",
        "with either": "Both allow a socket to share an address with a connection in TIME-WAIT whose server had the"
        " same option.",
        "with neither": "That is how it is without any option, until TIME-WAIT is over.",
    },
    "two-listeners": {
        "SO_REUSEADDR": "Beside a socket that listens it is refused, on Linux. On Windows it is not.",
        "SO_REUSEPORT": "It is made for that: all of them listen, and the kernel spreads the callers.",
        "with either": "The one for addresses stops at an active listener.",
        "with neither": "It is refused without an option. One of the two is made for just that.",
    },
    "dripping": {
        "TimeoutError after a second": "Each call waits a second at most, and none has to: the next letter"
        " comes after a tenth.",
        "all twelve letters": "The timeout begins anew with each call, so the whole may take as long as it likes.",
        "nine letters, then the end": "A timeout raises an error; it never looks like the peer's end.",
    },
    "long-path": {
        "5 Mbit/s": "65,536 bytes are half a million bits, and about so many get through in each tenth of a second.",
        "50 Mbit/s": "That takes a window ten times as large, or a round trip ten times as short.",
        "500 Mbit/s": "That takes a window of six megabytes.",
        "as fast as the path": "The path could; the sender has to stop after each window, and wait for word.",
    },
    "four-times": {
        "as fast": "It would be so, if the path were the limit. Here the window is.",
        "half as fast": "The rate goes with the window itself, not with its root.",
        "a quarter as fast": "A quarter of the window in the same round trip.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "cut-idle": "nothing",
    "who-notices-a-cut": "B and D",
    "last-word": "a RST",
    "lossy-close": "linger 0",
    "waiting-close": "linger 1 s",
    "linger-cut": "waits a second",
    "rebind": "with either",
    "two-listeners": "SO_REUSEPORT",
    "dripping": "all twelve letters",
    "long-path": "5 Mbit/s",
    "four-times": "a quarter as fast",
}

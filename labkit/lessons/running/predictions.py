"""Why each choice of the predictions is right or wrong: the misconception behind it."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "running-fourth": {
        "it returns": "The kernel has made the connection before the program hears of it. Only then can the program"
        " say no.",
        "it waits": "It would, with a full listener's queue. This server empties its queue, and says no afterwards.",
        "it is refused": "The kernel refuses where nobody listens. Here somebody does.",
    },
    "running-unread": {
        "yes": "The kernel sends a lost segment again only as long as there is a connection. A close with unread data"
        " ends it"
        " at once, by a RST.",
        "no": "The request lies unread, so close() sends a RST. From then on nothing is sent again, and the BYE was"
        " lost.",
    },
    "running-place": {
        "after some ms": "That would need somebody to tell the caller. The server's kernel has forgotten its SYN.",
        "after 1 s": "The caller's kernel sends its SYN again after a second, and this one finds the place.",
        "never": "It does not give up so soon: it sends the SYN again and again.",
    },
    "running-drip": {
        "never": "So it is where each byte starts the clock anew. Here it runs from request to request.",
        "after 0.6 s": "There was no whole request in 0.6 s, however many bytes came.",
        "after 6 s": "Nothing here knows of ten times.",
    },
    "running-int": {
        "only '12'": "That is what the server takes. int() is more generous.",
        "'12' and '+7'": "It takes underscores as in a program's source, and the digits of any script.",
        "all but '1e3'": "A sign, underscores and digits of any script are all fine for int(). '1e3' is for float().",
    },
    "running-bucket": {
        10: "Five, and five again: the bucket was full after 2.5 s, and what came later did not fit in.",
        13: "120 tokens came in that minute, but the bucket holds 5.",
        16: "That would be no limit.",
    },
    "running-three": {
        0: "Who asks too much is refused what is too much, and nothing else.",
        10: "All connections of an address take from one bucket.",
        30: "So it would be with a bucket for each connection: who wants more opens more.",
    },
    "running-mean": {
        0: "All took 5 ms or 2 s. The mean lies between, where nobody was.",
        20: "These took 2 s.",
        980: "These took 5 ms: the mean is nine times as much.",
    },
    "running-page": {
        2: "That is how many answers in 100 are slow. A page waits for the slowest of its 100.",
        20: "With 10 answers to a page it would be 18. Here are 100.",
        87: "All 100 are quick with probability 0.98 to the power of 100, which is 0.13.",
    },
    "running-report": {
        "under 20 ms": "59 minutes say 5 ms, one says 800, and it takes the mean of the sixty.",
        "800 ms": "That is the p99 of those who were answered in the busy minute. The report has 59 others beside it.",
        "more than 800 ms": "That would be the truth: of all who asked, nearly one in ten got no answer. They are"
        " left out.",
    },
    "running-bend": {
        "more answers, as quickly": "Until the server is busy all the time, yes. That was up to four clients.",
        "as many answers, later": "It gives 200 a second at most, whoever asks. All others wait in line, and"
        " the line is longer.",
        "fewer answers, and errors": "So it is where waiting costs something itself, or clients lose patience. These"
        " wait.",
    },
    "running-closed": {
        "1": "It asked, and waited until the server went on. Meanwhile it asked nothing, so nothing else was slow.",
        "about 10": "Its questions were due every 10 ms, but it put none while it waited.",
        "more than 50": "So many were due while the server stood. This loop did not put them.",
    },
    "running-open": {
        "1": "So it is for a loop that waits for its answer. This one asks on.",
        "about 10": "A question every 10 ms makes a hundred in a second.",
        "more than 50": "All that were due in the first 0.6 s of the standstill waited for more than 0.4 s; and then"
        " there was a line.",
    },
    "running-queue": {
        "they wait": "Their connections are gone with the listener, and their kernels are told.",
        "an orderly end": "A FIN says no more than: I have sent all. Here the kernel ends the connection itself, and"
        " that is a RST.",
        "a reset": "The kernel resets each connection that nobody has accepted.",
    },
    "running-restart": {
        "none": "At each moment somebody has the listening socket, and whoever stands in its queue is accepted by one"
        " of the two.",
        "a few": "That would need a moment in which nobody listens. There is none.",
        "as many as without": "Without, the socket is closed and made anew, and callers fall between.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "running-fourth": "it returns",
    "running-unread": "no",
    "running-place": "after 1 s",
    "running-drip": "after 0.6 s",
    "running-int": "all but '1e3'",
    "running-bucket": "10",
    "running-three": "10",
    "running-mean": "0",
    "running-page": "87",
    "running-report": "under 20 ms",
    "running-bend": "as many answers, later",
    "running-closed": "1",
    "running-open": "more than 50",
    "running-queue": "a reset",
    "running-restart": "none",
}

"""Why each choice of the lesson's predictions is right or wrong."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "pipe-writes": {
        "b'first'": "That is a message, and a pipe has none: it hands over what is there, up to 100 bytes.",
        "b'firstsecond'": "Two writes, one read: a pipe keeps the order of the bytes and forgets the writes.",
        "either, nobody knows": (
            "While the second is still to be written, so it is. Here both were there, and read takes all that fits."
        ),
    },
    "inherited-close": {
        "it is closed too": "The number is the same, the table is another: each process closes for itself.",
        "it is open as before": (
            "Inheriting makes a second reference to the same pipe. It lives until the last one is closed."
        ),
    },
    "pipe-room": {
        "4,096": "That is one page, and the longest write that is atomic. A pipe has sixteen pages.",
        "65,536": "Sixteen pages of 4,096 bytes, unless somebody changed it (F_SETPIPE_SZ) or root's limits forbid.",
        "as many as memory has": "Then a fast writer could use up the machine. A full pipe makes it wait.",
    },
    "two-pipes": {
        "65,536": "That is the first pipe. But the filter takes from it, until it cannot get rid of what it has.",
        "131,072": "Two pipes are full, yes. And what does the filter have in its hand?",
        "135,168": "Two full pipes, and the page that the filter has read and cannot write.",
        "300,000": "The filter reads only as long as it can write, and nobody takes what it writes.",
    },
    "pipe-end": {
        "b''": "It would, had everybody who can write let go. The child has; we have not.",
        "an error": "An error is for those who write where nobody reads. Who reads waits, or gets b''.",
        "nothing: it waits": "Somebody can still write: we ourselves, who hold the write end, too.",
    },
    "yes-ends": {
        "it waits, as the pipe is full": "So it would, were there a reader. Without one nothing can ever be read.",
        "write() fails, it exits with status 1": (
            "So it would if it ignored the signal, as Python does. `yes` does not, and never learns of an error."
        ),
        "a signal ends it": "SIGPIPE, number 13, ends a program that has not said otherwise.",
    },
    "torn": {
        "both": "4,096 bytes are PIPE_BUF: there was no room for all of them, so the pipe took none.",
        "those of 5,000": "The pipe took 904 bytes, as many as its last page had room for beside whole pages.",
        "neither": "Only up to PIPE_BUF. A longer write may be cut where there is room for a part.",
    },
    "lost-additions": {
        "yes, just that": "It would take one addition at a time. Nothing here sees to that.",
        "no, less": "Both read 7, both write 8: two additions, and the number went up by one.",
        "no, more": "An addition can be lost, but none is made twice.",
    },
    "shrunk": {
        "the byte that was there": "The page is gone with the end of the file, for all who have mapped it.",
        "a zero": "A file that grows is filled with zeros. Behind its end there is nothing, not even zeros.",
        "an OSError": "An error is the answer to a call, and reading memory is none: only a signal can tell.",
        "its end, by a signal": "SIGBUS, number 7: the address is mapped, and has no memory behind it.",
    },
    "shared-latency": {
        "less than half as long": "That would be so if copying 64 bytes were what takes the time.",
        "from half to twice as long": "Going to sleep and being woken takes nearly all the time, and both do it.",
        "more than twice as long": "An eventfd wakes its reader as a pipe does; it takes little longer.",
    },
    "way-or-size": {
        "which of the six, at 64 bytes a write": (
            "All six are a call into the kernel for each write, and that is most of what it costs."
        ),
        "64 or 4,096 bytes a write": "Sixty-four times as many bytes for each call, and calls are what costs.",
        "neither: all are within two times": "A call that carries 4,096 bytes hardly takes longer than one with 64.",
    },
    "watched": {
        "faster, on two cores and on one": (
            "On one core who watches keeps the core, and the other cannot write what is waited for."
        ),
        "faster on two, slower on one": (
            "On two nobody is woken. On one each waits until the kernel takes the core from the other."
        ),
        "slower on two, faster on one": "It is the other way round: one core cannot watch and write at once.",
        "slower: both cores are always busy": "Busy is not slow: the one who watches sees the change at once.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "pipe-writes": "b'firstsecond'",
    "inherited-close": "it is open as before",
    "pipe-room": "65,536",
    "two-pipes": "135,168",
    "pipe-end": "nothing: it waits",
    "yes-ends": "a signal ends it",
    "torn": "those of 5,000",
    "lost-additions": "no, less",
    "shrunk": "its end, by a signal",
    "shared-latency": "from half to twice as long",
    "way-or-size": "64 or 4,096 bytes a write",
    "watched": "faster on two, slower on one",
}

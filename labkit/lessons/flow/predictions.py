"""Why each choice of the predictions is right or wrong: the misconception behind it."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "unaccepted": {
        "in the server's kernel": "The kernel has finished the handshake by itself, and takes data into the receive"
        " buffer of a connection that nobody has accepted yet. It acknowledges, too.",
        "in the client's kernel": "There they would wait if the server's window were closed. It is open: the handshake"
        " has said so.",
        "nowhere: a RST came": "A RST comes where nobody listens. Here somebody does, and is only late.",
    },
    "returned": {
        "my own kernel has them": "The first copy was lost. sendall had returned long before the second came: it copies"
        " into the send buffer, and no more.",
        "the other kernel has them": "That is what an ACK says, a round trip later at the earliest; sendall waits for"
        " none.",
        "the other program has them": "Nothing in TCP tells that. Only an answer of that program does.",
    },
    "silent-reader": {
        "it returns: TCP takes all": "TCP has only so much room, in two kernels. What they cannot hold stays with the"
        " program.",
        "it waits": "Both buffers are full, so the call holds the program up until somebody reads. No error, for"
        " nothing is wrong.",
        "it raises an error": "For TCP a reader who is slow, or asleep, is no fault. It may stay so for days.",
    },
    "after-zero": {
        "nothing, until it opens": "Then one lost segment could stop both for ever, as the next experiment shows.",
        "it asks, without data": "An empty segment with an old sequence number: a kernel answers such a one with its"
        " own ACK, and that tells the window.",
        "one byte at a time": "So the RFC has it, with a byte that is new. Linux asks without one.",
    },
    "probe-gaps": {
        "none": "The same pause each time would be a burden, when a reader sleeps for a day.",
        "by half": "It grows faster: the timer is the one of retransmissions.",
        "twofold": "Exponential backoff, as with a SYN that nobody answers; up to two minutes.",
    },
    "lost-update": {
        "both wait for ever": "They would if nobody asked. That is what probes are for.",
        "the server says it again": "An ACK alone is never sent again by itself: nobody would acknowledge it.",
        "the client finds out": "Its next probe is answered with the window as it is now, and data flows.",
    },
    "asked-given": {
        "20,000": "The kernel sets aside more than one asks for.",
        "40,000": "Twice as much: half of it is for what the kernel itself needs to keep bytes (socket(7)).",
        "10,000": "It goes up, not down.",
    },
    "partial": {
        "it raises an error": "Only where there is no room at all. As long as there is some, it takes what fits.",
        "it returns 1,000,000": "It would have to keep them somewhere, and the send buffer has no such room.",
        "it returns less": "It takes what there is room for, and says how much that was. The rest is the caller's"
        " affair.",
    },
    "polite": {
        "all three": "Full duplex means that both may send at once, not that somebody makes room. While both send,"
        " neither reads.",
        "10,000 and 60,000": "They fit into a send buffer and a receive buffer, so both calls return, and then both"
        " read. 1,000,000 bytes do not fit.",
        "10,000": "60,000 bytes are more than one buffer, but there are two on the way.",
        "none": "What fits into the two buffers is taken without any reader.",
    },
    "no-drain": {
        "in the program": "write() never waits. What the kernel has no room for, asyncio keeps in a buffer of its own,"
        " and that has no end.",
        "in the two kernels": "They took what their buffers hold, some tens of thousands, and no more.",
        "nowhere: write() waits": "It is no coroutine, so it cannot wait. That is what drain() is for.",
    },
    "slow-subscriber": {
        "nothing": "All its bytes are taken at once. The proxy holds them, and says nothing.",
        "its sendall waits": "So it would be if the proxy stopped reading. It reads on, whatever becomes of the bytes.",
        "an error": "Nobody has closed anything. Slowness is no error.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "unaccepted": "in the server's kernel",
    "returned": "my own kernel has them",
    "silent-reader": "it waits",
    "after-zero": "it asks, without data",
    "probe-gaps": "twofold",
    "lost-update": "the client finds out",
    "asked-given": "40,000",
    "partial": "it returns less",
    "polite": "10,000 and 60,000",
    "no-drain": "in the program",
    "slow-subscriber": "nothing",
}

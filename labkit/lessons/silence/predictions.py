"""Why each choice of the lesson's predictions is right or wrong."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "no-listener": {
        "nothing at all": "Silence comes from lost packets and firewalls. A kernel without a listener answers.",
        "a SYN-ACK, then a RST": "A SYN-ACK is given for a listener only, and here is none.",
        "a RST": "There is no such port here, says the kernel, at once.",
    },
    "state-meanwhile": {
        "LISTEN": "That is a server's socket, which waits to be called.",
        "SYN-SENT": "The SYN has been sent, and nothing has come back: as in the state's name.",
        "SYN-RECEIVED": "That is the other side's state: a SYN has come, and the third segment has not.",
    },
    "forbidden": {
        "it is refused, as by a RST": (
            "A RST comes from the host that was called, which never saw this call. (A firewall may imitate it: ICMP's"
            " `port unreachable` gives this error, too.)"
        ),
        "it raises another error": (
            "The report came within a round trip, and Linux gives up a call that is not connected yet:"
            " `No route to host`."
        ),
        "it goes on trying until it gives up": (
            "So RFC 1122 would have it where a host cannot be reached, as that may pass. Linux does not wait for that."
        ),
    },
    "hang-up": {
        "'done', then the end": (
            "It would be so had the server read everything. A FIN would claim that all went well."
        ),
        "'done', then an error": (
            "The unread bytes are thrown away, and the RST says so; 'done' was there before it."
        ),
        "an error, and nothing before it": (
            "'done' had arrived before the reset, and Linux hands over what has arrived. (Other systems "
            "may not.)"
        ),
    },
    "fourth-syn": {
        "3 s": (
            "That would be one second each time. It is what Linux has done since 6.5, but not what RFC "
            "6298 says."
        ),
        "4 s": "4 s is the last wait. Add the two before it.",
        "7 s": (
            "Waits of 1, 2 and 4 s: each time twice as long, so that a network in trouble is not made worse."
        ),
        "15 s": "One doubling too many: 1 + 2 + 4 + 8 is when the fifth is sent.",
    },
    "backlog": {
        "0": "The queue is there for exactly this: connections that nobody has accepted yet.",
        "1": "So one would think. Linux turns callers away when more than one waits.",
        "2": (
            "Linux turns callers away when more than `backlog` wait, so there is room for one more than "
            "you said."
        ),
        "all": "The queue ends somewhere; then SYNs are dropped, in silence.",
    },
    "burst-client": {
        2: "So it was one after the other. But here all SYNs come before the first handshake is finished.",
        3: "Three would be one more than there is room for. The SYN-ACK does not depend on that room.",
        6: "Each SYN was answered, most of them with a cookie, and a client that has its SYN-ACK is connected.",
    },
    "burst-server": {
        2: "The queue of finished connections has room for two. The other four ACKs were dropped.",
        3: "There is room for n + 1, and n is 1.",
        6: "The client would say so. The server dropped four of the ACKs that should have told it.",
    },
    "bytes-of-the-four": {
        "they are acknowledged and lost": "Only a connection's own kernel socket acknowledges, and there is none.",
        "a RST comes back": (
            "That would be honest. Linux keeps silent in the hope that there is room soon (and resets only where"
            " `tcp_abort_on_overflow` is set)."
        ),
        "they are sent again": "Nothing acknowledges them, so the client's kernel repeats them until there is room.",
    },
    "somaxconn": {
        0: "Even a backlog of 0 has room for one.",
        2: "listen() takes the smaller of the two numbers, 1, and there is room for one more than that.",
        1001: "So the program believes. Nobody told it that the host cut its number down.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "no-listener": "a RST",
    "state-meanwhile": "SYN-SENT",
    "forbidden": "it raises another error",
    "hang-up": "'done', then an error",
    "fourth-syn": "7 s",
    "backlog": "2",
    "burst-client": "6",
    "burst-server": "2",
    "bytes-of-the-four": "they are sent again",
    "somaxconn": "2",
}

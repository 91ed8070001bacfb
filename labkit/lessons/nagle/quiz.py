"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "nagle-exit",
        "Check yourself",
        (
            Ask(
                "Through a connection pool each request takes 42 ms; with a fresh connection each, 2 ms. The server"
                " is idle. Where do you look first?",
                right="small segments on the wire",
                choices={
                    "small segments on the wire": (
                        "Two, with 40 ms between them, and you have found it: a fresh connection's ACKs are not"
                        " delayed, an old one's are."
                    ),
                    "the lock of the connection pool": (
                        "A lock gives waits of any length. Forty milliseconds, each time, is a timer."
                    ),
                    "lost segments": (
                        "Loss hits some requests, not each, and a retransmission timeout is 200 ms or more on Linux."
                    ),
                    "the server's code": "It runs the same code for a fresh connection, in 2 ms.",
                },
            ),
            Ask(
                "The client writes length and payload separately. You set TCP_NODELAY on the server. What changes"
                " for the client?",
                right="nothing",
                choices={
                    "nothing": (
                        "Nagle's algorithm holds back what its own side writes. It is the client's second write"
                        " that waits."
                    ),
                    "the stall is gone": (
                        "It would be if the option were set where the two writes are, on the client."
                    ),
                    "the server's ACKs come at once": "That would be TCP_QUICKACK; NODELAY is about data.",
                },
            ),
            Ask(
                "A game sends its position every 50 ms in one small write. The other side reads each at once and"
                " answers nothing. The round trip is 200 ms. Nagle is on. What does the other side see?",
                right="several positions, every 200 ms",
                choices={
                    "several positions, every 200 ms": (
                        "Each segment waits until the one before is acknowledged, and carries all that was written"
                        " by then. To write only once a message is no cure here; NODELAY is."
                    ),
                    "one position every 50 ms, each 100 ms old": (
                        "So it is with NODELAY. With Nagle the second position waits for the ACK of the first."
                    ),
                    "one position every 90 ms": (
                        "The forty milliseconds come on top only where the receiver delays its ACKs; the round trip"
                        " is waited for in any case."
                    ),
                },
            ),
            Ask(
                "A serializer calls sendall() for every field: 300 calls a message, 8 bytes each. With NODELAY on"
                " the stall is gone. What remains?",
                right="300 system calls and many tiny segments",
                choices={
                    "300 system calls and many tiny segments": (
                        "8 bytes of data, 66 of headers on Ethernet. Write into a buffer, and send that: then the"
                        " option makes no difference."
                    ),
                    "nothing: the message is as fast as can be": (
                        "It no longer waits. It still costs a system call and, mostly, a segment for every field."
                    ),
                    "300 round trips": "NODELAY waits for no ACK, so they all leave one behind the other.",
                },
            ),
            Ask(
                "A colleague sets TCP_CORK, writes length and payload, and waits for the answer, which takes 200 ms"
                " longer than it should. Why?",
                right="the cork was never taken out",
                choices={
                    "the cork was never taken out": (
                        "The kernel waits for a full segment, and lets go after a retransmission timeout: 200 ms at"
                        " least, more on a long path."
                    ),
                    "Nagle and delayed ACK met": (
                        "They cost 40 ms, and here nothing small is under way that could hold anything back."
                    ),
                    "a cork sends length and payload in two segments": (
                        "It joins them: once it is out, one segment leaves."
                    ),
                },
            ),
        ),
    ),
)

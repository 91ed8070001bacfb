"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "options-exit",
        "Situations from work",
        (
            Ask(
                "A client sets SO_KEEPALIVE (60 s, three probes 10 s apart), sends a request, and the server's power"
                " fails at that moment. When does recv() fail, on Linux as it comes?",
                right="after a quarter of an hour",
                choices={
                    "after a quarter of an hour": "The request is unacknowledged, so it is retransmitted, and no"
                    " keep-alive is sent. TCP_USER_TIMEOUT limits that.",
                    "after 90 s, when three probes have failed": "So it is when nothing is under way. Here the request"
                    " is.",
                    "never: recv() has no timeout": "Retransmissions end some day, by tcp_retries2.",
                },
            ),
            Ask(
                "The program of a server is stuck in an endless loop. Its clients have keep-alive on, and no timeout."
                " What do they notice?",
                right="nothing",
                choices={
                    "nothing": "The kernel answers the probes, and that is all they ask. Only an answer of the program"
                    " shows that it lives.",
                    "ETIMEDOUT, after the last probe": "Each probe is answered, by the server's kernel.",
                    "a RST from the server": "Its kernel has no reason for one.",
                },
            ),
            Ask(
                "A load balancer has 30,000 sockets in TIME-WAIT. A colleague sets SO_LINGER with the time 0 on all"
                " connections, and they are gone. What is the price?",
                right="the ends of some answers",
                choices={
                    "the ends of some answers": "What is not sent yet is thrown away, and the client reads an error,"
                    " mostly with large answers and slow clients.",
                    "a close() that waits for each client's ACK": "That is linger with a time. With 0 nobody waits.",
                    "none: TIME-WAIT is only memory": "It guards against old segments, and the RST loses data.",
                },
            ),
            Ask(
                "A handler calls settimeout(5) and reads a request line byte by byte. For how long can one client"
                " hold it?",
                right="for as long as it likes",
                choices={
                    "for as long as it likes": "A byte every four seconds is always in time. Limit the whole: a"
                    " deadline.",
                    "for 5 s": "That is the limit of one call, and each call begins anew.",
                    "until keep-alive ends it": "The client answers, so keep-alive has no reason to.",
                },
            ),
            Ask(
                "A backup over 10 Gbit/s between continents, 150 ms apart, does 14 Mbit/s. No loss, idle processors."
                " What do you look for?",
                right="a fixed SO_RCVBUF",
                choices={
                    "a fixed SO_RCVBUF": "256 KB in each 150 ms are 14 Mbit/s. A fixed size switches off the tuning"
                    " that would let the window grow.",
                    "TCP_NODELAY that is not set": "It is about small writes; a backup has full segments.",
                    "a congested path between them": "Congestion shows as loss, or as a round trip that grows.",
                },
            ),
        ),
    ),
)

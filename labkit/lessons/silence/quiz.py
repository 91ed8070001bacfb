"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "silence-exit",
        "Check yourself",
        (
            Ask(
                "Most calls connect in 40 ms, some in 1.04 s, none between. What do the slow ones have in common?",
                right="their first SYN got no answer",
                choices={
                    "their first SYN got no answer": (
                        "The second was sent after one second, and one round trip later all was well."
                    ),
                    "they came when the server's processor was busy": (
                        "Then they would take anything between. And the kernel answers, not the program."
                    ),
                    "they took a longer way through the network": "No way on earth is a second long.",
                    "they were refused, and tried again": "A refusal is an error that the program sees.",
                },
            ),
            Ask(
                "A call fails after 3 ms with `No route to host`. `ping` to that address works. What do you look for?",
                right="a firewall that rejects",
                choices={
                    "a firewall that rejects": (
                        "It reports with ICMP that this may not pass, and Linux shows the report as this error."
                    ),
                    "a missing entry in the routing table": "Then `ping` would not find the host, either.",
                    "a server that does not listen there": "That is told by a RST: `Connection refused`.",
                    "a full queue of the listener": "A full queue says nothing, and nothing takes 3 ms to arrive.",
                },
            ),
            Ask(
                "Clients connect at once, and then wait seconds for an answer that takes your program 5 ms. `ss -ltn`"
                " on the server: Recv-Q 129, Send-Q 128. What is slow?",
                right="how often your program accepts",
                choices={
                    "how often your program accepts": (
                        "129 wait for it, one more than the backlog. Further clients believe that they are connected,"
                        " and send their bytes again and again."
                    ),
                    "the network between them and the server": (
                        "Then connecting would be slow, too: it takes a round trip."
                    ),
                    "the handshakes, which fill the half-open queue": (
                        "Recv-Q of a listener counts the finished ones, those that wait for accept()."
                    ),
                    "the program's reading: 129 bytes wait for it": (
                        "For a connection it would be bytes. This is a listener, and it counts connections."
                    ),
                },
            ),
            Ask(
                "Users report `connection reset by peer`, but only now and then, and after a complete answer. The"
                " server's log shows no error. What does the server do?",
                right="it closes before it has read everything",
                choices={
                    "it closes before it has read everything": (
                        "What lies unread at close(), or comes after it, is answered with a RST."
                    ),
                    "it crashes, and is started again by its supervisor": "Then answers would be cut short.",
                    "it has no SO_REUSEADDR, so its port stays taken": "That hinders its next start, not its clients.",
                    "it sends a FIN without waiting for the client's": "That is a proper goodbye, and ends in b''.",
                },
            ),
            Ask(
                "`nstat` shows that TcpExtListenOverflows grew by 400. How many callers were turned away for good?",
                right="that number does not tell",
                choices={
                    "400": "A caller that tries three times is counted three times, and may get in at the fourth.",
                    "fewer than 400, but more than 100": "It may be 0: all may have got in when they tried again.",
                    "that number does not tell": (
                        "It counts SYNs and last ACKs that met a full queue, and the same caller again at each try."
                    ),
                    "none: cookies let all of them in": (
                        "A cookie answers the SYN. The ACK that comes back still needs room in the queue."
                    ),
                },
            ),
        ),
    ),
)

"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "sockets-exit",
        "Check yourself",
        (
            Ask(
                "Your service answers `curl localhost:8080` on its own machine. From every other machine the"
                " connection is refused at once. Where do you look first?",
                right="at the address that it is bound to",
                choices={
                    "at the address that it is bound to": (
                        "Bound to 127.0.0.1 it can be reached from its own machine only. Bind it to the machine's"
                        " address, or to 0.0.0.0 for all."
                    ),
                    "whether the program is running": "It answers on its own machine, so it runs and listens.",
                    "at its backlog": (
                        "A full queue does not refuse on Linux: callers wait, or even believe that they are connected"
                        " (lesson:silence)."
                    ),
                    "at a firewall that drops their packets": (
                        "Then callers would hear nothing and wait. (One that rejects looks like this: look there"
                        " second.)"
                    ),
                },
            ),
            Ask(
                "`ss -tn` on your web server shows 5,000 connections, all with the local port 443. How many of the"
                " server's 65,535 ports do they use up?",
                right="1",
                choices={
                    "1": (
                        "All share the port, and the other ends tell them apart. What they do use up is memory and"
                        " descriptors, one for each."
                    ),
                    "5,000": "accept() makes a new socket for each, but no new port: look at the map again.",
                    "5,001": "The listener has port 443, and the 5,000 accepted sockets have the same one.",
                    "none": "443 is taken: nobody else can bind it on this address.",
                },
            ),
            Ask(
                "A load test on one machine opens connections to one address and port and keeps them. At about"
                " 28,000, connect() fails: `Cannot assign requested address`. What has run out?",
                right="the test machine's ephemeral ports",
                choices={
                    "the test machine's ephemeral ports": (
                        "32768 to 60999 are 28,232 (connect(2), EADDRNOTAVAIL). Three of the four things are fixed,"
                        " so only the caller's port can differ. A second address on either side doubles the number."
                    ),
                    "the server's ports": "The server uses one port for all of them.",
                    "the server's full queue of connections": (
                        "That fills when accept() is late, and shows as silence. This error came from the caller's"
                        " own kernel, before anything was sent."
                    ),
                    "the test machine's descriptors": "Then it would say `Too many open files`, and in socket().",
                },
            ),
            Ask(
                "A client reports: connected, request sent, no answer, no error. On the server, `sudo ss -tnp` shows"
                " its connection as ESTABLISHED, Recv-Q 118, and no process. What is going on?",
                right="the server has not accepted it",
                choices={
                    "the server has not accepted it": (
                        "The kernel shook hands and took 118 bytes; no program has the socket. Look at what the"
                        " server does instead of calling accept()."
                    ),
                    "the request was lost on the way": "118 bytes have arrived: they are in the server's queue.",
                    "the server has closed the connection": "Then it would not be ESTABLISHED on the server.",
                    "the server is working on the request": (
                        "A server that works on it has read it, and has the socket."
                    ),
                },
            ),
        ),
    ),
)

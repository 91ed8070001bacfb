"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "many-exit",
        "Situations from work",
        (
            Ask(
                "A service answers nobody. `ss -ltn` shows its port with Recv-Q 57. What do you look for first?",
                right="where the accepting thread stands",
                choices={
                    "where the accepting thread stands": "57 connections are made, and nobody calls accept(). `py-spy"
                    " dump` shows the line on which it stands.",
                    "lost segments between the two machines": "All 57 handshakes are done. The network has done its"
                    " work.",
                    "a backlog that is too small": "It holds 57 already. A longer one lets more of them wait.",
                },
            ),
            Ask(
                "A server with a selector calls `sendall()` on a socket that blocks. Its tests are green. When will it"
                " stop answering?",
                right="when one client does not read",
                choices={
                    "when one client does not read": "Then sendall() waits for room, and the only thread with it.",
                    "when a thousand clients are connected": "A selector does not mind a thousand, as long as none of"
                    " them makes the loop wait.",
                    "when one client sends nothing": "That one is never ready, so the loop never comes to it.",
                },
            ),
            Ask(
                "A server hands each client to a pool of 20 threads, for as long as it stays connected. How many silent"
                " clients does it take until nobody is served any more?",
                right="20",
                choices={
                    "1": "So it is for one thread. Here 19 others go on.",
                    "20": "Each holds a thread, and the next waits for one, accepted or not. A time limit for silence"
                    " helps.",
                    "as many as the backlog holds": "They need not even fill the queue: it is threads that run out.",
                },
            ),
            Ask(
                "Two threads send on one socket, each message in one `sendall()`. Once a month a client reads garbage."
                " Which test finds it?",
                right="large messages to a client that reads late",
                choices={
                    "large messages to a client that reads late": "A send() that must wait lets others go between."
                    " So the buffer has to be full.",
                    "a million small messages, to a client that reads as fast as it can": "As long as there is room,"
                    " each send() goes in as a whole, a million times.",
                    "the same test on a machine with more cores": "More cores give more turns, but no turn comes"
                    " within a send() that has room.",
                },
            ),
            Ask(
                "A chat server with threads has a lock around `sendall()` for each client. One phone goes into a"
                " tunnel. Who notices?",
                right="all who have something for that phone",
                choices={
                    "all who have something for that phone": "Each waits for the lock, or in sendall(), and with it"
                    " whatever that thread should do for others.",
                    "only the phone": "That is so with a queue and a thread that writes, for each client.",
                    "nobody: the lock keeps messages whole": "It does. But its owner waits for the phone, and keeps"
                    " the lock.",
                },
            ),
            Ask(
                "An asyncio service reads a file of 2 GB with `open(path).read()` in one handler. What do the other"
                " clients see?",
                right="all wait until it is read",
                choices={
                    "all wait until it is read": "It is a call that blocks, like any other. `await asyncio.to_thread()`"
                    " gives it a thread.",
                    "nothing: a file is no socket": "The loop does not care what its thread waits for.",
                    "their own answers are slower by the share of one client": "That would be fair turns, as threads"
                    " have them. A coroutine keeps its turn until an await.",
                },
            ),
        ),
    ),
)

"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "flow-exit",
        "Situations from work",
        (
            Ask(
                "`ss` shows a connection with `Send-Q 87040` and `timer:(persist,1min36sec,0)`. Where do you look for"
                " the fault?",
                right="in the program at the other end",
                choices={
                    "in the program at the other end": "Its window is closed, and the timer is that of probes. Somebody"
                    " there does not read.",
                    "in the network between": "Lost segments show as timer:(on,…), the timer of retransmissions.",
                    "in the send buffer, which is too small": "A larger one would be full a little later.",
                },
            ),
            Ask(
                "A server sends files to clients with `sendall`, a thread for each. A client stops reading and keeps"
                " its connection. When will that thread go on?",
                right="never, unless you set a timeout",
                choices={
                    "never, unless you set a timeout": "As long as the client's kernel answers the probes, TCP keeps"
                    " the connection open. Only a program can say that it is enough.",
                    "after tcp_retries2, some 15 minutes": "That counts probes that nobody answers. Here a kernel"
                    " answers each of them.",
                    "when keep-alive finds out": "Keep-alive asks only where nothing waits to be sent. Here the probes"
                    " ask, and the other kernel answers.",
                },
            ),
            Ask(
                "An asyncio server pushes prices to 1,000 subscribers with `writer.write()`. Somebody adds `await"
                " writer.drain()` to the loop over all of them, and memory is bounded. What is wrong now?",
                right="one slow subscriber holds up all",
                choices={
                    "one slow subscriber holds up all": "The loop waits for each in turn. Each needs a bounded queue"
                    " and a task of its own, and a rule for a full one: wait, drop, or hang up.",
                    "drain() sends each price at once": "It sends nothing. It only waits until the buffer is low.",
                    "nothing: drain() belongs there": "For one connection it does. Here it makes the fast wait for the"
                    " slowest.",
                },
            ),
            Ask(
                "A client sends 10,000 requests down one connection and only then reads the answers. With 1,000 it"
                " worked. What happens?",
                right="both ends wait in send",
                choices={
                    "both ends wait in send": "The answers fill the client's buffers, so the server stops reading, so"
                    " the requests fill up as well. Read while you send.",
                    "the server drops requests": "TCP drops nothing that it has taken; it stops taking.",
                    "the client's recv gives b''": "Nobody has closed. Nobody even comes to recv.",
                },
            ),
        ),
    ),
)

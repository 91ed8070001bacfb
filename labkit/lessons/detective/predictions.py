"""Why each choice of the predictions is right or wrong: the misconception behind it."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "recall-who-acks": {
        "the server's program": "It need not even have accepted the connection, nor read a byte of it.",
        "the server's kernel": "It shakes hands and acknowledges, also for a program that sleeps.",
        "the router between them": "A router passes on. It acknowledges nothing.",
    },
    "find-queue": {
        "0": "That the client has given up takes it out of no queue. Only the program's accept() does.",
        "1": "The client's call stands there, finished by the kernel, and nobody has taken it.",
        "11, one a byte": "For LISTEN the receive queue counts connections. The bytes are counted at each connection.",
    },
    "find-accepted": {
        "none": "So says the hypothesis. Then the program would own no row of the table but LISTEN.",
        "the client's": "That one waits for accept(): the kernel has it, the program has not.",
        "another host's": "One of the other server's, connected before we called. It says nothing, and is served.",
    },
    "find-green": {
        "no answer": "To miss an answer one has to ask. This probe asks nothing.",
        "refused": "So it says when connect() fails. Here it succeeds.",
        "well": "connect() succeeds as soon as the kernel has shaken hands. Of the program it tells nothing.",
    },
    "find-syn": {
        "lan and wan": "Then the server's kernel would be asked next: why does it not answer?",
        "lan alone": "It comes to the router, and no further.",
        "wan alone": "What is on wan came over lan: the client is on no other segment.",
    },
    "find-refutes": {
        "the client calls depot again": "It times out if the hypothesis is true, and it times out if a firewall drops:"
        " it cannot say no.",
        "the client calls orders": "It must go through the router. If the router forwarded nothing, it"
        " would time out.",
        "the router calls depot itself": "The router is on wan itself. Such a call works, whether it forwards or not.",
    },
    "find-port": {
        "a timeout, as before": "So it would be if all that goes to depot were dropped.",
        "a refusal": "The SYN came to depot, and depot's RST came back: the whole way is open, for this port.",
        "a connection": "Nobody listens there.",
    },
    "find-looks": {
        "3": "Eight places where it can end, then four, two, one.",
        "4": "Four looks that halve what is left would tell sixteen places apart.",
        "7": "One after the other, from one end: each look takes only one place away.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "recall-who-acks": "the server's kernel",
    "find-queue": "1",
    "find-accepted": "another host's",
    "find-green": "well",
    "find-syn": "lan alone",
    "find-refutes": "the client calls orders",
    "find-port": "a refusal",
    "find-looks": "3",
}

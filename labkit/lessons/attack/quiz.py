"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "attack-exit",
        "Situations from work",
        (
            Ask(
                "A server has 10,000 connections that are ESTABLISHED, all from twelve addresses. Its processor is"
                " idle, and new clients wait. What helps at once?",
                right="a deadline for each request",
                choices={
                    "a deadline for each request": "They hold places by sending slowly. Then their time is over, and"
                    " the places are free.",
                    "SYN cookies": "They are for connections that are half open. These stand.",
                    "twice as many places for connections": "A place costs the attacker a byte now and then."
                    " Twice as many cost hardly more.",
                },
            ),
            Ask(
                "Under a flood of SYNs `TcpExtSyncookiesSent` grows by 5,000 a second, `TcpExtSyncookiesRecv` by 40."
                " What are the 40?",
                right="clients who got in",
                choices={
                    "clients who got in": "A cookie that comes back is an ACK for a SYN-ACK that somebody has really"
                    " received.",
                    "attackers who have guessed a cookie": "It is signed with a secret of the server's. Nobody"
                    " guesses 40 a second.",
                    "SYNs that found a place in the queue": "Those get no cookie, and are not in this count.",
                },
            ),
            Ask(
                "`json.loads(gzip.decompress(body))`, and the body may have 1 MB. What comes first in your review?",
                right="decompress has no bound",
                choices={
                    "decompress has no bound": "1 MB can become 1 GB before json sees the first byte. Read with a"
                    " bound, and refuse what is longer.",
                    "json.loads may be slow for large texts": "It may. But the memory is gone before.",
                    "1 MB is too much for a request body": "It may be right. It is what becomes of it that nobody has"
                    " bounded.",
                },
            ),
            Ask(
                "An attacker cannot see your traffic. He wants to reset a connection of yours, and knows both addresses"
                " and your port 443. What must he guess?",
                right="client port and exact number",
                choices={
                    "client port and exact number": "Some 28,000 ports, times 4,294,967,296 numbers. Whoever listens"
                    " need guess nothing.",
                    "a sequence number within the window": "That was enough before RFC 5961. Now it earns a challenge"
                    " ACK.",
                    "nothing: a RST needs no number": "A RST is held against the sequence number like every"
                    " other segment.",
                },
            ),
            Ask(
                "A limiter counts requests by the header X-Forwarded-For, which the client sends. Who walks around"
                " it?",
                right="everybody",
                choices={
                    "everybody": "A client writes another address there each time. Only what your own proxy has"
                    " written is worth counting.",
                    "whoever has many IPv4 addresses": "That is dear. Here it costs a line of text.",
                    "nobody, if the header is always there": "It is there, and says what the client likes.",
                },
            ),
        ),
    ),
)

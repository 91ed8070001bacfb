"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "capstone-exit",
        "Situations from work",
        (
            Ask(
                "A decoder searches for the line end of `$4`, finds none, and returns None. Then 200 MB come, still"
                " without a line end. What is wrong?",
                right="a line may be as long as it likes",
                choices={
                    "nothing: it waits for what is missing": "It holds what comes meanwhile. Whoever sends no line end"
                    " decides how much that is.",
                    "a line may be as long as it likes": "A count has a few digits. Behind 32 bytes without an end no"
                    " end helps any more.",
                    "it should have given up after a time": "A quick sender needs no time. It is the size that must be"
                    " bounded.",
                },
            ),
            Ask(
                "After an update of the client library every call ends in a timeout, and no log has an error. What do"
                " you look at first?",
                right="what the client says first",
                choices={
                    "the firewall's rules": "The connection stands, and nobody has changed them.",
                    "what the client says first": "It may ask for another version of the protocol, and get answers of"
                    " the old one.",
                    "the server's load, and how long its answers take": "An update of the client does not change it.",
                },
            ),
            Ask(
                "A job sets 10,000 keys, one after the other, over a line with a round trip of 20 ms: 200 s. Which"
                " helps most?",
                right="send them before the answers come",
                choices={
                    "a server that is ten times as quick": "Of the 20 ms, the server has a fraction of one.",
                    "TCP_NODELAY at both ends": "Nothing is held back: each request is alone on its way.",
                    "send them before the answers come": "Then there are a few round trips, not 10,000.",
                },
            ),
            Ask(
                "A client of a pipelining server sends a million requests and reads no answer. The server awaits"
                " drain() before it reads on. What happens?",
                right="the client's send blocks in the end",
                choices={
                    "the client's send blocks in the end": "The server does not read, its window closes, and the"
                    " sender is held up: that is the purpose.",
                    "the server's memory fills with answers": "So it would, without drain().",
                    "the server's other clients wait, too": "Only the task of this connection waits.",
                },
            ),
        ),
    ),
)

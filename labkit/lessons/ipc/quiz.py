"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "ipc-exit",
        "Check yourself",
        (
            Ask(
                "A server at /run/app.sock is killed and started again. It dies with 'Address already in use'."
                " What is the cure?",
                right="Remove the file before bind()",
                choices={
                    "Remove the file before bind()": (
                        "bind() makes the file and refuses when there is one. A killed server removes nothing."
                    ),
                    "SO_REUSEADDR": "That is about TCP's ports. For a path it changes nothing.",
                    "Wait a minute": "TIME-WAIT is TCP's. A file waits for ever.",
                    "close() before the end": "The socket was closed by its end; it is the file that stays.",
                },
            ),
            Ask(
                "A service may be used by the user `backup` only, on the same machine. What tells you for certain"
                " who calls?",
                right="SO_PEERCRED of the connection",
                choices={
                    "SO_PEERCRED of the connection": "The kernel wrote it down at connect(), and nobody can forge it.",
                    "the user name in the first message": "A message says what its sender likes.",
                    "the peer's address 127.0.0.1": "Every user of the machine has that address.",
                    "getpeername() of the Unix socket": (
                        "It gives the name that the client bound, and most bind none; a name is not an identity."
                    ),
                },
            ),
            Ask(
                "You must send a supervisor's commands, each 20 to 200 bytes, to a worker on the same Linux machine,"
                " and each must know when the other dies. What needs the least code?",
                right="seqpacket",
                choices={
                    "seqpacket": "One recv is one command, and b'' is the end, as no command is empty.",
                    "Unix stream": "It works, and you write the framing of lesson:framing.",
                    "Unix datagram": "It keeps the boundaries, but a worker would not notice the end.",
                    "shared memory": "No boundaries, no end, no order but what you build yourself.",
                },
            ),
        ),
    ),
)

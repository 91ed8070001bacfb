"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "pipes-exit",
        "Four situations from work",
        (
            Ask(
                "A parent reads a child's output through a pipe until b''. The child has ended, the parent waits."
                " What is the likely reason?",
                right="Somebody still holds the write end",
                choices={
                    "Somebody still holds the write end": (
                        "The parent itself, or another process that inherited it. ls -l /proc/*/fd finds it."
                    ),
                    "The pipe is full, and nobody empties it": (
                        "Then the child could not have written, and would not have ended."
                    ),
                    "The child did not flush its output": "Then output would be missing, but the end would come.",
                    "The child did not close its end": "Its end closed everything that it had open.",
                },
            ),
            Ask(
                "Popen(…, stdout=PIPE, stderr=PIPE). The parent reads stdout to its end, then stderr. It hangs"
                " with some inputs only. Why?",
                right="More than 65,536 bytes of errors",
                choices={
                    "More than 65,536 bytes of errors": (
                        "stderr's pipe is full, the child waits in write(), and stdout does not end."
                    ),
                    "More than 65,536 bytes of output on stdout": "The parent reads those. It is stderr that waits.",
                    "The parent did not call wait() first": "To wait first hangs, too, and earlier.",
                    "The child mixed both outputs into one pipe": "They have a pipe each; mixed, nothing would hang.",
                },
            ),
            Ask(
                "Eight workers log JSON lines to the stderr that they share, a pipe. On busy days some lines are"
                " broken. Which lines can be?",
                right="those longer than 4,096 bytes",
                choices={
                    "those longer than 4,096 bytes": "Up to PIPE_BUF a write goes in whole, or waits.",
                    "all of them, now and then": "Short ones are atomic, if each is one write.",
                    "none: each write() is whole by itself": "Only up to PIPE_BUF.",
                    "those that were not flushed": "They come late, not broken: unless a buffer cuts them itself.",
                },
            ),
            Ask(
                "A plug-in that you do not trust hands your program pictures in a memfd. What do you ask before"
                " you map it?",
                right="F_GET_SEALS: it cannot shrink",
                choices={
                    "F_GET_SEALS: it cannot shrink": "Without the seal the plug-in can end you by SIGBUS.",
                    "fstat: is it as large as it says it is?": "Now it is. The plug-in can shorten it afterwards.",
                    "try: except OSError: around each access": "SIGBUS is a signal, and no exception.",
                    "a lock on it, by lockf, before I read it": "Locks are advisory: nobody must ask for them.",
                },
            ),
        ),
    ),
)

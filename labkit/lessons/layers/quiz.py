"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "layers-exit",
        "Check yourself",
        (
            Ask(
                "You have a capture of a service. Is it written with threads or with asyncio?",
                right="the capture does not tell",
                choices={
                    "the capture does not tell": "Both end in the same calls, and the wire carries bytes only. Ask"
                    " the kernel: `strace`, or the threads in `/proc/PID/task`.",
                    "asyncio, if its segments are large": "How large they are depends on what is written, not on who"
                    " waits for it.",
                    "threads, if answers come at once": "An event loop that is not blocked is as quick as a thread.",
                },
            ),
            Ask(
                "A coroutine calls `time.sleep(1)` for one client. What do the other thousand notice?",
                right="they wait a second, too",
                choices={
                    "they wait a second, too": "One thread runs the loop, and it sleeps. `await asyncio.sleep(1)` lets"
                    " it go on.",
                    "nothing: each has its own task": "Tasks take turns in one thread, and give it away only at an"
                    " `await`.",
                    "they are refused": "The kernel goes on accepting into the backlog; only nobody fetches them.",
                },
            ),
            Ask(
                "A download server in asyncio takes 5 GB of memory when mobile phones are its clients. All"
                " else is well. What is missing?",
                right="await writer.drain()",
                choices={
                    "await writer.drain()": "write() takes whatever it is given. Who does not wait for slow readers"
                    " keeps their files in memory.",
                    "writer.close()": "It would leave connections open, at some KB each. This is file after file.",
                    "a larger send buffer in the kernel": "Then the kernel would hold a little more of it, and the"
                    " process nearly as much.",
                },
            ),
            Ask(
                "`asyncio.timeout(2)` ended a `readline()`. The handler catches TimeoutError and goes on to other"
                " work. What does the client know of it?",
                right="nothing, unless the writer is closed",
                choices={
                    "nothing, unless the writer is closed": "A timeout cancels a wait in this process. What follows for"
                    " the connection has to be said: `writer.close()` in a `finally`.",
                    "it gets a FIN when the two seconds are over": "Nobody has closed anything by then.",
                    "it gets an RST, because the read was broken off": "The kernel does not know that somebody waited:"
                    " a loop waits for all sockets at once.",
                },
            ),
            Ask(
                "A thread's handler is rewritten as a coroutine. `with conn:` is gone. Which line takes its place?",
                right="finally: writer.close()",
                choices={
                    "finally: writer.close()": "`with` closed in every case, an exception too. Only a `finally` does"
                    " the same.",
                    "writer.close() as the last line": "It is not reached when something raises, or when the task is"
                    " cancelled.",
                    "none: asyncio closes when the task is done": "Up to Python 3.12 only after an exception. Since"
                    " 3.13 a forgotten writer closes when it is thrown away, with a ResourceWarning: count on neither.",
                },
            ),
        ),
    ),
)

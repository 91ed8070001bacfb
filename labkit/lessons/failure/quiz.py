"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "failure-exit",
        "Situations from work",
        (
            Ask(
                "A server's virtual machine is switched off hard, and is up again ten seconds later. A client only"
                " waits in recv() for"
                " news. What does it notice?",
                right="nothing",
                choices={
                    "nothing": "The new kernel has no reason to say anything to it. Only when the client sends does"
                    " it get a RST.",
                    "a FIN, when the machine goes down": "A kernel that loses its power says nothing any more.",
                    "a RST, when the machine is up again": "It knows of no connection, so there is nobody to whom it"
                    " could send one.",
                },
            ),
            Ask(
                "A monitoring client has a heartbeat of 5 s, and after three silences it calls again. Once a day all"
                " 400 of them call"
                " at once, at the minute of the server's backup, which makes it stand still for 16 s. What first?",
                right="a longer interval",
                choices={
                    "a longer interval": "A time for the whole that is longer than what a living server may need. The"
                    " rest is that"
                    " backup.",
                    "a shorter interval, to notice sooner": "Then shorter stops are taken for deaths, too.",
                    "keep-alive of the kernel instead": "It notices none of these stops, and no hanging program"
                    " either.",
                },
            ),
            Ask(
                "A client doubles its pauses, has jitter, and begins anew with 50 ms as soon as connect() returns."
                " The load balancer is"
                " up, all servers behind it are down. How many calls a second does it make?",
                right="twenty or more",
                choices={
                    "twenty or more": "The balancer accepts and hangs up, so each call counts as a success, and"
                    " each pause is"
                    " the first. Begin anew when an answer has come.",
                    "one every few seconds, as the pauses have grown by then": "They would, if a connection without"
                    " an answer"
                    " counted as a failure.",
                    "none: connect() is refused": "The balancer accepts.",
                },
            ),
            Ask(
                "POST /payments has timed out. The client has an idempotence key for it. What does it send next?",
                right="the same payment, with the same key",
                choices={
                    "the same payment, with the same key": "If it was made, the server answers as it did; if not, it"
                    " is made now.",
                    "the same payment, with a new key": "To the server that is a second payment.",
                    "nothing, and it tells the user that the payment has failed": "Perhaps it has not. Nobody knows,"
                    " until"
                    " somebody asks.",
                },
            ),
            Ask(
                "The server stores the payment, commits, and then stores the key in another database. What is wrong?",
                right="a crash between the two",
                choices={
                    "a crash between the two": "The payment is there, the key is not, and the next try pays again. One"
                    " transaction for both.",
                    "the order: the key should be stored first": "Then a crash between them loses the payment: the"
                    " key says that"
                    " it was made.",
                    "nothing, as long as both databases are replicated well": "Copies do not help against the moment"
                    " between"
                    " the two.",
                },
            ),
            Ask(
                "docker stop waits ten seconds for a Python server, then kills it. Its lock file stays. The finally"
                " that removes it"
                " is right. Why did it not run?",
                right="SIGTERM raised nothing",
                choices={
                    "SIGTERM raised nothing": "As the container's first process it even ignores it, without a handler"
                    " (pid_namespaces(7)). With one that calls sys.exit() the finally runs.",
                    "ten seconds are too short for a finally": "It needs a millisecond, once something raises.",
                    "finally runs only after an except": "It runs on each way out of the try, if there is a way out.",
                },
            ),
        ),
    ),
)

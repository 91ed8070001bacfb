"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "detective-exit",
        "Situations from work",
        (
            Ask(
                "“The database is slow”, says a ticket, and nothing more. What do you do first?",
                right="one slow call, captured",
                choices={
                    "one slow call, captured": "What is seen comes before what is thought. Its end, and where its time"
                    " goes, choose the next question.",
                    "look for what was changed yesterday": "That may be it. But you do not know yet what it is that"
                    " you explain.",
                    "restart it, and see whether that helps": "If it helps, the evidence is gone, and the cause is"
                    " still there.",
                },
            ),
            Ask(
                "Between you and a server are 30 routers, and one of them loses all packets. You may look at one"
                " segment at a time. How many looks does it take at worst, if you choose well?",
                right="5",
                choices={
                    "5": "30 routers may be the one, then 15, 8, 4, 2, 1.",
                    "15": "Half of them would be the mean of going from one end. Each look can halve what is left.",
                    "30": "That is one after the other, at worst.",
                },
            ),
            Ask(
                "You believe that a server's route back to you is missing. Which result would prove you wrong?",
                right="its RST from another port",
                choices={
                    "its RST from another port": "A RST has to come back, too, by the same route.",
                    "your SYN, captured at the server": "So it would be also if the route were missing: the way there"
                    " is whole.",
                    "a call that times out again": "That is what you expect if you are right. It tells nothing new.",
                },
            ),
            Ask(
                "`ss -ltn` shows LISTEN with a Recv-Q of 129 for your service. What has happened?",
                right="accept() is called too rarely, or never",
                choices={
                    "accept() is called too rarely, or never": "For LISTEN it counts connections that the kernel has"
                    " finished and no program has taken.",
                    "129 bytes have not been read yet": "So it would be for a connection. A listener has no bytes.",
                    "129 clients have been turned away with a RST": "These are connected, as far as they know.",
                },
            ),
            Ask(
                "A mended setting, and it works again. How do you know that the setting was it?",
                right="undo it: does it fail again?",
                choices={
                    "undo it: does it fail again?": "Much else changed meanwhile. What comes and goes with your change"
                    " is your fault.",
                    "it works, and that is what counts": "Until Thursday, when it comes back.",
                    "ask others whether they changed something": "They may not know. An experiment does.",
                },
            ),
        ),
    ),
)

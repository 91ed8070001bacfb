"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "loss-exit",
        "Situations from work",
        (
            Ask(
                "Most requests over a good line take 30 ms. One in some hundred takes 250 ms, and hardly any lie"
                " between. What do you suspect first?",
                right="the last segment of it was lost",
                choices={
                    "the last segment of it was lost": "Nothing behind it tells, so the timer has to, and that waits"
                    " for 200 ms and more.",
                    "any segment of it was lost": "A loss in the middle is told by what comes behind it, and costs one"
                    " round trip.",
                    "the server was busy for a moment": "Then times would be spread, and not lie at one place.",
                },
            ),
            Ask(
                "A download over a fat line between two continents reaches 2 of 1,000 Mbit/s. The line is far from"
                " full. Which of these explains it?",
                right="one packet in a thousand is lost",
                choices={
                    "one packet in a thousand is lost": "A loss-based sender halves at each loss and grows by one"
                    " segment in a long round trip: it never gets far.",
                    "the round trip is long": "Alone it does not: the window may be as large as line and round trip ask"
                    " for, if nothing holds it down.",
                    "each segment waits for its own ACK": "A whole window is on its way at once, not one segment.",
                },
            ),
            Ask(
                "A colleague makes the queue of a router ten times as long, because packets were lost there. What will"
                " people notice?",
                right="everything reacts more slowly",
                choices={
                    "everything reacts more slowly": "Senders fill whatever queue there is, and whoever passes waits in"
                    " it.",
                    "uploads get about ten times faster": "The line was full before, and is full now. It carries no"
                    " more.",
                    "nothing: no packet is lost": "They are lost as before, only later, when the long queue is full.",
                },
            ),
            Ask(
                "A service is overloaded. Its callers have a timeout of 1 s and ask again at once, three times. What"
                " does that do?",
                right="up to four times the load",
                choices={
                    "up to four times the load": "And the service works on requests that nobody waits for. Longer"
                    " and longer pauses, and a bound on all retries, let it recover.",
                    "it hides the overload": "For each caller it may look so, for a moment. The service gets more to"
                    " do, not less.",
                    "nothing, as TCP slows the callers down": "TCP slows down bytes on one connection. How many"
                    " requests you make is up to you.",
                },
            ),
        ),
    ),
)

"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "running-exit",
        "Situations from work",
        (
            Ask(
                "An upload service closes connections that were idle for 30 s. Somebody sends one byte every 20 s,"
                " for days."
                " What is missing?",
                right="a time for the whole request",
                choices={
                    "a time for the whole request": "A byte is no progress. What is waited for is a request, so that"
                    " is what"
                    " the clock must be on.",
                    "a shorter idle time": "Then a byte every 5 s holds it. The clock starts anew each time.",
                    "a limit of connections for each address": "It bounds how many he holds, and each"
                    " of them he still holds for days.",
                },
            ),
            Ask(
                "Each of four servers reports its p99: 10, 10, 10 and 400 ms. A manager wants one number. Which is"
                " right?",
                right="the p99 of all their requests together",
                choices={
                    "their mean, 107 ms": "Percentiles cannot be averaged: nobody knows how many requests stand"
                    " behind each.",
                    "the p99 of all their requests together": "For that the servers hand over counts in classes,"
                    " which can be"
                    " added.",
                    "the largest, 400 ms": "It is safe, and may be far too much: if that server has one request in a"
                    " thousand,"
                    " most of all are quick.",
                },
            ),
            Ask(
                "A test with 10 clients in a loop says: p99 is 12 ms. In production p99 is 900 ms, with the same"
                " hardware and"
                " as many requests a second. What is the likely reason?",
                right="the test asked nothing while the server stood",
                choices={
                    "the test asked nothing while the server stood": "A closed loop puts its next question when it"
                    " has an"
                    " answer. Users come when they come.",
                    "production has more clients": "It has as many requests a second; that is what the server has to"
                    " do.",
                    "a p99 needs many more clients than ten, and is chance": "It needs enough"
                    " requests, and 10 clients make thousands.",
                },
            ),
            Ask(
                "rate=10, burst=100. What is the most that one client is given in the first 10 seconds?",
                right="200 requests",
                choices={
                    "100 requests": "Those are in the bucket at the beginning. Meanwhile new tokens come.",
                    "200 requests": "100 that were there, and 10 s × 10 that come meanwhile.",
                    "1,000 requests": "No number here is multiplied by the burst.",
                },
            ),
            Ask(
                "A container gets SIGTERM; its program closes the listening socket at once, and then answers what it"
                " has"
                " accepted. In the callers' logs: ECONNRESET, a few for each deployment. Why?",
                right="some stood in the listener's queue",
                choices={
                    "some stood in the listener's queue": "They were connected, and not accepted. The kernel resets"
                    " them with"
                    " the listener: accept them first.",
                    "SIGTERM resets a program's connections": "Not by itself: the program decides what it does.",
                    "those who come later get a reset": "Those are refused: ECONNREFUSED, at connect().",
                },
            ),
        ),
    ),
)

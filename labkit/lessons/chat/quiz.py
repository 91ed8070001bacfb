"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "chat-exit",
        "Situations from work",
        (
            Ask(
                "A coroutine sells seats: `if seat in free:`, then `await pay()`, then `free.remove(seat)`. Two buy the"
                " last seat. What is the mend?",
                right="take the seat before the await",
                choices={
                    "take the seat before the await": "Look and take in one step; give it back if the payment fails.",
                    "ask again whether it is free after the await": "Then one has paid, and gets no seat.",
                    "nothing: one thread runs one coroutine at a time": "Only up to the next await. There the other one"
                    " has its turn.",
                },
            ),
            Ask(
                "A dashboard pushes positions of 500 lorries to browsers, each every second. A browser on a bad line"
                " falls behind. Which rule for its queue?",
                right="drop the oldest",
                choices={
                    "drop the oldest": "A newer position makes the older one worthless.",
                    "wait for it": "Then 499 others wait with it.",
                    "keep all, for it may catch up": "On a line that is too slow it never does, and the memory ends"
                    " first.",
                },
            ),
            Ask(
                "The same queue, for the orders of a warehouse. An order must not be lost, and the others must not"
                " wait. Which rule?",
                right="disconnect the slow one",
                choices={
                    "disconnect the slow one": "It comes again, and asks for the rest: a gap is then known to both."
                    " For that each order has a number, and the server still has it.",
                    "drop the oldest, and tell it how many": "It then knows that orders are lost, and has lost them.",
                    "wait": "Nothing is lost, and all warehouses stand still with the slowest.",
                },
            ),
            Ask(
                "`for session in sessions: if session.expired: sessions.remove(session)`. Now and then an expired"
                " session stays until the next run. Why?",
                right="two in a row had expired",
                choices={
                    "two in a row had expired": "The loop skips the one behind each that it removes. Go over a copy, or"
                    " build a new list.",
                    "two runs removed at the same time": "One is enough, if it skips one.",
                    "sessions expire while the loop runs": "Some may, and the next run finds them. This one had expired"
                    " before.",
                },
            ),
            Ask(
                "A client's library says `send()` returned, the server was restarted a moment later, and the message is"
                " nowhere. Whose fault is it?",
                right="the protocol's: there is no receipt",
                choices={
                    "the protocol's: there is no receipt": "send() returns when the own kernel has the bytes. Only an"
                    " answer of the other program says more.",
                    "TCP's: it promises to deliver": "To the other kernel, as long as the connection lasts. The program"
                    " there has to read it.",
                    "the library's: send() returned too early": "It returns when the kernel has taken the bytes. It"
                    " cannot know of more.",
                },
            ),
        ),
    ),
)

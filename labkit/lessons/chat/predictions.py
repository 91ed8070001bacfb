"""Why each choice of the lesson's predictions is right or wrong."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "recall-two-lines": {
        "1": "A call is no message. The newline is, wherever the calls and the segments end.",
        "2": "Two newlines, two messages. How many calls and segments carried them makes no difference to readline().",
        "1 or 2, by chance": "So it would be if the server took what one recv() gives for a message.",
    },
    "chat-one-line": {
        "1": "One comes to the server. Nobody on the cables sends it on to the others but the server itself.",
        "3": "Three go out, one for each member. And how did the server hear of it?",
        "4": "One to the server and one to each of the three, ada too. TCP connects two, and two only.",
    },
    "chat-two-adas": {
        "0": "Each of them saw a name that nobody had.",
        "1": "So it would be if looking and taking were one step. Between them stands an await.",
        "2": "Both looked before either had taken it: at the await the other one had its turn.",
    },
    "chat-which-ada": {
        "0": "One of the two is in the dict, under the name that both have.",
        "1": "A dict has one value for a name: the second took the first one's place, and nobody told the first.",
        "2": "That would take two entries. Both are called ada.",
    },
    "recall-full-write": {
        "it waits": "It is no coroutine, and cannot. drain() is, and waits.",
        "it keeps the bytes": "What the kernel does not take, asyncio keeps, as much as it is given. Who wants to wait"
        " awaits drain().",
        "it raises an error": "A full buffer is no error, only a reason to wait.",
    },
    "chat-lid": {
        "all 200": "The server waits in drain() for eve, in the middle of the loop over all.",
        "a part": "What was said until eve's buffers were full. Then the loop stands still at eve, for all.",
        "none": "As long as eve's buffers have room, drain() returns at once, and the lines go out.",
    },
    "chat-leaves": {
        "nobody's": "bob has left the set over which a loop was going. When it goes on, it finds that out.",
        "eve's": "Her buffers are empty again, and she has done nothing but wait.",
        "ada's": "The loop runs in the task of ada, who talks. Its RuntimeError ends that task, and her connection.",
    },
    "chat-four-gone": {
        "all 4": "When bob is taken out, cyd moves to bob's place, and the loop goes on behind it.",
        "2": "Every second one: bob is taken out, cyd skipped, dan taken out, eve skipped.",
        "1": "After the first it goes on, one place too far. What stands there?",
        "none": "A set would complain, before anything else happens to it. A list keeps silent.",
    },
    "chat-wait": {
        "nobody": "Then what eve does not read would have to be dropped, or kept without a bound.",
        "eve alone": "She reads nothing and feels nothing. Who says the next line waits for room in her outbox.",
        "ada and bob": "ada is not heard until eve has room again, and so bob hears nothing, either.",
    },
    "chat-drop": {
        "none": "More was said than her outbox and the kernels' buffers hold.",
        "the first": "They had reached the kernels' buffers before anything was full.",
        "some in the middle": "The first lie in the kernels' buffers, the newest in her outbox. What was dropped stood"
        " between, and MISSED says how much.",
        "the last": "That would be a queue that refuses what is new. This one gives up its oldest.",
    },
    "chat-disconnect": {
        "all 200 lines": "What waited in her outbox was forgotten when she was put out.",
        "some lines, and BYE": "What the kernels' buffers held, then the reason. She has not read it within the grace?"
        " Then the connection breaks.",
        "BYE, and no line": "discard() forgets what waits in her outbox. What the kernels have, nobody takes back.",
    },
    "chat-close": {
        "all 2,000 lines": "close() goes on sending what is unsent, but not here: with unread bytes it is a reset.",
        "some lines": "What eve's kernel had already. The rest was thrown away with the connection: RST.",
        "nothing": "On Linux what has arrived before the RST can still be read, and the error comes behind it. Do not"
        " count on it: RFC 9293 (section 3.10.7.4) lets a kernel throw it away.",
    },
    "chat-polite": {
        "all 2,000 lines": "The FIN stands behind the last line. As everything is read, there is no reason for a RST.",
        "some lines": "Who has read all that came may close: then nothing shows that data was lost, as none was.",
        "nothing": "shutdown(SHUT_WR) says only that no more will come behind what was said.",
    },
    "chat-stop": {
        "all 50,000": "The server ends in their middle. What it has not heard by then, it does not hear any more.",
        "as many as ada has receipts": "A line with a receipt lies in all outboxes, and each of these is written to its"
        " end.",
        "fewer than ada has receipts": "So it would be if the receipt were sent before the line lies in bob's outbox,"
        " or if bob were closed before his is empty.",
    },
    "chat-orders": {
        "1": "The server hears one line at a time, and puts it into all outboxes before it hears the next.",
        "2, by who was first": "There is only one first: the one that the server heard first.",
        "up to 100": "So it would be if each told all the others by itself, over connections of its own.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "recall-two-lines": "2",
    "chat-one-line": "4",
    "chat-two-adas": "2",
    "chat-which-ada": "1",
    "recall-full-write": "it keeps the bytes",
    "chat-lid": "a part",
    "chat-leaves": "ada's",
    "chat-four-gone": "2",
    "chat-wait": "ada and bob",
    "chat-drop": "some in the middle",
    "chat-disconnect": "some lines, and BYE",
    "chat-close": "some lines",
    "chat-polite": "all 2,000 lines",
    "chat-stop": "as many as ada has receipts",
    "chat-orders": "1",
}

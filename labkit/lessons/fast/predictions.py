"""Why each choice of the predictions is right or wrong: the misconception behind it."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "fast-alone": {
        "a tenth": "The writer's work is more than half of all, and stays as it is.",
        "a quarter": "The reader's work is less than half of all. More than that a buffer cannot save.",
        "half or more": "The reader's calls are gone, nearly all. The writer's are the same, two for each message.",
    },
    "fast-batch": {
        "a hundredth": "The writer makes one call in place of 512. But who reads makes 512 for these messages.",
        "a tenth": "That takes a reader with a buffer, too. This one asks for four bytes, and then for 124.",
        "about half": "The writer's calls are gone, nearly all. The reader's are the same, two for each message.",
    },
    "fast-view": {
        "a tenth": "The copy of 124 bytes is a small part of what Python does for a message.",
        "half": "So it would be with messages of some ten thousand bytes, whose copies take time.",
        "no less": "To make a view takes as long as to copy so little, and there is a loop in Python for each message"
        " as before.",
    },
    "fast-ladder": {
        "about a third": "A batch and a buffer for the reader give more than that.",
        "about a fifth": "A batch and a buffer for the reader give more than that.",
        "under a tenth": "One call for 256 messages, one buffer, and a loop in C.",
    },
    "fast-copied": {
        "about 200,000": "So it would be if each byte were copied twice: once to join, once to send.",
        "about 1,000,000": "That is ten copies of each byte. But the first message is copied again with each of the"
        " 999 that follow.",
        "more than 50,000,000": "Each put() copies all that waits: 100 bytes, 200, 300 and so on to 100,000. That is"
        " 50 million, and flush() adds 5.",
    },
    "fast-stale": {
        "ada's order": "A view holds no bytes of its own.",
        "bob's order": "The buffer is the same, and a view shows what is in it now.",
        "an error": "Python refuses to change a bytearray's size while there is a view of it. Its contents may change.",
    },
    "fast-pipelined": {
        "20 and 20": "So it is for who waits after each. Here the second question leaves before the first is answered.",
        "20 and 1": "All questions are under way together, and so are the answers.",
        "20 and 2": "The answers come one behind the other, and none of them waits for the client.",
    },
    "recall-goodbye": {
        4: "These are the SYN, the question, the answer and the FIN. And their ACKs, and the server's own?",
        7: "Three for the handshake, and two each for question and answer, with their ACKs. Nobody has said goodbye"
        " yet.",
        10: "Three of the handshake; question and answer, with an ACK each; and three of the goodbye: FIN, FIN with"
        " an ACK, ACK.",
    },
    "fast-pool": {
        "about 100": "Handshake and goodbye are six of the ten, and they come once, not twenty times.",
        "about 50": "Six for handshake and goodbye. Each question and its answer take two: the next question carries"
        " the ACK along; a few ACKs go alone.",
        "about 20": "Each question has an answer, and TCP acknowledges both.",
    },
    "fast-json": {
        "it pays": "The Unix socket carries gigabytes a second. No compressor is as quick.",
        "it costs": "It took longer to compress than to hand over all of it.",
        "no difference": "There is work, and nothing is saved by it: between two programs of one machine nothing waits"
        " for a link.",
    },
    "fast-random": {
        "it pays": "There is nothing in random bytes that could be said in fewer.",
        "it costs": "Their compression takes some milliseconds, and the cable almost a second.",
        "no difference": "They get no smaller; and the work is too little to be seen beside such a slow cable.",
    },
    "fast-closed": {
        "less than 30 ms": "The next 99 are due at once, so the batch is full at once. The loop makes its own weather.",
        "about 50 ms": "That takes messages that come when they come. Here they come when the writer is ready.",
        "more": "A hundred messages are made in far less than a millisecond.",
    },
    "fast-open": {
        "less than 30 ms": "So says the closed loop. But the hundredth is due 99 ms after the first.",
        "about 50 ms": "The first of a batch waits 99 ms, the last none, and the one in the middle 50.",
        "more": "None waits longer than its batch takes to fill: 99 ms.",
    },
    "fast-nats": {
        "about as much": "Its system calls are as few as here. But there are some microseconds of Python around each"
        " message.",
        "a sixth": "This one does for a message what must be done: a line is made, a line is found, bytes are cut.",
        "a fiftieth": "A line must be found and cut for each message, in Python. That alone takes more.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "fast-alone": "half or more",
    "fast-batch": "about half",
    "fast-view": "no less",
    "fast-ladder": "under a tenth",
    "fast-copied": "more than 50,000,000",
    "fast-stale": "bob's order",
    "fast-pipelined": "20 and 1",
    "recall-goodbye": "10",
    "fast-pool": "about 50",
    "fast-json": "it costs",
    "fast-random": "no difference",
    "fast-closed": "less than 30 ms",
    "fast-open": "about 50 ms",
    "fast-nats": "a sixth",
}

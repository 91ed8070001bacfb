"""Why each choice of a prediction is right or wrong, and which is right."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "recall-who-has-it": {
        "your own kernel": "It took a copy, and will try. Where the copy goes is seen later, or never.",
        "the other kernel": "Its acknowledgement comes later, and send() does not wait for it.",
        "the other program": "Only an answer of that program says so.",
    },
    "cut-for-good": {
        "nothing": "The server reads what comes; nobody takes it back.",
        "the beginning, without a gap": "The kernel hands bytes to the program in their order, and never with a gap.",
        "pieces, with gaps": "Behind a gap the kernel keeps what has come, and does not hand it out.",
    },
    "part-waiting": {
        "of none": "The kernel of a killed program still lives, and closes its sockets.",
        "killed, unread": "There a kernel lives that closes what the program had open: a FIN, or a RST.",
        "killed, unread, back": "Who is back knows of no connection, and so has nobody to tell.",
        "all five": "Without power no kernel says anything, and one whose program hangs sees no reason to.",
    },
    "part-after": {
        "none": "Of two nothing has come: neither a FIN, nor a RST, nor an answer.",
        "off": "Nobody answers there; but another one does not answer either.",
        "hangs, off": "From one come acknowledgements of its kernel, from the other nothing. Neither is an error.",
        "hangs, off, back": "The kernel that is back knows no such connection, and says so with a RST.",
    },
    "beat-when": {
        "less than 2": "Three silences in a row are wanted, and at most one of them had begun before the cut.",
        "2 to 3": "They are counted from the last word, which came up to one interval before the cut.",
        "3 to 4": "The silence does not begin with the cut. It begins with the last word, and that came before it.",
    },
    "beat-pause": {
        "none": "Nobody can tell a long pause from a death. Whose time is over gives up.",
        "0.1 and 0.2": "Their time is over before it goes on. The others still wait, and hear of it again.",
        "all four": "The time of the other two is 2.4 and 4.8 s.",
    },
    "nat-news": {
        "both": "For one of them the NAT has no entry left, so nobody knows to whom its packets belong.",
        "neither": "The heartbeat has kept one entry young.",
        "that with the heartbeat": "Each PING is a packet, and each packet makes the NAT's entry young again.",
    },
    "crowd-first": {
        "about 10": "All hundred call at the same moment, and ten fit into the queue.",
        "about half": "In the moment in which they all come, the server has hardly served one.",
        "all 100": "The server could serve them in 0.4 s. But they all come at once.",
    },
    "crowd-jitter": {
        "more": "There are more calls before the server is back. After that it is spared.",
        "as many": "It is not their number that fills a queue, it is that they come together.",
        "far fewer": "They come one by one, and the server serves one by one.",
    },
    "leak-count": {
        "none": "Nine of them nobody has closed, and nobody has a name for them any more.",
        "1": "It is the other way round: one is closed.",
        "9": "The finally closes writer, and that is the last one.",
        "10": "The finally did run, once, at the end.",
    },
    "finally-runs": {
        "SIGINT": "Python makes an exception of it, KeyboardInterrupt. The others end the process at once.",
        "SIGINT, SIGTERM": "SIGTERM raises nothing in Python, unless somebody writes a handler.",
        "all three": "Of SIGKILL a process does not even hear.",
    },
    "once-booked": {
        "once": "To this server two connections with the same text are two orders.",
        "twice": "The first had arrived; only its answer was lost.",
        "three times": "The second answer came, so there was no third try.",
    },
    "deadline-sum": {
        "0.1 s": "That is one try of the lowest layer.",
        "0.3 s": "That is what the stock needs for its three tries; and the shop asks it three times.",
        "0.9 s or more": "Three times three times 0.1 s, and the way there and back.",
    },
    "reliable-booked": {
        "59 or fewer": "A number is given when the line is on the disk, and a kill takes no line away.",
        "60": "An order without an answer was said again, under its key, and a key is booked once.",
        "61 or more": "Some were said twice, under the same key. The server knows it.",
    },
    "reliable-keys": {
        "60 times": "What was said to the killed server, or into the cut cable, was said again to the next connection.",
        "more often": "Said at least once, booked exactly once.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "recall-who-has-it": "your own kernel",
    "cut-for-good": "the beginning, without a gap",
    "part-waiting": "killed, unread",
    "part-after": "hangs, off",
    "beat-when": "2 to 3",
    "beat-pause": "0.1 and 0.2",
    "nat-news": "that with the heartbeat",
    "crowd-first": "about 10",
    "crowd-jitter": "far fewer",
    "leak-count": "9",
    "finally-runs": "SIGINT",
    "once-booked": "twice",
    "deadline-sum": "0.9 s or more",
    "reliable-booked": "60",
    "reliable-keys": "more often",
}

"""Why each choice of the predictions is right or wrong: the misconception behind it."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "gap-ack": {
        2897: "The number names the next byte that is missing, whatever has come behind it. It is the same as before.",
        4345: "That would say that all before 4,345 has come, and the third segment has not.",
        5793: "It is the end of what came last. The ACK number cannot jump over a gap; SACK tells of what lies behind.",
    },
    "gap-again": {
        "the third": "What lies behind the gap has arrived, the server keeps it, and its SACK blocks say so.",
        "the third and all behind it": "So it would be without SACK if the receiver threw away what it cannot use yet"
        " (go-back-N). TCP keeps it.",
        "none: the server asks for it": "TCP has no segment that asks. The sender concludes it from ACKs, or from their"
        " absence.",
    },
    "three": {
        1: "One duplicate may only mean that two segments have changed places on the way.",
        3: "Three in a row: that is hardly disorder any more (RFC 5681, section 3.2).",
        11: "So many will come in all, one for each segment behind the gap. To wait for them would waste a round trip.",
    },
    "costly": {
        "the 3rd": "Eleven segments behind it tell of the gap, within one round trip.",
        "the 13th": "One segment behind it tells of the gap; that was enough.",
        "the 14th": "Nothing comes behind it, so nothing tells. The client has to wait for its timer.",
    },
    "rto-room": {
        "20 ms": "Then every answer that is a little late would be sent for again.",
        "40 ms": "Twice the round trip looks safe, but a delayed ACK alone may take longer (lesson:nagle).",
        "200 ms and more": "SRTT and four times its deviation, but at least 200 ms more than SRTT on Linux: an ACK may"
        " be delayed, a machine may be busy.",
    },
    "srtt-step": {
        "about 28 ms": "An eighth of the way from 20 to 80. One late answer shall not change the picture.",
        "about 50 ms": "The mean of old and new would jump with every late answer.",
        "about 80 ms": "Only the last one would count then, and chance would rule the timer.",
    },
    "rounds": {
        "10, 11, 12": "So it grows later, when a loss has shown where the limit is.",
        "10, 20, 40": "Each acknowledged segment lets two leave: it doubles, until something is lost.",
        "64, 64, 64": "A fixed number, whatever the network bears? The receiver's window may be such a number; the"
        " sender's is a guess that grows.",
        "all in the first": "So did TCP before 1988, as far as the receive window went, and the Internet broke down.",
    },
    "after-loss": {
        "half of it": "So much was too much; half of it is the new guess.",
        "one segment": "So it is when the timer had to notice the loss. Here ACKs kept coming, so the network still"
        " carries.",
        "no change": "Then whoever overfills a line would go on doing so.",
    },
    "then-grows": {
        "twice as many": "That is slow start, below the threshold. Now the limit is nearly known.",
        "one more": "It feels its way up, one segment in a round trip: congestion avoidance.",
        "as many": "Then it would never notice that the line has become free.",
    },
    "algorithms": {
        "Reno": "It halves its window at each loss, and a loss comes every 33 segments: it hardly grows.",
        "CUBIC": "It takes each loss for a full line, too, and at such a rate of losses it behaves like Reno.",
        "BBR": "It sends as fast as what it sends arrives, and a few lost segments do not change that.",
        "all about the same": "All send again what was lost. But two of them also slow down each time.",
    },
    "queue": {
        "shorter": "A longer queue loses less, and that is why it is full so long.",
        "the same": "Its packets stand in the same queue as the upload's, behind them.",
        "more than twice": "The upload fills whatever queue there is, and everybody waits in it.",
    },
    "share-near": {
        "about equally": "Both lose when the queue overflows, both halve, both grow at the same pace.",
        "the first takes most": "It has no privilege: the queue drops whatever comes when it is full.",
    },
    "share-far": {
        "about equally": "Nobody divides the line. What each gets follows from how fast it grows between two losses.",
        "the near one gets more": "It grows by a segment each round trip, and its round trips are short.",
        "the far one gets more": "More of its segments are on their way, but each takes so much longer.",
    },
    "storm": {
        "all 40": "The line could have carried them all in a second. But each caller threw its answer away, and asked"
        " for another.",
        "about 10": "Those of the first 250 ms. All later answers were to questions that had been given up.",
        "about 30": "It does not get better with time: what is in front of a new answer is always longer than 250 ms.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "gap-ack": "2897",
    "gap-again": "the third",
    "three": "3",
    "costly": "the 14th",
    "rto-room": "200 ms and more",
    "srtt-step": "about 28 ms",
    "rounds": "10, 20, 40",
    "after-loss": "half of it",
    "then-grows": "one more",
    "algorithms": "BBR",
    "queue": "more than twice",
    "share-near": "about equally",
    "share-far": "the near one gets more",
    "storm": "about 10",
}

"""Why each choice of the predictions is right or wrong: the misconception behind it."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "redis-first": {
        "GET name": "That comes fourth or fifth. First the two must agree on how they talk.",
        "a password": "Only who has given one sends one: it would stand in the HELLO.",
        "which protocol it wants": "HELLO 3. Older clients send who they are, and nobody begins with your command.",
    },
    "recall-any-byte": {
        "a mark at its end": "The mark may stand in the word, and then the word ends there.",
        "its length in front": "Nothing is searched for, so nothing in the word can be taken for something else.",
        "both": "A mark at the end can, if the word is changed so that the mark is not in it. Here it is"
        " sent as it is.",
    },
    "redis-in-one": {
        "0": "The first command is there, whole, and is answered.",
        "1": "One recv() gave both, and it looked at the first. The second is thrown away with the rest of the piece.",
        "2": "TCP does not tell how many there are. Who looks for one in each piece finds one.",
    },
    "redis-old-nil": {
        "it returns None": "In version 2 it would. It has been told that version 3 is spoken.",
        "it raises an error at once": "It would have to know the old word. In version 3 nothing begins so.",
        "it waits": "A size is there, so it waits for the bytes. None will ever come.",
    },
    "redis-two-clients": {
        "$-1": "That is what he should get. But `client` stands in the class, and so there is one for all.",
        "_": "ada's HELLO changed the one dict that all sessions have.",
        "nothing": "His command is whole, and the first in its piece.",
    },
    "recall-gathered": {
        "one": "The first answer goes out at once, as nothing is on its way yet.",
        "a few": "The first goes out at once, and what is written until its ACK comes is gathered.",
        "a hundred": "So it would be with TCP_NODELAY.",
    },
    "redis-pipelined": {
        "100 ms": "That would be ten waits for the network: ten commands in each.",
        "50 ms": "That would be five waits for the network: twenty commands in each.",
        "10 ms": "All go out together, and all come back together: one round trip, and what the server needs.",
    },
    "redis-post": {
        "nothing": "So it is where a server hangs up at the first line that it cannot read. This one went on.",
        "its headers": "None of them begins with the name of a command. The server answers each by an error.",
        "its body": "A line is a line. The server knows nothing of HTTP, and the body has a command in it.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "redis-first": "which protocol it wants",
    "recall-any-byte": "its length in front",
    "redis-in-one": "1",
    "redis-old-nil": "it waits",
    "redis-two-clients": "_",
    "recall-gathered": "a few",
    "redis-pipelined": "10 ms",
    "redis-post": "its body",
}

"""Why each choice of the predictions is right or wrong: the misconception behind it."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "recall-half-open": {
        "nothing": "The kernel has answered, and must know to whom, for the third segment. (SYN cookies do without:"
        " see below.)",
        "SYN-RECEIVED": "The kernel has answered, and waits for the third segment. That is what costs it memory.",
        "ESTABLISHED": "Not before the third segment has come. It is the caller's end that could be there already.",
    },
    "recall-each-recv": {
        "after 1 s": "That is how long each call may wait. Each of them gets a byte after 0.05 s, and returns.",
        "after 10 s": "Then all 200 would be there; but nothing gives up, as no single call has waited too long.",
        "not at all": "A timeout of a socket is for one call, and begins anew with the next.",
    },
    "attack-leaves": {
        "to your machine's router": "Her host has a network of its own, and no way into your machine's.",
        "to the end of her cable": "It would have to leave her host first; for that her kernel needs a route.",
        "not even to her cable": "There is no route to 192.0.2.1, so sendto() fails: ENETUNREACH.",
    },
    "attack-flood": {
        "no answer": "The queue of half-open connections is full, so its SYN is dropped, without a word.",
        "a refusal": "A RST says that nobody listens. Somebody does; there is no room, and of that TCP says nothing.",
        "a connection, as ever": "Its SYN is as good as the others. But nobody can tell that, and it came last.",
    },
    "attack-cookies": {
        "no answer": "The queue is as full as before. But an answer of which nothing is kept needs no place in it.",
        "a refusal": "Linux refuses nobody whom it can still answer.",
        "a connection, as ever": "The answer's number is a cookie: the client's ACK brings it back, and that is"
        " enough to know it by.",
    },
    "attack-deadline": {
        "at once": "All five places are held when it comes. It is the deadline that makes them free.",
        "within 1 s": "Then the five have had their time, and are put out, however busy they were.",
        "not within 2 s": "So it is with a limit for each recv(). A deadline moves for nobody.",
    },
    "attack-header": {
        "4": "It makes room for 4,294,967,295 bytes because four bytes say so. None of them need ever come.",
        "65,536": "No buffer overflows here. It is the server itself that asks for too much.",
        "4,294,967,299": "That would be the whole message. The server fails before the first byte of it.",
    },
    "attack-bomb": {
        "10 kB": "Then it would not be compressed. It is made to become larger.",
        "100 kB": "Texts grow about so much. But nobody says that it is a text: zeros shrink a thousand times.",
        "10 MB": "1,032 bytes for one, at most: so much DEFLATE can say with one byte of many that are alike.",
    },
    "attack-exact": {
        "nothing": "To the client nobody has said a word. It learns of it when it sends, and gets a true RST.",
        "that it was reset": "That is what the server's program sees. The hub carries the RST to the client, too, whose"
        " kernel drops it: it is addressed to the server.",
        "that it was closed": "For that a FIN would have to come, and nobody has sent one.",
    },
    "attack-near": {
        "it ends the connection": "So it was, until RFC 5961: then a guess that was only near was good enough.",
        "it ignores the RST": "That becomes of one outside the window. This one might be the client's, if a segment was"
        " lost.",
        "it asks the client": "By a challenge ACK. If the client has really reset, its answer has the right number.",
    },
    "attack-inject": {
        "none": "The first of them are old to the server, which has had bytes with these numbers. But not all"
        " eleven are.",
        "2": "Of its eleven bytes nine have numbers that the server has had from mallory. Two are left.",
        "11": "They have the numbers 4 to 14, and up to 12 the server has bytes already.",
    },
    "attack-switch": {
        "all of it": "A hub repeats it to her. A switch has seen at which of its ports the server is.",
        "the headers": "A switch reads headers, and hands on whole frames or none.",
        "nothing": "The frame goes to the server's port alone. So she knows neither the client's port nor any"
        " number.",
    },
    "attack-arp": {
        "it keeps what it has": "An interface is replaced, an address moves: then it would be lost until it forgot.",
        "it asks the bank again": "That would help a little. RFC 826 wants no such question: whoever speaks is"
        " believed.",
        "it takes the new one": "It has an entry for that address, so it takes what is newer (RFC 826).",
    },
    "attack-static": {
        "the same": "An entry that is permanent is changed by an administrator alone.",
        "it slows the client down": "The client asks nobody and waits for nobody: it has what it needs.",
        "nothing": "The kernel does not let an answer change a permanent entry.",
    },
    "attack-scan": {
        0: "accept() gives connections that stand. A SYN alone is the kernel's business.",
        3: "So it would be with connect(), which completes the handshake. Mallory needs only the first answer.",
        500: "At 497 of the ports there is no program that could write anything.",
    },
    "attack-walks": {
        3: "That was the wish. But what it counts is (address, port), and each call has a port of its own.",
        17: "It refuses none at all: it has never seen any of the 20 before.",
        20: "Each call comes from another port, so each is a new client to it.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "recall-half-open": "SYN-RECEIVED",
    "recall-each-recv": "not at all",
    "attack-leaves": "not even to her cable",
    "attack-flood": "no answer",
    "attack-cookies": "a connection, as ever",
    "attack-deadline": "within 1 s",
    "attack-header": "4",
    "attack-bomb": "10 MB",
    "attack-exact": "nothing",
    "attack-near": "it asks the client",
    "attack-inject": "2",
    "attack-switch": "nothing",
    "attack-arp": "it takes the new one",
    "attack-static": "nothing",
    "attack-scan": "0",
    "attack-walks": "20",
}

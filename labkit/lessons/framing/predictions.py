"""Why each choice of the lesson's predictions is right or wrong."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "recall-end": {
        "b''": "A FIN is told to a program as an empty result. No message is empty in this way: recv waits for at"
        " least one byte.",
        "an error": "An orderly end is no error. After a reset it would be one.",
        "nothing: it waits": "It would wait if more could come. The FIN says that none will.",
    },
    "recall-mss": {
        "1,500 bytes": "That is the whole packet, with the headers of IP and TCP.",
        "1,460 bytes": "1,500 less 20 for IP and 20 for TCP: room for options and data together.",
        "1,448 bytes": "The MSS of 1,460, less 12 for the timestamps that every segment carries.",
    },
    "two-sends": {
        "b'Mind '": "recv does not know where a send ended; nobody has told it. It takes what is there.",
        "b'Mind the gap.'": "The kernel keeps bytes in a queue, not calls. recv(1024) takes all that is there, 1,024"
        " bytes at most.",
        "b'the gap.'": "A stream keeps the order: nothing is overtaken, nothing replaced.",
    },
    "one-send": {
        "the whole command": "TCP repairs the loss, but that takes a round trip or more, and recv does not wait:"
        " the first byte ends its wait.",
        "what the first segment held": "Up to the gap the stream is in order, and recv hands over what is. The segments"
        " beyond the gap have arrived, too, and must wait for it.",
        "all but what was lost": "Then the program would see a stream with a hole. TCP never shows one:"
        " what lies beyond the gap is kept back.",
    },
    "ignore": {
        "'Zoë: 5 €'": "Each half of a character is no character by itself, and each is thrown away by itself.",
        "'Zoë: 5 '": "The ë was cut, too: its first byte ends one piece, its second begins the next.",
        "'Zo: 5 '": "Both characters were cut, so there were four halves, each one invalid alone."
        " 'ignore' loses them in silence.",
        "an error": "errors='strict' would raise. 'ignore' keeps quiet, which is worse.",
    },
    "sync": {
        "none: it raises an error": "Nothing tells it that anything is wrong. recv(size) gave bytes, as it may.",
        "the second message's length": "It would be, had the first message been read to its end.",
        "four letters of the first": "It stopped in the middle of the payload, and takes whatever four bytes come"
        " next for a length. From there on all is noise.",
    },
    "lines-cost": {
        "the same": "A piece of 10 bytes is the same, but each time it is put behind all that is held.",
        "twice as much": "So it would be if each piece were looked at once, as labkit.framing.Lines does.",
        "four times": "Twice as many pieces come, and on average twice as much is copied and searched for each.",
        "ten times": "Pieces of 10 bytes are many, but each costs no more than what is held by then.",
    },
    "cut-answer": {
        "with Content-Length": "It promised 8 bytes and 7 came: http.client raises IncompleteRead.",
        "in chunks": "Neither the chunk nor the empty one at the end was whole: http.client raises IncompleteRead.",
        "with neither": "The end of the connection is the end of the answer, and that came. 'pay 100' is whole, as far"
        " as anybody can tell.",
        "none of them": "For that each must say where it ends. One of them leaves it to the connection.",
    },
    "byte-order": {
        "5": "It would be if both sides wrote the same byte first. Little-endian machines put the smallest first.",
        "1,280": "That is 5 × 256: right for two bytes in the wrong order. Here there are four.",
        "83,886,080": "05 00 00 00 read from its other end is 5 × 256³.",
    },
    "hostile": {
        "4 bytes": "That is what it costs the stranger. The reader believed what they said.",
        "64 MB": "04 00 00 00 is 67,108,864, and the reader makes room for it before one byte of it has come.",
        "none before data comes": "A reader that makes room only as bytes come would be so wise. This one"
        " trusts the header.",
    },
    "fast": {
        "no cut: all at once": "Two messages in one piece are no trouble: it loops.",
        "one cut": "Every single cut was tried, by its author and here: none breaks it.",
        "two cuts": "A header in three pieces. The second piece replaces the first, where it should have been put"
        " behind it.",
        "nothing breaks it": "So it is once the pieces of a header are put one behind the other. As it stands, its"
        " tests passed because they cut the stream only once at a time.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "recall-end": "b''",
    "recall-mss": "1,448 bytes",
    "two-sends": "b'Mind the gap.'",
    "one-send": "what the first segment held",
    "ignore": "'Zo: 5 '",
    "lines-cost": "four times",
    "sync": "four letters of the first",
    "cut-answer": "with neither",
    "byte-order": "83,886,080",
    "hostile": "64 MB",
    "fast": "two cuts",
}

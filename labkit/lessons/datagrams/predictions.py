"""Why each choice of the lesson's predictions is right or wrong."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "recall-stream": {
        "b'Mind '": "Where a send ended is written down nowhere in a stream.",
        "b'Mind the gap.'": "recv gives what is there: all of it, and of the empty send nothing was ever on the wire.",
        "b'the gap.'": "What came first is read first, and nothing of it was read before.",
    },
    "three-sends": {
        1: "UDP joins nothing: it has no stream in which one could be put behind the other.",
        2: "The empty one is a datagram, too: a header with a length of 8, and nothing behind it.",
        3: "Each send is a datagram, also one of nothing.",
    },
    "small-buffer": {
        "b'4567'": "So a stream would do it. What a datagram has too much is thrown away when it is read.",
        "b'next'": "One recv, one datagram: with the first recv the whole first datagram has left the queue.",
        "an error": "Windows gives one. Linux cuts, and sets a flag that recv() does not show.",
    },
    "mended": {
        "511": "It is shorter than the buffer, so the loop never begins. At 512 it begins, and nothing more comes.",
        "511 and 512": "512 bytes fill the buffer, so the loop takes it for cut, and waits for a rest that is none.",
        "511 and 513": "The 513th byte was thrown away when the first 512 were read.",
        "all three": "A loop can only collect what still comes. Of a datagram nothing comes after its recv.",
    },
    "script": {
        "1 2 3 4 5": "TCP would make this of it. Nobody here numbers datagrams, or sends one again.",
        "1 3 4 5": "The loss is seen, the rest mended: but nothing sorts, and nothing knows a double.",
        "1 3 3 5 4": "Just as they came off the cable.",
        "1 3 5 4": "A double is a datagram like any other; only a number in it could tell.",
    },
    "who-hears": {
        "both": "Both reports came. For a socket that speaks to many, Linux would not know whose call should fail.",
        "the connected one's": "It has one peer, so the error can only be about that one; its next call raises it.",
        "the other one's": "It can send to anybody. Unless it sets IP_RECVERR, it is not told.",
        "neither's": "UDP has no acknowledgements, but ICMP reports, and they do find the socket.",
    },
    "overflow": {
        "send() raises an error": (
            "send() ends when the datagram is in the sender's own kernel. What comes later it cannot know."
        ),
        "send() waits for room": "TCP's window would tell it of that room. UDP's header has no place for one.",
        "by an ICMP message": "A closed port is reported. A full buffer is not: the kernel drops, and counts.",
        "not at all": "Only the receiving kernel knows, by a counter.",
    },
    "fragments": {
        1: "A packet on this cable has 1,500 bytes at most.",
        2: "Two packets hold 2,960 bytes of it.",
        3: "1,480, 1,480 and 1,048 bytes: 4,000 and UDP's header of eight.",
        4: "Three have room for 4,440 bytes.",
    },
    "one-lost": {
        "the other parts of it": "IP hands up a whole packet, or nothing: half a datagram is never read.",
        "all of it, a little later": "Nobody sends the missing part again. That would be TCP.",
        "nothing": "Two good parts lie in the receiver's kernel, and are thrown away after 30 seconds.",
    },
    "eight-thousand": {
        "one in ten": "So many packets are lost. A datagram of 8,000 bytes is six of them, and needs all six.",
        "one in sixty": "Six packets make it worse, not better: one loss is enough.",
        "about half": "1 - 0.9 to the power of 6 is 0.47.",
        "nearly all": "That takes some 28 packets, or a much worse line.",
    },
    "largest": {
        1460: "That is TCP's: its header has 20 bytes. UDP's has eight.",
        1472: "1,500 less 20 for IP and 8 for UDP.",
        1480: "So much IP can carry; eight bytes of it are UDP's header.",
        1500: "The MTU counts the headers of IP and UDP, too.",
    },
    "booked": {
        0: "The order itself arrived. Only its answer was lost.",
        1: "The client sent it again, and to the teller the copy is an order like any other.",
        2: "Once for each copy that arrived: the client cannot know which of the two was lost.",
    },
    "third-answer": {
        "cara's": "It takes whatever comes next, and that is one answer behind.",
        "ben's": "The second copy of ann's answer was taken for ben's, so ben's was still there.",
        "ann's": "The copy of ann's answer was taken one question earlier.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "recall-stream": "b'Mind the gap.'",
    "three-sends": "3",
    "small-buffer": "b'next'",
    "mended": "511",
    "script": "1 3 3 5 4",
    "who-hears": "the connected one's",
    "overflow": "not at all",
    "fragments": "3",
    "one-lost": "nothing",
    "eight-thousand": "about half",
    "largest": "1472",
    "booked": "2",
    "third-answer": "ben's",
}

"""Why each choice of the lesson's predictions is right or wrong."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "three-waiting": {
        1: "Datagrams keep their boundaries: one recv, one datagram, however much room there is.",
        2: "recv takes from the front of the queue, one datagram at a time.",
        3: "That would be a stream. TCP joins what waits; UDP never does.",
    },
    "closed-port": {
        "nothing": "UDP itself says nothing, but the host does, for a datagram that was for it alone.",
        "a reset": "RST is TCP's. UDP has no connection that could be reset.",
        "an ICMP message": "Destination unreachable, port unreachable (RFC 1122, section 4.1.3.1).",
    },
    "nobody-joined": {
        "nowhere: sendto() fails": (
            "sendto() only needs a way out of the host. Whether anyone listens, it does not know, and never asks."
        ),
        "to the switch, and no further": (
            "So a switch does that reads who has joined. A plain one does not know, and to be safe sends to all."
        ),
        "along every cable, and into no program": (
            "The switch floods; each kernel finds that its host is no member, and drops the datagram."
        ),
        "into all four programs": (
            "The port is right, but a port is not enough: the host must first be a member of the group."
        ),
    },
    "join": {
        "to nobody: it is her own affair": (
            "It would do for a switch that floods. But switches that do not, and routers, must be told."
        ),
        "to the sender": "The sender is not asked and not told; anyone may join, and anyone may send.",
        "to another group, 224.0.0.22": (
            "All routers that know IGMPv3 listen to that group (RFC 9776, section 4.2); switches read along."
        ),
    },
    "frames-sent": {
        "the sender's kernel, one for each member": "That would be unicast. The sender does not know of the three.",
        "the switch, one for each member": "A switch that reads the joins does so. Ours sends along every cable.",
        "the switch, one for each cable": "One frame leaves, four arrive: at dan's, too, whose kernel drops it.",
    },
    "bound-to-group": {
        "both of them": "So it is with any address. A socket that is bound to one gets only what is sent to that one.",
        "only what goes to the group": "What was sent to dan's own address does not fit.",
        "only what goes to dan": "So it was with dan's own address. This one is the group's.",
        "nothing: bind() fails": "On Windows it does. Linux takes a group as an address to bind to.",
    },
    "one-source": {
        "both reach both": "They would, had dan joined for any source. His kernel looks who sent it.",
        "both the cable, one the program": "The switch floods; the kernel passes on what that source sent.",
        "one reaches each": "So it is behind a router or a switch that reads the reports' sources. Ours floods.",
    },
    "no-way-back": {
        "at the switch": "A switch knows nothing of IP's routes: it looks at the frame only.",
        "in dan's kernel": "The reverse path filter drops it: tcpdump sees it, no program does.",
        "in dan's program": "So it is without the filter. Address, port and membership are all right.",
    },
    "deaf": {
        "both": "bind() to an address keeps away all that was sent to another address, and a group's is another.",
        "only what goes to the group": "The host is a member, but the socket is bound to dan's own address.",
        "only what goes to dan": "It is bound to dan's address; what was sent to 239.192.2.3 does not fit.",
        "neither": "What is sent to the address that it is bound to does come.",
    },
    "copies": {
        2: "That would be one datagram, one reader. Of a multicast every socket on the port gets a copy.",
        3: "Two copies of the multicast, and the unicast once, to one of them.",
        4: "A unicast is not copied: of the sockets that share a port, one gets it.",
    },
    "one-leaves": {
        "only two": "So one would think, and with one option it is so. By default, on Linux, the host is the member.",
        "both": "Program two keeps the host in the group, and then each socket on the port gets a copy.",
        "neither": "The kernel counts who has joined; it leaves when the last one does.",
    },
    "ttl-0": {
        "nobody": "It never meets the cable, but the way from the host to itself costs no TTL.",
        "members on its own host": "0 keeps it on the host, and the loop delivers it there.",
        "members on the same link": "That takes a TTL of 1, the default.",
    },
    "break-even": {
        "1": "One unicast to one member uses two cables; the flood uses all nine.",
        "2": "Two unicasts use each their receiver's cable and twice the sender's: 4 frames. The flood uses 9.",
        "5": "Five unicasts put 10 frames on the cables, two each; the flood always 9.",
        "never": "On the sender's cable it saves from the second member on; on all together a little later.",
    },
    "who-notices": {
        "the sender, when nothing is acknowledged": "Nobody acknowledges a multicast, so nothing is ever overdue.",
        "ben's kernel, by a timer": "To the kernel each datagram stands alone. It does not know your numbers.",
        "ben's program, when number 4 comes": "4 after 2: only what comes later shows that something is missing.",
        "ben's program, when `end` comes": "That shows that the last is missing. A gap in the middle shows earlier.",
    },
    "implosion": {
        1: "They do not know of each other, so all four ask.",
        4: "One from each member, for the one number that it lacks.",
        16: "Each lacks only number 2: four members, one request each.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "three-waiting": "1",
    "closed-port": "an ICMP message",
    "nobody-joined": "along every cable, and into no program",
    "join": "to another group, 224.0.0.22",
    "frames-sent": "the switch, one for each cable",
    "bound-to-group": "only what goes to the group",
    "one-source": "both the cable, one the program",
    "no-way-back": "in dan's kernel",
    "deaf": "only what goes to dan",
    "copies": "3",
    "one-leaves": "both",
    "ttl-0": "members on its own host",
    "break-even": "5",
    "who-notices": "ben's program, when number 4 comes",
    "implosion": "4",
}

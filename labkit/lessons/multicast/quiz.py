"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

MULTICAST_EXIT = Quiz(
    "multicast-exit",
    "Check yourself",
    (
        Ask(
            "tcpdump on your machine shows each datagram of the feed arriving. Your program, on the right port,"
            " gets none. Where do you look first?",
            right="at the address that the program is bound to, and the interface on which it joined",
            choices={
                "at the address that the program is bound to, and the interface on which it joined": (
                    "The frames reach the host, so what is wrong is between the interface and the socket. `ss"
                    " -lun` shows the one, `ip maddr` the other."
                ),
                "at the sender's TTL": "A datagram whose TTL is too low does not arrive at all; these arrive.",
                "at the switch": "The switch has done its work: the frames are here.",
                "at the sender's list of receivers": "It has none. A sender does not know who has joined.",
            },
        ),
        Ask(
            "A receiver on a new switch gets the feed for some four minutes after each start, then nothing,"
            " and no error. What is missing?",
            right="a querier: somebody who asks, every two minutes or so, who is still a member",
            choices={
                "a querier: somebody who asks, every two minutes or so, who is still a member": (
                    "A host reports when it joins, and then only when it is asked. A switch that snoops forgets"
                    " whom it has not heard for 260 s (the default of RFC 3376, section 8.4), unless a router or"
                    " a switch plays querier."
                ),
                "a larger receive buffer": "That loses datagrams in bursts, not all of them from one moment on.",
                "a join that is repeated by the kernel every second": (
                    "The kernel repeats a new report once, and no more. It answers queries; nobody queries here."
                ),
                "SO_REUSEADDR": "That decides about bind(), which happens once, at the start.",
            },
        ),
        Ask(
            "The feed works for everyone in the sender's subnet. Receivers in the next building, behind a"
            " router that does forward multicast, get nothing. What do you ask the sender's author?",
            right="which TTL the datagrams have",
            choices={
                "which TTL the datagrams have": (
                    "The default is 1 (RFC 1112, section 6.1): as far as the first router, and not beyond."
                ),
                "whether IP_MULTICAST_LOOP is on": "It decides about members on the sender's own host only.",
                "whether the sender has joined the group": "A sender need not be a member, here as there.",
                "whether the receivers' addresses are in the list": "There is no such list.",
            },
        ),
        Ask(
            "A feed with 2,000 receivers repairs losses on request. Now and then, one loss near the sender"
            " brings the sender to its knees. What helps?",
            right="each receiver waits a random time, and keeps silent if it hears another one ask",
            choices={
                "each receiver waits a random time, and keeps silent if it hears another one ask": (
                    "All miss the same datagram and one repair serves all. Requests must then go to the group,"
                    " so that the others hear them (RFC 5740, section 5.3)."
                ),
                "each receiver asks again sooner": "There were 2,000 requests for one datagram; then there are 4,000.",
                "each receiver acknowledges every datagram": (
                    "Then 2,000 datagrams come back for each one sent, lost or not."
                ),
                "the repair goes to each receiver by unicast": (
                    "Then the sender sends 2,000 copies of what one multicast would bring to all."
                ),
            },
        ),
    ),
)

QUIZZES = (MULTICAST_EXIT,)

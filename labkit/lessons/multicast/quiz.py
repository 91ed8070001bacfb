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
            right="at bind()'s address, and where it joined",
            choices={
                "at bind()'s address, and where it joined": (
                    "The frames reach the host, so what is wrong is between the interface and the socket. `ss"
                    " -lun` shows the one, `ip maddr` the other."
                ),
                "at the TTL that the sender has set": "With too low a TTL they would not arrive at all.",
                "at the switch, which may snoop": "The switch has done its work: the frames are here.",
                "at the sender's own list of receivers, for a typing error": "It has none.",
            },
        ),
        Ask(
            "A receiver on a new switch gets the feed for some four minutes after each start, then nothing,"
            " and no error. What is missing?",
            right="a querier, who asks who is still a member",
            choices={
                "a querier, who asks who is still a member": (
                    "A host reports when it joins, and then only when it is asked. A switch that snoops forgets"
                    " whom it has not heard for some minutes, unless a router or a switch plays querier (RFC 9776,"
                    " section 8.4; by RFC 3376, which it replaced, after 260 s)."
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
            right="each waits at random, and is silent if another asks",
            choices={
                "each waits at random, and is silent if another asks": (
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

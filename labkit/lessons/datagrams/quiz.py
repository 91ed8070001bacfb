"""The exit quiz."""

from __future__ import annotations

from labkit.learn.kit.quiz import Ask, Quiz

QUIZZES = (
    Quiz(
        "datagrams-exit",
        "Five situations from work",
        (
            Ask(
                "A collector of measurements reads `while data := sock.recv(2048):` from a UDP socket. Once a week it"
                " ends in the middle of the night, without an error. What do you look for?",
                right="an empty datagram",
                choices={
                    "an empty datagram": "recv() gives b'' for it, which ends the loop. A scan of ports is enough.",
                    "a sender that has closed its socket": "Nobody is told of that: there is no connection to end.",
                    "an ICMP message": "It would be an error from recv(), and this socket is not connected.",
                    "a datagram of more than 2,048 bytes": "It would be cut, and the loop would go on.",
                },
            ),
            Ask(
                "At the peak a third of the measurements is missing. `tcpdump` on the collector's host shows them all."
                " Which number do you look at?",
                right="UdpRcvbufErrors",
                choices={
                    "UdpRcvbufErrors": "They arrived, and found the buffer full: the program reads too slowly.",
                    "the senders' errors": "Their calls have all succeeded; nobody tells a sender.",
                    "lost frames at the switch": "tcpdump stands behind the switch, and has seen them.",
                    "IpReasmFails": "Only where they are sent in fragments, and a fragment does not come.",
                },
            ),
            Ask(
                "Over the VPN, small answers come at once and answers of 3,000 bytes never, although nothing else is"
                " lost there. What is likely?",
                right="fragments are dropped",
                choices={
                    "fragments are dropped": "Only the first has ports, so many firewalls and tunnels drop the others."
                    " One lost is all lost.",
                    "UDP allows no more than 1,472 bytes": "It allows 65,507. IP cuts them.",
                    "the receiver's buffer is too small for them": "Then they would come cut, or be counted as"
                    " dropped, on the LAN as well.",
                    "the VPN makes the answers too slow": "Late is not never; and the small ones come at once.",
                },
            ),
            Ask(
                "A client waits 200 ms for each answer and asks up to five times. In a busy hour the server takes"
                " 300 ms. What does the server see?",
                right="twice as many questions, and more",
                choices={
                    "twice as many questions, and more": "Each is asked again before its answer comes, and the copies"
                    " make the server slower. Wait twice as long after each copy.",
                    "as many questions as ever": "After 200 ms the client takes the answer for lost, and asks again.",
                    "fewer questions": "A client that waits asks later, but it asks more often.",
                },
            ),
            Ask(
                "A colleague's protocol has ids, and its client takes no answer twice. Orders are still carried out"
                " twice now and then. Where is the fault?",
                right="the server forgets ids",
                choices={
                    "the server forgets ids": "A lost answer brings a copy of the order. Who carries out orders must"
                    " know which they have had.",
                    "the client draws its ids at random": "That is against forgers; two seldom draw the same.",
                    "the network doubles answers": "A doubled answer carries nothing out.",
                    "the client should not ask again": "Then an order that was lost is never confirmed.",
                },
            ),
        ),
    ),
)

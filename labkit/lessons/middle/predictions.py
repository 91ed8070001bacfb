"""Why each choice of the predictions is right or wrong: the misconception behind it."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "asks-for": {
        "the server's": "ARP is a broadcast on one segment, and the server is not on this one: it would not hear it.",
        "a router's": "The route to 10.0.3.0/24 says: via 10.0.1.3. So that is who gets the frame, and whom ARP looks"
        " for.",
        "nobody's: IP needs none": "A packet travels in a frame, and a frame needs a MAC address to go to.",
    },
    "last-frame": {
        "the client's": "The client's frame ended at the first router. What goes on is the packet that was in it.",
        "a router's": "Each router puts the packet into a new frame, from its own MAC address to the next one.",
    },
    "port-closed": {
        "nothing": "UDP itself says nothing. But the server's kernel found nobody at the port, and reports that.",
        "a RST": "A RST is a TCP segment. This was UDP.",
        "an ICMP message": "Port unreachable: the server's kernel sends it, and it takes the whole way back.",
    },
    "sent-again": {
        "the client": "Only the sender has kept the bytes, and only the receiver's ACK lets it forget them.",
        "left, who had it last": "A router passes on and forgets. It does not even know that this was TCP.",
        "right, who misses it": "It never saw the segment, so it misses nothing.",
    },
    "ttl-two": {
        "nobody: it is dropped": "It is dropped, and whoever drops it tells the sender.",
        "the client, from left": "left makes it 1, and passes it on.",
        "the client, from right": "left makes it 1, right makes it 0: there it ends.",
    },
    "too-large": {
        "it cuts it in two": "It would with a packet that may be cut. TCP forbids that in each packet's header.",
        "it drops it, and says so": "And it says which size would have fitted, so the sender can do better at once.",
        "it drops it, without a word": "A router that does this breaks RFC 1812 (section 5.2.7.1). But its report may"
        " be dropped by another box, as you will see.",
    },
    "small-answer": {
        "nothing: connect() fails": "The segments of a handshake have no data. They fit anywhere.",
        "all 1,000 bytes": "A packet of 1,052 bytes fits into the tunnel. Nothing has to be reported.",
        "a reset": "Nobody is there to send one: all who see these packets pass them on.",
    },
    "large-answer": {
        "it has raised an error": "For that its kernel would have to give up first: in a quarter of an hour.",
        "it waits": "It would if the send buffer had no room. But 20,000 bytes are few.",
        "it has returned": "Its kernel took all 20,000 bytes into the send buffer. What becomes of them there the"
        " program does not see.",
    },
    "who-knows": {
        0: "It knows from the SYN, before it has sent any data.",
        1: "With discovery by ICMP at least one has to be lost first. Here the limit comes with the handshake.",
        10: "So many are lost with discovery by ICMP: all of the first window is on its way before the report comes."
        " Here nothing is lost.",
    },
    "nat-callers": {
        "10.0.1.1 and 10.0.1.2": "These addresses are at home only. Outside nobody would have a way back to them.",
        "10.0.2.1 from two ports": "One address for both, so the port must tell them apart: the second gets another.",
        "10.0.2.1 from port 40000, twice": "Then no answer could be told from the other. A connection is its four"
        " numbers.",
    },
    "call-in": {
        "ada accepts it": "How would the router know that it is for ada? No entry of its table says so.",
        "it is refused": "It is for the router's own address, and no program of the router's listens there.",
        "ada and bob both get it": "A router passes a packet to one host, and only to whom its table names.",
    },
    "forgotten": {
        "all is as before": "A NAT may make a new entry from the middle of a connection; Linux's does, unless told"
        " otherwise. This one makes entries from a SYN only.",
        "an error at once": "This NAT rejects what it does not know, with a reset. The other end learns nothing of it.",
        "she waits, and gets no error": "So it is with a NAT that drops what it does not know. This one refuses it:"
        ' late="reject".',
    },
    "nat-drops": {
        "it returns": "It gives the bytes to the kernel, which has room. That they come nowhere, the program may learn"
        " much later.",
        "it waits": "It waits only where the send buffer is full. An answer is what recv() would wait for.",
        "it raises an error": "Nobody tells bob of one: the NAT drops what he sends, without a word.",
    },
    "firewall-drops": {
        "it raises ConnectionRefusedError": "That is what reject does. Drop says nothing.",
        "it waits": "Silence is no answer. It waits until its own timeout, or for some two minutes.",
        "it connects": "The client would accept it, but the firewall lets nothing in that nobody has asked for.",
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "asks-for": "a router's",
    "last-frame": "a router's",
    "port-closed": "an ICMP message",
    "sent-again": "the client",
    "ttl-two": "the client, from right",
    "too-large": "it drops it, and says so",
    "small-answer": "all 1,000 bytes",
    "large-answer": "it has returned",
    "who-knows": "0",
    "nat-callers": "10.0.2.1 from two ports",
    "call-in": "it is refused",
    "forgotten": "an error at once",
    "nat-drops": "it returns",
    "firewall-drops": "it waits",
}

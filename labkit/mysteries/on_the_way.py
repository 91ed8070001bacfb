"""What can be wrong on the way to a service: data, to be looked up."""

from __future__ import annotations

from labkit.mysteries.wrong import Wrong

ON_THE_WAY = (
    Wrong(
        "firewall-drops",
        "a firewall drops the connection in silence",
        '"No connection to {server}, port {port}: the client tries until it gives up."',
        (
            "How far does the SYN come? Capture one attempt, and look at each segment of the network.",
            "It does not come to the server's segment. Is that so for all: for the other server, for other ports?",
            "What passes to one port and not to another, somebody chooses by its port.",
        ),
        "a capture: the SYN ends at the router, while calls to the other server, or some other ports of this one, pass",
        "middle",
        places=("router",),
        explained=("no-answer",),
    ),
    Wrong(
        "no-return-route",
        "the server has no route back to the client",
        '"No connection to {server}, port {port}: the client tries until it gives up."',
        (
            "How far does the SYN come? Capture one attempt, and look at each segment of the network.",
            "It comes to the server, and nothing comes back. Is it so for all: for the router, for the other server?",
            "To answer, the server needs a way to the client's segment: its table of routes.",
        ),
        "a capture: the SYN arrives at the server, and no SYN-ACK leaves it; the server's table of routes has none to "
        "the client's segment",
        "middle",
        explained=("no-answer",),
    ),
    Wrong(
        "no-forwarding",
        "the router does not forward",
        '"No connection to {server}, port {port}: the client tries until it gives up."',
        (
            "How far does the SYN come? Capture one attempt, and look at each segment of the network.",
            "It does not come to the server's segment. Is that so for all: for the other server, for other ports?",
            "Nothing passes. Between the router's two interfaces stands a setting of its kernel: net.ipv4.ip_forward.",
        ),
        "a capture: nothing passes the router, to whichever server and port; net.ipv4.ip_forward is 0 there",
        "middle",
        places=("router",),
        explained=("no-answer",),
    ),
    Wrong(
        "mtu-black-hole",
        "large packets vanish on a segment, and nobody is told",
        '"Short answers of {server}, port {port}, come at once, reports never do."',
        (
            "How far does a call come: handshake, question, its acknowledgement, an answer? Capture one attempt.",
            "Which of the server's segments arrive, and which are sent again and again: compare their sizes.",
            "On which segment of the network is a large one seen for the last time? The place is that segment.",
        ),
        "a capture: full segments are sent again and again and never arrive, smaller ones do; explain(trace): "
        "mtu-black-hole; the trace of each segment shows on which they are lost",
        "middle",
        places=("lan", "wan"),
        numbers=(600, 1300),
        explained=("mtu-black-hole",),
    ),
    Wrong(
        "nat-forgets",
        "a NAT forgets connections that are quiet",
        '"The first report from {server}, port {port}, comes; after a pause the same connection is dead."',
        (
            "How far does the second question come? Capture one attempt, and look at each segment of the network.",
            "Who between the two must know a connection to pass it on? Look at the addresses on both segments.",
            "Look at the router's translations while the connection is busy, and again after a second of quiet.",
        ),
        "a capture: the second question is sent again and again on the client's segment, and none comes to the "
        "server's; the router's table of translations is empty by then",
        "middle",
        times=2,
        places=("router",),
        numbers=(0.3, 0.6),
        explained=("dead-peer",),
    ),
    Wrong(
        "duplicate-address",
        "another host has the server's address, too",
        '"Since yesterday {server} refuses us on port {port}; nothing was changed there."',
        (
            "Somebody answers, and fast: who, and with what? Capture one attempt, frames of ARP too.",
            "The server's socket table is in order. Is it the server that answers?",
            "Compare the MAC address that the frame on the servers' segment is for with the server's own.",
        ),
        "a capture of the first call: two hosts answer the router's ARP question; of any: the SYN goes to the MAC "
        "address of the other host, which sends the RST",
        "layers",
        places=("other",),
        explained=("reset-by-stranger",),
    ),
)

"""What can be wrong at a service: data, to be looked up."""

from __future__ import annotations

from labkit.mysteries.wrong import Wrong

AT_A_SERVICE = (
    Wrong(
        "wrong-address",
        "it listens on an address that only its own host reaches",
        '"{server} refuses us on port {port}, and its log says that the service is up."',
        (
            "Somebody answers, and fast: who, and with what? Capture one attempt.",
            "A RST says that nothing listens there for you. Ask the server's kernel: the socket table.",
            "In the table's row of the port look at the local address.",
        ),
        "the server's socket table: LISTEN on 127.0.0.1, and not on 0.0.0.0 or its own address; a capture: SYN, RST",
        "sockets",
        explained=("refused",),
    ),
    Wrong(
        "wrong-port",
        "it listens on another port",
        '"Since the update {server} refuses us; we call port {port}, as always."',
        (
            "Somebody answers, and fast: who, and with what? Capture one attempt.",
            "A RST says that nothing listens there for you. Ask the server's kernel: the socket table.",
            "Is there a row with LISTEN at all, and of which port?",
        ),
        "the server's socket table: LISTEN, on all addresses, and a port beside the one that is called; a capture: "
        "SYN, RST",
        "sockets",
        numbers=(1, 9),
        explained=("refused",),
    ),
    Wrong(
        "not-accepting",
        "it listens, and never accepts",
        '"We are connected to {server}, port {port}, at once, and then nothing, whatever we ask."',
        (
            "How far does a call come: handshake, question, its acknowledgement, an answer?",
            "A kernel shakes hands and acknowledges without its program. The socket table tells what the program did.",
            "Look at the receive queue of the row with LISTEN: it counts connections that nobody has accepted.",
        ),
        "the server's socket table after a call: connections wait in the receive queue of LISTEN, and a connection "
        "holds the question unread",
        "many",
    ),
    Wrong(
        "byte-order",
        "the length of its answers is written in the wrong byte order",
        '"The report from {server}, port {port}, never ends: the client sits there and waits for more."',
        (
            "Does the answer come? Capture one attempt, and count the bytes.",
            "All of it has come, and the client waits on: how does it know where the answer ends?",
            "The first four bytes of the answer are its length. Read them yourself, from either end.",
        ),
        "the answer's first four bytes in a capture: read from the other end they are the number of bytes that follow",
        "framing",
    ),
    Wrong(
        "slow-program",
        "the service's program takes its time",
        '"Reports from {server}, port {port}, take ages, each of them."',
        (
            "Where does the time go: on the way, or at one of the ends? Capture one attempt, with its times.",
            "When is the question acknowledged, and when does the answer begin?",
            "A kernel that acknowledges at once, and an answer long after: who was at work meanwhile?",
        ),
        "a capture: the question is acknowledged within a round trip and the answer comes far later, in one piece; "
        "`explain(trace).accounts` names whose time it was",
        "nagle",
        times=2,
        numbers=(0.6, 0.9),
    ),
    Wrong(
        "nagle",
        "it writes an answer in two small pieces, and Nagle's algorithm holds the second",
        '"Forty small questions to {server}, port {port}, one after another, take two seconds."',
        (
            "Where does the time go: on the way, or at one of the ends? Capture one attempt, with its times.",
            "How many segments make an answer, and what comes between the first and the second?",
            "The second piece leaves when the first is acknowledged, and the client's kernel keeps that ACK for 40 ms.",
        ),
        "a capture: four bytes, 40 ms of nothing, the client's ACK, and only then the rest; explain(trace): "
        "nagle-delayed-ack",
        "nagle",
        times=40,
        explained=("nagle-delayed-ack",),
    ),
    Wrong(
        "slow-consumer",
        "it reads more slowly than the client sends, and its window closes",
        '"To store our file on {server}, port {port}, takes seconds, and the network is idle all the while."',
        (
            "Where does the time go: on the way, or at one of the ends? Capture one attempt, with its times.",
            "What do the server's acknowledgements say besides the number: look at the window.",
            "While the file goes over, look at the receive queue in the server's socket table: who does not read?",
        ),
        "a capture: the server announces a window of 0, and opens it by little; explain(trace): closed-window; the "
        "receive queue in the server's socket table is full meanwhile",
        "flow",
        task="store",
        numbers=(0.25, 0.4),
        explained=("closed-window",),
    ),
    Wrong(
        "never-closes",
        "it does not close when its clients have",
        '"{server} has to be restarted each morning, for want of descriptors; port {port} is well all day."',
        (
            "A call is well. What is left on both hosts when it is over? Make the visit, then look.",
            "Compare the socket tables of client and server: in which states are the connections that are over?",
            "CLOSE-WAIT: the other side has closed, and the kernel waits for one's own program to do so.",
        ),
        "the server's socket table after a visit: connections in CLOSE-WAIT, and they stay; the client's are in "
        "FIN-WAIT-2",
        "failure",
        task="visit",
        times=3,
    ),
    Wrong(
        "idle-timeout",
        "it closes connections that are quiet for a moment",
        '"The first report from {server}, port {port}, comes; after a pause the same connection is dead."',
        (
            "Which side ends the connection, and when? Capture one attempt, with its times.",
            "In the pause something crosses the wire: from whom, and with which flag?",
            "A FIN from the server, while the client is quiet: its program has closed, by a clock of its own.",
        ),
        "a capture: in the pause the server sends a FIN, and answers the next question with a RST",
        "silence",
        times=2,
        numbers=(0.3, 0.6),
        explained=("reset-after-close",),
    ),
    Wrong(
        "closes-unread",
        "it closes before it has read what was sent, so that its kernel resets the connection",
        '"To store our file on {server}, port {port}, ends at once with an error of the connection."',
        (
            "Which side ends the connection, and how: FIN or RST? Capture one attempt.",
            "A RST in the middle of the file, from the server's kernel: what had its program read by then?",
            "A kernel sends RST instead of FIN where a program closes and leaves data unread.",
        ),
        "a capture: the server's RST while the file is under way, before all of it was acknowledged",
        "failure",
        task="store",
        explained=("reset-unread", "reset-after-close", "reset"),
    ),
    Wrong(
        "one-at-a-time",
        "it serves one client after another, and one of them stays",
        '"We are connected to {server}, port {port}, at once, and then nothing, whatever we ask."',
        (
            "How far does a call come: handshake, question, its acknowledgement, an answer?",
            "A kernel shakes hands and acknowledges without its program. The socket table tells what the program did.",
            "Connections wait in the receive queue of LISTEN. Is the program idle, or is there somebody else's?",
        ),
        "the server's socket table: connections wait in the receive queue of LISTEN, beside one of another client that "
        "was accepted, is ESTABLISHED, and says nothing",
        "many",
    ),
)

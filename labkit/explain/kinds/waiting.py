"""What a sender waits for: acknowledgements, windows."""

from __future__ import annotations

from labkit.explain.kinds.kind import Kind

WAITING = (
    Kind(
        "nagle-delayed-ack",
        "Nagle against delayed ACK",
        "{who}'s write of {size} bytes waited {wait} for the ACK of the one before, which {peer} delayed",
        "{count} small writes of {who} waited {wait} in all, each for the ACK of the one before, which {peer} delayed",
        "Put what belongs together into one write (sendmsg, a buffer), or switch Nagle's algorithm off (TCP_NODELAY).",
        "nagle",
    ),
    Kind(
        "nagle",
        "held by Nagle's algorithm",
        "{who}'s write of {size} bytes waited {wait} for the ACK of the one before (Nagle's algorithm)",
        "{count} small writes of {who} waited {wait} in all, each for the ACK of the one before (Nagle's algorithm)",
        "Put what belongs together into one write (sendmsg, a buffer), or switch Nagle's algorithm off (TCP_NODELAY).",
        "nagle",
    ),
    Kind(
        "delayed-ack",
        "delayed ACK",
        "{peer} kept the ACK of {size} bytes back for {longest}, and {who} went on when it came",
        "{peer} kept {count} ACKs back, for {longest} at most, and {who} went on when they came: {wait} in all",
        "The sender had to wait for that ACK: a larger window (SO_RCVBUF, SO_SNDBUF) or larger writes let it go on.",
        "nagle",
    ),
    Kind(
        "late-ack",
        "delayed ACK, nobody waited",
        "{peer} kept the ACK of {size} bytes back for {longest}; nothing on the wire waited for it",
        "{peer} kept {count} ACKs back, for {longest} at most; nothing on the wire waited for them",
        "Nothing: a receiver may wait for something to send along, less than 500 ms (RFC 9293 section 3.8.6.3).",
        "nagle",
        True,
    ),
    Kind(
        "closed-window",
        "closed window",
        "{who} could send nothing for {wait}: {peer} had no room (window 0)",
        "{who} could send nothing for {wait}: {peer} had no room (window 0) {count} times",
        "{peer}'s program reads too slowly, or not at all: look at what it does instead of recv().",
        "flow",
    ),
    Kind(
        "lost-window-update",
        "lost window update",
        "{who} could send nothing for {wait}, though {peer} had room again: the ACK that said so was lost",
        "{who} could send nothing for {wait}, though {peer} had room again: {count} ACKs that said so were lost",
        "No program is to blame: nobody acknowledges such an ACK, and the answer to a probe says it again (RFC 9293 "
        "section 3.8.6.1). See where segments are lost on the way from {peer} to {who}.",
        "flow",
    ),
    Kind(
        "window-limited",
        "limited by the receive window",
        "{who} waited {wait}, with all under way that {peer}'s window of {window} bytes allows",
        "{who} waited {count} times, {wait} in all, with all under way that {peer}'s window of {window} bytes allows",
        "The window is smaller than what the path holds (rate times round trip): let {peer}'s kernel grow it (no fixed "
        "SO_RCVBUF; net.ipv4.tcp_rmem), or give it a larger one before it calls connect() or listen().",
        "flow",
    ),
    Kind(
        "buffer-limited",
        "limited by its own send buffer",
        "{who} never had more than {size} bytes under way in {count} round trips, though {peer}'s window allows "
        "{window}: its send buffer holds no more",
        "",
        "Let {who}'s kernel grow it: no fixed SO_SNDBUF (and see net.ipv4.tcp_wmem). It must hold what the path does, "
        "rate times round trip.",
        "flow",
    ),
    Kind(
        "application-limited",
        "limited by the application",
        "{who}'s program had nothing to send for {wait} of {whole}: it wrote {size} bytes in {pieces} pieces",
        "",
        "The network waited for the program: look at what the program waits for (a disk, a lock, another service).",
        "flow",
        True,
    ),
    Kind(
        "no-scaling",
        "no window scaling",
        "{who}'s SYN had no window scale, so no window is larger than 65,535 bytes, and {peer} filled it",
        "",
        "See who takes the option away: an old system, net.ipv4.tcp_window_scaling = 0, or a box on the way.",
        "flow",
    ),
    Kind(
        "tiny-segments",
        "tiny segments",
        "{who} sent {count} segments with {size} bytes of data in the mean: {share} % of what crossed was headers",
        "{who} sent {count} segments with {size} bytes of data in the mean: {share} % of what crossed was headers",
        "Collect before you send: one write of all that is known (a buffer, sendmsg), and leave Nagle's algorithm on.",
        "nagle",
    ),
    Kind(
        "bufferbloat",
        "queue on the path (bufferbloat)",
        "the round trip grew from {least} to {most} while {who} had up to {size} bytes under way",
        "",
        "A queue on the path is longer than it need be, and all who share it wait in it. Fair queueing with a limit of "
        "time (fq_codel, CAKE) on the narrow link mends it; a sender can hold itself back (BBR, a rate of its own).",
        "loss",
        True,
    ),
)

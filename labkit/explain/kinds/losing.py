"""What the network loses, overtakes and doubles."""

from __future__ import annotations

from labkit.explain.kinds.kind import Kind

LOSING = (
    Kind(
        "fast-retransmit",
        "loss, mended fast",
        "a segment of {who} was lost (seq {seq}) and sent again after {longest}, when acknowledgements told of it",
        "{count} segments of {who} were lost (seq {seq} first) and sent again when acknowledgements told of it",
        "A few losses are how TCP finds the path's rate. Many mean a queue that is too short, or a bad link.",
        "loss",
    ),
    Kind(
        "timeout",
        "loss, mended by a timeout",
        "a segment of {who} was lost (seq {seq}), and only the timer told: it was sent again after {longest}",
        "{count} segments of {who} were sent again (seq {seq} first) because a timer ran out: {wait} in all",
        "After the lost segment too little arrived for the receiver to tell of the gap. Fewer and larger writes help, "
        "and so does whatever ends the losses.",
        "loss",
    ),
    Kind(
        "tail-loss",
        "loss at the end, mended by a probe",
        "the last segment of {who}'s burst was lost (seq {seq}) and sent again as a probe after {longest}",
        "{count} last segments of {who}'s bursts were lost (seq {seq} first) and sent again as probes",
        "Nothing came after it that could tell of the gap; the probe (RFC 8985) is faster than the timer.",
        "loss",
    ),
    Kind(
        "lost-again",
        "the same segment lost twice",
        "a segment of {who} was sent {times} times (seq {seq}): what replaced it was lost, too, and it took {wait}",
        "{count} segments of {who} were sent again more than once (seq {seq} first): {wait} in all",
        "Each time the timer runs out it is doubled. Look at the path: it loses far too much, or is cut for moments.",
        "loss",
    ),
    Kind(
        "queue-full",
        "loss by a full queue",
        "a frame of {who} met a full queue and was lost",
        "{count} frames of {who} met a full queue and were lost",
        "That is where the path is narrow: congestion control lives by it. A longer queue trades loss for delay.",
        "loss",
    ),
    Kind(
        "queue-loss",
        "loss where a queue is full",
        "{count} segments of {who} were lost when the round trip had grown from {least} to {most}: a queue was full",
        "",
        "That is where the path is narrow: congestion control lives by it. A longer queue trades loss for delay.",
        "loss",
    ),
    Kind(
        "link-loss",
        "loss without a queue",
        "{count} segments of {who} were lost while the round trip was {most}, as small as ever ({least}): no queue "
        "stood",
        "",
        "The path loses what it could carry: a bad cable, radio, a duplex mismatch, a policer, or a very short queue. "
        "TCP slows down for it all the same, so mend the link; BBR minds it less than CUBIC does.",
        "loss",
    ),
    Kind(
        "not-taken",
        "arrived, and not taken",
        "a segment of {who} arrived at {peer} (seq {seq}), which said nothing of it; it was sent again after {longest}",
        "{count} segments of {who} arrived at {peer} (seq {seq} first), which said nothing of them until they came "
        "again",
        "{peer}'s kernel threw it away. For the first data of a connection that means a full accept queue: the "
        "handshake was not over for {peer} (ss -ltn; accept faster, or a larger backlog). Else its memory was full, or "
        "a filter of its own drops.",
        "many",
    ),
    Kind(
        "spurious",
        "sent again for nothing",
        "{who} sent a segment again (seq {seq}) although the first had arrived",
        "{who} sent {count} segments again (seq {seq} first) although they had arrived",
        "Its acknowledgement was lost, or came later than the timer allows: look for a delay that jumps, or for loss "
        "on the way back.",
        "loss",
    ),
    Kind(
        "reordering",
        "reordering",
        "a segment of {who} was overtaken on its way (seq {seq})",
        "{count} segments of {who} were overtaken on their way (seq {seq} first)",
        "Packets take several paths. TCP bears a little of it; much looks like loss to the sender.",
        "loss",
        True,
    ),
    Kind(
        "duplicate",
        "duplicated by the network",
        "a frame of {who} arrived twice and was sent once",
        "{count} frames of {who} arrived twice and were sent once",
        "TCP throws copies away; over UDP the program must. Look for a loop, or for two boxes that forward.",
        "datagrams",
        True,
    ),
    Kind(
        "no-sack",
        "losses without SACK",
        "{who}'s SYN did not permit selective acknowledgements, and segments were lost",
        "",
        "Without SACK a sender learns of one loss each round trip. See who takes the option away: an old system, "
        "net.ipv4.tcp_sack = 0, or a box on the way.",
        "loss",
    ),
    Kind(
        "mtu-black-hole",
        "black hole for large packets",
        "{who}'s segments of {size} bytes never arrive, however often, while smaller ones do",
        "",
        "Some link carries only smaller packets, and the message that says so (ICMP, fragmentation needed) is lost or "
        "filtered. Let it through, or make segments smaller: a smaller MTU, or MSS clamping on the router.",
        "middle",
    ),
)

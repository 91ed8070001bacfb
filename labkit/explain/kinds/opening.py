"""How connections begin, or do not."""

from __future__ import annotations

from labkit.explain.kinds.kind import Kind

OPENING = (
    Kind(
        "refused",
        "connection refused",
        "{who} asked for {peer}'s port {port}, and {peer} refused: nothing listens there",
        "{who} asked {count} times for {peer}'s port {port}, and {peer} refused: nothing listens there",
        "See whether the server runs, on which port and which address it listens (127.0.0.1 is not enough), "
        "and whether the client means the same ones. A firewall that rejects answers in {peer}'s name, too.",
        "sockets",
    ),
    Kind(
        "port-scan",
        "port scan",
        "{who} asked {peer} for {count} ports in vain: {refused} were refused, and {silent} not answered",
        "",
        "Somebody looks for what is open: the ports of {peer} that did answer are what they know now. Close what need "
        "not be open, and let a firewall drop what comes from strangers.",
        "attack",
    ),
    Kind(
        "syn-cookies",
        "SYN cookies",
        "{who} answered a SYN of {peer} to port {port} without window scaling and SACK, which it had granted before: "
        "that is a SYN cookie's answer",
        "{who} answered {count} SYNs of {peer} to port {port} without window scaling and SACK, which it had granted "
        "before: those are SYN cookies' answers",
        "{who}'s queue of half-open connections was full: a SYN flood, or a backlog that is too small. With timestamps "
        "(RFC 7323) a cookie keeps the options.",
        "attack",
    ),
    Kind(
        "syn-lost",
        "SYN lost",
        "{who}'s SYN to port {port} went unanswered and was sent again after {wait}",
        "{who}'s SYN to port {port} went unanswered {count} times before it was answered, which took {wait}",
        "A SYN that nobody answers was lost, filtered, or met a full queue of connections; the first repetition comes "
        "after 1 s. Look at the path first, then at the listener's queue (ss -ltn).",
        "handshake",
    ),
    Kind(
        "syn-ack-lost",
        "SYN-ACK lost",
        "{who}'s answer to the SYN did not come through, and was sent again after {wait}",
        "{who}'s answer to the SYN did not come through {count} times, which took {wait}",
        "The way to {who} works and the way back loses: look at routes and filters in that direction. Where the "
        "capture was taken at {who}, it may be the ACK of it that was lost, on its way there.",
        "handshake",
    ),
    Kind(
        "backlog",
        "SYN not answered",
        "{who}'s SYN arrived at {peer}, which did not answer: {wait} later it was sent again, and answered",
        "{who}'s SYN arrived at {peer} {count} times without an answer, which took {wait}",
        "Most often the listener's queue was full (nstat: TcpExtListenDrops grows): accept faster, or give listen() a "
        "larger backlog (and see net.core.somaxconn). A filter of {peer}'s own looks alike.",
        "many",
    ),
    Kind(
        "slow-handshake",
        "slow handshake",
        "{peer} answered the SYN after {wait}, though the path takes {trip} there and back",
        "",
        "A kernel answers at once. What took so long: a SYN-ACK that was lost on its way here, a box between that "
        "wakes the server or asks it first, or a machine without breath.",
        "handshake",
    ),
    Kind(
        "no-answer",
        "no answer",
        "{who}'s SYN to {peer}, port {port}, was never answered",
        "{who} sent a SYN to {peer}, port {port}, {count} times in {wait}, and was never answered",
        "No answer at all, not even a refusal: the address is wrong, the host is down, a firewall drops, or the answer "
        "finds no way back. See how far the SYN comes. A firewall that rejects would save whoever calls the wait.",
        "handshake",
    ),
    Kind(
        "syn-ack-refused",
        "SYN-ACK refused",
        "{who} refused {peer}'s SYN-ACK with RST: it had not asked, or did not wait any more",
        "{who} refused {peer}'s SYN-ACK with RST {count} times: it had not asked, or did not wait any more",
        "An old SYN came late, or somebody else sends SYNs with {who}'s address (a SYN flood): the reset frees what "
        "{peer} had kept for it.",
        "handshake",
    ),
)

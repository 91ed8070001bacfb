"""How connections end before their time: resets, and silence."""

from __future__ import annotations

from labkit.explain.kinds.kind import Kind

ENDING = (
    Kind(
        "reset",
        "reset",
        "{who} ended the connection at once (RST), after {sent} bytes from {who} and {got} from {peer}",
        "",
        "The program gave the connection up: it closed the socket with data in it that it had not read, was killed so, "
        "or asked for it (SO_LINGER 0). Read to the end before close().",
        "failure",
    ),
    Kind(
        "reset-unread",
        "reset with data unread",
        "{who} closed with {unread} bytes unread, so its kernel sent RST instead of FIN",
        "",
        "Read until recv() gives nothing before close(): else what was sent last may be lost on its way, too.",
        "failure",
    ),
    Kind(
        "reset-after-close",
        "data to a closed socket",
        "{who} had closed already when {peer} sent more, so its kernel answered with RST",
        "{who} had closed already when {peer} sent more, so its kernel answered with RST {count} times",
        "The two programs do not agree who speaks last: {who} should read to the end before close().",
        "failure",
    ),
    Kind(
        "reset-half-open",
        "half-open connection",
        "{who} knows nothing of the connection: it answered what {peer} sent with RST",
        "{who} knows nothing of the connection: it answered what {peer} sent with RST {count} times",
        "{who} was restarted, or has forgotten the connection (a NAT or a firewall between may have, too). "
        "Connect anew, and send something now and then (keep-alive) where connections must last.",
        "silence",
    ),
    Kind(
        "reset-by-stranger",
        "forged reset",
        "a reset bears {who}'s address and was not sent by {who}",
        "{count} resets bear {who}'s address and were not sent by {who}",
        "Somebody on the path refuses or ends connections: a firewall, a middle box, an attacker. TLS keeps them "
        "from more; a tunnel (IPsec, WireGuard) keeps them from this.",
        "middle",
    ),
    Kind(
        "forgotten",
        "forgotten by a box between",
        "after {idle} without a packet, what {who} sent met a reset that {peer} did not send: a box between had "
        "forgotten the connection",
        "after {idle} without a packet, {who} sent {count} times in vain, while other connections to {peer} worked: "
        "a box between had forgotten this one",
        "Many NATs and firewalls forget after minutes (RFC 5382 wants two hours at least). Send something now and then "
        "(SO_KEEPALIVE with TCP_KEEPIDLE below the box's limit, or a message of your own), and connect anew after long "
        "silence.",
        "silence",
    ),
    Kind(
        "keep-alive",
        "keep-alive",
        "{who} asked whether {peer} is still there, and {peer} answered",
        "{who} asked {count} times whether {peer} is still there, and {peer} answered",
        "Nothing: the connection is idle, and kept.",
        "silence",
        True,
    ),
    Kind(
        "dead-peer",
        "the peer is gone",
        "{who} asked whether {peer} is still there, and heard nothing",
        "{who} sent {count} times to {peer} for {wait}, and heard nothing: {peer} is gone, or cut off",
        "Look at {peer} and at the way to it. Programs that must notice sooner set a time limit of their own, "
        "TCP_USER_TIMEOUT, or keep-alives that come more often.",
        "silence",
    ),
    Kind(
        "fin-unanswered",
        "FIN never acknowledged",
        "{who} closed, and its FIN was never acknowledged, though it was sent {times} times",
        "",
        "{peer} is gone, or cut off; {who}'s kernel goes on for a while, and keeps the connection as FIN-WAIT-1 "
        "(as LAST-ACK, if {peer} had closed before).",
        "silence",
    ),
    Kind(
        "close-wait",
        "closed on one side only",
        "{peer} closed {wait} before the capture's end, and {who} has not closed its side (CLOSE-WAIT), nor sent more",
        "",
        "recv() of {who}'s program has given nothing, or was never called: it must close() then. A server that forgets "
        "runs out of descriptors.",
        "failure",
    ),
)

"""The solution of send-message, and wrong answers with words that each must be told: for each prefix."""

from __future__ import annotations

from socket import IPPROTO_TCP, TCP_CORK, TCP_NODELAY

from labkit.lessons.nagle.prefix import PREFIXES, told

SOURCE = """def send_message(sock, payload):
    sock.sendall(({length}).to_bytes({width}, "{order}") + payload)
"""


def source(prefix):
    """The solution's text."""
    length = f"len(payload) + {prefix.width}" if prefix.counts_itself else "len(payload)"
    return SOURCE.format(length=length, width=prefix.width, order=prefix.order)


def solution(prefix):
    names = {"__name__": __name__}
    exec(source(prefix), names)
    return names["send_message"]


def wrong(prefix):
    """Wrong answers by name, each with words that it must be told."""

    def header(payload, order=prefix.order, counts_itself=prefix.counts_itself):
        return prefix._replace(order=order, counts_itself=counts_itself).before(payload)[: prefix.width]

    def as_given(sock, payload):
        sock.sendall(header(payload))
        sock.sendall(payload)

    def with_nodelay(sock, payload):
        sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        as_given(sock, payload)

    def with_nodelay_for_a_moment(sock, payload):
        with_nodelay(sock, payload)
        sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 0)

    def stays_corked(sock, payload):
        sock.setsockopt(IPPROTO_TCP, TCP_CORK, 1)
        as_given(sock, payload)

    def with_send(sock, payload):
        sock.send(header(payload) + payload)

    def with_sendmsg(sock, payload):
        sock.sendmsg([header(payload), payload])

    def in_the_other_order(sock, payload):
        sock.sendall(header(payload, order="little" if prefix.order == "big" else "big") + payload)

    def counts_otherwise(sock, payload):
        sock.sendall(header(payload, counts_itself=not prefix.counts_itself) + payload)

    return {
        "as given": (as_given, "in one call"),
        "sets NODELAY": (with_nodelay, "left TCP_NODELAY switched on"),
        "sets NODELAY for a moment": (with_nodelay_for_a_moment, "in one call"),
        "stays corked": (stays_corked, "left TCP_CORK switched on"),
        "send, and never mind how much": (with_send, "sendall goes on until all is taken"),
        "sendmsg, and never mind how much": (with_sendmsg, "sendall goes on until all is taken"),
        "the other byte order": (in_the_other_order, told(prefix)),
        "counts otherwise": (counts_otherwise, told(prefix)),
    }


SOLUTION = solution(PREFIXES[0])
WRONG = wrong(PREFIXES[0])

"""The solution of send-message, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from socket import IPPROTO_TCP, TCP_CORK, TCP_NODELAY


def send_message(sock, payload):
    sock.sendall(len(payload).to_bytes(4, "big") + payload)


def message_as_given(sock, payload):
    sock.sendall(len(payload).to_bytes(4, "big"))
    sock.sendall(payload)


def message_with_nodelay(sock, payload):
    sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    message_as_given(sock, payload)


def message_with_nodelay_for_a_moment(sock, payload):
    message_with_nodelay(sock, payload)
    sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 0)


def message_stays_corked(sock, payload):
    sock.setsockopt(IPPROTO_TCP, TCP_CORK, 1)
    message_as_given(sock, payload)


def message_with_send(sock, payload):
    sock.send(len(payload).to_bytes(4, "big") + payload)


def message_with_sendmsg(sock, payload):
    sock.sendmsg([len(payload).to_bytes(4, "big"), payload])


def message_little_endian(sock, payload):
    sock.sendall(len(payload).to_bytes(4, "little") + payload)


def message_counts_its_length_too(sock, payload):
    sock.sendall((4 + len(payload)).to_bytes(4, "big") + payload)


SOLUTION = send_message
WRONG = {
    "as given": (message_as_given, "in one call"),
    "sets NODELAY": (message_with_nodelay, "left TCP_NODELAY switched on"),
    "sets NODELAY for a moment": (message_with_nodelay_for_a_moment, "in one call"),
    "stays corked": (message_stays_corked, "left TCP_CORK switched on"),
    "send, and never mind how much": (message_with_send, "sendall goes on until all is taken"),
    "sendmsg, and never mind how much": (message_with_sendmsg, "sendall goes on until all is taken"),
    "little-endian": (message_little_endian, "most significant first"),
    "counts the length, too": (message_counts_its_length_too, "the length in four bytes"),
}

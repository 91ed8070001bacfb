"""Solutions of lesson 05's exercises, and wrong ones with words that each must be answered with.  For tests
only."""

from __future__ import annotations

from socket import IPPROTO_TCP, TCP_CORK, TCP_NODELAY

from labkit.learn.exercises import lesson05

# --- send-message -------------------------------------------------------------------------------------------


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


# --- send-parts ---------------------------------------------------------------------------------------------


def send_parts(sock, parts):
    waiting = [memoryview(part) for part in parts if len(part)]
    while waiting:
        sent = sock.sendmsg(waiting[:1024])
        while waiting and sent >= len(waiting[0]):
            sent -= len(waiting.pop(0))
        if waiting:
            waiting[0] = waiting[0][sent:]


def parts_in_one_call(sock, parts):
    sock.sendmsg(parts)


def parts_one_by_one(sock, parts):
    for part in parts:
        sock.sendall(part)


def parts_joined(sock, parts):
    sock.sendall(b"".join(parts))


def parts_joined_for_sendmsg(sock, parts):
    rest = memoryview(b"".join(parts))
    while rest:
        rest = rest[sock.sendmsg([rest]) :]


def parts_without_a_limit(sock, parts):
    waiting = [memoryview(part) for part in parts if len(part)]
    while waiting:
        sent = sock.sendmsg(waiting)
        while waiting and sent >= len(waiting[0]):
            sent -= len(waiting.pop(0))
        if waiting:
            waiting[0] = waiting[0][sent:]


def parts_that_are_empty_for_ever(sock, parts):
    waiting = [memoryview(part) for part in parts]
    while waiting:
        sent = sock.sendmsg(waiting[:1024])
        while waiting and 0 < len(waiting[0]) <= sent:
            sent -= len(waiting.pop(0))
        if waiting:
            waiting[0] = waiting[0][sent:]


def parts_taken_from_the_caller(sock, parts):
    while parts:
        sent = sock.sendmsg(parts[:1024])
        while parts and sent >= len(parts[0]):
            sent -= len(parts.pop(0))
        if parts:
            parts[0] = memoryview(parts[0])[sent:]


def parts_from_their_beginning_again(sock, parts):
    waiting = [part for part in parts if len(part)]
    while waiting:
        sent = sock.sendmsg(waiting[:1024])
        while waiting and sent >= len(waiting[0]):
            sent -= len(waiting.pop(0))


SOLUTIONS = {"send-message": send_message, "send-parts": send_parts}

# --- quick-server -------------------------------------------------------------------------------------------

_DEF, _LOOP, _QUICK, _HEADER, _IF, _RETURN, _PAYLOAD, _ANSWER = lesson05.QUICK_SERVER.lines
(_ONCE,) = lesson05.QUICK_SERVER.extra

WRONG = {
    "send-message": {
        "as given": (message_as_given, "in one call"),
        "sets NODELAY": (message_with_nodelay, "left TCP_NODELAY switched on"),
        "sets NODELAY for a moment": (message_with_nodelay_for_a_moment, "in one call"),
        "stays corked": (message_stays_corked, "left TCP_CORK switched on"),
        "send, and never mind how much": (message_with_send, "sendall goes on until all is taken"),
        "sendmsg, and never mind how much": (message_with_sendmsg, "sendall goes on until all is taken"),
        "little-endian": (message_little_endian, "most significant first"),
        "counts the length, too": (message_counts_its_length_too, "the length in four bytes"),
    },
    "send-parts": {
        "one call": (parts_in_one_call, "at most 1,024 parts"),
        "one by one": (parts_one_by_one, "in one call of sendmsg"),
        "joined": (parts_joined, "copied once more"),
        "joined, then given to sendmsg": (parts_joined_for_sendmsg, "copied once more"),
        "no limit": (parts_without_a_limit, "at most 1,024 parts"),
        "loops on empty parts": (parts_that_are_empty_for_ever, "was still not done"),
        "takes them from the caller's list": (parts_taken_from_the_caller, "a list of your own"),
        "begins a part again": (parts_from_their_beginning_again, "in the middle of a part"),
    },
    "quick-server": {
        "asks once": (
            (_DEF, _ONCE, _LOOP, _HEADER, _IF, _RETURN, _PAYLOAD, _ANSWER),
            "TCP_QUICKACK is not permanent",
        ),
        "never asks": ((_DEF, _LOOP, _HEADER, _IF, _RETURN, _PAYLOAD, _ANSWER), "keeps the ACK"),
        "answers before the payload": (
            (_DEF, _LOOP, _QUICK, _HEADER, _IF, _RETURN, _ANSWER, _PAYLOAD),
            "before the payload has come",
        ),
        "payload first": (
            (_DEF, _LOOP, _QUICK, _PAYLOAD, _HEADER, _IF, _RETURN, _ANSWER),
            "answer(conn) raised UnboundLocalError",
        ),
        "never ends": ((_DEF, _LOOP, _QUICK, _HEADER, _PAYLOAD, _ANSWER), "answer(conn)"),
    },
}

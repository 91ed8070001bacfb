"""The solution of whole-datagram, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from socket import MSG_PEEK, MSG_TRUNC


def receive(sock, most):
    data, _, flags, _ = sock.recvmsg(most)
    if flags & MSG_TRUNC:
        raise ValueError(f"a datagram of more than {most} bytes")
    return data


def receive_as_the_colleague(sock, most):
    data = sock.recv(most)
    while len(data) == most:
        data += sock.recv(most)
    return data


def receive_once(sock, most):
    return sock.recv(most)


def receive_with_a_large_buffer(sock, most):
    return sock.recv(65_535)


def receive_and_cut(sock, most):
    return sock.recv(65_535)[:most]


def receive_what_is_shorter(sock, most):
    data = sock.recv(most)
    if len(data) == most:
        raise ValueError("it may have been cut")
    return data


def receive_after_a_look(sock, most):
    size = sock.recv_into(bytearray(1), 1, MSG_PEEK | MSG_TRUNC)
    if size > most:
        raise ValueError(f"a datagram of {size} bytes")
    return sock.recv(most)


def receive_until_empty(sock, most):
    data = sock.recv(most + 1)
    if not data:
        raise EOFError("the end")
    if len(data) > most:
        raise ValueError("too long")
    return data


def receive_from_one_packet(sock, most):
    data = sock.recv(1472)
    if len(data) > most:
        raise ValueError("too long")
    return data


def receive_all_that_is_there(sock, most):
    data = sock.recv(most + 1)
    wait = sock.gettimeout()
    sock.settimeout(0.05)
    try:
        while True:
            data += sock.recv(most + 1)
    except TimeoutError:
        pass
    sock.settimeout(wait)
    if len(data) > most:
        raise ValueError("too long")
    return data


def receive_and_throw_the_rest_away(sock, most):
    data, _, flags, _ = sock.recvmsg(most)
    if flags & MSG_TRUNC:
        sock.recv(65_535)
        raise ValueError("too long")
    return data


def receive_or_return_an_error(sock, most):
    data = sock.recv(most + 1)
    return data if len(data) <= most else ValueError


def receive_or_none(sock, most):
    data = sock.recv(most + 1)
    return data if len(data) <= most else None


SOLUTION = receive
WRONG = {
    "as the colleague has it": (receive_as_the_colleague, "never continued in the next one"),
    "as the first program had it": (receive_once, "recvmsg() tells by MSG_TRUNC"),
    "a larger buffer, and no limit": (receive_with_a_large_buffer, "were to be the limit"),
    "cuts it itself": (receive_and_cut, "as if that were all"),
    "refuses what just fits": (receive_what_is_shorter, "512 bytes are allowed"),
    "looks, and leaves it there": (receive_after_a_look, "is still in the queue"),
    "takes an empty one for the end": (receive_until_empty, "an empty datagram is one, too"),
    "room for one packet": (receive_from_one_packet, "returned 1472 of them"),
    "throws the rest away, which is the next": (
        receive_and_throw_the_rest_away,
        "a second recv() of yours took it",
    ),
    "returns the error": (receive_or_return_an_error, "write raise, not return"),
    "returns None": (receive_or_none, "should raise ValueError, but returned None"),
    "all that is there": (receive_all_that_is_there, "that is more than one datagram"),
}

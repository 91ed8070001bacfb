"""The solution of first-caller, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from socket import SO_KEEPALIVE, SO_RCVBUF, SO_REUSEADDR, SO_REUSEPORT, SOL_SOCKET


def first_caller(listener, address):
    listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    listener.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
    listener.setsockopt(SOL_SOCKET, SO_RCVBUF, 10_000)
    listener.bind(address)
    listener.listen()
    conn, _peer = listener.accept()
    return conn


def as_it_was(listener, address):
    listener.bind(address)
    listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    listener.listen()
    conn, _peer = listener.accept()
    listener.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
    conn.setsockopt(SOL_SOCKET, SO_RCVBUF, 10_000)
    return conn


def the_other_option(listener, address):
    listener.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
    listener.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
    listener.setsockopt(SOL_SOCKET, SO_RCVBUF, 10_000)
    listener.bind(address)
    listener.listen()
    return listener.accept()[0]


def buffer_after_accept(listener, address):
    listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    listener.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
    listener.bind(address)
    listener.listen()
    conn, _peer = listener.accept()
    conn.setsockopt(SOL_SOCKET, SO_RCVBUF, 10_000)
    return conn


def keep_alive_after_accept(listener, address):
    listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    listener.setsockopt(SOL_SOCKET, SO_RCVBUF, 10_000)
    listener.bind(address)
    listener.listen()
    conn, _peer = listener.accept()
    listener.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
    return conn


def half_the_buffer(listener, address):
    listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    listener.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
    listener.setsockopt(SOL_SOCKET, SO_RCVBUF, 5_000)
    listener.bind(address)
    listener.listen()
    return listener.accept()[0]


SOLUTION = first_caller
WRONG = {
    "as it was": (as_it_was, "bind() looks at SO_REUSEADDR"),
    "the other option": (the_other_option, "bind() looks at SO_REUSEADDR"),
    "the buffer after accept": (buffer_after_accept, "announced in the handshake"),
    "keep-alive on the listener, after accept": (
        keep_alive_after_accept,
        "does not reach a connection that exists",
    ),
    "half of it, because Linux doubles": (half_the_buffer, "a receive buffer of 10,000 bytes"),
}

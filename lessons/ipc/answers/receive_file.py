"""The solution of receive-file, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import os
import socket


def receive_file(sock):
    message, descriptors, flags, _ = socket.recv_fds(sock, 1000, 1)
    if len(descriptors) == 1 and not flags & socket.MSG_CTRUNC:
        os.set_inheritable(descriptors[0], False)
        return message, descriptors[0]
    for descriptor in descriptors:
        os.close(descriptor)
    if not message:
        raise EOFError("the peer has closed")
    raise ValueError("the peer sent no descriptor, or too many")


def receive_ignores_ctrunc(sock):
    message, descriptors, _, _ = socket.recv_fds(sock, 1000, 1)
    if not message:
        raise EOFError
    if len(descriptors) != 1:
        raise ValueError
    return message, descriptors[0]


def receive_leaks_what_it_refuses(sock):
    message, descriptors, flags, _ = socket.recv_fds(sock, 1000, 8)
    if not message:
        raise EOFError
    if len(descriptors) != 1 or flags & socket.MSG_CTRUNC:
        raise ValueError
    return message, descriptors[0]


def receive_takes_the_first(sock):
    message, descriptors, _, _ = socket.recv_fds(sock, 1000, 8)
    return message, descriptors[0]


def receive_counts_on_one(sock):
    message, descriptors, flags, _ = socket.recv_fds(sock, 1000, 1)
    if flags & socket.MSG_CTRUNC:
        os.close(descriptors[0])
        raise ValueError
    return message, descriptors[0]


def receive_calls_the_end_a_fault(sock):
    try:
        return receive_file(sock)
    except EOFError:
        raise ValueError("no descriptor") from None


def receive_returns_the_list(sock):
    message, descriptors, _, _ = socket.recv_fds(sock, 1000, 1)
    return message, descriptors


def receive_lets_it_be_inherited(sock):
    message, descriptor = receive_file(sock)
    os.set_inheritable(descriptor, True)  # as recv_fds left it
    return message, descriptor


def receive_relies_on_the_flag(sock):
    message, descriptors, flags, _ = socket.recv_fds(sock, 1000, 1, socket.MSG_CMSG_CLOEXEC)
    if len(descriptors) == 1 and not flags & socket.MSG_CTRUNC:
        return message, descriptors[0]
    for descriptor in descriptors:
        os.close(descriptor)
    raise ValueError if message else EOFError


def receive_forgets_the_files(sock):
    return sock.recv(1000), None


SOLUTION = receive_file
WRONG = {
    "ignores MSG_CTRUNC": (receive_ignores_ctrunc, "MSG_CTRUNC"),
    "leaks what it refuses": (receive_leaks_what_it_refuses, "yours to close"),
    "takes the first of many": (receive_takes_the_first, "should raise ValueError, but it returned"),
    "counts on one": (receive_counts_on_one, "IndexError"),
    "calls the end a fault": (receive_calls_the_end_a_fault, "should raise EOFError"),
    "returns the list": (receive_returns_the_list, "a list of them"),
    "lets it be inherited": (receive_lets_it_be_inherited, "set_inheritable"),
    "relies on the flag of recv_fds": (receive_relies_on_the_flag, "set_inheritable"),
    "forgets the files": (receive_forgets_the_files, "None is not a descriptor"),
}

"""Solutions of lesson 15's exercises, and wrong ones with words that each must be answered with.  For tests
only."""

from __future__ import annotations

import os
import socket

# --- receive-file -------------------------------------------------------------------------------------------


def receive_file(sock):
    message, descriptors, flags, _ = socket.recv_fds(sock, 1000, 1)
    if len(descriptors) == 1 and not flags & socket.MSG_CTRUNC:
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


def receive_forgets_the_files(sock):
    return sock.recv(1000), None


# --- run-and-read -------------------------------------------------------------------------------------------


def run_and_read(start):
    read_end, write_end = os.pipe()
    start(write_end)
    os.close(write_end)
    parts = []
    while part := os.read(read_end, 65536):
        parts.append(part)
    os.close(read_end)
    return b"".join(parts)


def run_as_given(start):
    read_end, write_end = os.pipe()
    start(write_end)
    parts = []
    while part := os.read(read_end, 65536):
        parts.append(part)
    os.close(read_end)
    return b"".join(parts)


def run_closes_too_early(start):
    read_end, write_end = os.pipe()
    os.close(write_end)
    start(write_end)
    return os.read(read_end, 65536)


def run_closes_the_wrong_end(start):
    read_end, write_end = os.pipe()
    start(write_end)
    os.close(read_end)
    parts = []
    while part := os.read(read_end, 65536):
        parts.append(part)
    return b"".join(parts)


def run_reads_once(start):
    read_end, write_end = os.pipe()
    start(write_end)
    os.close(write_end)
    data = os.read(read_end, 1_000_000)
    os.close(read_end)
    return data


def run_waits_first(start):
    read_end, write_end = os.pipe()
    child = start(write_end)
    child.wait(60)
    os.close(write_end)
    parts = []
    while part := os.read(read_end, 65536):
        parts.append(part)
    os.close(read_end)
    return b"".join(parts)


def run_does_not_wait(start):
    read_end, write_end = os.pipe()
    start(write_end)
    os.close(write_end)
    os.set_blocking(read_end, False)
    data = os.read(read_end, 65536)
    os.close(read_end)
    return data


def run_returns_the_parts(start):
    read_end, write_end = os.pipe()
    start(write_end)
    os.close(write_end)
    parts = []
    while part := os.read(read_end, 65536):
        parts.append(part)
    os.close(read_end)
    return parts


def run_leaves_the_read_end(start):
    read_end, write_end = os.pipe()
    start(write_end)
    os.close(write_end)
    parts = []
    while part := os.read(read_end, 65536):
        parts.append(part)
    return b"".join(parts)


SOLUTIONS = {"receive-file": receive_file, "run-and-read": run_and_read}

_DEF, _IF, _UNLINK, _BIND, _CHMOD, _LISTEN = (
    "def open_for_the_owner(listener, path):",
    "    if os.path.exists(path):",
    "        os.unlink(path)",
    "    listener.bind(path)",
    "    os.chmod(path, 0o600)",
    "    listener.listen()",
)
_REUSE = "    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)"

WRONG = {
    "receive-file": {
        "ignores MSG_CTRUNC": (receive_ignores_ctrunc, "MSG_CTRUNC"),
        "leaks what it refuses": (receive_leaks_what_it_refuses, "yours to close"),
        "takes the first of many": (receive_takes_the_first, "should raise ValueError, but it returned"),
        "counts on one": (receive_counts_on_one, "IndexError"),
        "calls the end a fault": (receive_calls_the_end_a_fault, "should raise EOFError"),
        "returns the list": (receive_returns_the_list, "a list of them"),
        "forgets the files": (receive_forgets_the_files, "None is not a descriptor"),
    },
    "run-and-read": {
        "as given": (run_as_given, "Who else has the write end?"),
        "closes too early": (run_closes_too_early, "close it afterwards"),
        "closes the wrong end": (run_closes_the_wrong_end, "Bad file descriptor"),
        "reads once": (run_reads_once, "a pipe is a stream"),
        "waits first": (run_waits_first, "the pipe is full"),
        "does not wait": (run_does_not_wait, "BlockingIOError"),
        "returns the parts": (run_returns_the_parts, "should return bytes, but returned"),
        "leaves the read end open": (run_leaves_the_read_end, "left the read end open"),
    },
    "open-for-the-owner": {
        "listens before the mode is set": (
            (_DEF, _IF, _UNLINK, _BIND, _LISTEN, _CHMOD),
            "comes too late",
        ),
        "binds over the file": ((_DEF, _BIND, _IF, _UNLINK, _CHMOD, _LISTEN), "Address already in use"),
        "sets the mode of a file that is not there": (
            (_DEF, _IF, _UNLINK, _CHMOD, _BIND, _LISTEN),
            "No such file",
        ),
        "hopes for SO_REUSEADDR": ((_DEF, _REUSE, _BIND, _CHMOD, _LISTEN), "Address already in use"),
        "takes SO_REUSEADDR along": (
            (_DEF, _IF, _UNLINK, _REUSE, _BIND, _CHMOD, _LISTEN),
            "means nothing for a path",
        ),
        "does not listen": ((_DEF, _IF, _UNLINK, _BIND, _CHMOD), "listen() was not called"),
    },
}

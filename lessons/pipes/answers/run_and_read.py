"""The solution of run-and-read, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import os


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


SOLUTION = run_and_read
WRONG = {
    "as given": (run_as_given, "Who else has the write end?"),
    "closes too early": (run_closes_too_early, "close it afterwards"),
    "closes the wrong end": (run_closes_the_wrong_end, "Bad file descriptor"),
    "reads once": (run_reads_once, "a pipe is a stream"),
    "waits first": (run_waits_first, "the pipe is full"),
    "does not wait": (run_does_not_wait, "BlockingIOError"),
    "returns the parts": (run_returns_the_parts, "should return bytes, but returned"),
    "leaves the read end open": (run_leaves_the_read_end, "left the read end open"),
}

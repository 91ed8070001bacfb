"""The solution of exchange, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import os
import threading


def _feed(write_end, data):
    try:
        os.write(write_end, data)
    except BrokenPipeError:
        pass
    os.close(write_end)


def _read_all(read_end):
    parts = []
    while part := os.read(read_end, 65_536):
        parts.append(part)
    os.close(read_end)
    return b"".join(parts)


def exchange(write_end, read_end, data):
    feeder = threading.Thread(target=_feed, args=(write_end, data))
    feeder.start()
    answer = _read_all(read_end)
    feeder.join()
    return answer


def writes_all_then_reads(write_end, read_end, data):
    _feed(write_end, data)
    return _read_all(read_end)


def reads_first(write_end, read_end, data):
    answer = _read_all(read_end)
    _feed(write_end, data)
    return answer


def forgets_to_close(write_end, read_end, data):
    os.write(write_end, data)
    return _read_all(read_end)


def takes_turns(write_end, read_end, data):
    answer = b""
    for start in range(0, len(data), 4096):
        os.write(write_end, data[start : start + 4096])
        answer += os.read(read_end, 4096)
    os.close(write_end)
    return answer + _read_all(read_end)


def reads_once(write_end, read_end, data):
    feeder = threading.Thread(target=_feed, args=(write_end, data), daemon=True)
    feeder.start()
    answer = os.read(read_end, 65_536)
    os.close(read_end)
    feeder.join()
    return answer


def fears_an_early_end(write_end, read_end, data):
    faults = []

    def feed():
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(write_end, view) :]
        except BrokenPipeError as error:
            faults.append(error)
        os.close(write_end)

    feeder = threading.Thread(target=feed)
    feeder.start()
    answer = _read_all(read_end)
    feeder.join()
    if faults:
        raise faults[0]
    return answer


def leaves_the_read_end(write_end, read_end, data):
    feeder = threading.Thread(target=_feed, args=(write_end, data))
    feeder.start()
    parts = []
    while part := os.read(read_end, 65_536):
        parts.append(part)
    feeder.join()
    return b"".join(parts)


def returns_the_parts(write_end, read_end, data):
    return [exchange(write_end, read_end, data)]


SOLUTION = exchange
WRONG = {
    "writes all, then reads": (writes_all_then_reads, "read while you write"),
    "reads first": (reads_first, "it ends when you close it"),
    "forgets to close the write end": (forgets_to_close, "it ends when you close it"),
    "writes and reads in turns": (takes_turns, "read while you write"),
    "reads once": (reads_once, "a pipe is a stream"),
    "fears a filter that ends early": (fears_an_early_end, "BrokenPipeError"),
    "leaves the read end open": (leaves_the_read_end, "read_end is still open"),
    "returns the parts": (returns_the_parts, "should return bytes, but returned a list"),
}

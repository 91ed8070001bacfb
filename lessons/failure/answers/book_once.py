"""The solution of book-once, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from random import random
from time import monotonic, sleep
from uuid import uuid4


def book(connect, text, seconds):
    key, end, failures = uuid4().hex, monotonic() + seconds, 0
    while (left := end - monotonic()) > 0:
        try:
            with connect(min(0.2, left)) as sock, sock.makefile("rb") as lines:
                sock.sendall(f"BOOK {key} {text}\n".encode())
                for line in lines:
                    words = line.decode().split(" ")
                    if words[:2] == ["BOOKED", key] and line.endswith(b"\n"):
                        return int(words[2])
        except OSError:
            pass
        pause = min(0.4, 0.01 * 2**failures) * random()
        sleep(max(0, min(pause, end - monotonic())))
        failures += 1
    raise TimeoutError("no answer; perhaps it is booked, perhaps not")


def booking(
    key="",
    new_key=False,
    patience=0.2,
    whole=True,
    own=True,
    caught=OSError,
    pauses=True,
    close=True,
    kind=int,
    limit=True,
):
    def book(connect, text, seconds):
        mine, end, failures = key or uuid4().hex, monotonic() + seconds, 0
        while (left := end - monotonic()) > 0 or not limit:
            if new_key:
                mine = uuid4().hex
            sock = None
            try:
                sock = connect(min(patience, max(left, 0.01)))
                sock.sendall(f"BOOK {mine} {text}\n".encode())
                got = b""
                while data := sock.recv(100):
                    got += data
                    *lines, _ = got.decode().split("\n")
                    for line in lines:
                        words = line.split(" ")
                        if words[0] == "BOOKED" and (words[1] == mine or not own):
                            return kind(words[2])
                if not whole and got.startswith(b"BOOKED"):
                    return kind(got.decode().split(" ")[2])
            except caught:
                pass
            finally:
                if close and sock is not None:
                    sock.close()
            if pauses:
                sleep(max(0, min(0.01 * 2**failures, 0.1, end - monotonic() if limit else 1)))
            failures += 1
        raise TimeoutError("no answer")

    return book


def once(connect, text, seconds):
    with connect(seconds) as sock, sock.makefile("rb") as lines:
        key = uuid4().hex
        sock.sendall(f"BOOK {key} {text}\n".encode())
        return int(lines.readline().decode().split(" ")[2])


def leaves_its_file(connect, text, seconds):
    key, end, kept = uuid4().hex, monotonic() + seconds, None
    while (left := end - monotonic()) > 0:
        try:
            with connect(min(0.2, left)) as sock:
                kept = sock.makefile("rb")
                sock.sendall(f"BOOK {key} {text}\n".encode())
                for line in kept:
                    words = line.decode().split(" ")
                    if words[:2] == ["BOOKED", key] and line.endswith(b"\n"):
                        return int(words[2])
        except OSError:
            pass
        sleep(0.02)
    raise TimeoutError("no answer")


SOLUTION = book
WRONG = {
    "once": (once, "is a reason to try again"),
    "a key for each try": (booking(new_key=True), "make it before the first try"),
    "one key for all": (booking(key="ada"), "each order has a key of its own"),
    "takes a half": (booking(whole=False), "an answer is whole when its newline has come"),
    "takes any answer": (booking(own=False), "look at the key"),
    "all the time for one try": (booking(patience=60), "a try must not use up all of the time"),
    "no timeouts": (booking(caught=ConnectionError), "each failure, a timeout too"),
    "never closes": (booking(close=False), "of its sockets are open"),
    "a file that is left open": (leaves_its_file, "what makefile() gave keeps its socket open"),
    "a text": (booking(kind=str), "the number is an int"),
    "no pause": (booking(pauses=False), "wait between two tries"),
    "for ever": (booking(limit=False), "the seconds are for the whole"),
}

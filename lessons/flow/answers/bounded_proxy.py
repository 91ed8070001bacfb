"""The solution of bounded-proxy, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from collections import deque
from queue import Full, Queue
from socket import SHUT_WR
from threading import Event, Thread


def proxy(source, sink):
    pieces = Queue(maxsize=8)

    def read():
        while data := source.recv(65_536):
            pieces.put(data)
        pieces.put(b"")

    Thread(target=read, daemon=True).start()
    while data := pieces.get():
        sink.sendall(data)
    sink.shutdown(SHUT_WR)


def as_it_was(source, sink, most=0):
    pieces = Queue(most)

    def read():
        while data := source.recv(65_536):
            pieces.put(data)
        pieces.put(b"")

    Thread(target=read, daemon=True).start()
    while data := pieces.get():
        sink.sendall(data)
    sink.shutdown(SHUT_WR)


def with_a_bound_that_is_none(source, sink):
    as_it_was(source, sink, most=1_000_000)


def with_a_bound_in_pieces(source, sink):
    as_it_was(source, sink, most=1_000)


def all_at_once(source, sink):
    held = bytearray()
    while data := source.recv(65_536):
        held += data
    sink.sendall(held)
    sink.shutdown(SHUT_WR)


def drop_what_is_new(source, sink):
    pieces = Queue(maxsize=8)

    def read():
        while data := source.recv(65_536):
            try:
                pieces.put_nowait(data)
            except Full:
                pass
        pieces.put(b"")

    Thread(target=read, daemon=True).start()
    while data := pieces.get():
        sink.sendall(data)
    sink.shutdown(SHUT_WR)


def drop_what_is_old(source, sink):
    pieces, come = deque(maxlen=8), Event()

    def read():
        data = True
        while data:
            data = source.recv(65_536)
            pieces.append(data)
            come.set()

    Thread(target=read, daemon=True).start()
    while True:
        come.wait()
        come.clear()
        while pieces:
            data = pieces.popleft()
            if not data:
                sink.shutdown(SHUT_WR)
                return
            sink.sendall(data)


def give_up_on_the_slow(source, sink):
    sink.settimeout(0.2)
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
    except TimeoutError:
        pass
    sink.shutdown(SHUT_WR)


def forget_the_end(source, sink):
    while data := source.recv(65_536):
        sink.sendall(data)


def keep_the_end_from_who_writes(source, sink):
    pieces = Queue(maxsize=8)

    def read():
        while data := source.recv(65_536):
            pieces.put(data)

    Thread(target=read, daemon=True).start()
    while data := pieces.get():
        sink.sendall(data)
    sink.shutdown(SHUT_WR)


SOLUTION = proxy
WRONG = {
    "as it was": (as_it_was, "they lie in the proxy's memory"),
    "a bound that is none": (with_a_bound_that_is_none, "they lie in the proxy's memory"),
    "a bound in pieces": (with_a_bound_in_pieces, "a queue counts pieces, not bytes"),
    "reads all before it sends": (all_at_once, "passed on when it comes"),
    "drops what is new": (drop_what_is_new, "they lie in the proxy's memory"),
    "drops what is old": (drop_what_is_old, "they lie in the proxy's memory"),
    "gives up on the slow": (give_up_on_the_slow, "a slow subscriber is no fault"),
    "forgets the end": (forget_the_end, "returns, but the subscriber still waits for the end"),
    "keeps the end from who writes": (
        keep_the_end_from_who_writes,
        "a thread that reads must hand this on, too",
    ),
}

"""A service of a mystery, as a program of its own: `fetch SIZE` sends so many bytes, `store SIZE` takes them.

How it behaves it is told in a line of JSON on its standard input, so that no command line tells it to others:

    address, port    where it listens;  accepts: does it ever accept?
    order            of the bytes in an answer's length, "big" or "little";  writes: how many make an answer
    think_s          seconds of work before an answer
    room             of the receive buffer, in bytes, 0: the kernel's choice;  rest_s: seconds after each read
    closes           does it close when its client has?
    idle_s           seconds without a question after which it closes, 0: never
    stores           does it take what is to be stored?  Else it closes at once
    together         does it serve its clients together, or one after another?
"""

from __future__ import annotations

import io
import json
import socket
import sys
import threading

CHUNK = 8192
_never = threading.Event()
kept: list[socket.socket] = []


def work(seconds: float) -> None:
    """Be busy with something else."""
    if seconds:
        _never.wait(seconds)


def answer(conn: socket.socket, size: int, told: dict) -> None:
    """The length, four bytes, and as much of a report."""
    work(told["think_s"])
    length, body = size.to_bytes(4, told["order"]), b"r" * size
    for part in [length, body] if told["writes"] == 2 else [length + body]:
        conn.sendall(part)


def serve(conn: socket.socket, told: dict) -> None:
    """One client, from its first question to its end."""
    reader = io.BufferedReader(conn.makefile("rb", buffering=0), CHUNK)
    conn.settimeout(told["idle_s"] or None)
    try:
        while line := reader.readline():
            verb, size = line.split()
            left = int(size)
            if verb == b"fetch":
                answer(conn, left, told)
                continue
            if not told["stores"]:
                break
            while left:
                left -= len(reader.read1(min(left, CHUNK)) or bytes(left))
                work(told["rest_s"])
            conn.sendall(b"stored\n")
    except OSError:  # its client has gone, or says nothing
        pass
    if told["closes"]:
        reader.close()
        conn.close()
    else:
        kept.append(conn)


def main() -> None:
    """Do as one is told, until somebody ends it."""
    told = json.loads(sys.stdin.readline())
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if told["room"]:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, told["room"])
    listener.bind((told["address"], told["port"]))
    listener.listen()
    print("listening", flush=True)
    while told["accepts"]:
        conn, _ = listener.accept()
        print("serving", flush=True)
        if told["together"]:
            threading.Thread(target=serve, args=(conn, told), daemon=True).start()
        else:
            serve(conn, told)
    _never.wait()


if __name__ == "__main__":
    main()

"""The solution, and wrong answers with words that each must be told."""

from __future__ import annotations

import socket


def ask(host, address, question):
    with host.socket() as sock:
        sock.connect(address)
        sock.sendall(question)
        answer = b""
        while part := sock.recv(1000):
            answer += part
        return answer


def ask_receives_once(host, address, question):
    with host.socket() as sock:
        sock.connect(address)
        sock.sendall(question)
        return sock.recv(1000)


def ask_returns_the_last_part(host, address, question):
    with host.socket() as sock:
        sock.connect(address)
        sock.sendall(question)
        while part := sock.recv(1000):
            answer = part
        return answer


def ask_never_closes(host, address, question):
    sock = host.socket()
    sock.connect(address)
    sock.sendall(question)
    answer = b""
    while part := sock.recv(1000):
        answer += part
    return answer


def ask_closes_only_when_all_goes_well(host, address, question):
    sock = host.socket()
    sock.connect(address)
    sock.sendall(question)
    answer = b""
    while part := sock.recv(1000):
        answer += part
    sock.close()
    return answer


def ask_swallows_the_refusal(host, address, question):
    try:
        return ask(host, address, question)
    except OSError:
        return b""


def ask_forgets_to_send(host, address, question):
    with host.socket() as sock:
        sock.connect(address)
        return sock.recv(1000)


def ask_encodes_bytes(host, address, question):
    with host.socket() as sock:
        sock.connect(address)
        sock.sendall(question.encode())
        return sock.recv(1000)


def ask_hangs_up_first(host, address, question):
    with host.socket() as sock:
        sock.connect(address)
        sock.shutdown(socket.SHUT_WR)
        return question


def ask_prints(host, address, question):
    print(ask(host, address, question))


def ask_returns_text(host, address, question):
    return ask(host, address, question).decode()


def ask_uses_its_own_socket(host, address, question):
    with socket.socket() as sock:
        sock.settimeout(0.2)
        try:
            sock.connect(address)
        except OSError:
            return b""


def ask_never_stops_reading(host, address, question):
    with host.socket() as sock:
        sock.connect(address)
        sock.sendall(question)
        answer = b""
        while True:
            answer += sock.recv(1000)


SOLUTION = ask

WRONG = {
    "receives once": (ask_receives_once, "not the whole answer"),
    "returns the last part": (ask_returns_the_last_part, "should return b'It is me.'"),
    "never closes": (ask_never_closes, "still open"),
    "closes only when all goes well": (ask_closes_only_when_all_goes_well, "still open"),
    "swallows the refusal": (ask_swallows_the_refusal, "must hear of it"),
    "forgets to send": (ask_forgets_to_send, "send the question"),
    "encodes bytes": (ask_encodes_bytes, "no attribute 'encode'"),
    "hangs up first": (ask_hangs_up_first, "send the question first"),
    "prints": (ask_prints, "but returned None"),
    "returns text": (ask_returns_text, "as bytes"),
    "uses a socket of its own": (ask_uses_its_own_socket, "host.socket()"),
    "never stops reading": (ask_never_stops_reading, "was still not done"),
}

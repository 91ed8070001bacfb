"""Solutions of lesson 01's exercises, and wrong ones with words that each must be answered with.  For tests
only."""

from __future__ import annotations

import socket

# --- every-caller -------------------------------------------------------------------------------------------


def serve(listener, callers):
    for _ in range(callers):
        conn, _peer = listener.accept()
        while question := conn.recv(100):
            conn.sendall(question.upper())
        conn.close()


def serve_as_given(listener, callers):
    conn, _peer = listener.accept()
    for _ in range(callers):
        question = conn.recv(100)
        conn.sendall(question.upper())


def serve_answers_the_first_for_ever(listener, callers):
    conn, _peer = listener.accept()
    while question := conn.recv(100):
        conn.sendall(question.upper())
    conn.close()


def serve_answers_each_caller_once(listener, callers):
    for _ in range(callers):
        conn, _peer = listener.accept()
        question = conn.recv(100)
        conn.sendall(question.upper())
        conn.close()


def serve_accepts_for_each_question(listener, callers):
    while True:
        conn, _peer = listener.accept()
        question = conn.recv(100)
        conn.sendall(question.upper())


def serve_never_closes(listener, callers):
    kept = []
    for _ in range(callers):
        conn, _peer = listener.accept()
        kept.append(conn)
        while question := conn.recv(100):
            conn.sendall(question.upper())
    listener.accept()


def serve_does_not_notice_the_end(listener, callers):
    for _ in range(callers):
        conn, _peer = listener.accept()
        while True:
            conn.sendall(conn.recv(100).upper())


def serve_closes_the_listener(listener, callers):
    for _ in range(callers):
        conn, _peer = listener.accept()
        listener.close()
        while question := conn.recv(100):
            conn.sendall(question.upper())
        conn.close()


def serve_reads_from_the_listener(listener, callers):
    for _ in range(callers):
        conn, _peer = listener.accept()
        while question := listener.recv(100):
            conn.sendall(question.upper())
        conn.close()


def serve_accepts_all_first(listener, callers):
    conns = [listener.accept()[0] for _ in range(callers)]
    for conn in conns:
        while question := conn.recv(100):
            conn.sendall(question.upper())
        conn.close()


def serve_does_not_shout(listener, callers):
    for _ in range(callers):
        conn, _peer = listener.accept()
        while question := conn.recv(100):
            conn.sendall(question)
        conn.close()


def serve_answers_through_the_listener(listener, callers):
    for _ in range(callers):
        conn, _peer = listener.accept()
        while question := conn.recv(100):
            listener.sendall(question.upper())
        conn.close()


def serve_receives_once(listener, callers):
    for _ in range(callers):
        conn, _peer = listener.accept()
        question = conn.recv(100)
        while question:
            conn.sendall(question.upper())
        conn.close()


# --- ask ----------------------------------------------------------------------------------------------------


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


SOLUTIONS = {"every-caller": serve, "ask": ask}

_LISTEN = (
    "def serve_one(host, address):",
    "    listener = host.socket()",
    "    listener.bind(address)",
    "    listener.listen()",
)
_ECHO = ("    while data := conn.recv(1000):", "        conn.sendall(data)")

WRONG = {
    "every-caller": {
        "as given": (serve_as_given, "serve has returned"),
        "answers the first caller for ever": (serve_answers_the_first_for_ever, "waits for\naccept()"),
        "answers each caller once": (serve_answers_each_caller_once, "more than once"),
        "accepts for each question": (serve_accepts_for_each_question, "more than once"),
        "never closes": (serve_never_closes, "conn.close()"),
        "does not notice the end": (serve_does_not_notice_the_end, "recv() gives b''"),
        "closes the listener": (serve_closes_the_listener, "needed for every caller"),
        "reads from the listener": (serve_reads_from_the_listener, "carries no bytes"),
        "accepts all first": (serve_accepts_all_first, "stands in accept()"),
        "does not shout": (serve_does_not_shout, "in capitals"),
        "answers through the listener": (serve_answers_through_the_listener, "Answer through the socket"),
        "receives once": (serve_receives_once, "goes back once"),
    },
    "ask": {
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
    },
    "one-caller": {
        "listens before it is bound": (
            (
                *_LISTEN[:2],
                _LISTEN[3],
                _LISTEN[2],
                "    conn, peer = listener.accept()",
                *_ECHO,
                "    conn.close()",
                "    listener.close()",
            ),
            "before listen()",
        ),
        "accepts before it listens": (
            (
                *_LISTEN[:3],
                "    conn, peer = listener.accept()",
                _LISTEN[3],
                *_ECHO,
                "    conn.close()",
                "    listener.close()",
            ),
            "a socket that listens",
        ),
        "closes the listener first": (
            (
                *_LISTEN,
                "    listener.close()",
                "    conn, peer = listener.accept()",
                *_ECHO,
                "    conn.close()",
            ),
            "closed already",
        ),
        "hangs up before it reads": (
            (
                *_LISTEN,
                "    conn, peer = listener.accept()",
                "    conn.close()",
                *_ECHO,
                "    listener.close()",
            ),
            "read first",
        ),
        "reads from the listener": (
            (
                *_LISTEN,
                "    conn, peer = listener.accept()",
                "    data = listener.recv(1000)",
                *_ECHO,
                "    conn.close()",
                "    listener.close()",
            ),
            "carries no bytes",
        ),
        "connects to itself": (
            (
                *_LISTEN,
                "    listener.connect(address)",
                "    conn, peer = listener.accept()",
                *_ECHO,
                "    conn.close()",
                "    listener.close()",
            ),
            "does not call",
        ),
        "leaves the listener open": (
            (*_LISTEN, "    conn, peer = listener.accept()", *_ECHO, "    conn.close()"),
            "left 1 socket open",
        ),
        "never hangs up": (
            (*_LISTEN, "    conn, peer = listener.accept()", *_ECHO, "    listener.close()"),
            "the server does not: close",
        ),
    },
}

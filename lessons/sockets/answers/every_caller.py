"""The solution, and wrong answers with words that each must be told."""

from __future__ import annotations


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


SOLUTION = serve

WRONG = {
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
}

"""The solution of attend, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from selectors import EVENT_READ, EVENT_WRITE


def attend(selector, conn, owed, events):
    try:
        if events & EVENT_WRITE:
            del owed[: conn.send(owed)]
        elif data := conn.recv(65_536):
            owed += data
        else:
            raise EOFError
        selector.modify(conn, EVENT_WRITE if owed else EVENT_READ, owed)
    except (EOFError, ConnectionError):
        selector.unregister(conn)
        conn.close()


def _end(selector, conn):
    selector.unregister(conn)
    conn.close()


def sends_all(selector, conn, owed, events):
    if data := conn.recv(65_536):
        conn.sendall(data)
    else:
        _end(selector, conn)


def makes_it_block(selector, conn, owed, events):
    conn.setblocking(True)
    sends_all(selector, conn, owed, events)


def sends_once(selector, conn, owed, events):
    try:
        if events & EVENT_WRITE:
            conn.send(owed)
            owed.clear()
        elif data := conn.recv(65_536):
            owed += data
        else:
            raise EOFError
        selector.modify(conn, EVENT_WRITE if owed else EVENT_READ, owed)
    except (EOFError, ConnectionError):
        _end(selector, conn)


def reads_on(selector, conn, owed, events):
    try:
        if events & EVENT_READ:
            data = conn.recv(65_536)
            if not data:
                raise EOFError
            owed += data
        if events & EVENT_WRITE:
            del owed[: conn.send(owed)]
        selector.modify(conn, EVENT_READ | EVENT_WRITE if owed else EVENT_READ, owed)
    except (EOFError, ConnectionError):
        _end(selector, conn)


def waits_for_both(selector, conn, owed, events):
    try:
        if events & EVENT_WRITE and owed:
            del owed[: conn.send(owed)]
        elif events & EVENT_READ and not owed:
            data = conn.recv(65_536)
            if not data:
                raise EOFError
            owed += data
        selector.modify(conn, EVENT_READ | EVENT_WRITE, owed)
    except (EOFError, ConnectionError):
        _end(selector, conn)


def never_writes(selector, conn, owed, events):
    if data := conn.recv(65_536):
        owed += data
    else:
        _end(selector, conn)


def forgets_the_rest(selector, conn, owed, events):
    try:
        data = conn.recv(65_536)
        if not data:
            raise EOFError
        conn.send(data)
    except (EOFError, ConnectionError):
        _end(selector, conn)


def forgets_the_end(selector, conn, owed, events):
    try:
        if events & EVENT_WRITE:
            del owed[: conn.send(owed)]
        elif data := conn.recv(65_536):
            owed += data
        else:
            selector.unregister(conn)
            return
        selector.modify(conn, EVENT_WRITE if owed else EVENT_READ, owed)
    except ConnectionError:
        _end(selector, conn)


def sends_at_once_and_keeps_it(selector, conn, owed, events):
    if data := conn.recv(65_536):
        owed += data
        owed = owed[conn.send(owed) :]
    else:
        _end(selector, conn)


def trusts_the_network(selector, conn, owed, events):
    if events & EVENT_WRITE:
        del owed[: conn.send(owed)]
    elif data := conn.recv(65_536):
        owed += data
    else:
        _end(selector, conn)
        return
    selector.modify(conn, EVENT_WRITE if owed else EVENT_READ, owed)


SOLUTION = attend
WRONG = {
    "leaves it to sendall": (sends_all, "raised BlockingIOError"),
    "makes it block": (makes_it_block, "the loop waits for the one who does not read"),
    "sends once, and forgets": (sends_once, "what it did not take stays in owed"),
    "reads on": (reads_on, "they lie in its memory"),
    "waits for both, always": (waits_for_both, "it burns a processor"),
    "never writes": (never_writes, "wait until the connection can be written"),
    "forgets the rest": (forgets_the_rest, "raised BlockingIOError"),
    "forgets to close": (forgets_the_end, "unregister the connection, and close it"),
    "sends at once, and keeps it": (sends_at_once_and_keeps_it, "but got b'hello'"),
    "trusts the network": (trusts_the_network, "raised ConnectionResetError"),
}

"""Wrong orders, with words that each must be told."""

from __future__ import annotations

_LISTEN = (
    "def serve_one(host, address):",
    "    listener = host.socket()",
    "    listener.bind(address)",
    "    listener.listen()",
)
_ECHO = ("    while data := conn.recv(1000):", "        conn.sendall(data)")


WRONG = {
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
}

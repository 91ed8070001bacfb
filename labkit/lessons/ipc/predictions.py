"""Why each choice of the lesson's predictions is right or wrong."""

from __future__ import annotations

from typing import Any

BECAUSE: dict[str, dict[Any, str]] = {
    "stream-pieces": {
        "b'first'": "That is a message, and a stream has none: it hands over what has arrived, up to 100 bytes.",
        "b'firstsecond'": "Two sends, one recv: a stream keeps the order of the bytes and forgets the sends.",
        "either, nobody knows": (
            "While the second is still on its way, so it is. Here both had arrived, and recv takes all that fits."
        ),
    },
    "stream-end": {
        "b''": "The end of a stream is a recv that gives no bytes, on a Unix socket as over TCP.",
        "an error": "An error comes when the other side closed with bytes unread. Else a close is a goodbye: b''.",
        "nothing: it waits": "It waits while more may come. After the end nothing can.",
    },
    "file-left": {
        "success: the socket is closed": (
            "The socket is, but bind() made a file, and files stay. Only unlink() removes it."
        ),
        "address already in use": "The address is the file, and the file is still there, though nobody listens.",
    },
    "datagram-end": {
        "b''": "b'' is how a connection ends. For datagrams it would be an empty datagram, which is allowed.",
        "an error": "Writing to a peer that is gone gives an error; reading only finds nothing there.",
        "nothing: it waits": (
            "Datagrams have no connection whose end could be told: a receiver must be told in a message."
        ),
    },
    "seqpacket": {
        "b'firstsecond', b'', b''": "That is the stream. Seqpacket gives one message a recv.",
        "b'first', b'second', b''": "Messages, as datagrams; an end, as a stream.",
        "b'first', b'second', nothing: it waits": "That is the datagram. Seqpacket is a connection, and ends.",
    },
    "who-calls": {
        "process 1": "That is what the message says. Nobody asked the message.",
        "the client's process": "The kernel knows who called connect(), and no program can change what it noted.",
        "the notebook's process": "It started the client, but the client called connect().",
    },
    "pair-peer": {
        "the client's process": "It writes, but it never called connect(): it inherited an end that was connected.",
        "the notebook's process": (
            "The kernel notes who connects, when it connects: here who called socketpair(). To know who sends,"
            " ask for SCM_CREDENTIALS with each message (SO_PASSCRED, unix(7))."
        ),
    },
    "maker-gone": {
        "it is closed too": "An open socket is closed by the last who holds it, and we hold it too.",
        "it works, from this notebook's address, 127.0.0.1": (
            "Which network a socket is in was settled when it was made. Holding it elsewhere changes nothing."
        ),
        "it works, from the host's address, 10.0.0.1": (
            "It was made on the host, stays in the host's network, and lives as long as we hold it."
        ),
    },
}

# What each experiment gives as the lesson has it, before a learner changes anything.
RIGHT: dict[str, str] = {
    "stream-pieces": "b'firstsecond'",
    "stream-end": "b''",
    "file-left": "address already in use",
    "datagram-end": "nothing: it waits",
    "seqpacket": "b'first', b'second', b''",
    "who-calls": "the client's process",
    "pair-peer": "the notebook's process",
    "maker-gone": "it works, from the host's address, 10.0.0.1",
}

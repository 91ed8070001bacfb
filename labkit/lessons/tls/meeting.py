"""A client meets a server, each with a TLS context of its own: what either gets, or hears."""

from __future__ import annotations

import contextlib
import socket
import ssl
from typing import Any, NamedTuple

SECONDS = 5.0


class Met(NamedTuple):
    """What a client and a server got of each other: what was said, or why nothing was.

    client, server  in words that are the same in every version of OpenSSL
    trace           what crossed the wire, and the calls
    names           whom the server has met: the names in the client's certificate, if it showed one
    """

    client: str
    server: str
    trace: Any = None
    names: tuple[str, ...] = ()

    @property
    def calls(self) -> list[str]:
        """The client's calls in TLS, and the errors that they raised."""
        mine = (call for call in self.trace.calls if call.host == "client" and call.tls)
        return [f"{call.name}() {call.error}".rstrip() for call in mine if call.name != "close"]


def meet(
    network: Any, server_context: ssl.SSLContext, client_context: ssl.SSLContext, order: bytes = b"hello"
) -> Met:
    """The client means "bank", calls it, wraps the socket, says its order and reads the answer."""
    client, bank = network.client, network.bank
    names: list[str] = []
    with network.capture() as trace, bank.socket() as listener, client.socket() as sock:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((bank.address, 8444))
        listener.listen()
        serving = bank.background(_serve, listener, server_context, names)
        sock.settimeout(SECONDS)
        sock.connect((bank.address, 8444))
        try:
            with client_context.wrap_socket(sock, server_hostname="bank") as talk:
                talk.sendall(order)
                got = repr(talk.recv(1000))
        except OSError as error:
            got = told(error)
        heard = serving.result()
    return Met(got, heard, trace, tuple(names))


def _serve(listener: Any, context: ssl.SSLContext, names: list[str]) -> str:
    """One connection: what was asked, or why nothing was."""
    conn, _ = listener.accept()
    with conn:
        conn.settimeout(SECONDS)
        with context.wrap_socket(conn, server_side=True, do_handshake_on_connect=False) as talk:
            try:
                talk.do_handshake()
                certificate: Any = talk.getpeercert() or {}
                names.extend(name for _, name in certificate.get("subjectAltName", ()))
                order = talk.recv(1000)
                talk.sendall(b"OK " + order)
                return repr(order)
            except OSError as error:
                _hear_out(talk)
                return told(error)


def _hear_out(talk: ssl.SSLSocket) -> None:
    """Say no more, and read until the client has closed: close() with bytes unread would reset the connection, and the
    client's next call would fail before it has seen the alert."""
    with contextlib.suppress(OSError):
        talk.shutdown(socket.SHUT_WR)  # from here on it is a plain socket
        while talk.recv(1000):
            pass


def told(error: BaseException) -> str:
    """An error of TLS in words that are the same in every version of OpenSSL: "code 20", "alert unknown_ca"."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"code {error.verify_code}"
    reason = getattr(error, "reason", None) or type(error).__name__
    _, alert, name = reason.partition("ALERT_")
    return f"alert {name.lower()}" if alert else reason.lower()

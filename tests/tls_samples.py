"""Conversations in TLS for tests: OpenSSL's own, through memory, written down as a trace at our own times."""

from __future__ import annotations

import ssl
from functools import cache
from typing import NamedTuple

import trustme
from ladder_samples import Talk

from labkit.traces.calls import Call
from labkit.traces.trace import Trace

LOCAL, PEER = ("10.0.0.1", 40000), ("10.0.0.2", 443)
PORTS = (40000, 443)


@cache
def authority() -> trustme.CA:
    return trustme.CA()


def contexts(version: str = "1.3", names: int = 1) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A client's context and a server's, of one version; the server's certificate has so many names."""
    theirs, ours = ssl.create_default_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().configure_trust(theirs)
    others = [f"server-{number}.example" for number in range(1, names)]
    authority().issue_cert("server.example", *others).configure_cert(ours)
    for context in (theirs, ours):
        context.maximum_version = context.minimum_version = getattr(
            ssl.TLSVersion, f"TLSv{version.replace('.', '_')}"
        )
    return theirs, ours


class Sample(NamedTuple):
    trace: Trace
    log: str


class Conversation:
    """Two ends in memory; what one gives out is a segment to the other, 10 ms later."""

    def __init__(
        self,
        folder,
        version: str = "1.3",
        *,
        jitter_ns: int = 0,
        seed: int = 0,
        curve: str = "",
        names: int = 1,
    ) -> None:
        theirs, ours = contexts(version, names)
        if (
            curve
        ):  # the only one that the server has; if it is none of those that the client begins with, it says so
            ours.set_ecdh_curve(curve)
        self.log = folder / f"keys-{version}-{seed}.txt"
        theirs.keylog_filename = str(self.log)
        self.talk = Talk("client", "server", jitter_ns=jitter_ns, seed=seed)
        self.into = {1: ssl.MemoryBIO(), 2: ssl.MemoryBIO()}
        self.out = {1: ssl.MemoryBIO(), 2: ssl.MemoryBIO()}
        self.client = theirs.wrap_bio(self.into[1], self.out[1], server_hostname="server.example")
        self.server = ours.wrap_bio(self.into[2], self.out[2], server_side=True)
        self.sent, self.calls = {1: 1, 2: 1}, []
        at = self.talk.tcp(0, 1, 2, "S", ports=PORTS)
        at = self.talk.tcp(at, 2, 1, "S.", 0, 1, ports=PORTS)
        self.at = self.talk.tcp(at, 1, 2, ".", 1, 1, ports=PORTS)

    def flush(self, host: int, most: int = 1460) -> float:
        """What an end has given out, as segments; gives the time at which the last arrives."""
        data, at, other = self.out[host].read(), self.at, 3 - host
        self.into[other].write(data)
        while data:
            piece, data = data[:most], data[most:]
            at = self.talk.tcp(
                self.at, host, other, "P.", self.sent[host], self.sent[other], piece, ports=PORTS
            )
            self.sent[host] += len(piece)
        self.at = at
        return at

    def shake(self, most: int = 1460) -> Conversation:
        """The whole handshake."""
        begun = self.at
        for end, host in 3 * [(self.client, 1), (self.server, 2)]:  # a HelloRetryRequest takes three turns
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                pass
            self.flush(host, most)
            if host == 1:
                self.done = self.at
        self.note(1, "do_handshake", begun, self.at, socket=1)
        self.note(2, "do_handshake", begun, self.at, socket=2)
        return self

    def says(self, host: int, data: bytes, name: str = "sendall") -> Conversation:
        """One end sends, and the other reads it in one call."""
        end, other = (self.client, self.server)[:: 3 - 2 * host]
        begun = self.at
        self.note(3 - host, "recv", begun - 5, begun + 10.1, moved=len(data), size=100)
        self.note(host, name, begun - 0.1, begun + 0.1, size=len(data))
        end.write(data)
        self.flush(host)
        got = b""
        while len(got) < len(data):
            got += other.read(len(data))
        assert got == data
        return self

    def bye(self) -> Conversation:
        """The client says goodbye, and the server does, too."""
        begun = self.at
        self.note(2, "recv", begun - 5, begun + 10.1, moved=0, size=100)
        self.note(1, "unwrap", begun - 0.1, begun + 20.1)
        try:
            self.client.unwrap()
        except ssl.SSLWantReadError:
            pass
        self.flush(1)
        assert self.server.read() == b""
        self.note(2, "unwrap", self.at, self.at + 0.1)
        self.server.unwrap()
        self.flush(2)
        return self

    def note(self, host: int, name: str, begin: float, end: float, socket: int = 0, **more) -> None:
        local, peer = (LOCAL, PEER) if host == 1 else (PEER, LOCAL)
        names = ("client", "server")
        made = Call(names[host - 1], name, int(begin * 1e6), int(end * 1e6), **more)
        self.calls.append(made._replace(local=local, peer=peer, socket_id=host, tls=True))

    def sample(self) -> Sample:
        self.talk.calls = self.calls
        return Sample(self.talk.trace(), self.log.read_text())

"""A handshake of two contexts in memory: no socket, no thread, no time."""

from __future__ import annotations

import ssl
from typing import NamedTuple

ROUNDS = 10


class Shaken(NamedTuple):
    """What came of a handshake: the version that both speak, what the server got, and what each end raised."""

    version: str | None
    got: bytes
    client: ssl.SSLError | None
    server: ssl.SSLError | None

    @property
    def done(self) -> bool:
        """Did the client's first words come to the server?"""
        return self.got == b"hello"


def shake(server: ssl.SSLContext, client: ssl.SSLContext, name: str = "bank") -> Shaken:
    """A client that means this name meets a server, and says hello."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = {
        "client": client.wrap_bio(back, there, server_hostname=name),
        "server": server.wrap_bio(there, back, server_side=True),
    }
    errors: dict[str, ssl.SSLError] = {}
    open_ = dict(ends)
    for _ in range(ROUNDS):
        for which, end in list(open_.items()):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError as error:
                errors[which] = error
            del open_[which]
        if not open_ or errors:
            break
    got = b""
    if not errors and not open_:
        ends["client"].write(b"hello")
        got = ends["server"].read(100)
    return Shaken(ends["client"].version(), got, errors.get("client"), errors.get("server"))

"""One TLS record of a trace: what all can read of it, and what only who has the keys.  Pure."""

from __future__ import annotations

from typing import NamedTuple

from labkit.packets.datagram import said
from labkit.packets.frame import Carried, Frame
from labkit.words import say

QUOTED = 40
"""How many characters of a program's data a record shows."""

_BRIEF = {
    "ChangeCipherSpec": "CCS",
    "ApplicationData": "AppData",
    "EncryptedExtensions": "Exts",
    "Certificate": "Cert",
    "CertificateRequest": "CertReq",
    "CertificateVerify": "Verify",
    "NewSessionTicket": "Ticket",
}


class _TlsRecord(NamedTuple):
    frame: Frame
    source: str
    target: str
    flow: int
    kind: str
    header: bytes
    body: bytes
    names: tuple[str, ...]
    server_name: str = ""
    inside: str = ""
    plain: bytes | None = None


class TlsRecord(_TlsRecord, Carried):
    """One record of TLS.

    frame           the `Frame` that carried its first byte
    source, target  names of the hosts that sent it, and that it was for
    flow            number of its connection in the trace
    kind            its type as all can read it: "Handshake", "ChangeCipherSpec", "Alert", "ApplicationData"
    header, body    its five bytes of type, version and length; and what it holds, encrypted or not
    names           the messages that can be read: ("ClientHello",), ("close_notify",); with the keys those inside
    server_name     whom a ClientHello asks for (SNI)
    inside          its true type, for who has the keys; "" for who has not, and where nothing is encrypted
    plain           what was inside, for who has the keys; None for who has not
    """

    __slots__ = ()

    @property
    def size(self) -> int:
        """How many bytes it holds, encrypted or not."""
        return len(self.body)

    @property
    def summary(self) -> str:
        """Its type and what it holds, without the hosts and without sizes, which certificates vary."""
        what = ", ".join(self.names)
        if self.server_name:
            what = say("{names} for {server}", names=what, server=self.server_name)
        if self.plain is not None and self.inside == "ApplicationData":
            what = said(self.plain, len(self.plain), QUOTED) or say("0 bytes")
        if self.inside:
            what = f"[{what}]"
        return f"{self.kind:<16} {what}".rstrip()

    def __str__(self) -> str:
        return f"{self.source} > {self.target}  {self.summary}"

    def __repr__(self) -> str:
        return f"<TlsRecord {self}>"

    @property
    def brief(self) -> tuple[str, bool]:
        """What a ladder says of it, and whether that was inside."""
        if self.inside == "ApplicationData":
            plain = self.plain or b""
            return said(plain, len(plain), 16) or say("0 bytes"), True
        names = [_BRIEF.get(name, name) for name in self.names] or [_BRIEF.get(self.kind, self.kind)]
        if self.server_name:
            names[-1] += f" {self.server_name}"
        return ", ".join(names), bool(self.inside)

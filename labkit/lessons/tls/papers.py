"""Certificates for the exercises, in files as one has them at work, and the contexts of those who attack."""

from __future__ import annotations

import datetime
import ssl
import tempfile
from pathlib import Path
from typing import Any

import trustme

from labkit.lessons.tls.certificates import self_signed


class Papers:
    """An authority with certificates for bank, shop and alice, and one of somebody else's.

    folder  where "authority.pem", "bank.pem" and "alice.pem" lie, until it is closed
    """

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="labkit-papers-")
        self.folder = Path(self._temporary.name)
        self.ours, self.theirs = trustme.CA(), trustme.CA()
        self.ours.cert_pem.write_to_path(str(self.path("authority")))
        for name, whose in (("bank", "bank"), ("alice", "alice@example.org")):
            certificate = self.ours.issue_cert(whose)
            certificate.private_key_and_cert_chain_pem.write_to_path(str(self.path(name)))

    def path(self, name: str) -> Path:
        """The file of a certificate."""
        return self.folder / f"{name}.pem"

    def close(self) -> None:
        """Take the folder away."""
        self._temporary.cleanup()

    def server(self, what: str) -> ssl.SSLContext:
        """The context of a server that shows a certificate: one of `SHOWN`."""
        certificate: Any
        if what == "self-signed":
            certificate = self_signed("bank")
        elif what == "old":
            certificate = self.ours.issue_cert("bank", not_after=datetime.datetime(2020, 1, 1))
        else:
            authority = self.theirs if what == "strange" else self.ours
            certificate = authority.issue_cert("shop" if what == "shop" else "bank")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context

    def client(self, authority: trustme.CA | None) -> ssl.SSLContext:
        """The context of a client with a certificate for alice of an authority; None: without one.  It takes any
        server."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if authority is not None:
            authority.issue_cert("alice@example.org").configure_cert(context)
        return context


SHOWN = ("bank", "self-signed", "strange", "shop", "old")
"""Which certificates a server of `Papers` can show: the right one, three bad ones for the same name, and the
shop's."""

"""A key log of one context, in a file that goes with it."""

from __future__ import annotations

import os
import shutil
import ssl
import tempfile
import weakref
from pathlib import Path


class KeyLog:
    """From now on a context writes down the secrets of its conversations, in the format of RFC 9850.

    The file is gone with this object.  On Linux it is in memory alone (memfd_create(2)), so that secrets are left on no
    disk, however Python ends.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        if hasattr(os, "memfd_create"):
            descriptor = os.memfd_create("labkit-keys")
            weakref.finalize(self, os.close, descriptor)
            self._path = Path(f"/proc/self/fd/{descriptor}")
        else:
            folder = tempfile.mkdtemp(prefix="labkit-keys-")
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            self._path = Path(folder, "keys.txt")
        context.keylog_filename = str(self._path)

    @property
    def text(self) -> str:
        """All that has been written so far."""
        return self._path.read_text(encoding="ascii")

    @property
    def lines(self) -> list[str]:
        """Its lines of three words: what it is, the client's random number, the secret.  Comments are left out."""
        return [line for line in self.text.splitlines() if line and not line.startswith("#")]

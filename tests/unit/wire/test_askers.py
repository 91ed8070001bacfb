"""Who asks the helper and leaves in the middle of the answer ends nothing but what is their own."""

from __future__ import annotations

import errno
import os
import socket
from types import SimpleNamespace

from labkit.wire import channel as messages
from labkit.wire.askers import Asker, Askers


class Serving(Askers):
    """Hands over a descriptor, and notes who has left."""

    def __init__(self, *given) -> None:
        self.gone: list[Asker] = []
        super().__init__(*given)

    def left(self, asker):
        self.gone.append(asker)

    def do_visit(self, asker):
        return "a visit", [os.open(os.devnull, os.O_RDONLY)]


def test_a_guest_who_leaves_while_the_failure_is_told_ends_nothing_else(monkeypatch):
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    makers, makers_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ended: list[bool] = []
    wire = SimpleNamespace(
        handle=lambda number, call: None, unhandle=lambda number: None, end=lambda: ended.append(True)
    )
    guest = Asker(ours, os.open(os.devnull, os.O_RDONLY), guest=True)
    serving = Serving(Asker(makers, os.open(os.devnull, os.O_RDONLY)), wire)
    send = messages.send

    def refused(channel, message, descriptors=()):
        if descriptors:  # too many are on their way
            theirs.close()
            raise OSError(errno.ETOOMANYREFS, os.strerror(errno.ETOOMANYREFS))
        send(channel, message)

    before = set(os.listdir("/proc/self/fd"))
    messages.send(theirs, (1, "visit", ()))
    monkeypatch.setattr(messages, "send", refused)
    serving.serve(guest)
    assert (serving.gone, ended) == ([guest], [])
    assert len(before) - len(os.listdir("/proc/self/fd")) == 3, "theirs, and both of the guest"
    serving._maker.close()
    makers_end.close()

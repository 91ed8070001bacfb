"""Put a server in order that only its owner may call."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
from typing import Any

from labkit.background.processes import Process
from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.tale import Tale


class _Listener(socket.socket):
    """A real Unix socket that notes who could call when it began to listen."""

    mode: int | None = None
    helped = False

    def listen(self, *backlog: int) -> None:
        super().listen(*backlog)
        self.mode = stat.S_IMODE(os.stat(self.getsockname()).st_mode)

    def setsockopt(self, *arguments: Any) -> None:
        super().setsockopt(*arguments)
        self.helped = True


def _call(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(path)


def _open_for_the_owner(tale: Tale, open_for_the_owner: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "app.sock")
        with socket.socket(socket.AF_UNIX) as earlier:
            earlier.bind(path)
        tale.did("an earlier server has left its file at path")
        listener = tale.keep(_Listener(socket.AF_UNIX))
        shown = "open_for_the_owner(listener, path)"
        tale.call(open_for_the_owner, listener, path, shown=shown)
        if listener.helped:
            tale.fail("the socket has SO_REUSEADDR, which means nothing for a path: the file must go")
        if listener.mode is None:
            tale.fail("{shown} returned, but listen() was not called: nobody can connect", shown=shown)
        if listener.mode != 0o600:
            tale.fail(
                "when listen() was called, the file's mode was {mode:03o}, as the umask left it: under"
                " another umask others\ncould connect from then on, and who is in stays in; a mode that is"
                " set later comes too late",
                mode=listener.mode,
            )
        tale.did("{shown}: when listen() was called, the file's mode was 600", shown=shown)
        child = tale.keep(Process(_call, path))
        child.wait()
        tale.did("a process of the owner connects")


EXERCISE = Parsons(
    id="open-for-the-owner",
    title="a server at a path, for its owner only",
    given="import os, socket",
    name="open_for_the_owner",
    lines=(
        "def open_for_the_owner(listener, path):",
        "    if os.path.exists(path):",
        "        os.unlink(path)",
        "    listener.bind(path)",
        "    os.chmod(path, 0o600)",
        "    listener.listen()",
    ),
    extra=("    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)",),
    story=_open_for_the_owner,
    hints=(
        "A client can connect from the moment of listen() on, not earlier. What must be settled by then?",
        "bind() makes the file: what is in its way goes before it, what changes it comes after it. And one line"
        " is about TCP only.",
        "exists, unlink, bind, chmod, listen",
    ),
    needs_network=True,
)

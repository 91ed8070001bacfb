"""The solution of open-for-the-owner, and wrong answers, each with words that it must be told."""

from __future__ import annotations

_DEF, _IF, _UNLINK, _BIND, _CHMOD, _LISTEN = (
    "def open_for_the_owner(listener, path):",
    "    if os.path.exists(path):",
    "        os.unlink(path)",
    "    listener.bind(path)",
    "    os.chmod(path, 0o600)",
    "    listener.listen()",
)


_REUSE = "    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)"


WRONG = {
    "listens before the mode is set": (
        (_DEF, _IF, _UNLINK, _BIND, _LISTEN, _CHMOD),
        "comes too late",
    ),
    "binds over the file": ((_DEF, _BIND, _IF, _UNLINK, _CHMOD, _LISTEN), "Address already in use"),
    "sets the mode of a file that is not there": (
        (_DEF, _IF, _UNLINK, _CHMOD, _BIND, _LISTEN),
        "No such file",
    ),
    "hopes for SO_REUSEADDR": ((_DEF, _REUSE, _BIND, _CHMOD, _LISTEN), "Address already in use"),
    "takes SO_REUSEADDR along": (
        (_DEF, _IF, _UNLINK, _REUSE, _BIND, _CHMOD, _LISTEN),
        "means nothing for a path",
    ),
    "does not listen": ((_DEF, _IF, _UNLINK, _BIND, _CHMOD), "listen() was not called"),
}

"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "file-removed-first",
        "the file of the earlier server is removed before it is asked for",
        "ipc",
        'reveal("file-left", attempt(second.bind, path))',
        'os.unlink(path)\n    reveal("file-left", attempt(second.bind, path))',
        ("ipc",),
    ),
    Sabotage(
        "own-credentials-asked",
        "the credentials are those of a pair of the notebook's own",
        "ipc",
        "pid, uid, gid = peer(conn)",
        "pid, uid, gid = peer(socket.socketpair(AF_UNIX)[0])",
        ("ipc",),
    ),
)

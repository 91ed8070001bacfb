"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "deaf-is-read-in-many",
        "the client that should not read asks for so little that nobody has to wait",
        "many",
        "caller.sendall(bytes(600_000))",
        "caller.sendall(bytes(3_000))",
        ("many", "solutions/many"),
    ),
    Sabotage(
        "alarm-too-early-in-many",
        "the receiver's buffer is large, so the first thread does not wait",
        "labkit/lessons/many/two_writers.py",
        "RECEIVE_BUFFER = 10_000",
        "RECEIVE_BUFFER = 1_000_000",
        ("many", "solutions/many"),
    ),
    Sabotage(
        "lock-of-its-own-in-many",
        "each send has a lock of its own, which guards nothing",
        "many",
        "        with lock:\n",
        "        with Lock():\n",
        ("many", "solutions/many"),
    ),
    Sabotage(
        "selector-with-threads-in-many",
        "the server with a selector gives each client a thread",
        "many",
        "                    key.fileobj.sendall(data)\n",
        "                    Thread(target=key.fileobj.sendall, args=[data]).start()\n",
        ("many", "solutions/many"),
    ),
)

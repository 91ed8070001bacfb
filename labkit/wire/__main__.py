"""The helper's beginning and end: `main(channel, owner)` builds the network that the notebook asks for and is its wire.

It ends when the notebook closes its end of the channel, or is gone, however it went.
"""

from __future__ import annotations

import ctypes
import gc
import os

from labkit.wire import channel as messages
from labkit.wire import csocket as socket
from labkit.wire import inherited, namespaces
from labkit.wire.askers import Asker
from labkit.wire.building import build

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from typing import Any
else:  # the same, and no enumerations to load
    import _signal as signal


_PR_SET_TIMERSLACK = 29


def main(channel_descriptor: int, owner: int) -> None:
    """Be the wire of the network that is asked for on a channel; `owner` is the notebook's process id."""
    limits = inherited.leave_behind()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner
    ctypes.CDLL(None).prctl(_PR_SET_TIMERSLACK, 1, 0, 0, 0)
    gc.disable()  # no cycles here, and no pauses
    channel = socket.Socket(fileno=channel_descriptor)
    os.set_inheritable(channel_descriptor, False)
    maker = Asker(channel, os.pidfd_open(owner))
    if os.getppid() != owner:  # gone before we could watch it
        return
    question, _, _ = messages.receive(channel)
    if question is None:  # gone before it asked
        return
    number, _, (configuration,) = question
    try:
        wire, requests, ready, descriptors = build(maker, configuration, limits)
    except namespaces.NotPermitted as error:
        _answer(channel, (number, "error", ("NotPermitted", error.errno, error.step, None)))
        return
    except OSError as error:
        _answer(channel, messages.failure(number, error))
        return
    try:
        messages.send(channel, (number, "ok", ready), descriptors)
    except (BrokenPipeError, ConnectionResetError):  # the owner has gone meanwhile
        return
    for descriptor in descriptors:
        os.close(descriptor)
    try:
        wire.run()
    finally:
        requests.end()
    os._exit(0)  # the kernel takes all back at once; Python's own tidying takes as long as half of its start


def _answer(channel: socket.Socket, message: tuple[Any, ...]) -> None:
    try:
        messages.send(channel, message)
    except BrokenPipeError:  # the owner has gone meanwhile
        pass

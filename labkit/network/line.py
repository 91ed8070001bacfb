"""A line to the helper: the questions and answers of one process, one at a time."""

from __future__ import annotations

import errno
import marshal
import os
import select
import socket
import threading
from collections.abc import Sequence
from typing import Any

from labkit.wire.channel import MAX_MESSAGE, VERSION, receive, whole

_MOMENT_MS = 200  # in which all descriptors of a process that ends are closed, one after another
ANSWER_WITHIN = 30  # seconds; the helper answers in microseconds unless the machine is stalled


class WentAway(Exception):
    """Nobody is at the other end of a line."""


class NoAnswer(Exception):
    """Whoever is at the other end of a line has said nothing for so many `seconds`."""

    seconds = ANSWER_WITHIN


class Line:
    """One process's line to the helper.

    lock        held while one question is asked
    heard       has an answer ever come?
    abandoned   (operation, arguments…) for each thing of this process's that the collector took, still open: it may
                come in the middle of a question, where another one would wait for ever; `give_back` asks them
    """

    def __init__(self, channel: socket.socket) -> None:
        self.lock = threading.Lock()
        self.heard = False
        self.abandoned: list[tuple[Any, ...]] = []
        self._channel = channel
        self._number = 0

    @property
    def alive(self) -> bool:
        """Is there anybody at the other end, and will be in a moment?"""
        poll = select.poll()
        poll.register(self._channel, select.POLLHUP)
        return not poll.poll(_MOMENT_MS)

    def ask(
        self, operation: str, arguments: tuple[Any, ...], descriptors: Sequence[int]
    ) -> tuple[str, Any, list[int]]:
        """Ask, with the lock held; returns "ok" or "error", what goes with it, and descriptors handed over.

        Raises OSError for what is too long to be said or finds no room here, WentAway, NoAnswer.
        """
        self._number += 1
        number = self._number
        message = marshal.dumps((number, operation, arguments), VERSION)
        if len(message) > MAX_MESSAGE:
            raise OSError(
                errno.EMSGSIZE,
                f"{operation} takes {len(message)} bytes to say, and the wire's process takes {MAX_MESSAGE}; "
                "pass less (a shorter environment, smaller ranges in faults)",
            )
        try:
            self._channel.settimeout(ANSWER_WITHIN)
            socket.send_fds(self._channel, [message], descriptors)
            while True:
                answer, received, cut_short = receive(self._channel)
                if answer is None:
                    raise WentAway
                self.heard = True
                if answer[0] == number:
                    break
                for descriptor in received:  # an answer that an interrupt made us forget
                    os.close(descriptor)
        except (BrokenPipeError, ConnectionResetError):
            raise WentAway from None
        except TimeoutError:
            raise NoAnswer from None
        if cut_short:
            for descriptor in received:
                os.close(descriptor)
            raise OSError(
                errno.EMFILE,
                "no room for another open file in this process; close some (`ulimit -n` is the limit)",
            )
        _, outcome, value = whole(answer, received)
        return outcome, value, received

    def give_back(self) -> None:
        """Ask, with the lock held, what the collector left to whoever asks next.  Raises as `ask` does."""
        while self.abandoned:
            operation, *arguments = self.abandoned.pop(0)
            self.ask(operation, tuple(arguments), ())

    def tell(self, operation: str, descriptors: Sequence[int] = ()) -> None:
        """Say something that gets no answer; the lock need not be held.  Raises WentAway, NoAnswer."""
        try:
            self._channel.settimeout(ANSWER_WITHIN)
            socket.send_fds(self._channel, [marshal.dumps((0, operation, ()), VERSION)], descriptors)
        except (BrokenPipeError, ConnectionResetError):
            raise WentAway from None
        except TimeoutError:
            raise NoAnswer from None

    def end(self) -> None:
        """Let the network go: say so, if anybody hears it, and wait for nothing."""
        try:
            self._channel.setblocking(False)
            self._channel.send(marshal.dumps((0, "end", ()), VERSION))
        except OSError:  # it has ended already
            pass

    def close(self) -> None:
        """Hang up."""
        self._channel.close()

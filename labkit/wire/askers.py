"""Who asks the helper: the process that made the network, those forked from it, and guests, who came in by the door;
each on a channel of its own."""

from __future__ import annotations

import errno
import os

from labkit.wire import channel as messages
from labkit.wire import csocket as socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from labkit.wire.loop import Wire

    Value = tuple[Any, list[int]]


class Asker:
    """One process that asks, and what it holds here that ends with it.

    channel    where it asks and is answered
    process    descriptor (pidfd) that is ready when the process has ended
    given      descriptors that came with the question which is being answered
    captures   that it has open              watchers   its eventfds, which are told of changes of the record
    guest      has it come in by the door?
    """

    def __init__(self, channel: socket.Socket, process: int, guest: bool = False) -> None:
        self.channel, self.process, self.guest = channel, process, guest
        channel.setblocking(not guest)  # a guest that does not read its answers must not hold up the wire
        self.given: list[int] = []
        self.captures = 0
        self.watchers: list[int] = []

    def close(self) -> None:
        """Close what is its own."""
        self.channel.close()
        for descriptor in (self.process, *self.watchers):
            os.close(descriptor)


class Askers:
    """Serves all who ask; the operations `do_…`, and what somebody who `left` held, are those of `Requests`."""

    def __init__(self, maker: Asker, wire: Wire) -> None:
        self._maker = maker  # of the network, which ends with it
        self._wire = wire
        self._admit(maker)

    def left(self, asker: Asker) -> None:
        """End what somebody who has gone held here."""
        raise NotImplementedError

    def _admit(self, asker: Asker) -> None:
        self._wire.handle(asker.channel.fileno(), lambda: self.serve(asker))
        self._wire.handle(asker.process, lambda: self._gone(asker))

    def _gone(self, asker: Asker) -> None:
        """Nobody asks there any more: what was theirs ends, and with the maker all."""
        if asker is self._maker:
            self._wire.end()
        elif asker.channel.fileno() >= 0:
            self._wire.unhandle(asker.channel.fileno())
            self._wire.unhandle(asker.process)
            self.left(asker)
            asker.close()

    def serve(self, asker: Asker) -> None:
        """Answer the question that has come; when whoever asked is gone, so is what was theirs."""
        try:
            question, given, cut_short = messages.receive(asker.channel)
        except ConnectionResetError:
            question = None
        except ValueError:
            if not asker.guest:
                raise
            question = None  # no labkit, whoever it is
        if question is None:
            self._gone(asker)
            return
        number, operation, arguments = question
        asker.given = given
        handed_over: list[int] = []
        try:
            if cut_short:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            value, handed_over = getattr(self, "do_" + operation)(asker, *arguments)
            answer = (number, "ok", value)
        except OSError as error:
            answer = messages.failure(number, error)
        except Exception:  # a fault of ours: the learner sees it, and the wire goes on
            import traceback  # late: it takes 3 ms to load, and a network starts without it

            answer = (number, "error", ("Bug", 0, traceback.format_exc(), None))
        finally:
            for descriptor in given:  # what the operation took over is no longer in the list
                os.close(descriptor)
        try:
            if operation != messages.JOIN:  # whoever asks has no ear here
                self._answer(asker, answer, handed_over)
        finally:
            for descriptor in handed_over:
                os.close(descriptor)

    def _answer(self, asker: Asker, message: tuple[Any, ...], descriptors: list[int]) -> None:
        try:
            messages.send(asker.channel, message, descriptors)
        except (BrokenPipeError, ConnectionResetError, BlockingIOError):
            self._gone(asker)
        except OSError as error:
            # The descriptors cannot go: too many are on their way (unix(7), ETOOMANYREFS).
            try:
                messages.send(asker.channel, messages.failure(message[0], error))
            except OSError:  # whoever asked has gone meanwhile: no reason for the wire to end
                self._gone(asker)

    def do_join(self, asker: Asker) -> Value:
        """A process that was forked from `asker` asks on a channel of its own from now on, a guest if that is one.

        given   that channel, and a pidfd of the process
        """
        channel, process = asker.given
        del asker.given[:]
        self._admit(Asker(socket.Socket(fileno=channel), process, asker.guest))
        return None, []

    def do_end(self, asker: Asker) -> Value:
        """The maker lets the network go; everybody else just closes their channel."""
        if asker is self._maker:
            self._wire.end()
        return None, []

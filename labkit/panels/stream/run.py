"""Run the ways to read a stream: the lab's own as they are, a learner's within the bounds of a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from labkit.panels.stream.cuts import pieces_of
from labkit.panels.stream.steps import Reading, Wanted, Way, wanted_of
from labkit.pictures.bytestream.pieces import plural
from labkit.running.bounds import Busy, Guard
from labkit.running.call import GRACE_S, Call
from labkit.running.patience import Patience
from labkit.running.prints import Prints
from labkit.running.tracebacks import named
from labkit.running.uninterrupted import uninterrupted
from labkit.torture.splits import Split, splits

READ_S, SEARCH_S = 1.0, 2.0  # one reading of a stream, and the search for its worst cut
TRIED = ("one cut", "two cuts")


class Readers:
    """The ways to read one stream, and what each should give.

    data, sends  the stream, and the pieces in which it was sent;  messages: what was sent in it, if somebody said so
    """

    def __init__(
        self, data: bytes, sends: Sequence[bytes], ways: Sequence[Way], messages: Sequence[Any] | None
    ):
        self.data, self.sends, self.ways = data, tuple(sends), tuple(ways)
        self.messages = None if messages is None else list(messages)
        self._wanted: dict[int, Wanted] = {}

    def read(self, cuts: Sequence[int]) -> list[Reading]:
        """Each way's reading of the stream, cut so.  What a decoder raises or does not end stands in its reading."""
        pieces = pieces_of(self.data, cuts)
        return [self._judged(number, pieces) for number in range(len(self.ways))]

    def worst(self) -> tuple[tuple[int, ...] | None, str]:
        """The fewest cuts at which the most ways go wrong, None where none does; and that in words."""
        tries = [split for split in splits(len(self.data)) if split.kind in TRIED]
        counts = [0] * len(tries)
        for number in range(len(self.ways)):
            for at in self._wrong_at(number, tries):
                counts[at] += 1
        kinds = [sum(split.kind == kind for split in tries) for kind in TRIED]
        tried = f"tried: {plural(kinds[0], 'cut')}" + (f", {plural(kinds[1], 'pair')}" if kinds[1] else "")
        if not any(counts):
            return None, f"No cut makes any of them go wrong ({tried})."
        at = counts.index(max(counts))
        where = " and ".join(f"byte {cut}" for cut in tries[at].cuts)
        return tries[at].cuts, f"Cut after {where}: {counts[at]} of {len(self.ways)} go wrong ({tried})."

    def _judged(self, number: int, pieces: Sequence[bytes]) -> Reading:
        way = self.ways[number]
        wanted = self._wanted_by(number)
        reading = Reading(way, pieces)

        def work(_: Any) -> None:
            reading.read()
            reading.judge(wanted)

        self._bounded(way, work, reading, READ_S)
        if not reading.verdict:
            reading.judge(wanted)
        return reading

    def _wanted_by(self, number: int) -> Wanted:
        if number not in self._wanted:
            way, once = self.ways[number], None
            if way.wants == "messages" and self.messages is None:
                once = Reading(way, (self.data,))
                self._bounded(way, lambda _: once.read(), once, READ_S)
            self._wanted[number] = wanted_of(way, self.data, self.sends, self.messages, once)
        return self._wanted[number]

    def _wrong_at(self, number: int, tries: Sequence[Split]) -> list[int]:
        """The numbers of those tries at which a way goes wrong; a try that does not end is one, and the last."""
        way, wanted, verdicts = self.ways[number], self._wanted_by(number), []

        def work(_: Any) -> None:
            for split in tries:
                reading = Reading(way, pieces_of(self.data, split.cuts))
                reading.read()
                reading.judge(wanted)
                verdicts.append(reading.right)

        self._bounded(way, work, None, SEARCH_S)
        done = list(verdicts)
        if len(done) < len(tries):  # the next try may be one that does not end, or the machine is slow
            done.append(self._judged(number, pieces_of(self.data, tries[len(done)].cuts)).right)
        return [at for at, right in enumerate(done) if not right]

    @staticmethod
    def _bounded(way: Way, work: Callable[[Any], None], reading: Reading | None, seconds: float) -> None:
        """Do the *work*, a learner's in a thread with a deadline; a *reading* is told if it is stopped."""
        if way.ours:
            work(way.make)
            return
        printed = ""
        try:
            with Guard() as guard, Prints() as prints:
                call = None
                try:
                    with uninterrupted():  # a call that runs and is nobody's would never be stopped
                        # The decoder's maker is an argument, by which the guard knows the learner's code from ours.
                        call = Call(work, (way.make,))
                    done = call.wait(seconds)
                    where = f", at {call.where}" if call.where else ""
                finally:
                    with uninterrupted():
                        ended = call is None or call.stop(Patience(GRACE_S))
        except Busy as error:
            why = str(error)
        else:
            printed = prints.text
            why = next(_reasons(guard.excess, done, call.error, where, seconds), "")
            if not ended:
                why += "; it could not be stopped and runs on: restart the kernel to end it"
        if reading is not None:
            reading.printed = printed
            if why:
                reading.stopped(why)


def _reasons(
    excess: str, done: bool, error: BaseException | None, where: str, seconds: float
) -> Iterator[str]:
    if excess:
        yield excess
    if not done:
        yield f"was still at work after {seconds:g} s{where}, and was stopped"
    if error is not None:
        yield f"{named(error)}{where}"

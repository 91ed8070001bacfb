"""Run a decoder on one split after the other, and make the first that fails smaller."""

from __future__ import annotations

import linecache
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate
from types import FrameType
from typing import Any, NamedTuple

from labkit.running.threads import Stopped
from labkit.running.tracebacks import is_library, is_ours, named, walked
from labkit.torture.splits import fewest, pieces, splits
from labkit.torture.verdict import Torture, same

# A message held back until the next one comes would make both ends wait for ever.
ENDED = "ended after each message"
PREFIXES = 100

REMEMBERS = (
    "a new decoder knows what another one was fed: something that should be made in __init__ is made once for all, in "
    "the class's body, as a default argument, or outside"
)


class Trial(NamedTuple):
    """What came of one split: the messages that came out, and what else went wrong, "" if nothing."""

    got: list[Any]
    wrong: str = ""


class Stream(NamedTuple):
    """Messages, the bytes of each (or of all, where it is not known which are whose), and where they are cut."""

    messages: list[Any]
    parts: list[bytes]
    cuts: tuple[int, ...] = ()

    def only(self, numbers: Sequence[int]) -> Stream:
        """The messages with these numbers, cut at the same places of theirs."""
        ends = [0, *accumulate(map(len, self.parts))]
        # A cut between two messages belongs to the first.
        owned = [(bisect_left(ends, cut) - 1, cut) for cut in self.cuts]
        parts = [self.parts[number] for number in numbers]
        starts = dict(zip(numbers, [0, *accumulate(map(len, parts))], strict=False))
        cuts = [starts[number] + cut - ends[number] for number, cut in owned if number in starts]
        return Stream(
            [self.messages[number] for number in numbers],
            parts,
            tuple(cut for cut in cuts if cut < sum(map(len, parts))),
        )


class Trials:
    """All trials of one decoder: `judge()` leaves `result`, or `error`, a fault of ours."""

    def __init__(
        self,
        run: Callable[[tuple[bytes, ...], int], Trial],
        messages: list[Any],
        parts: list[bytes],
        seed: int,
    ) -> None:
        self.run, self.seed = run, seed
        self.whole = self.now = Stream(messages, parts)
        self.tried: Counter[str] = Counter()
        self.begun = 0
        self.result: Torture
        self.error: BaseException | None = None

    def judge(self) -> None:
        try:
            self.result = self._judged()
        except Stopped:
            raise
        except BaseException as error:
            # It belongs into the cell that called torture(), not into a thread's epitaph.
            self.error = error

    def endless(self, how: str, ended: bool) -> Torture:
        """The result when a trial does not end: the split that is being tried."""
        more = "" if ended else "; it could not be stopped and runs on: restart the kernel to end it"
        return self._told(self.now, Trial([], f"the decoder {how}{more}"))

    def _judged(self) -> Torture:
        whole = self.whole
        ends = list(accumulate(map(len, whole.parts)))
        for kind, cuts in splits(sum(map(len, whole.parts)), ends, self.seed):
            self.tried[kind] += 1
            if self._fails(failing := whole._replace(cuts=cuts)):
                return self._smallest(failing)
        if len(whole.parts) == len(whole.messages):
            for count in range(1, min(len(whole.messages), PREFIXES)):
                self.tried[ENDED] += 1
                if self._fails(failing := whole.only(range(count))):
                    return self._smallest(failing)
        data = b"".join(whole.parts)
        if len(data) > 1:
            self._try(Stream(whole.messages, [data[:-1]]))
            if self._fails(whole):
                return self._remembers()
        return self._told(whole, Trial(list(whole.messages)))

    def _smallest(self, failing: Stream) -> Torture:
        if failing.cuts and self._fails(self.whole):
            # At once it had not failed: what has changed since is in no decoder that is new.
            return self._remembers()
        # Messages first: with fewer bytes every further try is quicker.
        failing = self._fewest_cuts(self._fewest_messages(failing))
        failing = self._fewest_messages(failing)
        last = self._try(failing)
        if not self._wrong(failing, last):
            last = Trial(
                last.got, "it failed with this split, and did not when tried once more: does it use chance?"
            )
        return self._told(failing, last)

    def _fewest_messages(self, failing: Stream) -> Stream:
        if len(failing.parts) != len(failing.messages):
            return failing
        every = range(len(failing.parts))
        return failing.only(fewest(every, lambda some: bool(some) and self._fails(failing.only(some))))

    def _fewest_cuts(self, failing: Stream) -> Stream:
        return failing._replace(
            cuts=fewest(failing.cuts, lambda cuts: self._fails(failing._replace(cuts=cuts)))
        )

    def _remembers(self) -> Torture:
        last = self._try(self.whole)
        return self._told(self.whole, Trial(last.got, "; ".join(filter(None, (last.wrong, REMEMBERS)))))

    def _fails(self, stream: Stream) -> bool:
        return self._wrong(stream, self._try(stream))

    def _try(self, stream: Stream) -> Trial:
        self.begun, self.now = self.begun + 1, stream
        return self.run(pieces(b"".join(stream.parts), stream.cuts), len(stream.messages))

    @staticmethod
    def _wrong(stream: Stream, trial: Trial) -> bool:
        return bool(trial.wrong) or not same(trial.got, stream.messages)

    def _told(self, stream: Stream, trial: Trial) -> Torture:
        return Torture(
            ok=not self._wrong(stream, trial),
            parts=tuple(stream.parts),
            cuts=stream.cuts,
            expected=list(stream.messages),
            got=trial.got,
            wrong=trial.wrong,
            size=sum(map(len, self.whole.parts)),
            tried=dict(self.tried),
            seed=self.seed,
        )


def said_of(error: BaseException) -> str:
    """An exception in words, and the line of the learner's code that it comes from."""
    return named(error) + said_at(walked(error.__traceback__))


def said_at(frames: list[tuple[FrameType, int]]) -> str:
    """Where these frames, outermost first, are in the code that ours called: ", at line 3 of feed: `...`"."""
    last = max((number for number, (frame, _) in enumerate(frames) if is_ours(frame)), default=-1)
    theirs = [(frame.f_code, line) for frame, line in frames[last + 1 :]]
    while theirs and is_library(theirs[0][0].co_filename):  # an event loop's
        del theirs[0]
    found = [(code, line) for code, line in theirs if code.co_filename == theirs[0][0].co_filename]
    if not found:
        return ""
    code, line = found[-1]
    source = linecache.getline(code.co_filename, line).strip()
    return f", at line {line} of {code.co_name}" + (f": `{source}`" if source else "")

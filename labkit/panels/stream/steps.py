"""What a decoder makes of a stream that is cut: recv by recv, and whether the whole is right.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from labkit.pictures.bytestream.pieces import plural
from labkit.running.tracebacks import named
from labkit.torture.verdict import brief, difference, same
from labkit.words import say

MOST = 10_000  # messages that one feed may give: a generator may have no end
SHOWN, FED = 60, 40  # characters of what came out, and of what was fed
ROWS, QUIET = 16, 3  # rows of a table, and as many recvs that gave nothing stay rows of their own


class Way(NamedTuple):
    """One way to read the stream: `make()` gives an object with `feed(data)`, which returns a list of messages.

    broken  why it cannot work, "" where nothing is known against it
    ours    is it the lab's own code, which needs no guard?
    wants   what it is held against: "messages"; "sends", the pieces as they were sent; or "text", all of it as UTF-8
    """

    name: str
    make: Callable[[], Any]
    broken: str = ""
    ours: bool = False
    wants: str = "messages"


class Step(NamedTuple):
    """One recv, or several in a row that gave nothing: what was fed, what came out, what is held, what went wrong."""

    recv: str  # "recv 2", "recv 3 to 8"
    fed: str
    out: tuple[str, ...] = ()
    held: str = ""
    error: str = ""
    reached: bool = True

    @property
    def line(self) -> str:
        """The step in one line of text."""
        if not self.reached:
            return f"{self.recv}  {self.fed}  not read any more"
        said = [*self.out, *([self.error] if self.error else [])]
        held = f"; holds {self.held}" if self.held else ""
        return f"{self.recv}  {self.fed}  → {', '.join(said) or 'nothing'}{held}"


class Reading:
    """One way's reading of the pieces: steps as they are done, the messages, and in the end a verdict.

    It grows while the decoder works, so that what there is can be shown of a decoder that does not come back.
    """

    def __init__(self, way: Way, pieces: Sequence[bytes]) -> None:
        self.way, self.pieces = way, tuple(pieces)
        self.steps: list[Step] = []
        self.got: list[Any] = []
        self.error = self.end = ""  # what went wrong in a feed, and when the stream had ended
        self.printed = ""
        self.right, self.why = False, ""

    def read(self) -> None:
        """Feed a new decoder the pieces, until one raises."""
        try:
            decoder = self.way.make()
            feed = decoder.feed
        except (Exception, SystemExit) as error:
            self.error = f"making it raised {_said(error)}"
            return
        for piece in self.pieces:
            out: list[Any] = []
            try:
                given = feed(piece)
                if given is None or isinstance(given, bytes | bytearray | memoryview | str | dict):
                    self.error = (
                        f"feed() returned {brief(given, SHOWN)}; it should return a list of messages, [] while none "
                        "is whole"
                    )
                else:
                    out += islice(given, MOST)
            except (Exception, SystemExit) as error:
                # What a decoder of labkit.framing had read before the place where it failed.
                out += getattr(error, "messages", ())
                self.error = _said(error)
            self.got += out
            shown = tuple(brief(message, SHOWN) for message in out)
            self.steps.append(self._step(piece, out=shown, held=held_by(decoder), error=self.error))
            if self.error:
                return
        if callable(ended := getattr(decoder, "eof", None)):
            try:
                ended()
            except Exception as error:
                self.end = _said(error)

    def stopped(self, why: str) -> None:
        """The decoder did not come back from its last feed; say why it was stopped."""
        self.error = why
        if len(self.steps) < len(self.pieces):
            self.steps.append(self._step(self.pieces[len(self.steps)], error=why))

    def judge(self, wanted: Wanted) -> None:
        """Hold what came out against what should have."""
        problem = wanted.problem
        if not problem and self.error:
            problem = f"it stops at recv {len(self.steps)}" if self.steps else self.error
            if self.way.wants != "text" and not same(self.got, wanted.all[: len(self.got)]):
                problem = f"{difference(wanted.all, self.got)}; {problem}"
        elif not problem and self.way.wants == "text":
            text = "".join(map(str, self.got))
            problem = (
                ""
                if text == wanted.all
                else f"the text is {brief(text, SHOWN)}, not {brief(wanted.all, SHOWN)}"
            )
        elif not problem and not same(self.got, wanted.all):
            problem = difference(wanted.all, self.got)
        problem = problem or self.end
        self.right = not problem
        self.why = problem or wanted.said

    @property
    def verdict(self) -> str:
        """Right or wrong, and why, in a sentence; "" before it is judged."""
        if not self.why:
            return ""
        return say("right: {why}", why=self.why) if self.right else say("wrong: {why}", why=self.why)

    @property
    def rows(self) -> list[Step]:
        """The steps to show, those that were not reached too; of many, those that gave nothing stand together."""
        rest = self.pieces[len(self.steps) :]
        steps = self.steps + [
            self._step(piece, len(self.steps) + n, reached=False) for n, piece in enumerate(rest)
        ]
        if len(steps) <= ROWS:
            return steps
        steps = list(self._gathered(steps))
        if len(steps) > ROWS:
            left = steps[ROWS - 4 : -3]
            count = sum(len(step.out) for step in left)
            middle = Step("...", plural(len(left), "row"), (plural(count, "message"),) if count else ())
            steps[ROWS - 4 : -3] = [middle]
        return steps

    @property
    def text(self) -> str:
        """The verdict, and a line for each recv."""
        broken = f" (broken: {self.way.broken})" if self.way.broken else ""
        rows = self.rows
        wide = max((len(row.recv) for row in rows), default=0)
        lines = [row._replace(recv=f"{row.recv:<{wide}}").line for row in rows]
        if self.printed:
            lines += ["it printed:", *(f"    {line}" for line in self.printed.split("\n"))]
        head = f"{'✓' if self.right else '✗'} {self.way.name}{broken}: {self.verdict}"
        return "\n".join([head, *(f"    {line}" for line in lines)])

    def _step(self, piece: bytes, at: int | None = None, **what: Any) -> Step:
        return Step(f"recv {(len(self.steps) if at is None else at) + 1}", brief(piece, FED), **what)

    def _gathered(self, steps: list[Step]):
        """The steps, those one after the other that gave nothing, or were not reached, as one."""
        at = 0
        while at < len(steps):
            end, first = at, steps[at]
            while (
                end < len(steps)
                and not steps[end].out
                and not steps[end].error
                and steps[end].reached == first.reached
            ):
                end += 1
            if end - at > QUIET:
                fed = brief(b"".join(self.pieces[at:end]), FED)
                yield steps[end - 1]._replace(recv=f"recv {at + 1} to {end}", fed=fed)
                at = end
            else:
                yield first
                at += 1


class Wanted(NamedTuple):
    """What should come out: `all` messages, or the text; how a right result is said; or why nothing can."""

    all: Any = ()
    said: str = ""
    problem: str = ""


def wanted_of(
    way: Way, data: bytes, sends: Sequence[bytes], messages: Sequence[Any] | None, once: Reading | None
) -> Wanted:
    """What *way* should give.

    messages: what was sent, if somebody said so; once: the way's own reading of all at once, which is the measure of
    a decoder where nobody did.
    """
    if way.wants == "sends":
        return Wanted(list(sends), f"{plural(len(sends), 'message')}, each as it was sent")
    if way.wants == "text":
        try:
            return Wanted(data.decode(), "the whole text")
        except UnicodeDecodeError as error:
            return Wanted(problem=f"this stream is no UTF-8: {error.reason}, at byte {error.start}")
    if messages is not None:
        return Wanted(list(messages), f"{plural(len(messages), 'message')}, all that were sent")
    if once is None or once.error:
        return Wanted(problem=f"even all at once: {once.error if once else 'not read'}")
    return Wanted(once.got, f"{plural(len(once.got), 'message')}, as when all comes at once", once.end)


def held_by(decoder: Any) -> str:
    """The bytes and texts that a decoder keeps, in words: those it calls `unfinished`, or all it has."""
    try:
        if (bytes_held := getattr(decoder, "unfinished", None)) is not None:
            return brief(bytes_held, SHOWN) if bytes_held else ""
        kept = {
            name: value
            for name, value in vars(decoder).items()
            if isinstance(value, bytes | bytearray | str) and value
        }
    except Exception as error:
        return f"(asking raised {_said(error)})"
    if len(kept) == 1:
        return brief(next(iter(kept.values())), SHOWN)
    return ", ".join(f"{name} {brief(value, SHOWN // 2)}" for name, value in kept.items())


def _said(error: BaseException) -> str:
    words = named(error)
    return words if len(words) <= 200 else f"{words[:197]}..."

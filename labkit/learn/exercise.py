"""What an exercise is, and the numbered story that its checker tells.

An exercise is data and one small function, `story(tale, thing)`: it does things with the learner's `thing`,
says each (`tale.did`), calls it (`tale.call`) and compares (`tale.expect`).  The first thing that is not as
it should be ends it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from labkit.modes.mode import NAMESPACES, current
from labkit.modes.needs import INSTEAD, NeedsHosts, Unavailable
from labkit.running.call import GRACE_S, Call
from labkit.running.forbidden import Forbidden
from labkit.running.memory import MEMORY_MB

SECONDS = 2.0


class Exercise(NamedTuple):
    """One exercise: `hints` are three, from vague to plain: the concept, the place, the code.

    `points` are what nbgrader gives for it.
    """

    id: str
    title: str
    story: Callable[[Tale, Any], None]
    hints: tuple[str, str, str]
    needs_network: bool = False
    points: int = 1


class Case(NamedTuple):
    """One row of a table of cases: call with `arguments` (shown as `shown`), expect `result`; else say
    `because`."""

    arguments: tuple[Any, ...]
    shown: str
    result: Any
    because: str = ""


class NotSo(Exception):
    """Something was not as it should be; the message is the story's last step."""


class NotStarted(Exception):
    """The learner has written nothing yet."""


class NoNetwork(Exception):
    """The network that the exercise needs cannot be made on this machine, or not in this mode."""


class Running:
    """A call of the learner's code under way; `finish` waits for it."""

    def __init__(self, tale: Tale, call: Call, shown: str):
        self._tale, self._call, self._shown = tale, call, shown

    @property
    def done(self) -> bool:
        """Has it returned, or raised?  (Asks only; does not wait.)"""
        return self._call.thread.ended.is_set()

    def finish(self, seconds: float = SECONDS) -> Any:
        """What it returned.  An exception, or no end after *seconds*, ends the story."""
        error = self.error(seconds)
        if error is not None:
            raise NotSo(f"{self._shown} raised {type(error).__name__}: {error}{self._at}")
        return self._call.value

    def error(self, seconds: float = SECONDS) -> BaseException | None:
        """What it raised, None if nothing, for a checker that wants an exception."""
        call = self._call
        done = call.wait(seconds)
        if call.excess:
            raise NotSo(f"{self._shown} {call.excess}{self._at}")
        if not done:
            raise NotSo(f"{self._shown} was still not done after {seconds:g} s{self._at}")
        if isinstance(call.error, NotImplementedError):
            raise NotStarted
        if isinstance(call.error, Unavailable):  # not the learner's fault: the mode has not got what it takes
            raise call.error
        if isinstance(call.error, SystemExit):
            raise NotSo(f"{self._shown} ended the program (SystemExit){self._at}; return instead")
        if isinstance(call.error, Forbidden):
            raise NotSo(f"{self._shown} {call.error}{self._at}; a check does not let it")
        if isinstance(call.error, MemoryError):
            raise NotSo(f"{self._shown} asked for more than {MEMORY_MB} MB of memory{self._at}")
        return call.error

    @property
    def _at(self) -> str:
        return f", at {self._call.where}" if self._call.where else ""


class Tale:
    """What has been done so far, in order; and what must be cleaned up at the end."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.calls: list[Call] = []
        self._closing: list[Callable[[], Any]] = []

    def did(self, step: str) -> None:
        """Say one thing that has happened."""
        self.steps.append(step)

    def fail(self, step: str) -> NoReturn:
        """Say what was not as it should be; ends the story."""
        raise NotSo(step)

    def start(self, function: Callable[..., Any], *arguments: Any, shown: str) -> Running:
        """Call the learner's function beside the checker, which then plays the other side."""
        call = Call(function, arguments)
        self.calls.append(call)
        return Running(self, call, shown)

    def call(
        self, function: Callable[..., Any], *arguments: Any, shown: str, seconds: float = SECONDS
    ) -> Any:
        """Call the learner's function and wait for what it returns."""
        return self.start(function, *arguments, shown=shown).finish(seconds)

    def expect(self, shown: str, found: Any, wanted: Any, because: str = "") -> None:
        """Hold what a call returned against what it should have returned."""
        if type(found) is type(wanted) and found == wanted:
            self.did(f"{shown} returned {found!r}, as it should")
        else:
            self.fail(f"{shown} should return {wanted!r}, but returned {_short(found)}" + _because(because))

    def wait(self, condition: Callable[[], Any], seconds: float = 0.5) -> None:
        """Wait until *condition()* holds: something in the learner's thread, of which nothing tells.

        After so many seconds the story goes on, and what follows tells what is wrong.
        """
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.002)

    def network(self, *names: str, **conditions: Any) -> Any:
        """Hosts and cables for this exercise only, gone when it ends.

        Without conditions, sockets are enough, and any mode has them; conditions need cables.
        """
        try:
            from labkit import Network

            if conditions and (mode := current()).name != NAMESPACES:
                asked = ", ".join(f"{name}={value!r}" for name, value in conditions.items())
                raise NeedsHosts(
                    f"it needs hosts of their own with {asked} between them, which the mode {mode.name} has not "
                    f"({mode.why}); {INSTEAD}"
                )
            network = Network(*names, **conditions)
        except (ImportError, OSError, RuntimeError) as error:
            raise NoNetwork(str(error)) from error
        self._closing.append(network.close)
        return network

    def keep(self, thing: Any) -> Any:
        """Close *thing* when the story ends; returns it."""
        self._closing.append(thing.close)
        return thing

    def close(self) -> bool:
        """Stop what still runs and close what was opened; False when a learner's thread could not be
        ended."""
        ended, deadline = True, time.monotonic() + GRACE_S
        for call in self.calls:
            ended &= call.stop(deadline)
        while self._closing:
            self._closing.pop()()
        for call in self.calls:
            call.forget()
        return ended


def table(cases: tuple[Case, ...]) -> Callable[[Tale, Any], None]:
    """The story of an exercise that is a table of cases."""

    def story(tale: Tale, thing: Any) -> None:
        for case in cases:
            found = tale.call(thing, *case.arguments, shown=case.shown)
            tale.expect(case.shown, found, case.result, case.because)

    return story


def _short(value: Any) -> str:
    try:
        shown = repr(value)
    except Exception as error:
        return f"a {type(value).__name__} whose repr raises {type(error).__name__}"
    return shown if len(shown) <= 80 else f"{shown[:77]}..."


def _because(reason: str) -> str:
    return f"\n{reason}" if reason else ""

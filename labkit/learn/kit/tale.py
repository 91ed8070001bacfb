"""The numbered story that an exercise's checker tells.

A story is a function, `story(tale, thing)`: it does things with the learner's `thing`, says each (`tale.did`), calls it
(`tale.call`) and compares (`tale.expect`).  The first thing that is not as it should be ends it.

Words are templates with values (see `labkit.words`), so that they can be translated:
`tale.did("the peer sends {data!r}", data=b"ab")`.  What is `shown` of a call is code, the same in every language.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any, NoReturn

from labkit.modes.mode import NAMESPACES, current
from labkit.modes.needs import INSTEAD, NeedsHosts, Unavailable
from labkit.running.call import GRACE_S, Call
from labkit.running.forbidden import Forbidden
from labkit.running.memory import MEMORY_MB
from labkit.running.patience import Patience
from labkit.running.pulse import Pulse
from labkit.running.tracebacks import named
from labkit.running.uninterrupted import uninterrupted
from labkit.words import say

SECONDS = 2.0
LOOKS = 12  # at what is right if nothing happens, on a machine that stands still each time


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

    @property
    def at(self) -> str:
        """Where in the learner's code it raised, to be said behind its name: ", at line 3 of ask: `…`"; or ""."""
        return say(", at {line}", line=self._call.where) if self._call.where else ""

    def finish(self, seconds: float = SECONDS, because: str = "") -> Any:
        """What it returned.  An exception, or no end after *seconds*, ends the story; then *because* is said, too."""
        error = self.error(seconds, because)
        if error is not None:
            raise NotSo(
                f"{self._not_so('{shown} raised {error}{at}', error=named(error))}{_because(because)}"
            )
        return self._call.value

    def error(self, seconds: float = SECONDS, because: str = "") -> BaseException | None:
        """What it raised, None if nothing, for a checker that wants an exception; *because* is said if it does not
        end."""
        call = self._call
        done = call.wait(seconds)
        if call.excess:
            raise self._not_so("{shown} {excess}{at}", excess=call.excess)
        if not done:
            late = self._not_so("{shown} was still not done after {seconds:g} s{at}", seconds=seconds)
            raise NotSo(f"{late}{_because(because)}")
        if isinstance(call.error, NotImplementedError):
            raise NotStarted
        if isinstance(call.error, Unavailable):  # not the learner's fault: the mode has not got what it takes
            raise call.error
        if isinstance(call.error, SystemExit):
            raise self._not_so("{shown} ended the program (SystemExit){at}; return instead")
        if isinstance(call.error, Forbidden):
            raise self._not_so("{shown} {error}{at}; a check does not let it", error=call.error)
        if isinstance(call.error, MemoryError):
            raise self._not_so("{shown} asked for more than {most} MB of memory{at}", most=MEMORY_MB)
        return call.error

    def _not_so(self, template: str, **values: Any) -> NotSo:
        return NotSo(say(template, shown=self._shown, at=self.at, **values))


class Tale:
    """What has been done so far, in order; and what must be cleaned up at the end."""

    def __init__(self, pulse: Pulse | None = None, handed: Any = None) -> None:
        """handed: what the learner has handed in, so that its lines are known whoever calls it."""
        self.pulse = pulse or Pulse()
        self.handed = handed
        self.steps: list[str] = []
        self.calls: list[Call] = []
        self._closing: list[Callable[[], Any]] = []

    def did(self, template: str, /, **values: Any) -> None:
        """Say one thing that has happened."""
        self.steps.append(say(template, **values))

    def fail(self, template: str, /, **values: Any) -> NoReturn:
        """Say what was not as it should be; ends the story."""
        raise NotSo(say(template, **values))

    def start(self, function: Callable[..., Any], *arguments: Any, shown: str) -> Running:
        """Call the learner's function beside the checker, which then plays the other side."""
        with uninterrupted():  # a call that runs and is nobody's would never be stopped
            call = Call(function, arguments, self.handed)
            self.calls.append(call)
        return Running(self, call, shown)

    def call(
        self, function: Callable[..., Any], *arguments: Any, shown: str, seconds: float = SECONDS
    ) -> Any:
        """Call the learner's function and wait for what it returns."""
        return self.start(function, *arguments, shown=shown).finish(seconds)

    def expect(self, shown: str, found: Any, wanted: Any, /, because: str = "", **values: Any) -> None:
        """Hold what a call returned against what it should have returned; *because*, a template, is said if it did
        not."""
        if _alike(found, wanted):
            self.did("{shown} returned {found!r}, as it should", shown=shown, found=found)
            return
        told = say(
            "{shown} should return {wanted!r}, but returned {found}",
            shown=shown,
            wanted=wanted,
            found=_short(found),
        )
        raise NotSo(told + _because(say(because, **values)))

    def wait(self, condition: Callable[[], Any], seconds: float = 2.5) -> Any:
        """Wait until *condition()* holds, and return it: something in the learner's thread, of which nothing tells.

        After so many seconds the story goes on, and what follows tells what is wrong.
        """
        patience = Patience(seconds)
        while not (holds := condition()) and patience.left():
            time.sleep(0.002)
        return holds

    def calmly(self, look: Callable[[], Any], still_s: float, looks: int = LOOKS) -> Any:
        """What *look()* sees.  If that is nothing, and the machine stood still for *still_s* meanwhile, it looks again.

        For what is right if nothing happens: that nothing happened where nothing could tells nothing.  An answer that
        is right is taken after so many looks, however long the machine stands still.
        """
        for _ in range(looks):
            begun = time.monotonic()
            if (seen := look()) or self.pulse.still(begun) < still_s:
                break
        return seen

    def network(self, *names: str, **conditions: Any) -> Any:
        """Hosts and cables for this exercise only, gone when it ends.

        Without conditions, sockets are enough, and any mode has them; conditions need cables.
        """
        try:
            from labkit.network.link import FaultNeverMatched
            from labkit.network.network import Network

            if conditions and (mode := current()).name != NAMESPACES:
                raise NeedsHosts(
                    say(
                        "it needs hosts of their own with {asked} between them, which the mode {mode} has not "
                        "({why}); {instead}",
                        asked=", ".join(f"{name}={value!r}" for name, value in conditions.items()),
                        mode=mode.name,
                        why=mode.why,
                        instead=INSTEAD,
                    )
                )

            def close() -> None:
                self.pulse.remove(wire)
                # A story that ends at the first thing that is wrong does not come to all of its faults.
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", FaultNeverMatched)
                    network.close()

            with uninterrupted():
                network = Network(*names, **conditions)
                wire = network.hosts[0].core.catch_up
                self._closing.append(close)
            self.pulse.add(wire)
        except (ImportError, OSError, RuntimeError) as error:
            # What helps stands in the notes (see network/neighbours.py).
            raise NoNetwork("\n".join([str(error), *getattr(error, "__notes__", ())])) from error
        return network

    def keep(self, thing: Any) -> Any:
        """Close *thing* when the story ends; returns it."""
        self._closing.append(thing.close)
        return thing

    def close(self) -> bool:
        """Stop what still runs and close what was opened; False when a learner's thread could not be
        ended."""
        ended, patience = True, Patience(GRACE_S)
        for call in self.calls:
            ended &= call.stop(patience)
        while self._closing:
            self._closing.pop()()
        for call in self.calls:
            call.forget()
        return ended


def _alike(found: Any, wanted: Any) -> bool:
    """Are they equal, and of the same type, in lists and tuples too?  (A bytearray equals bytes, and is no key.)"""
    if type(found) is not type(wanted) or found != wanted:
        return False
    return not isinstance(wanted, list | tuple) or all(map(_alike, found, wanted))


def _short(value: Any) -> str:
    try:
        shown = repr(value)
    except Exception as error:
        return say(
            "a {kind} whose repr raises {error}", kind=type(value).__name__, error=type(error).__name__
        )
    return shown if len(shown) <= 80 else f"{shown[:77]}..."


def _because(reason: str) -> str:
    return f"\n{reason}" if reason else ""

"""The conditions of a cable, each told once: its name, its unit, what it may be, and what it is when nobody says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol

from labkit.words import say

Value = float | int | bool | None


class Conditioned(Protocol):
    """A link, or all of a network: something whose conditions can be read and set."""

    def _get(self, name: str) -> Any: ...
    def _set(self, **conditions: Value) -> None: ...


class Condition:
    """One condition, and as an attribute of a link the way to read and set it.

    meaning   what its values are, in words that follow "delay_ms is"
    example   what one may write
    low, high the least and the most
    whole     only whole numbers
    open      None stands for "no limit"
    """

    def __init__(
        self,
        name: str,
        default: Value,
        meaning: str,
        example: str,
        low: float,
        high: float,
        doc: str,
        *,
        whole: bool = False,
        open: bool = False,
    ) -> None:
        self.name, self.default, self.meaning, self.example = name, default, meaning, example
        self.low, self.high, self.whole, self.open = low, high, whole, open
        self.__doc__ = doc  # that of the attribute which it is

    def checked(self, value: Any) -> Value:
        """The value, if the condition can have it; raises TypeError or ValueError saying what to write instead."""
        if value is None and self.open:
            return None
        number = isinstance(value, int if self.whole else (int, float)) and not isinstance(value, bool)
        if number and math.isfinite(value) and self.low <= value <= self.high:
            # Plain: a numpy.float64 would cross to the helper as bytes.
            return value if isinstance(value, int) else float(value)
        told = say("{name} is {meaning} (got {value!r})", name=self.name, meaning=self.meaning, value=value)
        if number and self.high == 1 and 1 < value <= 100:
            raise ValueError(
                told
                + say("; {percent:g} % is {name}={share:g}", percent=value, name=self.name, share=value / 100)
            )
        raise (ValueError if number else TypeError)(told + say("; write {example}", example=self.example))

    def __get__(self, link: Conditioned | None, owner: type) -> Any:
        return self if link is None else link._get(self.name)

    def __set__(self, link: Conditioned, value: Value) -> None:
        link._set(**{self.name: self.checked(value)})


CONDITIONS = {
    condition.name: condition
    for condition in (
        Condition(
            "delay_ms",
            0,
            "a number of milliseconds from 0 to 60000",
            "delay_ms=10",
            0,
            60_000,
            "One-way delay, milliseconds.",
        ),
        Condition(
            "jitter_ms",
            0,
            "a number of milliseconds from 0 to 60000",
            "jitter_ms=2",
            0,
            60_000,
            "How much the delay varies to either side, milliseconds; order is kept.",
        ),
        Condition(
            "rate_mbit",
            None,
            "a number of megabits a second from 0.001 to 100000, or None for no limit",
            "rate_mbit=10",
            0.001,
            100_000,
            "Bits that leave the host in a second, in millions; None: no limit.",
            open=True,
        ),
        Condition(
            "queue_packets",
            100,
            "a whole number of packets from 1 to 1000000",
            "queue_packets=100",
            1,
            1_000_000,
            "Frames that may wait for the transmitter; more are lost. Counts with rate_mbit.",
            whole=True,
        ),
        Condition(
            "loss",
            0,
            "a probability from 0 to 1",
            "loss=0.05",
            0,
            1,
            "The share of frames lost at random, 0 to 1; with `burst` above 1 at most burst / (burst + 1).",
        ),
        Condition(
            "burst",
            1,
            "a mean number of frames lost in a row, from 1 to 1000",
            "burst=3",
            1,
            1000,
            "Mean number of frames lost in a row, at least loss / (1 - loss); 1: each by itself.",
        ),
    )
}
_ROUNDING = 1e-9  # of a burst that is worked out
DEFAULTS: dict[str, Value] = {**{name: each.default for name, each in CONDITIONS.items()}, "cut": False}


def checked(conditions: dict[str, Any]) -> dict[str, Value]:
    """The conditions, if there are such and they can have these values; raises TypeError or ValueError."""
    unknown = sorted(set(conditions) - set(CONDITIONS))
    if unknown:
        raise TypeError(
            say(
                "no condition is called {names}; there are {known}",
                names=", ".join(unknown),
                known=", ".join(CONDITIONS),
            )
        )
    return {name: CONDITIONS[name].checked(value) for name, value in conditions.items()}


def agreed(conditions: Mapping[str, Any], link: str = "") -> None:
    """Raise ValueError where a cable, of the link of this name, could not lose the share that `loss` says in runs as
    long as `burst` says: between two runs there is a frame that arrives."""
    loss, burst = conditions["loss"], conditions["burst"]
    most = burst / (burst + 1)
    if burst == 1 or loss == 1 or loss <= most + _ROUNDING:
        return
    told = say(
        "loss={loss!r} and burst={burst!r} do not go together{where}: between two runs of lost frames at least one "
        "arrives, so in runs of {burst!r} at most {most:.3f} of all are lost; write ",
        loss=loss,
        burst=burst,
        most=most,
        where=say(" on the link of {link}", link=link) if link else "",
    )
    least = math.ceil(loss / (1 - loss) - _ROUNDING)
    if least <= CONDITIONS["burst"].high:
        told += say("burst={least} at least, or ", least=least)
    else:
        least = 1
    told += say("burst=1, which loses each by itself")
    if link:
        told += say("; link.set(loss={loss!r}, burst={least}) sets both in one step", loss=loss, least=least)
    raise ValueError(told)


def initial(**conditions: Any) -> dict[str, Value]:
    """All conditions of a cable, checked; those that are not given as they are when nobody says."""
    found = {**DEFAULTS, **checked(conditions)}
    agreed(found)
    return found


def changed(conditions: dict[str, Value]) -> list[str]:
    """What differs from a cable without conditions, as one would write it: ["delay_ms=10"]."""
    return [f"{name}={value!r}" for name, value in conditions.items() if value != DEFAULTS[name]]

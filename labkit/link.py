"""Link conditions as the learner sets them: `net.link.delay_ms = 20`, `host.link.cut()`.

A link's conditions act on the frames that its host sends, as netem(8) does on an interface; `cut` stops both
directions. So with `delay_ms=10` everywhere every one-way delay is 10 ms and every round trip 20 ms.
"""

from __future__ import annotations

import math
import warnings

from .wire.faults import Fault

DEFAULTS = {
    "delay_ms": 0,
    "jitter_ms": 0,
    "rate_mbit": None,
    "queue_packets": 100,
    "loss": 0,
    "burst": 1,
    "cut": False,
}

_MEANING = {
    "delay_ms": ("a number of milliseconds from 0 to 60000", "delay_ms=10", 0, 60_000),
    "jitter_ms": ("a number of milliseconds from 0 to 60000", "jitter_ms=2", 0, 60_000),
    "rate_mbit": (
        "a number of megabits a second from 0.001 to 100000, or None for no limit",
        "rate_mbit=10",
        0.001,
        100_000,
    ),
    "queue_packets": ("a whole number of packets from 1 to 1000000", "queue_packets=100", 1, 1_000_000),
    "loss": ("a probability from 0 to 1", "loss=0.05", 0, 1),
    "burst": ("a mean number of frames lost in a row, from 1 to 1000", "burst=3", 1, 1000),
}


class FaultNeverMatched(UserWarning):
    """A scripted fault hit no frame while it was set, so what was seen proves nothing about it."""


def check_condition(name: str, value):
    """The value, if `name` can have it; raises TypeError or ValueError saying what to write instead."""
    meaning, example, low, high = _MEANING[name]
    if value is None and name == "rate_mbit":
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} is {meaning} (got {value!r}); write {example}")
    if name == "queue_packets" and not isinstance(value, int):
        raise TypeError(f"{name} is {meaning} (got {value!r}); write {example}")
    if not math.isfinite(value) or not low <= value <= high:
        hint = (
            f"; 5 % is loss={value / 100:g}" if name == "loss" and 1 < value <= 100 else f"; write {example}"
        )
        raise ValueError(f"{name} is {meaning} (got {value!r}){hint}")
    # Plain: a numpy.float64 would cross to the helper as bytes.
    return value if isinstance(value, int) else float(value)


def check_faults(faults, names) -> list:
    """The faults as a list, if they are faults and name hosts of this network."""
    if isinstance(faults, Fault):
        raise TypeError(f"faults is a list of faults (got {faults!r}); write faults=[{faults!r}]")
    faults = list(faults)
    for fault in faults:
        if not isinstance(fault, Fault):
            raise TypeError(
                f"a fault is Drop, Delay, Duplicate, Reorder or Corrupt (got {fault!r}); write faults=[Drop(data=3)]"
            )
        for name in (fault.sender, fault.to):
            if name is not None and name not in names:
                raise ValueError(f"{fault!r} names the host {name!r}; this network has {', '.join(names)}")
    return faults


class _Conditions:
    """The properties that the links of one host and of the whole network share."""

    def _get(self, name):
        raise NotImplementedError

    def _set(self, **conditions):
        raise NotImplementedError

    def _condition(name, words):
        def getter(self):
            return self._get(name)

        def setter(self, value):
            self._set(**{name: check_condition(name, value)})

        return property(getter, setter, doc=words)

    delay_ms = _condition("delay_ms", "One-way delay, milliseconds.")
    jitter_ms = _condition(
        "jitter_ms", "How much the delay varies to either side, milliseconds; order is kept."
    )
    rate_mbit = _condition("rate_mbit", "Bits that leave the host in a second, in millions; None: no limit.")
    queue_packets = _condition(
        "queue_packets", "Frames that may wait for the transmitter; more are lost. Counts with rate_mbit."
    )
    loss = _condition("loss", "The share of frames lost at random, 0 to 1.")
    burst = _condition("burst", "Mean number of frames lost in a row; 1: each by itself.")
    del _condition

    def set(self, **conditions) -> None:
        """Change several conditions in one step: `net.link.set(delay_ms=20, rate_mbit=10)`."""
        unknown = set(conditions) - set(_MEANING)
        if unknown:
            raise TypeError(
                f"no condition is called {', '.join(sorted(unknown))}; there are {', '.join(_MEANING)}"
            )
        self._set(**{name: check_condition(name, value) for name, value in conditions.items()})

    def cut(self) -> None:
        """Cut the cable: frames in either direction are lost until `mend()`."""
        self._set(cut=True)

    def mend(self) -> None:
        """Join a cut cable again."""
        self._set(cut=False)

    @property
    def is_cut(self) -> bool:
        return self._get("cut")

    def _words(self) -> str:
        parts = [f"{name}={self._get(name)!r}" for name in _MEANING if self._get(name) != DEFAULTS[name]]
        parts += [f"faults={self.faults!r}"] if self.faults else []
        return ", ".join(parts + (["cut"] if self.is_cut else [])) or "no delay, no loss, no limit"


class _Faults:
    """The faults of one link or of the network: set them, and hear of those that never hit."""

    def __init__(self, core, host):
        self._core, self._host = core, host
        self._faults: list = []

    @property
    def faults(self) -> list:
        """The scripted faults. Assign a new list to replace them; counting then starts anew."""
        return list(self._faults)

    @faults.setter
    def faults(self, faults) -> None:
        self._set_faults(faults)

    def _set_faults(self, faults, stacklevel=4) -> None:
        faults = check_faults(faults, self._core.names)
        self.warn_of_unmatched(stacklevel)
        self._core.set_faults(self._host, faults)
        self._faults = faults

    def warn_of_unmatched(self, stacklevel=3) -> None:
        """Warn of each fault that has hit nothing since it was set."""
        if not self._faults:
            return
        for fault, (matched, hit) in zip(self._faults, self._core.fault_counts(self._host), strict=True):
            if not hit:
                seen = (
                    "no frame matched it"
                    if not matched
                    else f"only {matched} frame{'s' * (matched > 1)} matched the rest of it"
                )
                warnings.warn(
                    f"{fault!r} never hit anything: {seen}. Whatever was seen, it was not this fault's doing.",
                    FaultNeverMatched,
                    stacklevel=stacklevel,
                )


class Link(_Faults, _Conditions):
    """The cable of one host."""

    def __init__(self, core, host: str, conditions: dict):
        super().__init__(core, host)
        self._conditions = dict(conditions)

    def _get(self, name):
        return self._conditions[name]

    def _set(self, **conditions):
        changed = {**self._conditions, **conditions}
        self._core.set_conditions(self._host, changed)
        self._conditions = changed

    def __repr__(self):
        return f"<Link of {self._host}: {self._words()}>"


class NetworkLink(_Faults, _Conditions):
    """The cables of all hosts: setting a condition sets it everywhere."""

    def __init__(self, core, links):
        super().__init__(core, None)
        self._links = links

    def _get(self, name):
        values = {link._get(name) for link in self._links}
        if len(values) == 1:
            return values.pop()
        if name == "cut":
            return False
        each = ", ".join(f"{link._host} {link._get(name)}" for link in self._links)
        raise ValueError(f"the hosts' links differ in {name} ({each}); ask one, as in host.link.{name}")

    def _set(self, **conditions):
        for link in self._links:
            link._set(**conditions)

    def words(self) -> str:
        """The conditions, in words; those of each host where they differ."""
        try:
            return self._words()
        except ValueError:
            return "; ".join(f"{link._host}: {link._words()}" for link in self._links)

    def __repr__(self):
        return f"<Link of all hosts: {self.words()}>"

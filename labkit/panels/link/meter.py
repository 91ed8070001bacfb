"""What the link panel shows: conditions in words, and counters turned into rates.  Pure."""

from __future__ import annotations

from collections import deque
from typing import Any

SPAN = 10.0
"""Seconds that the plots show."""

FATES = {
    "queue full": "queue full",
    "lost": "lost at random",
    "cut": "cable cut",
    "dropped": "dropped by a fault",
    "refused": "refused by the receiver's kernel",
}
"""What became of a lost frame, by the wire's word for it."""

_UNITS = {"delay_ms": "ms", "rate_mbit": "Mbit/s", "queue_packets": "packets", "loss": "%"}


def condition(name: str, shown: Any) -> Any:
    """A value as the panel shows it (loss in percent) as the link's condition.

    Raises KeyError for another name, ValueError for a loss that is no share.
    """
    if name not in _UNITS:
        raise KeyError(f"the panel sets {', '.join(_UNITS)} (got {name!r})")
    if name == "queue_packets" and isinstance(shown, float) and shown.is_integer():
        return int(shown)  # JavaScript knows one kind of number
    if name == "loss" and isinstance(shown, (int, float)) and not isinstance(shown, bool):
        if not 0 <= shown <= 100:
            raise ValueError(f"loss is a share of the frames from 0 to 100 % (got {shown:g} %)")
        return round(shown / 100, 9)
    return shown


def shown(conditions: dict[str, Any]) -> dict[str, Any]:
    """The conditions of one link as the panel shows them: loss in percent, in six digits."""
    return {**conditions, "loss": float(f"{conditions['loss'] * 100:.6g}")}


def described(conditions: dict[str, Any]) -> str:
    """The conditions of one link in words: "delay 10 ms, no rate limit, loss 0 %, cable joined"."""
    parts = [f"delay {conditions['delay_ms']:g} ms"]
    if conditions.get("jitter_ms"):
        parts.append(f"jitter {conditions['jitter_ms']:g} ms")
    if conditions["rate_mbit"] is None:
        parts.append("no rate limit")
    else:
        packets = conditions["queue_packets"]
        parts.append(f"rate {conditions['rate_mbit']:g} Mbit/s")
        parts.append(f"queue {packets} packet{'s' * (packets != 1)}")
    parts.append(f"loss {conditions['loss'] * 100:g} %")
    if conditions.get("burst", 1) > 1:
        parts.append(f"{conditions['burst']:g} in a row")
    parts.append("cable cut" if conditions["cut"] else "cable joined")
    return ", ".join(parts)


class Meter:
    """Turns what the wire has counted since it was made into what happened between two looks."""

    def __init__(self) -> None:
        self._last: tuple[int, list] | None = None
        self._begin = 0
        self._samples: deque[dict[str, Any]] = deque()

    def look(self, now_ns: int, rows: list) -> dict | None:
        """What happened since the last look; None for the first, and when no time has gone by.

        rows   for each host (frames sent, bytes sent, frames delivered, bytes delivered, {fate: frames}, waiting)

        A sample has `t` (seconds since the first look) and `dt` (how long it lasted), and for each host `sent` and
        `delivered` (Mbit/s), `waiting` (packets at its end), `frames` (sent) and `lost` ({fate: frames}).
        """
        last, self._last = self._last, (now_ns, rows)
        if last is None:
            self._begin = now_ns
            return None
        seconds = (now_ns - last[0]) / 1e9
        if seconds <= 0:
            return None
        hosts = []
        for before, after in zip(last[1], rows, strict=True):
            hosts.append(
                {
                    "frames": after[0] - before[0],
                    "sent": _mbit(after[1] - before[1], seconds),
                    "delivered": _mbit(after[3] - before[3], seconds),
                    "waiting": after[5],
                    "lost": {
                        fate: count - before[4].get(fate, 0)
                        for fate, count in after[4].items()
                        if fate in FATES and count > before[4].get(fate, 0)
                    },
                }
            )
        sample: dict[str, Any] = {
            "t": round((now_ns - self._begin) / 1e9, 4),
            "dt": round(seconds, 4),
            "hosts": hosts,
        }
        self._samples.append(sample)
        while self._samples[0]["t"] < sample["t"] - SPAN - 2:
            self._samples.popleft()
        return sample

    @property
    def samples(self) -> list[dict]:
        """Those of the last seconds, the oldest first."""
        return list(self._samples)

    @property
    def still(self) -> bool:
        """Has nothing moved in all the time that is shown?"""
        return not any(moves(sample) for sample in self._samples)


def moves(sample: dict) -> bool:
    """Is there any traffic in the sample?"""
    return any(
        host["frames"] or host["delivered"] or host["waiting"] or host["lost"] for host in sample["hosts"]
    )


def _mbit(octets: int, seconds: float) -> float:
    return round(octets * 8 / seconds / 1e6, 4)

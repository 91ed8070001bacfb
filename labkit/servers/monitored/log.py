"""A log that helps: one line for each event, which people can read and `grep`, and programs can take apart.

2026-03-01T12:00:00.123Z close client=10.0.0.2:51234 reason=idle requests=3 answered=3 seconds=61.2
"""

from __future__ import annotations

import json
import re
import sys
import time
from typing import Protocol

PLAIN = re.compile(r"[\w.:+/-]+", re.ASCII)


class Log(Protocol):
    """What a server calls: log("close", client="10.0.0.2:51234", reason="idle")."""

    def __call__(self, event: str, **fields: object) -> None: ...


def line(event: str, fields: dict[str, object], now: float) -> str:
    """The line of an event at that time (seconds since 1970), without its newline.

    What is not plain is quoted as JSON has it: whoever chooses a value cannot begin a new line by it, nor send the
    reader's terminal an escape sequence.
    """
    day = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
    words = [f"{day}.{int(now % 1 * 1000):03}Z", event]
    for name, value in fields.items():
        text = f"{value:.3f}" if isinstance(value, float) else str(value)
        words.append(f"{name}={text if PLAIN.fullmatch(text) else json.dumps(text)}")
    return " ".join(words)


def to_stderr(event: str, **fields: object) -> None:
    """Write it to standard error, where whoever runs the server collects it."""
    print(line(event, fields, time.time()), file=sys.stderr, flush=True)


def to_nobody(event: str, **fields: object) -> None:
    """Write nothing."""

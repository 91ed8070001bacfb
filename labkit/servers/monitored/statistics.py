"""What has happened so far, in numbers that must add up, and as a text.  Pure.

connections = active + the sum of `closed`
requests    = waiting + the sum of `outcomes`
"""

from __future__ import annotations

from collections import Counter

from labkit.servers.monitored.latencies import Latencies

# How a request ends ...
OUTCOMES = {
    "answered": "OK, and the client's kernel or ours has all of it",
    "refused": "NO: it was no request",
    "limited": "NO: its client asks too often",
    "failed": "NO: the answer raised an error, which is in the log",
    "lost": "the connection ended before",
}
# ... and a connection.
REASONS = {
    "left": "the client hung up",
    "full": "there were too many already",
    "idle": "no whole request came in time",
    "deaf": "it did not read its answers in time",
    "garbage": "what came was no line of text, or too long",
    "broken": "the network or the client's machine ended it",
    "stopped": "the server stopped, and had answered all that it had read",
    "late": "the server stopped, and the grace was over",
}


class Statistics:
    """Counters of one server; `text()` is what the status port says."""

    def __init__(self, generation: int = 1) -> None:
        self.generation = generation  # how many processes have had the listening socket, with this one
        self.connections = self.active = self.most_active = 0
        self.requests = self.waiting = 0
        self.bytes_in = self.bytes_out = 0
        self.closed: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.latencies = Latencies()  # of requests answered

    def opened(self) -> None:
        """A client has come."""
        self.connections += 1
        self.active += 1

    def admitted(self) -> None:
        """It is served, and not one too many."""
        self.most_active = max(self.most_active, self.active)

    def ended(self, reason: str) -> None:
        """A connection has ended, for one of REASONS."""
        self.active -= 1
        self.closed[reason] += 1

    def came(self, requests: int, size: int) -> None:
        """So many bytes were read, and so many requests are whole by them."""
        self.bytes_in += size
        self.requests += requests
        self.waiting += requests

    def done(self, outcome: str, requests: int = 1) -> None:
        """So many requests have ended, in one of OUTCOMES."""
        self.waiting -= requests
        self.outcomes[outcome] += requests

    @property
    def errors(self) -> int:
        """Requests that were not answered with OK, whosever fault that was."""
        return sum(self.outcomes.values()) - self.outcomes["answered"]

    def adds_up(self) -> bool:
        """Is every connection and every request accounted for?"""
        return self.connections == self.active + sum(self.closed.values()) and self.requests == (
            self.waiting + sum(self.outcomes.values())
        )

    def text(self) -> str:
        """A line for each number: its name and its value."""
        rows: dict[str, object] = {
            "generation": self.generation,
            "connections": self.connections,
            "active": self.active,
            "most_active": self.most_active,
            **{f"closed_{reason}": self.closed[reason] for reason in REASONS},
            "requests": self.requests,
            "waiting": self.waiting,
            **{outcome: self.outcomes[outcome] for outcome in OUTCOMES},
            "bytes_in": self.bytes_in,
            "bytes_out": self.bytes_out,
            "mean_ms": f"{self.latencies.mean * 1000:.2f}",
            **{
                f"p{percent}_ms": f"{self.latencies.percentile(percent / 100) * 1000:.2f}"
                for percent in (50, 99)
            },
            "max_ms": f"{self.latencies.largest * 1000:.2f}",
        }
        return "".join(f"{name} {value}\n" for name, value in rows.items())

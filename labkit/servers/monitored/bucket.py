"""How often somebody may ask: a bucket of tokens for each.  Pure: the time comes as an argument, in seconds."""

from __future__ import annotations


class Bucket:
    """At most *burst* tokens; *rate* new ones a second; each request takes one."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate, self.burst = rate, burst
        self._tokens, self._at = float(burst), now

    def take(self, now: float) -> float:
        """Take a token, and give 0.0; or, where there is none, the seconds until there will be one."""
        self._fill(now)
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (
            1 - self._tokens
        ) / self.rate  # what is refused takes nothing: who goes on asking is let in, too

    def is_full(self, now: float) -> bool:
        """Is it as a new one would be?"""
        self._fill(now)
        return self._tokens >= self.burst

    def _fill(self, now: float) -> None:
        # Nothing runs in the background: what has come since is added when somebody asks.
        self._tokens = min(self.burst, self._tokens + max(0.0, now - self._at) * self.rate)
        self._at = max(self._at, now)


class Buckets:
    """A bucket for each client, by whatever names it; those that are full again are forgotten."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self._buckets: dict[str, Bucket] = {}
        self._look = 100  # so many clients, and it looks who can be forgotten

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, client: str, now: float) -> float:
        """Take a token of this client's: see Bucket.take."""
        bucket = self._buckets.get(client)
        if bucket is None:
            if len(self._buckets) >= self._look:
                self._forget(now)
            bucket = self._buckets[client] = Bucket(self.rate, self.burst, now)
        return bucket.take(now)

    def _forget(self, now: float) -> None:
        self._buckets = {who: each for who, each in self._buckets.items() if not each.is_full(now)}
        self._look = max(100, 2 * len(self._buckets))  # so that it costs little for each that comes

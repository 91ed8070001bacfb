"""The solution of limiter, and wrong answers, each with words that it must be told."""

from __future__ import annotations

from collections import defaultdict


class Limiter:
    def __init__(self, rate, burst):
        self.rate, self.burst, self.clients = rate, burst, {}

    def allows(self, client, now):
        tokens, at = self.clients.get(client, (self.burst, now))
        tokens = min(self.burst, tokens + (now - at) * self.rate)
        allowed = tokens >= 1
        self.clients[client] = (tokens - allowed, now)
        return allowed


class OneForAll(Limiter):
    def allows(self, client, now):
        return super().allows("all", now)


class NeverFull(Limiter):
    def allows(self, client, now):
        tokens, at = self.clients.get(client, (self.burst, now))
        tokens += (now - at) * self.rate
        allowed = tokens >= 1
        self.clients[client] = (tokens - allowed, now)
        return allowed


class ForgetsParts(Limiter):
    def allows(self, client, now):
        tokens, at = self.clients.get(client, (self.burst, now))
        tokens = min(self.burst, tokens + int((now - at) * self.rate))
        allowed = tokens >= 1
        self.clients[client] = (tokens - allowed, now)
        return allowed


class Punishes(Limiter):
    def allows(self, client, now):
        tokens, at = self.clients.get(client, (self.burst, now))
        tokens = min(self.burst, tokens + (now - at) * self.rate)
        self.clients[client] = (tokens - 1, now)
        return tokens >= 1


class BySeconds(Limiter):
    """So many in each second of the clock."""

    def __init__(self, rate, burst):
        super().__init__(rate, burst)
        self.counts = defaultdict(int)

    def allows(self, client, now):
        self.counts[client, int(now)] += 1
        return self.counts[client, int(now)] <= self.burst


class BeginsEmpty(Limiter):
    def allows(self, client, now):
        self.clients.setdefault(client, (0, now))
        return super().allows(client, now)


class Sliding(Limiter):
    """At most burst in the last burst / rate seconds: fair in the long run, and not what was asked."""

    def __init__(self, rate, burst):
        super().__init__(rate, burst)
        self.asked = defaultdict(list)

    def allows(self, client, now):
        recent = [at for at in self.asked[client] if now - at < self.burst / self.rate]
        self.asked[client] = recent
        if len(recent) >= self.burst:
            return False
        recent.append(now)
        return True


class Mistyped(Limiter):
    def allows(self, client, now):
        tokens = self.clinets.get(client, self.burst)
        return tokens >= 1


class SaysNothing(Limiter):
    def allows(self, client, now):
        return super().allows(client, now) or None


SOLUTION = Limiter
WRONG = {
    "one bucket for all": (OneForAll, "each client has a bucket of its own"),
    "never full": (NeverFull, "what does not fit in is lost"),
    "forgets parts of tokens": (ForgetsParts, "who is refused keeps it"),
    "takes a token for a refusal": (Punishes, "who is refused keeps it"),
    "so many in each second of the clock": (BySeconds, "who is refused keeps it"),
    "a sliding window": (Sliding, "who is refused keeps it"),
    "nothing for no": (SaysNothing, "say it by True and False"),
    "a name mistyped": (Mistyped, "of allows: `tokens = self.clinets.get(client, self.burst)`"),
    "begins empty": (BeginsEmpty, "a new client's bucket is full"),
}

"""Fast: what a message costs."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card(
    "fast",
    "Fast",
    "what a message costs, in calls, wake-ups and copies; the copy that makes it quadratic; pipelining, a pool of"
    " connections, compression, and what a batch makes others wait",
)

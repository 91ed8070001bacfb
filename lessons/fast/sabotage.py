"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "a-batch-of-one",
        "fast: the batches of 256 messages hold one each",
        "fast",
        "bytes(124), 256",
        "bytes(124), 1",
        ("fast", "solutions/fast"),
    ),
    Sabotage(
        "a-pool-that-keeps-nothing",
        "fast: who asks through the pool connects anew each time",
        "fast",
        "ask_all(pool.connection)",
        "ask_all(connect)",
        ("fast", "solutions/fast"),
    ),
    Sabotage(
        "a-loop-that-is-closed",
        "fast: in the open loop all messages are due at once",
        "labkit/lessons/fast/waiting.py",
        "begun + number * every_s for number",
        "begun for number",
        ("fast", "solutions/fast"),
    ),
    Sabotage(
        "one-after-the-other",
        "fast: the questions that should be pipelined wait for each other",
        "fast",
        "for at_once in (1, 20)",
        "for at_once in (1, 1)",
        ("fast", "solutions/fast"),
    ),
)

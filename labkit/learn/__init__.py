"""The loop that makes a reader think: predict, run, look, change; check, hint, progress.

`predict` and `reveal` hold a learner's guess against what the experiment gave; `check` runs the learner's
code and tells what happened; `hint` helps a little more at each call; `progress` shows what is done.

None of them raises because of what a learner wrote, and none lets the progress file change what a lesson
prints: a lesson's output depends on the lesson alone.  Adding an exercise: see `labkit.learn.exercises`.
"""

from __future__ import annotations

from .checking import check
from .hints import hint
from .overview import progress
from .predictions import predict, reveal

__all__ = ["check", "hint", "predict", "progress", "reveal"]

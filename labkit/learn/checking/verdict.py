"""How a check went, as a value, and the words in which it is told."""

from __future__ import annotations

from typing import NamedTuple

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.parsons import Parsons
from labkit.learn.showing import told
from labkit.words import say

SOLVED, NOT_YET, NOT_STARTED, CANNOT = "solved", "not yet", "not started", "cannot check"

MOST_STEPS = 6  # told one by one where one went wrong; of more, those that went well are folded


class Verdict(NamedTuple):
    """How a check went: one of "solved", "not yet", "not started", "cannot check", and its story."""

    status: str
    exercise: Exercise | Parsons
    steps: tuple[str, ...] = ()
    wrong: str = ""
    printed: str = ""
    notes: tuple[str, ...] = ()

    @property
    def earned(self) -> tuple[int, int]:
        """How many steps were right, of how many that count for points; never all where it is not solved."""
        if not isinstance(self.exercise, Exercise) or self.status not in (SOLVED, NOT_YET):
            return 0, 1
        of = self.exercise.steps - self.exercise.given
        if self.status == SOLVED:
            return of, of
        return max(0, min(len(self.steps) - self.exercise.given, of - 1)), of

    def __str__(self) -> str:
        return f"{self.story}\n  {self.stuck}" if self.stuck else self.story

    @property
    def stuck(self) -> str:
        """How to get a hint; "" where none is wanted."""
        wanted = self.status in (NOT_STARTED, NOT_YET)
        return say('Stuck? hint("{id}")', id=self.exercise.id) if wanted else ""

    @property
    def story(self) -> str:
        """All that happened, line by line."""
        title = f"{self.exercise.id}: {told(self.exercise.title)}"
        if self.status == NOT_STARTED:
            left = say("Not started. Write your code in place of the dots, run that cell, then this one.")
            return "\n".join(
                [f"○ {title}", f"  {left}", *self._agreed, *(f"  {note}" for note in self.notes)]
            )
        lines = [{SOLVED: f"✓ {title}", CANNOT: f"? {title}"}.get(self.status, f"✗ {title}")]
        story = [*self.steps, *([self.wrong] if self.wrong else [])]
        # Of a long story that went wrong, the end is what matters; one that went well is told whole.
        folded = len(self.steps) - 1 if self.wrong and len(self.steps) > MOST_STEPS else 0
        if folded:
            lines.append(say("  1-{last}. as they should be", last=folded))
        for number, step in list(enumerate(story, start=1))[folded:]:
            mark = "→" if self.wrong and number == len(story) else " "
            label = f"{mark} {number}. "
            lines.append(label + step.replace("\n", "\n" + " " * len(label)))
        lines += self._agreed
        if self.printed:
            lines += [say("  Your code printed:"), *(f"    {line}" for line in self.printed.split("\n"))]
        lines += [f"  {note}" for note in self.notes]
        return "\n".join(lines)

    @property
    def _agreed(self) -> list[str]:
        """What this learner's variant wants, where it is not met yet: another's answer meets another's."""
        yours = self.exercise.yours if isinstance(self.exercise, Exercise) else ""
        wanted = yours and self.status in (NOT_STARTED, NOT_YET)
        return [say("  Yours: {yours}.", yours=yours)] if wanted else []

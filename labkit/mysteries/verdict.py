"""What is said to a verdict, as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.mysteries.kinds import KINDS
from labkit.words import filled, say

if TYPE_CHECKING:
    from labkit.explain.explanation import Explanation


class Verdict:
    """What a verdict is worth.  It is true where both were right.

    kind, where          what was said
    kind_right, where_right   and whether it is so
    tries                how many verdicts there were, this one too
    lesson               the title of the lesson that teaches that kind
    explanation          what `explain` says of one more attempt, if both are right and the frames tell; else None
    """

    def __init__(
        self,
        kind: str,
        where: str,
        kind_right: bool,
        where_right: bool,
        tries: int,
        lesson: str,
        explanation: Explanation | None = None,
    ) -> None:
        self.kind, self.where, self.tries, self.explanation = kind, where, tries, explanation
        self.lesson = lesson
        self.kind_right, self.where_right = kind_right, where_right

    def __bool__(self) -> bool:
        return self.kind_right and self.where_right

    @property
    def said(self) -> str:
        """In words: what was right, and which evidence tells it; in short lines."""
        return filled(self._sentence())

    def _sentence(self) -> str:
        wrong = KINDS[self.kind]
        if self:
            return say(
                "✓ Solved: {where}, {title}. What tells it: {evidence}. (Verdicts: {tries}; the lesson: “{lesson}”.)",
                where=self.where,
                title=wrong.title,
                evidence=wrong.evidence,
                tries=self.tries,
                lesson=self.lesson,
            )
        if self.kind_right:
            return say(
                "✗ That is what is wrong, and not where: on {where} it is not. It shows so: {evidence}.",
                where=self.where,
                evidence=wrong.evidence,
            )
        if self.where_right:
            return say(
                "✗ On {where} it is, and it is something else. This would show so: {evidence}. Does it?",
                where=self.where,
                evidence=wrong.evidence,
            )
        return say("✗ No. This would show so: {evidence}. Does it?", evidence=wrong.evidence)

    def __repr__(self) -> str:
        found = self.explanation
        if found is None:
            return self.said
        sentences = [finding for finding in found.findings if finding.kind in KINDS[self.kind].explained]
        told = sentences[0].sentence if sentences else ""
        return "\n".join(
            [self.said, *([filled(say("explain(trace) says: {told}.", told=told))] if told else [])]
        )

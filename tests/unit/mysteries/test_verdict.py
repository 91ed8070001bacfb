"""What a verdict says: the lesson by its title, in lines that a narrow page does not break within a word."""

from __future__ import annotations

import pytest

from labkit.learn import catalogue
from labkit.mysteries.kinds import KINDS
from labkit.mysteries.verdict import Verdict
from labkit.words import WIDTH


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_verdict_names_the_lesson_by_its_title(kind):
    title = catalogue.title(KINDS[kind].lesson)
    said = Verdict(kind, "mail", True, True, 1, title).said
    assert f"the lesson: “{title}”.)" in " ".join(said.split("\n"))
    assert max(map(len, said.split("\n"))) <= WIDTH

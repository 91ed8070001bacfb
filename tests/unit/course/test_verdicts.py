"""A mark is given only for a verdict: what a check shows to the grader, and what is made of it."""

from __future__ import annotations

import os

import nbformat
import pytest

from labkit.course.grading.asked import share
from labkit.course.grading.proof import NoMark, Proof, proven
from labkit.course.grading.sealing import sealed, settle
from labkit.course.grading.verdict import graded
from labkit.learn.finding import find_order
from labkit.learn.grading import NotSolved
from labkit.modes.mode import VARIABLE
from labkit.running.bounds import Guard

NUMBER, ORDER = "4f", "one-caller"


def in_part(segment):
    return "SYN" if segment.flags == "S" else "SYN-ACK"


def cell(*outputs: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A check cell that has shown this."""
    marks = {"nbgrader": {"grade_id": "check-kind", "points": 1}}
    return nbformat.v4.new_code_cell('check("kind", kind)', outputs=list(outputs), metadata=marks)


def shown(proof: object) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("execute_result", {"text/plain": repr(proof)})


def error(name: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("error", ename=name, evalue="", traceback=[name])


def kinds(checked: nbformat.NotebookNode) -> list[str]:
    return [output.get("ename", output.output_type) for output in checked.outputs]


# ---- In the kernel ----


def test_a_check_proves_what_part_it_gives(capsys):
    proof = graded(NUMBER, 0, "kind", in_part)
    assert 0 < proof.points < 1 and proof.why == ""
    assert f"Points: {proof.points:g} of 1" in capsys.readouterr().out
    with pytest.raises(NotSolved, match="kind"):
        graded(NUMBER, 0, "kind", ...)


def test_a_check_that_cannot_be_made_is_worth_neither_all_nor_nothing(capsys):
    with Guard():  # there is one check at a time
        proof = graded(NUMBER, 0, "kind", in_part)
    assert "Another check is under way" in proof.why
    assert "? kind: " in capsys.readouterr().out
    assert "no-such" in graded(NUMBER, 0, "no-such-exercise", in_part).why


def test_neither_shell_nor_notebook_says_in_which_mode_is_graded(monkeypatch):
    seen = []

    def kind(segment):
        seen.append(os.environ.get(VARIABLE))
        os.environ[VARIABLE] = "loopback"
        return in_part(segment)

    monkeypatch.setenv(VARIABLE, "recorded")
    assert graded(NUMBER, 0, "kind", kind).points > 0
    assert seen[0] is None and os.environ[VARIABLE] == "recorded"
    monkeypatch.delenv(VARIABLE)
    assert graded(NUMBER, 0, "kind", kind).points > 0
    assert VARIABLE not in os.environ


# ---- In the grader ----


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (repr(Proof(NUMBER, 0.5)), (0.5, "")),
        (repr(Proof(NUMBER, why="no “hosts”\nhere")), (0.0, "no “hosts”\nhere")),
        (repr(Proof("50", 0.5)), None),
        (f"{NUMBER} 1.0", None),
        (f"{NUMBER} {{}}", None),
        (f'{NUMBER} {{"points": 1{"0" * 400}, "why": ""}}', None),
        (NUMBER, None),
        ("1.0", None),
    ],
)
def test_a_proof_is_read_as_it_was_shown_and_nothing_else_is_one(text, found):
    proof = proven(text, NUMBER)
    assert (proof and (proof.points, proof.why)) == found


def test_a_cell_keeps_what_its_check_has_proved():
    full, part = cell(shown(Proof(NUMBER, 1.0))), cell(shown(Proof(NUMBER, 0.25)), error("Forged"))
    settle(full, NUMBER)
    settle(part, NUMBER)
    assert (kinds(full), [output.data for output in part.outputs]) == ([], [{"text/plain": "0.25"}])
    forged = cell(nbformat.v4.new_output("execute_result", {"text/plain": "1.0"}))
    settle(forged, NUMBER)
    assert kinds(forged) == ["NotGraded"]


def test_a_cell_whose_check_could_not_be_made_gives_no_mark():
    nothing = Proof(NUMBER, why="there are no hosts here")
    with pytest.raises(NoMark, match=r"check-kind cannot be graded.*no hosts here"):
        settle(cell(shown(nothing)), NUMBER)


def test_a_kernel_without_labkit_gives_no_mark():
    """As one may be that another environment has under the name of this."""
    with pytest.raises(NoMark, match="check-kind cannot be graded"):
        settle(cell(error("ModuleNotFoundError")), NUMBER)
    wrong = cell(error("NameError"))  # of the student's, whose cell did not define it
    settle(wrong, NUMBER)
    assert kinds(wrong) == ["NameError"]


def test_what_takes_too_long_or_ends_its_kernel_earns_nothing():
    """An interrupted check could not be made, either; but then it is what was handed in that goes beyond a bound."""
    nothing = Proof(NUMBER, why="Interrupted.")
    late, dead = cell(shown(nothing), error("CellTimeoutError")), cell(shown(nothing))
    settle(late, NUMBER)
    settle(dead, NUMBER, "this cell ended the kernel")
    assert (kinds(late), kinds(dead)) == (["CellTimeoutError"], ["NotGraded"])


def test_only_the_graders_own_call_is_sealed():
    assert sealed('check("kind", kind)\nmycheck("a")', NUMBER, 7).count(f'graded("{NUMBER}", 7, ') == 1


# ---- What is asked, and counts ----


def test_an_order_that_cannot_be_run_gives_no_mark():
    name, right = f"order-{ORDER}", [f'order("{ORDER}", {list(find_order(ORDER).lines)!r})']
    with Guard():
        with pytest.raises(NoMark, match=f"{name} cannot be graded.*Another check"):
            share(name, right, {})
        assert share(name, right, {"orders": {ORDER: {"solved": "2026-01-01T00:00:00Z"}}}) == 1
        assert share(name, [f'order("{ORDER}")'], {}) == 0, "who answers nothing is not asked"
    assert share(name, right, {}) == 1


@pytest.mark.parametrize("name", ["quiz-of-another-labkit", "order-of-another-labkit"])
def test_what_this_labkit_does_not_know_gives_no_mark(name):
    with pytest.raises(NoMark, match=f"{name} cannot be graded"):
        share(name, [], {})

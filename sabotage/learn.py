"""Sabotages of the learning loop."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "check-always-passes",
        "check() finds everything solved",
        "labkit/learn/checking/check.py",
        "return NOT_YET, str(failure), ()",
        'return SOLVED, "", ()',
        ("handshake",),
    ),
    Sabotage(
        "check-never-passes",
        "check() finds nothing solved",
        "labkit/learn/checking/check.py",
        'return SOLVED, "", ()',
        'return NOT_YET, "", ()',
        ("solutions/handshake",),
    ),
    Sabotage(
        "reveal-flatters",
        "reveal() tells everyone that they were right",
        "labkit/learn/predicting/predict.py",
        "right, chosen = question.agrees(given, found), question.in_words(given)",
        "right, chosen = True, question.in_words(given)",
        ("tests/unit/learn/test_predictions.py",),
    ),
    Sabotage(
        "quiz-takes-anything",
        "a quiz takes every answer for right",
        "labkit/learn/quizzing/text.py",
        "return sum(choice == question.right for",
        "return sum(bool(choice) for",
        ("tests/unit/learn/test_quizzes.py",),
    ),
    Sabotage(
        "prediction-not-locked",
        "a prediction can be changed after the run",
        "labkit/learn/predicting/question.py",
        "    if question.chosen not in (None, parsed):",
        "    if False:",
        ("tests/unit/learn/test_predictions.py",),
    ),
    Sabotage(
        "any-order-right",
        "a prediction of any order is right",
        "labkit/learn/predicting/question.py",
        "        return answer == found\n",
        "        return answer == found or set(lines_of(answer)) == set(lines_of(found))\n",
        ("tests/unit/learn/test_predictions.py",),
    ),
    Sabotage(
        "fractions-lost",
        "a number is compared without its fraction",
        "labkit/learn/predicting/question.py",
        'return str(int(value)) if float(value).is_integer() else f"{value:g}"',
        "return str(int(value))",
        ("tests/unit/learn/test_predictions.py",),
    ),
    Sabotage(
        "prose-solution-kept",
        "a solution in prose stays in the learner's edition",
        "tools/editions.py",
        "        if not solved:\n            cell.source = clear",
        '        if not solved and cell.cell_type == "code":\n            cell.source = clear',
        ("tests/unit/repository/test_notebooks.py",),
    ),
    Sabotage(
        "prose-solution-unseen",
        "lint sees a solution's mark in code alone",
        "tools/notebook_lint.py",
        "if learner and (BEGIN in",
        'if learner and cell.cell_type == "code" and (BEGIN in',
        ("tests/unit/repository/test_notebooks.py",),
    ),
)

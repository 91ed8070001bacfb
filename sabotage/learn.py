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
        "right = question.agrees(question.chosen, found)",
        "right = True",
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
)

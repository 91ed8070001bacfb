"""The statements that the player puts into a cell."""

from __future__ import annotations

import ast
from typing import Any

# What of a recorded cell is live all the same.
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def call(function: str, *arguments: Any) -> ast.stmt:
    """`labkit.recordings.player.function(arguments)` as a statement that needs no name of the learner's."""
    listed = ", ".join(map(repr, arguments))
    return ast.parse(
        f"__import__('labkit.recordings.player', fromlist=['{function}']).{function}({listed})"
    ).body[0]


def one_by_one(statement: ast.Import | ast.ImportFrom, lesson: str, number: int) -> list[ast.stmt]:
    """Each name's import on its own, so that one that is missing does not take the others with it."""
    if getattr(statement, "module", None) == "__future__" or statement.names[0].name == "*":
        return [statement]
    alone: list[ast.stmt] = []
    for alias in statement.names:
        one = (
            ast.Import([alias])
            if isinstance(statement, ast.Import)
            else ast.ImportFrom(statement.module, [alias], statement.level)
        )
        name = (alias.asname or alias.name).partition(".")[0]
        instead = call("missing", lesson, number, name)
        handler = ast.ExceptHandler(ast.Name("ImportError", ast.Load()), None, [instead])
        alone.append(ast.Try([one], [handler], [], []))
    return alone

"""What the plots of a lesson show, in words for who cannot see them (docs/plots.json).

An edition has them as `metadata["image/png"]["alt"]` of an output, for the site, and for nbconvert's templates
"basic" and "classic"; its template "lab" gives no picture words of its own (nbconvert 7.17).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from nbformat import NotebookNode

from tools.texts import ROOT

PNG = "image/png"


def told(lesson: str) -> Iterator[str]:
    """What the plots of a lesson show, one after the other."""
    yield from json.loads((ROOT / "docs" / "plots.json").read_text(encoding="utf-8")).get(lesson, ())


def describe(learner: NotebookNode, solved: NotebookNode, lesson: str) -> None:
    """Give the plots of both editions their words: its own, if a picture has a text, else the next of the lesson's."""
    for output, words in _due(learner, solved, lesson):
        _say(output, words)


def in_step(learner: NotebookNode, solved: NotebookNode, lesson: str) -> bool:
    """Are both told as describe() would tell them?"""
    return all(said(output) == words for output, words in _due(learner, solved, lesson))


def said(output: NotebookNode) -> str:
    """What an output tells of its plot."""
    return output.get("metadata", {}).get(PNG, {}).get("alt", "")


def _due(learner: NotebookNode, solved: NotebookNode, lesson: str) -> Iterator[tuple[NotebookNode, str]]:
    """Each output of both editions, and the words that are due to it: "" where it is no plot."""
    words = told(lesson)
    due: dict[tuple[str, int], str] = {}
    for place, output in _outputs(learner):
        if PNG in output.get("data", {}):
            own = output.data.get("text/plain", "")
            due[place] = next(words, "") if not own or own.startswith("<Figure") else own
        yield output, due.get(place, "")
    for place, output in _outputs(solved):
        yield output, due.get(place, "") if PNG in output.get("data", {}) else ""


def _outputs(edition: NotebookNode) -> Iterator[tuple[tuple[str, int], NotebookNode]]:
    """Each output, with its cell's id, the same in both editions, and its place there."""
    for cell in edition.cells:
        for number, output in enumerate(cell.get("outputs", ())):
            yield (cell.id, number), output


def _say(output: NotebookNode, words: str) -> None:
    if words:
        output.metadata[PNG] = {**output.metadata.get(PNG, {}), "alt": words}
    elif PNG in output.get("metadata", {}):
        output.metadata[PNG].pop("alt", None)
        if not output.metadata[PNG]:
            del output.metadata[PNG]

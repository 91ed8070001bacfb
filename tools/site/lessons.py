"""A lesson's page: the learner's edition, with forms that answer, panels that live, and a word on what needs a kernel.

The learner's edition, because its answers are not told before one asks: exercises are open, and what an experiment gave
stands folded until it is opened or predicted.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from labkit.learn import catalogue, finding
from labkit.learn.showing import rich, told
from tools.site import asking, gallery, panels, pictures
from tools.texts import ROOT

STATIC = "../_static"
LAB = "../handbook/installing.html"
_ANCHOR = re.compile(r"\]\(([^)#\s]*)#([^)\s]+)\)")  # a heading as JupyterLab has it: #Check-yourself
_ASKED = re.compile(r'<div data-(predict|quiz|order)="([^"]*)">')


def page(name: str) -> dict[str, Any]:
    """The notebook that Sphinx shows of the lesson of this name."""
    path = ROOT / "notebooks" / f"{catalogue.stem(name)}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    found = dict(_found(notebook))
    live = panels.of_lesson(name, notebook)
    for number, cell in enumerate(notebook["cells"]):
        cell["source"] = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = _linked(cell["source"])
            continue
        cell["metadata"].pop("jupyter", None)
        outputs = [_output(output, found) for output in cell["outputs"]]
        if number in live:
            outputs[-1] = _live(outputs[-1], live[number])  # a cell's value comes last
        cell["outputs"] = [*outputs, *_notes(cell["source"])]
    pictures.distinct(notebook)
    notebook["metadata"].pop("labkit", None)
    return notebook


def _linked(source: str) -> str:
    """Links between lessons as they stand on the site; the glossary has a page of its own."""
    source = source.replace(f"({catalogue.stem('glossary')}.ipynb", "(../glossary.md")
    return _ANCHOR.sub(lambda found: f"]({found[1]}#{gallery.slug(found[2])})", source)


def _found(notebook: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What each experiment gave, by its prediction's id."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            for values in _Attributes("".join(output.get("data", {}).get("text/html", ""))).all:
                if "data-revealed" in values:
                    yield values["data-revealed"], values["data-found"]


class _Attributes(HTMLParser):
    """The attributes of every element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.all: list[dict[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.all.append({name: value or "" for name, value in attributes})


def _output(output: dict[str, Any], found: dict[str, str]) -> dict[str, Any]:
    data = {
        kind: value if isinstance(value, dict) else "".join(value)
        for kind, value in output.get("data", {}).items()
    }
    if not data:
        return output
    asked = _ASKED.match(data.get("text/html", ""))
    if asked:
        data["text/html"] = _form(asked[1], asked[2], data["text/html"], found)
    elif "image/png" in data:
        data = {"text/html": pictures.plot(output)}
    elif "text/html" in data:
        data["text/html"] = pictures.drawn(data["text/html"])
    return {**output, "data": data}


def _form(kind: str, id: str, shown: str, found: dict[str, str]) -> str:
    if kind == "quiz":
        return asking.quiz(finding.find_quiz(id))
    return asking.prediction(id, shown, found.get(id)) if kind == "predict" else shown


def _live(output: dict[str, Any], panel: panels.Live) -> dict[str, Any]:
    data = output["data"]
    return {**output, "data": {**data, "text/html": panel.html(data["text/html"], STATIC)}}


def _notes(source: str) -> Iterator[dict[str, Any]]:
    """What is said below a cell whose work needs a kernel: a check, lines to put in order, a panel."""
    for call, id in _calls(source):
        if call in ("check", "order"):
            exercise = finding.find_hinted(id)
            hints = "".join(
                f"<details><summary>Hint {number}</summary><p>{rich(told(hint))}</p></details>"
                for number, hint in enumerate(exercise.hints, start=1)
            )
            words = (
                "This check runs what you write"
                if call == "check"
                else "The lab runs the lines in your order"
            )
            yield _html(
                f'<div class="labkit-kernel" role="note">{words}: it needs <a href="{LAB}">the lab</a>.{hints}</div>'
            )
        elif call in panels.KERNEL:
            words = (
                f'{panels.KERNEL[call]} Here is how it looked; in <a href="{LAB}">the lab</a> you work it.'
            )
            yield _html(f'<div class="labkit-kernel" role="note">{words}</div>')


def _html(text: str) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"text/html": text}, "metadata": {}}


def _calls(source: str) -> Iterator[tuple[str, str]]:
    """The calls at the top of a cell, by name, each with its first argument where that is a text."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for statement in tree.body:
        value = getattr(statement, "value", None)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            first = value.args[0].value if value.args and isinstance(value.args[0], ast.Constant) else ""
            yield value.func.id, str(first)


def write(name: str, folder: Path) -> None:
    """Write a lesson's page into a folder."""
    path = folder / f"{catalogue.stem(name)}.ipynb"
    path.write_text(json.dumps(page(name), ensure_ascii=False, indent=1), encoding="utf-8")


def table() -> str:
    """The lessons by parts, as Markdown, with a table of contents for the pages' sides."""
    lines = ["# Lessons", ""]
    for part in catalogue.parts():
        written = [name for name in part.lessons if catalogue.is_written(name) and name != "glossary"]
        if not written:
            continue
        lines += [f"## {part.title}", "", "| | lesson | in it |", "|---|---|---|"]
        for name in written:
            card, stem = catalogue.card(name), catalogue.stem(name)
            lines.append(f"| {catalogue.number(name):02} | [{card.title}]({stem}.ipynb) | {card.teaser} |")
        lines += ["", "```{toctree}", ":hidden:", "", *(catalogue.stem(name) for name in written), "```", ""]
    return "\n".join(lines)

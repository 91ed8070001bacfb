"""The reference: a page for each face of labkit, with every public name, from its docstring."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

FACES = {
    "labkit": "Hosts, cables, captures, and the learning loop.",
    "labkit.panels": "What one works by mouse or keys, in JupyterLab.",
    "labkit.pictures": "Ladders, byte streams, and who is connected to whom.",
    "labkit.plots": "Measurements as matplotlib draws them, in the lab's look.",
    "labkit.framing": "Messages in a stream, as decoders without a socket.",
    "labkit.torture": "A decoder against every way to cut a stream.",
}


def write(folder: Path) -> None:
    """Write the pages into a folder."""
    rows = [f"| [`{face}`]({_file(face)}.md) | {about} |" for face, about in FACES.items()]
    text = "\n".join(
        [
            "# Reference",
            "",
            "The public names, by the module from which one imports them. In a notebook `help(Network)` says the same.",
            "",
            *("| module | in it |", "|---|---|", *rows, ""),
            *("```{toctree}", ":hidden:", "", *map(_file, FACES), "```", ""),
        ]
    )
    (folder / "index.md").write_text(text, encoding="utf-8")
    for face in FACES:
        (folder / f"{_file(face)}.md").write_text(_page(face), encoding="utf-8")


def _file(face: str) -> str:
    return face.replace(".", "-")


def _page(face: str) -> str:
    module = import_module(face)
    names = list(module.__all__)
    lines = [f"# {face}", "", FACES[face], "", "```{eval-rst}", f".. py:currentmodule:: {face}", ""]
    lines += [".. autosummary::", "   :nosignatures:", "", *(f"   {name}" for name in names), "", "```", ""]
    for name in names:
        thing = getattr(module, name)
        kind = "class" if inspect.isclass(thing) else "function" if callable(thing) else "data"
        options = ["   :members:", "   :inherited-members: tuple, Exception"] if kind == "class" else []
        lines += [f"## {name}", "", "```{eval-rst}", f".. auto{kind}:: {face}.{name}", *options, "```", ""]
    return "\n".join(lines)

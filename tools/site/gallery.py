"""A gallery of ladders: every one that the lessons' pages show, each with the way to where it was drawn."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from labkit.learn import catalogue
from tools.site import pictures
from tools.texts import ROOT

HEAD = """\
# Gallery of ladders

What kernels did, as the lessons' cells drew it: calls and states at the sides, segments between, time runs down. Each
heading leads to the experiment that gave it.
"""
MOST = 3  # of a lesson


def page() -> str:
    """The page as Markdown."""
    lines, place = [HEAD], 0
    for name in catalogue.names():
        if not catalogue.is_written(name):
            continue
        found = list(_ladders(name))[:MOST]
        if found:
            lines += [f"## {catalogue.title(name)}", ""]
        for heading, html in found:
            place += 1
            way = f"lessons/{catalogue.stem(name)}.ipynb#{slug(heading)}"
            lines += [
                f"### [{heading}]({way})",
                "",
                "```{raw} html",
                pictures.suffixed(html, f"-{place}"),
                "```",
                "",
            ]
    return "\n".join(lines)


def _ladders(name: str) -> Iterator[tuple[str, str]]:
    """The ladders of a lesson, the first below each heading."""
    notebook = json.loads((ROOT / "notebooks" / f"{catalogue.stem(name)}.ipynb").read_text(encoding="utf-8"))
    heading = ""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            found = re.findall(r"^#{2,4} (.+)$", "".join(cell["source"]), flags=re.M)
            heading = found[-1] if found else heading
        for output in cell.get("outputs", ()):
            html = "".join(output.get("data", {}).get("text/html", ""))
            if heading and html.startswith('<div class="labkit-ladder"') and 'class="live"' in html:
                yield heading, pictures.drawn(html)
                heading = ""


def slug(heading: str) -> str:
    """A heading's anchor, as MyST makes it."""
    words = re.sub(r"<[^>]*>|`", "", heading)
    return re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")

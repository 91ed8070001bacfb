"""Pictures of the lessons on a page: ladders in the page's colours, plots with words for who cannot see them."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from tools.plots import PNG

# What `html_of` (labkit/drawing/page.py) puts around a picture for notebooks that nobody trusts yet.
_STILL = re.compile(r'<img class="still"[^>]*>', re.S)
_HIDDEN = ' hidden="hidden" style="display:none"'
_STYLE = re.compile(r"<style>(?:\.lk\{|\.[\w-]+ \.live\{)[^<]*</style>")
_IDS = re.compile(r'\b(id|aria-labelledby|for|href)="([^"]*)"')


def drawn(html: str) -> str:
    """An output's HTML: of a drawn picture the live form alone, whose style sheet all pages share."""
    if 'class="live"' not in html:
        return html
    html = _STILL.sub("", html).replace(_HIDDEN, "")
    return _STYLE.sub("", html)  # what stands beside the picture keeps its own


def plot(output: dict[str, Any]) -> str:
    """A plot with what it shows in words (tools/plots.py)."""
    said = output["metadata"].get(PNG, {}).get("alt", "Plot")
    source = "".join("".join(output["data"][PNG]).split())
    return f'<img class="labkit-plot" alt="{escape(said)}" src="data:image/png;base64,{source}">'


def distinct(notebook: dict[str, Any]) -> None:
    """Give the elements of each output ids of their own: one picture may stand on a page twice."""
    place = 0
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "aria-labelledby" in data.get("text/html", ""):
                place += 1
                data["text/html"] = suffixed(data["text/html"], f"-{place}")


def suffixed(html: str, end: str) -> str:
    """The HTML with *end* behind each id of a picture, and wherever it is named."""

    def name(found: re.Match[str]) -> str:
        if not found[2].startswith("lk"):
            return found[0]
        return f'{found[1]}="{" ".join(each + end for each in found[2].split())}"'

    return _IDS.sub(name, html)

"""What stands above everything that is not live: one line that says so, as HTML and as text."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import NamedTuple

from labkit.drawing import style

MARK = "labkit-recorded"  # the class of each mark, and the key in the metadata of each recorded output

# No host's colour: this says nothing of a host. In JupyterLab a rule runs down all outputs that follow the mark,
# so that one sees where the recorded ends.
_OUTPUTS = f".jp-OutputArea-child:has(.{MARK}.all)~.jp-OutputArea-child .jp-OutputArea-output"
_DARK = "body[data-jp-theme-light=false]"
_CSS = (
    f".{MARK}{{--edge:{style.MUTED};--ink:{style.INK};--ground:{style.FAINT}55;"
    "font:13px/1.45 var(--jp-ui-font-family,system-ui,sans-serif);color:var(--ink);"
    "border-left:4px solid var(--edge);background:var(--ground);padding:3px 10px;margin:0}"
    f"{_DARK} .{MARK},body[data-vscode-theme-kind=vscode-dark] .{MARK}{{"
    f"--edge:{style.MUTED_DARK};--ink:{style.INK_DARK};--ground:{style.FAINT_DARK}77}}"
    f".{MARK}.live{{border-left-style:dotted;background:none}}"
    f"{_OUTPUTS}{{border-left:4px solid {style.MUTED};padding-left:8px}}"
    f"{_DARK} {_OUTPUTS}{{border-left-color:{style.MUTED_DARK}}}"
)


class Mark(NamedTuple):
    """A line in two parts: what it is, and the rest; `live`: the cell itself did run."""

    head: str
    rest: str
    live: bool = False

    def __str__(self) -> str:
        return f"{self.head}{self.rest}"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        rest = "".join(
            f"<code>{html.escape(part)}</code>" if place % 2 else html.escape(part)
            for place, part in enumerate(self.rest.split("`"))
        )
        kind = f"{MARK} {'live' if self.live else 'all'}"
        rich = f'<style>{_CSS}</style><div class="{kind}" role="note"><b>{html.escape(self.head)}</b>{rest}</div>'
        return {"text/plain": str(self), "text/html": rich}


def shown(on: str, reason: str, mode: str) -> Mark:
    """Above the outputs of a cell that is shown from the recording."""
    return Mark(f"Recorded on {on}:", f" this cell {reason} (mode {mode}; see `doctor()`).")


def used(on: str, names: Iterable[str]) -> Mark:
    """Above the outputs of a live cell that works with recorded values."""
    listed = sorted(names)
    told = ", ".join(f"`{name}`" for name in listed[:4]) + (" …" if len(listed) > 4 else "")
    return Mark("Runs here, with recorded values:", f" {told} ({on}).", live=True)


def installed(mode: str, why: str, reads: bool) -> Mark:
    """At the beginning: which mode, and why."""
    goes_on = (
        "What it lacks is shown from recordings, and marked so."
        if reads
        else "Its recordings cannot be read."
    )
    return Mark(f"Mode {mode}", f" ({why}). {goes_on} See `doctor()`.", live=True)

"""How the learning loop speaks: rich in a notebook, plain text everywhere else, the same words in both."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Mapping
from typing import Any

from labkit.learn.catalogue import titled
from labkit.notebook.kernel import WIDGET_VIEW, in_notebook, view_of
from labkit.words import look_up

# White on a dark ground of its own, so that both themes show it; told apart by shape as by colour.  The colours are
# Okabe and Ito's green and vermilion, darkened until white on them has a contrast of 5 to 1.
_MARK = "color: #fff; font-weight: 700; padding: 0 0.3em; "
MARKS = {
    "✓": f"{_MARK}background: #007a55; border-radius: 0.7em",
    "✗": f"{_MARK}background: #b34700; border-radius: 0",
}


SESSION = "JPY_SESSION_NAME"  # set by Jupyter Server in a kernel that it starts: the notebook's path
_LABEL = re.compile(r" *(?:[→✓✗○?] )?(?:\d+(?:-\d+)?\. )? *")


FACTS = (
    "labkit"  # in an output's metadata: what was shown, as values, for whoever reads the notebook by program
)


def show(text: str, rich: str = "", widget: Any = None, facts: Mapping[str, Any] | None = None) -> None:
    """Show one thing: as a widget where one is given and can be drawn, else as HTML, else as text.

    All forms go out together and the front end takes the best that it can draw; the text is what nbval
    compares.  *facts* say the same as values, in the output's metadata, which nobody sees and nobody compares.
    """
    if not in_notebook():
        print(text)
        return
    from IPython.display import display

    bundle: dict[str, Any] = {"text/plain": text}
    if rich:
        bundle["text/html"] = rich
    if widget is not None:
        bundle[WIDGET_VIEW] = view_of(widget)
    display(bundle, raw=True, metadata={FACTS: dict(facts)} if facts else None)


def told(text: str) -> str:
    """A lesson's text (a title, a hint, a reason) as the learner reads it: from the catalogue of translations, and
    with other lessons' titles where it names them."""
    return titled(look_up(text))


def lettered(choices: Mapping[str, str]) -> str:
    """Choices, {"a": its HTML, ...}, as a list in HTML.

    Answers are letters, and so each letter stands there in words: JupyterLab numbers every <ol> with figures, whatever
    its type says, and GitHub and exported pages take out the style that would say otherwise.
    """
    items = "".join(f"<li>{letter}) {choice}</li>" for letter, choice in choices.items())
    return f'<ul style="list-style: none">{items}</ul>'


def rich(text: str) -> str:
    """Text as HTML: escaped, `code` between backticks set as code, ✓ and ✗ as marks, line ends kept."""
    escaped = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", html.escape(text, quote=False))
    for mark, look in MARKS.items():
        escaped = escaped.replace(mark, f'<span style="{look}">{mark}</span>')
    return escaped.replace("\n", "<br>")


def block(text: str) -> str:
    """Lines as HTML: indented as they are, and wrapped between words.

    Where a learner sits at it what is wrapped stands below its line's first word.  What is made for a file has lines
    alone, as these are compared.
    """
    lines = rich(text)
    if os.environ.get(SESSION):
        lines = "".join(map(_hanging, lines.split("<br>")))
    return f'<pre style="white-space: pre-wrap; word-break: normal">{lines}</pre>'


def _hanging(line: str) -> str:
    """A line of HTML, set in by what stands before its first word: spaces, a mark, a number."""
    found = _LABEL.match(re.sub("<[^>]*>", "", line))
    width = len(found[0]) if found else 0
    return f'<div style="padding-left: {width}ch; text-indent: -{width}ch">{line or "<br>"}</div>'

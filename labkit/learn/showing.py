"""How the learning loop speaks: rich in a notebook, plain text everywhere else, the same words in both."""

from __future__ import annotations

import html
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


# A list of choices: JupyterLab numbers every <ol> with figures, whatever its type says, and answers are letters.
LETTERED = '<ol type="a" style="list-style: lower-alpha">'


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


def rich(text: str) -> str:
    """Text as HTML: escaped, `code` between backticks set as code, ✓ and ✗ as marks, line ends kept."""
    escaped = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", html.escape(text, quote=False))
    for mark, look in MARKS.items():
        escaped = escaped.replace(mark, f'<span style="{look}">{mark}</span>')
    return escaped.replace("\n", "<br>")


def block(text: str) -> str:
    """Lines as HTML: indented as they are, and wrapped between words."""
    return f'<pre style="white-space: pre-wrap; word-break: normal">{rich(text)}</pre>'

"""A drawing on a notebook's page: what JupyterLab shows of an SVG, whether it trusts the notebook or not.  Pure."""

from __future__ import annotations

import re
from urllib.parse import quote

_TAG = re.compile(r"<[^<>]*>")
LEAST = 640  # CSS pixels of a picture's width, however narrow the window


def html_of(live: str, still: str, name: str, means: str) -> str:
    """An SVG in a `<div>` of the class `name`: JupyterLab puts image/svg+xml into an `<img>`, where text cannot be
    selected and the page's colours are unknown.

    live: the SVG with the page's colours; still: the same with a ground of its own; means: what it is, for those who
    cannot see it.

    A notebook that is not trusted yet shows `still` as an `<img>` instead: JupyterLab's sanitizer takes `<style>` and
    the tags of the SVG out, but leaves their text, which the attributes hide then.  It takes an attribute without a
    value out too: hence hidden="hidden", and the same as a style for sanitizers that know only that.
    """
    still = _TAG.sub(_in_single_quotes, still)
    still = quote(still, safe=" =:;/,()'<>!?*@&$+{}[]|^`~-._")
    still = still.replace("<", "%3C").replace(">", "%3E").replace("&", "%26")
    # In a narrow window the picture scrolls sideways, by keys too: letters of five pixels nobody reads.
    return (
        f'<div class="{name}"><style>.{name} .live{{display:block!important;overflow-x:auto}}'
        f".{name} .live>svg{{max-width:max(100%,{LEAST}px)!important}}"
        f".{name} .still{{display:none}}</style>"
        f'<div class="live" hidden="hidden" style="display:none" tabindex="0" role="group" aria-label="{means}">'
        f"{live}</div>"
        f'<img class="still" alt="{means} (the text form says the same)" '
        f'src="data:image/svg+xml,{still}"></div>'
    )


def _in_single_quotes(tag: re.Match[str]) -> str:
    """A tag with its attributes in the quotes that a URL need not encode: a tenth of the whole."""
    return tag[0] if "'" in tag[0] else tag[0].replace('"', "'")

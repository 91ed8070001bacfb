"""A picture as SVG with real text, right on light and on dark pages, in print, and alone in a file.

Colours are CSS variables: JupyterLab's and VS Code's own where the page has them, else light ones with a
light ground.  Nothing is random: ids come from a hash of the content.
"""

from __future__ import annotations

from hashlib import sha256
from html import escape

from labkit.drawing import style
from labkit.drawing.labels import SIZES
from labkit.drawing.shapes import Area, Dot, Group, Line, Picture, Words
from labkit.terms.finding import meaning_of

FONTS = "'Helvetica Neue',Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif"


def _theme(lines, texts, ink, muted, faint, paper) -> str:
    hosts = "".join(
        f"--h{n}:{line};--t{n}:{text};" for n, (line, text) in enumerate(zip(lines, texts, strict=True))
    )
    return f"{hosts}--ink:{ink};--muted:{muted};--faint:{faint};--paper:{paper}"


_LIGHT = style.HOST_COLOURS, style.HOST_TEXT_COLOURS, style.INK, style.MUTED, style.FAINT, style.PAPER
_DARK = (
    style.HOST_COLOURS_DARK,
    style.HOST_COLOURS_DARK,
    style.INK_DARK,
    style.MUTED_DARK,
    style.FAINT_DARK,
    style.PAPER_DARK,
)


def _page(colours, paper_of: str) -> str:
    lines, texts, ink, muted, faint, paper = colours
    return _theme(lines, texts, ink, muted, faint, f"var(--jp-layout-color0,var({paper_of},{paper}))")


_SIZES = "".join(f".{role}{{font-size:{size}px}}" for role, size in SIZES.items())

_LOOK = (
    f".lk{{{_page(_LIGHT, '--vscode-editor-background')};font-family:{FONTS};"
    "background:var(--paper);fill:var(--ink)}"
    f".lk text{{white-space:pre}}.lk line{{stroke-linecap:butt}}{_SIZES}"
    ".lk text{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}"
    ".lk .b-solid,.lk .b-thin,.lk .band text{stroke:none}"
    ".lk .head,.lk .host,.lk .title,.lk .state,.lk .mark{font-weight:700}"
    ".lk .quiet{fill:var(--muted)}.lk .tick{fill:var(--muted);font-variant-numeric:tabular-nums}"
    ".lk .fate,.lk .mark,.lk .fold{font-style:italic}"
    ".lk .error{font-weight:700}"
    ".lk .l{stroke:var(--c)}.lk .a{fill:var(--c)}.lk .n{fill:var(--t)}"
    ".lk .solid{stroke-width:2}.lk .control{stroke-width:1.6}.lk .thin{stroke-width:1}"
    ".lk .lost{stroke-dasharray:6 4}.lk .cross{stroke:var(--ink);stroke-width:2}"
    ".lk .lifeline{stroke-width:1;opacity:.5}.lk .zigzag{stroke:var(--muted);stroke-width:1}"
    ".lk .ticks{stroke:var(--muted);stroke-width:1}.lk .barend{stroke-width:1.2}"
    ".lk .lane-waiting{opacity:.3}.lk .lane-opening{opacity:.55}.lk .lane-closing{opacity:.55}"
    ".lk .paper{fill:var(--paper)}.lk .bar{opacity:.75}.lk .band-solid{opacity:.22}.lk .band-thin{opacity:.1}"
    + "".join(f".lk .h{n}{{--c:var(--h{n});--t:var(--t{n})}}" for n in range(len(style.HOST_COLOURS)))
)
CSS = (
    f"{_LOOK}body[data-jp-theme-light=false] .lk,body[data-vscode-theme-kind=vscode-dark] .lk{{"
    f"{_page(_DARK, '--vscode-editor-background')}}}"
    f"@media print{{body .lk{{{_theme(*_LIGHT)}}}}}"
)


def svg_of(picture: Picture, standalone: bool = True) -> str:
    """The picture as an `<svg>` element; standalone: with a ground of its own, fit for a file.

    Where one points at an arrow, a state or a call, it says what that is, and what its terms mean.
    """
    body = "".join(map(_shape, picture.shapes))
    key = sha256((picture.title + body).encode()).hexdigest()[:10]
    width, height = round(picture.width), round(picture.height)
    ground = _ground(picture) if standalone else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lk" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" style="max-width:100%;height:auto" role="img" '
        f'aria-labelledby="lk{key}t lk{key}d"><title id="lk{key}t">{escape(picture.title)}</title>'
        f'<desc id="lk{key}d">{escape(picture.description)}</desc>'
        f"<style>{CSS}</style>{ground}{body}</svg>"
    )


def still_of(picture: Picture) -> str:
    """The picture for an `<img>`, where nobody can point at a part, no page's theme reaches, and `alt` tells it."""
    width, height = round(picture.width), round(picture.height)
    body = "".join(_shape(shape, tips=False) for shape in picture.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lk" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"><style>{_LOOK}</style>{_ground(picture)}{body}</svg>'
    )


def _ground(picture: Picture) -> str:
    return f'<rect width="{round(picture.width)}" height="{round(picture.height)}" fill="var(--paper)"/>'


def element(shape) -> str:
    """One shape as an SVG element, in the classes of `CSS`."""
    return _shape(shape)


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _host(host) -> str:
    return "" if host is None else f" h{host % len(style.HOST_COLOURS)}"


def _shape(shape, tips: bool = True) -> str:
    if isinstance(shape, Group):
        said = f"<title>{escape(_tip(shape))}</title>" if tips else ""
        return f"<g>{said}{''.join(_shape(part, tips) for part in shape.shapes)}</g>"
    if isinstance(shape, Line):
        role = "ticks" if shape.role == "tick" else shape.role
        colour = "" if shape.host is None else f" l{_host(shape.host)}"
        return (
            f'<line class="{role}{colour}" x1="{_n(shape.x1)}" y1="{_n(shape.y1)}" '
            f'x2="{_n(shape.x2)}" y2="{_n(shape.y2)}"/>'
        )
    if isinstance(shape, Area):
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
        role = "tip" if shape.role == "head" else shape.role
        return f'<polygon class="a {role}{_host(shape.host)}" points="{points}"/>'
    if isinstance(shape, Dot):
        where = f'cx="{_n(shape.x)}" cy="{_n(shape.y)}" r="{_n(shape.radius)}"'
        return f'<circle class="a{_host(shape.host)}" {where}/>'
    if isinstance(shape, Words):
        return _words(shape, tips)
    raise TypeError(f"no way to draw {shape!r}")


def _tip(group: Group) -> str:
    """What is said of a group, and a line for each of its terms."""
    meant = {name: meaning_of(name) for name in group.terms}
    return "\n".join([group.tip, *(f"{name}: {meaning}" for name, meaning in meant.items() if meaning)])


def _words(words: Words, tips: bool) -> str:
    names = words.role + (
        f" n{_host(words.host)}" if words.host is not None and words.role in ("state", "host") else ""
    )
    x, y = _n(words.x), _n(words.y)
    anchor = "" if words.anchor == "start" else f' text-anchor="{words.anchor}"'
    turn = f' transform="rotate({words.angle:.2f} {x} {y})"' if abs(words.angle) > 0.01 else ""
    pieces = []
    for place, (text, kind) in enumerate(words.pieces):
        space = "  " if place else ""
        said = escape(space + text, quote=False)
        pieces.append(
            f'<tspan class="{kind}">{said}</tspan>' if kind not in ("", "plain", words.role) else said
        )
    meaning = meaning_of(words.term) if tips and words.term else ""
    said = f"<title>{escape(meaning)}</title>" if meaning else ""
    return f'<text class="{names}" x="{x}" y="{y}"{anchor}{turn}>{said}{"".join(pieces)}</text>'

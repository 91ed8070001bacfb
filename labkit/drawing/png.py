"""A picture as PNG, drawn by matplotlib, for places that show no SVG."""

from __future__ import annotations

from io import BytesIO

from labkit.drawing import style
from labkit.drawing.labels import BOLD, SIZES, pieces_width
from labkit.drawing.measure import text_width
from labkit.drawing.shapes import Area, Dot, Group, Line, Picture, Words

WIDTHS = {
    "solid": 2.0,
    "control": 1.6,
    "thin": 1.0,
    "cross": 2.0,
    "lifeline": 1.0,
    "zigzag": 1.0,
    "tick": 1.0,
    "barend": 1.2,
}
OPACITY = {
    "lane-waiting": 0.3,
    "lane-opening": 0.55,
    "lane-closing": 0.55,
    "bar": 0.75,
    "band-solid": 0.22,
    "band-thin": 0.1,
    "lifeline": 0.5,
}
PIXELS, SHARP = 4_000_000, 72.0
"""A picture of more pixels (of four bytes, and as many again to write them) gets fewer to the inch, but not so few that
its words cannot be read."""

EDGE = {"tick", "title", "host", "address"}
QUIET = {"quiet", "tick", "fold"}


def png_of(picture: Picture, dpi: float = 144) -> bytes:
    """The picture as PNG, `dpi` pixels to 96 of the layout's (a screen's inch); fewer where it would be too large."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    pixels = picture.width * picture.height * (dpi / 96) ** 2
    if pixels > PIXELS and dpi > SHARP:
        dpi = max(SHARP, dpi * (PIXELS / pixels) ** 0.5)
    figure = Figure(figsize=(picture.width / 96, picture.height / 96), dpi=dpi, facecolor=style.PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, picture.width)
    axes.set_ylim(picture.height, 0)
    axes.axis("off")
    for order, shape in enumerate(picture.shapes):
        _draw(axes, shape, order)
    target = BytesIO()
    figure.savefig(
        target, format="png", dpi=dpi, metadata={"Software": None}, pil_kwargs={"compress_level": 3}
    )
    return target.getvalue()


def _colour(host) -> str:
    return style.INK if host is None else style.colour_of(host)


def _draw(axes, shape, order) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Circle, Polygon

    if isinstance(shape, Group):
        for part in shape.shapes:
            _draw(axes, part, order)
    elif isinstance(shape, Line):
        role, _, lost = shape.role.partition(" ")
        colour = style.MUTED if role in ("zigzag", "tick") else _colour(shape.host)
        axes.add_artist(
            Line2D(
                [shape.x1, shape.x2],
                [shape.y1, shape.y2],
                color=colour,
                linewidth=WIDTHS[role] * 0.75,
                linestyle=(0, (4.5, 3)) if lost else "-",
                alpha=OPACITY.get(role),
                zorder=order,
                solid_capstyle="butt",
            )
        )
    elif isinstance(shape, Area):
        axes.add_patch(
            Polygon(
                shape.points,
                closed=True,
                edgecolor="none",
                facecolor=style.PAPER if shape.role == "paper" else _colour(shape.host),
                alpha=OPACITY.get(shape.role),
                zorder=order,
            )
        )
    elif isinstance(shape, Dot):
        axes.add_patch(
            Circle(
                (shape.x, shape.y),
                shape.radius,
                facecolor=_colour(shape.host),
                edgecolor="none",
                zorder=order,
            )
        )
    elif isinstance(shape, Words):
        _write(axes, shape, order)
    else:
        raise TypeError(f"no way to draw {shape!r}")


def _write(axes, words: Words, order) -> None:
    """A line of text, piece by piece, because one matplotlib text has one style."""
    from math import cos, radians, sin

    from matplotlib.patheffects import withStroke

    size = SIZES[words.role]
    along = {"start": 0.0, "middle": -0.5, "end": -1.0}[words.anchor] * pieces_width(words.pieces, words.role)
    c, s = cos(radians(words.angle)), sin(radians(words.angle))
    # at the edge there is nothing behind the words, and most of the time goes into halos
    halo = None if words.role in EDGE else [withStroke(linewidth=2.2, foreground=style.PAPER)]
    for text, kind in words.pieces:
        bold = kind in BOLD or words.role in BOLD
        colour = style.INK
        if words.host is not None and words.role in ("state", "host"):
            colour = style.text_colour_of(words.host)
        elif kind in QUIET or words.role in QUIET:
            colour = style.MUTED
        axes.text(
            words.x + along * c,
            words.y + along * s,
            text.replace("$", r"\$"),
            fontsize=size * 0.75,
            family="DejaVu Sans",
            weight="bold" if bold or kind == "error" else "normal",
            color=colour,
            style="italic" if kind in ("fate", "mark") or words.role == "fold" else "normal",
            rotation=-words.angle,
            rotation_mode="anchor",
            ha="left",
            va="baseline",
            zorder=order + 1000,
            path_effects=halo,
        )
        along += text_width(text, size, bold) + 2 * text_width(" ", size)

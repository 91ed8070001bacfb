"""The overview as a picture: which predictions went wrong, and which tasks were not solved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from labkit.course.classroom.tally import Belief, Overview
from labkit.drawing import style
from labkit.plots.look import bare, legend
from labkit.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST, _WIDE, _CHOSEN = 10, 52, 30  # bars in each half; characters of a line beside one, and of a choice
_GOOD, _BAD = style.PLOT_COLOURS[0], style.PLOT_COLOURS[1]


def figure(overview: Overview) -> Figure:
    """Two halves: bars of people for predictions, most wrong first, and for exercises, most stuck first."""
    from matplotlib.figure import Figure

    beliefs = [each for each in overview.beliefs if each.wrong][:MOST]
    tasks = [each for each in overview.tasks if each.tried][:MOST]
    rows = max(len(beliefs), len(tasks), 1)
    drawn = Figure(figsize=(15, 1.9 + 0.52 * rows), layout="constrained")
    left, right = drawn.subplots(1, 2)
    drawn.suptitle(say("{people} people", people=overview.people), fontsize=14, x=0.01, ha="left")
    _bars(
        left,
        say("Predictions: the wrong choice of most"),
        [(each.id, each.question, each.wrong, each.made - each.wrong, _chosen(each)) for each in beliefs],
        (say("wrong"), say("right")),
        rows,
    )
    _bars(
        right,
        say("Exercises and quizzes"),
        [(each.id, each.title, each.tried - each.solved, each.solved, _tries(each.tries)) for each in tasks],
        (say("tried, not solved"), say("solved")),
        rows,
    )
    return drawn


def save(overview: Overview, path: Path) -> None:
    """Write the picture to a file; its ending says in which format.  Raises OSError, ValueError."""
    figure(overview).savefig(path, dpi=144)


def _chosen(belief: Belief) -> str:
    return f"{belief.by}: “{_short(belief.chosen, _CHOSEN)}”" if belief.chosen else ""


def _short(text: str, most: int) -> str:
    plain = " ".join(text.replace("`", "").split())
    return (plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…").replace("$", r"\$")


def _tries(tries: float) -> str:
    return say("{tries:g} tries", tries=tries) if tries > 1 else ""


def _bars(
    ax: Axes, title: str, rows: list[tuple[str, str, int, int, str]], words: tuple[str, str], room: int
) -> None:
    ax.set_title(title, loc="left", fontsize=12)
    if not rows:
        ax.set_axis_off()
        ax.text(0, 0.5, say("nothing was collected"), transform=ax.transAxes, color=style.PLOT_INK)
        return
    places = range(len(rows))
    bad, good = [row[2] for row in rows], [row[3] for row in rows]
    ax.barh(places, bad, color=_BAD, label=words[0], height=0.62)
    ax.barh(
        places,
        good,
        left=bad,
        color=_GOOD,
        alpha=0.55,
        label=words[1],
        height=0.62,
        hatch="///",
        edgecolor="white",
    )
    for place, (_, _, wrong, _, more) in enumerate(rows):
        if wrong:
            ax.text(
                wrong / 2,
                place,
                str(wrong),
                ha="center",
                va="center",
                color="white",
                fontsize=9,
                weight="bold",
            )
        if more:
            end = bad[place] + good[place]
            ax.annotate(more, (end, place), (5, 0), textcoords="offset points", va="center", fontsize=9)
    ax.set_yticks(places, [_name(id, text) for id, text, *_ in rows], fontsize=9)
    ax.set_ylim(room - 0.4, -0.6)
    most = max(map(sum, zip(bad, good, strict=True)))
    ax.set_xlim(0, most * (1.02 + 0.022 * max(len(row[4]) for row in rows)))
    step = max(1, round(most / 5))
    ax.set_xticks(range(0, most + 1, step))
    ax.set_xlabel(say("people"), loc="left")
    bare(ax, rows=True)
    legend(ax, loc="upper right", bbox_to_anchor=(1, 0), ncols=2, fontsize=9, borderaxespad=2.4)


def _name(id: str, text: str) -> str:
    if not text:
        return id
    return f"{id}\n{_short(text, _WIDE)}"

"""One visual language for every picture: colours by order of hosts, and what marks what.

The hues are Okabe and Ito's (2008), which colour-blind eyes tell apart; text in a hue needs a darker shade on
white, and every hue a lighter one on a dark page, so each comes three times.
"""

from __future__ import annotations

HOST_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Lines and areas of the first, second, ... host, on white: blue, vermillion, green, purple, orange, sky."""

HOST_TEXT_COLOURS = ("#005C91", "#A84A00", "#00704F", "#93466F", "#875D00", "#1B6C9B")
"""The same hues for text on white: at least 4.5 to 1 (WCAG AA)."""

HOST_COLOURS_DARK = ("#5FB3EA", "#F2915A", "#3CC79D", "#E2A6C8", "#F0BC4E", "#95D2F5")
"""The same hues for lines and for text on a dark page."""

INK, MUTED, FAINT, PAPER = "#1C1C1E", "#5F6368", "#D4D7DB", "#FFFFFF"
"""Text, lesser text, hairlines, and what they stand on."""

INK_DARK, MUTED_DARK, FAINT_DARK, PAPER_DARK = "#E8E8EA", "#A2A7AE", "#43474D", "#111111"

PLOT_INK = "#78787C"
"""Text and axes of plots, which stand on light pages and on dark ones: as far from the one as from the other."""

PLOT_COLOURS = (*HOST_COLOURS[:4], "#B87F00", "#3193CB")
"""The hosts' hues in plots, where orange and sky must be darker: at least 3 to 1 on white and on a dark page."""

LOST = PLOT_INK
"""A cross and dashes tell a lost frame, never a hue alone."""

RETRANSMISSION = "#CC79A7"
"""Segments sent again, in plots (in ladders they say so in words)."""

WINDOW = "#009E73"
"""The receive window's edge, in plots."""


def colour_of(index: int) -> str:
    """The colour of the host with that place (from 0) in the order of hosts; after the sixth they repeat."""
    return HOST_COLOURS[index % len(HOST_COLOURS)]


def text_colour_of(index: int) -> str:
    """The shade of that host's colour for text on white."""
    return HOST_TEXT_COLOURS[index % len(HOST_TEXT_COLOURS)]

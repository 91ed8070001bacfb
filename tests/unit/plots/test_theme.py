"""Plots follow the page: no ground of their own, and colours that can be read on white and on JupyterLab's black."""

from __future__ import annotations

import io

import matplotlib
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import print_figure
from matplotlib.figure import Figure
from matplotlib_inline.config import InlineBackend
from traitlets.config import Config

from labkit.drawing import style
from labkit.plots import look, theme

PAGES = style.PAPER, style.PAPER_DARK  # the second is JupyterLab's --jp-layout-color0


def luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", PAGES)
def test_colours_of_plots_are_told_from_any_page(page):
    assert contrast(style.PLOT_INK, page) >= 4.2
    for colour in (*style.PLOT_COLOURS, *look.SERIES, style.RETRANSMISSION, style.WINDOW, style.LOST):
        assert contrast(colour, page) >= 3.0, colour


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast(style.INK, style.PAPER_DARK) < 2


def drawn() -> bytes:
    """A figure as the inline backend draws it, as rows of RGBA."""
    with matplotlib.rc_context(theme.RC):
        figure = Figure(figsize=(2, 1.5))
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=style.PLOT_COLOURS[0], label="one")
        axes.legend()
        axes.set(xlabel="time (ms)", title="a title")
        return print_figure(figure, "png", **theme.PRINTED)


def test_nothing_is_white_and_what_is_drawn_is_told_from_both_pages():
    pixels = matplotlib.image.imread(io.BytesIO(drawn()))
    solid = pixels[pixels[..., 3] > 0.95][:, :3]
    assert (pixels[..., 3] == 0).mean() > 0.7 and len(solid) > 200
    for red, green, blue in {tuple((colour * 255).round().astype(int)) for colour in solid}:
        colour = f"#{red:02X}{green:02X}{blue:02X}"
        assert min(contrast(colour, page) for page in PAGES) > 2.9, colour


class Shell:
    def __init__(self, config: Config):
        self.config = config


def test_matplotlib_is_told_by_the_shells_configuration(monkeypatch):
    monkeypatch.setattr(InlineBackend, "_instance", None)
    shell = Shell(Config())
    theme.follow_page(shell)
    assert shell.config.InlineBackend == {"rc": theme.RC, "print_figure_kwargs": theme.PRINTED}


def test_what_somebody_has_configured_stays(monkeypatch):
    monkeypatch.setattr(InlineBackend, "_instance", None)
    shell = Shell(Config({"InlineBackend": {"rc": {"figure.dpi": 50}}}))
    theme.follow_page(shell)
    assert shell.config.InlineBackend.rc == {"figure.dpi": 50}


@pytest.mark.filterwarnings("ignore:.*deprecated in traitlets")  # matplotlib-inline's own
def test_a_backend_that_is_there_already_is_told_too(monkeypatch):
    backend = InlineBackend(parent=InteractiveShell())
    monkeypatch.setattr(InlineBackend, "_instance", backend)
    with matplotlib.rc_context():
        theme.follow_page(Shell(Config()))
        assert backend.print_figure_kwargs == theme.PRINTED
        assert matplotlib.rcParams["text.color"] == style.PLOT_INK

"""A cell shows a plot once, however the cell ends."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FIRST = """
import matplotlib.pyplot as plt
from labkit.lessons.sockets.figures import port_ranges
from labkit.lessons.silence.figures import tries
from labkit.plots import look, time_sequence
from labkit.traces.trace import Trace
trace = Trace.load({trace!r})
"""


@pytest.fixture(scope="module")
def shown():
    """How many pictures each of some cells shows, run by a kernel."""

    trace = Path(__file__).parents[2] / "golden" / "lost-segment.pcapng"
    cells = [
        "time_sequence(trace)",
        "time_sequence(trace); plt.show()",
        "figure = time_sequence(trace)\nNone",
        "figure = time_sequence(trace)\nfigure",
        "figure, ax = plt.subplots()\ntime_sequence(trace, ax=ax)",
        "from IPython.display import display\ndisplay(time_sequence(trace))",
        "port_ranges([40000, 40001], 32768, 60999)",
        "tries({'client': [0, 1, 3]}, hosts=[0])",
        "time_sequence(trace)\ntime_sequence(trace)",
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in (FIRST.format(trace=str(trace)), *cells)]
    )
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return {
        cell.source: sum("image/png" in output.get("data", {}) for output in cell.outputs)
        for cell in notebook.cells[1:]
    }


def test_each_figure_is_shown_once(shown):
    two = "time_sequence(trace)\ntime_sequence(trace)"
    assert shown.pop(two) == 2
    assert set(shown.values()) == {1}, shown

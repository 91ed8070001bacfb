"""What the lesson on silence brings along: the picture of tries."""

from __future__ import annotations

import pytest

from labkit.drawing.style import HOST_COLOURS
from labkit.lessons.silence.figures import tries


def test_each_caller_has_a_line_with_its_lost_syns_and_the_last():
    import matplotlib.pyplot as plt

    figure = tries({"textbook": [0, 1, 3, 7], "modern": [0, 1.5]}, hosts=[0, 2])
    (axes,) = figure.axes
    drawn = [(line.get_marker(), list(line.get_xdata()), line.get_color()) for line in axes.lines]
    assert drawn == [
        ("x", [0, 1, 3], HOST_COLOURS[0]),
        ("o", [7], HOST_COLOURS[0]),
        ("x", [0], HOST_COLOURS[2]),
        ("o", [1.5], HOST_COLOURS[2]),
    ]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["textbook", "modern"]
    assert "seconds" in axes.get_xlabel()
    plt.close(figure)


@pytest.mark.parametrize(("sent", "hosts"), [({}, []), ({"client": []}, [0]), ({"client": [0]}, [0, 1])])
def test_a_caller_without_a_syn_or_without_a_place_is_refused(sent, hosts):
    with pytest.raises(ValueError, match="one SYN at least"):
        tries(sent, hosts)

"""The live plot: what it says and draws, when it draws anew, and that nothing goes on when it is over."""

from __future__ import annotations

import threading

import pytest
from waiting import wait_for

from labkit.panels import live_plot


class Source:
    """Something that changes, and how often it was drawn."""

    def __init__(self):
        self.number, self.drawn = 0, 0

    def sample(self):
        return self.number

    def draw(self, samples):
        self.drawn += 1
        return b"PNG of %d" % samples[-1][1]

    def words(self, sample):
        return f"number {sample} < {sample + 1}"


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def panel(network, source):
    made = live_plot(network(), source.sample, source.draw, source.words)
    yield made
    made.close()


def looking():
    return [thread for thread in threading.enumerate() if thread.name == "labkit-live-plot"]


@pytest.fixture(autouse=True)
def alone():
    """The thread of a plot that was closed ends soon, which may be in the next test."""
    wait_for(lambda: not looking(), 60)


def test_it_says_what_is_and_starts_nothing_by_itself(panel, source):
    assert repr(panel) == "number 0 < 1"
    source.number = 7
    bundle = panel._repr_mimebundle_()
    assert bundle == {"text/plain": "number 7 < 8", "image/png": b"PNG of 7"}
    assert looking() == []
    assert [sample for _, sample in panel.samples] == [0, 0, 7]


def test_it_keeps_a_minute(panel, monkeypatch):
    monkeypatch.setattr("labkit.panels.live.panel.SPAN", -1.0)  # nothing is young enough, but for the newest
    panel._samples.append((1e9, 5))
    panel.look()
    assert len(panel.samples) <= 2


def test_the_page_follows_and_draws_only_what_has_changed(panel, source):
    widget = panel.widget
    assert "number 0 &lt; 1" in widget.value and 'alt="' in widget.value
    source.number = 1
    wait_for(lambda: "number 1 &lt; 2" in widget.value)
    # it is drawn once more at the second look
    wait_for(lambda: [sample for _, sample in panel.samples[-3:]] == [1, 1, 1])
    drawn = source.drawn
    looks = len(panel.samples)
    wait_for(lambda: len(panel.samples) > looks + 2)
    assert source.drawn == drawn


def test_what_a_cell_has_seen_before_is_drawn_all_the_same(panel, source):
    widget = panel.widget
    source.number = 1
    assert {panel.text for _ in range(3)} == {"number 1 < 2"}
    wait_for(lambda: "number 1 &lt; 2" in widget.value)


def test_its_thread_ends_with_the_network(network, source):
    net = network()
    panel = live_plot(net, source.sample, source.draw, source.words)
    (thread,) = [panel.widget.thread]
    assert looking() == [thread]
    net.close()
    thread.join(60)
    assert not thread.is_alive() and "network is closed" in panel.widget.value
    panel.close()


def test_its_thread_ends_when_the_panel_is_closed(panel):
    thread = panel.widget.thread
    panel.close()
    thread.join(60)
    assert not thread.is_alive()


def test_a_drawing_that_fails_is_told_once_and_ends_it(panel, source):
    widget = panel.widget

    def broken(samples):
        raise ZeroDivisionError("no axis")

    panel._draw = broken
    source.number = 1
    widget.thread.join(60)
    assert not widget.thread.is_alive()
    assert "number 1" in widget.value and "stopped looking: ZeroDivisionError: no axis" in widget.value


def test_it_wants_a_network(source):
    with pytest.raises(TypeError, match="as long as a Network is open"):
        live_plot(None, source.sample, source.draw, source.words)

"""What the ladder player says at each moment: its clock, words, states, buffers and what flies, beside its data."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import pytest
from browser.driving import CHROMIUM, ROOT, notebook_of
from ladder_samples import sample
from playwright.sync_api import Locator, Page, expect

from labkit.panels.player.data import payload

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

CELL = """
import sys
sys.path.insert(0, {tests!r})
from ladder_samples import sample
from labkit.panels import ladder_player
ladder_player(sample({name!r}))
"""

LOOK = """panel => {
  const all = (selector, of) => [...panel.querySelectorAll(selector)].map(of);
  const text = (selector) => all(selector, (node) => node.textContent);
  const number = (selector, name) => all(selector, (node) => Number(node.getAttribute(name)));
  const slider = panel.querySelector("input[type=range]");
  return {
    said: text(".lkp-said")[0],
    states: text(".lkp-state"),
    buffers: text(".lkp-words"),
    numbers: all(".lkp-numbers", (node) => [...node.children].map((each) => each.textContent)),
    full: number(".lkp-bar rect.a", "width"),
    early_at: number(".lkp-bar .lkp-early", "x"),
    early: number(".lkp-bar .lkp-early", "width"),
    value: Number(slider.value),
    tells: slider.getAttribute("aria-valuetext"),
    title: text(".lkp-title")[0],
    dots: all(".lkp-dot", (dot) => dot).filter((dot) => dot.style.display !== "none").map((dot) => {
      const { e, f } = dot.transform.baseVal.consolidate().matrix;
      return [e, f, dot.classList.contains("lkp-gone")];
    }),
  };
}"""

MOVE = """(slider, y) => { slider.value = y; slider.dispatchEvent(new Event("input")); }"""


class Expected:
    """What the player has to say of a sample, by the data that it is given."""

    def __init__(self, name: str) -> None:
        self.data = json.loads(json.dumps(payload(sample(name))))
        self.view = self.data["views"][0]
        self.moments = self.view["moments"]
        self.ends = self.data["ends"][str(self.view["flow"])]
        steps = [step for end in self.ends for step in end["steps"]]
        self.most = max(1, *(step[2] for step in steps), *(step[3] + step[4] for step in steps))

    def time_at(self, y: float) -> float:
        return along(self.view["places"], self.view["times"], y)

    def clock(self, time: float, step: int) -> str:
        return f"{self.shown(time)} · step {step} of {len(self.moments)}"

    def clock_near(self, time: float, step: int) -> re.Pattern:
        """The same where two ways of reckoning may round to different digits."""
        little = 10 ** (6 - self.view["digits"]) / 50
        said = {self.clock(time + by, step) for by in (-little, little)}
        return re.compile(f"^({'|'.join(map(re.escape, sorted(said)))})$")

    def shown(self, time: float) -> str:
        digits = Decimal(1).scaleb(-self.view["digits"])
        time = max(time, self.moments[0][0])
        return f"{(Decimal(time) / 10**6).quantize(digits, ROUND_HALF_UP):,} ms"

    def beside(self, time: float) -> dict:
        """Both ends at a time."""
        found = {"states": [], "buffers": [], "numbers": [], "full": [], "early_at": [], "early": []}
        for end in self.ends:
            at = bisect_right([step[0] for step in end["steps"]], time) - 1
            _, state, unacked, waiting, early, sends, acked, expects, writing = end["steps"][at]
            found["states"].append(state)
            found["buffers"] += [
                amount(unacked) + (f" · a call of {amount(writing)} goes on" if writing else ""),
                amount(waiting) + (f", {amount(early)} out of order" if early else ""),
            ]
            found["numbers"].append(
                [f"sends next seq {sends}", f"acknowledged up to {acked}", f"expects seq {expects}"]
            )
            found["full"] += [self.share(unacked), self.share(waiting)]
            found["early_at"] += [0, self.share(waiting)]
            found["early"] += [0, self.share(early)]
        return found

    def share(self, size: int) -> float:
        return pytest.approx(100 * size / self.most)

    def dots(self, y: float) -> list:
        """Where frames fly, or have just been lost, at a height."""
        found = []
        for frame in self.view["frames"]:
            for x1, y1, x2, y2, lost in frame["ways"]:
                gone = lost and y > y2 - 0.5
                if y1 - 0.05 <= y <= y2 + (16 if gone else 0.05):
                    share = min(1, max(0, (y - y1) / (y2 - y1)))
                    x, at = x1 + (x2 - x1) * share, y1 + (y2 - y1) * share
                    found.append([pytest.approx(x, abs=0.1), pytest.approx(at, abs=0.1), gone])
        return found


def along(sources: list, targets: list, value: float) -> float:
    """Between the places of two lists that rise together: on the straight line."""
    at = bisect_right(sources, value)
    if at in (0, len(sources)):
        return targets[0] if at == 0 else targets[-1]
    (a, b), (c, d) = sources[at - 1 : at + 1], targets[at - 1 : at + 1]
    return c + (value - a) / (b - a) * (d - c)


def amount(size: int) -> str:
    return f"{size:,} byte{'' if size == 1 else 's'}"


def shown(lab, page: Page, name: str) -> tuple[Locator, Locator, Expected]:
    """The player of a sample, its slider, and what it has to say."""
    cell = CELL.format(tests=str(ROOT / "tests"), name=name)
    notebook_of(lab, page, f"says_{name}.ipynb", [cell])
    panel = page.locator(".lkp-player")
    panel.locator(".lkp-frame").first.wait_for()
    return panel, panel.get_by_role("slider", name="Time"), Expected(name)


@pytest.mark.parametrize("name", ["hello", "fast_retransmit"])
def test_at_each_step_and_between_two_it_says_what_its_data_say(lab, page, name):
    panel, slider, expected = shown(lab, page, name)
    clock = panel.locator(".lkp-clock")
    slider.focus()
    page.keyboard.press("Home")
    expect(clock).to_have_text(expected.clock(expected.moments[0][0], 0))
    before = panel.evaluate(LOOK)
    assert before["states"] == ["CLOSED", "LISTEN"] and before["said"] == "Before the first step."
    assert before["buffers"] == ["0 bytes"] * 4 and before["dots"] == []

    for step, (time, y, words, frame) in enumerate(expected.moments, 1):
        page.keyboard.press("ArrowRight")
        expect(clock).to_have_text(expected.clock(time, step))
        seen = panel.evaluate(LOOK)
        assert (seen["said"], seen["tells"]) == (words, f"{expected.shown(time)}: {words}")
        assert seen["value"] == pytest.approx(y)
        assert {key: seen[key] for key in expected.beside(time)} == expected.beside(time), words
        assert seen["dots"] == expected.dots(y), words
        if frame >= 0:
            assert seen["title"] == expected.view["frames"][frame]["tip"]
    page.keyboard.press("ArrowLeft")
    expect(clock).to_have_text(expected.clock(expected.moments[-2][0], len(expected.moments) - 1))

    heights = [moment[1] for moment in expected.moments]
    for step, (y, following) in enumerate(pairwise(heights), 1):
        between = y + (following - y) / 3
        time = expected.time_at(between)
        slider.evaluate(MOVE, between)
        expect(clock).to_have_text(expected.clock_near(time, step))
        seen = panel.evaluate(LOOK)
        assert seen["said"] == expected.moments[step - 1][2]
        assert {key: seen[key] for key in expected.beside(time)} == expected.beside(time), between
        assert seen["dots"] == expected.dots(between), between


FRAME = 1000 / 60 + 1  # milliseconds between two pictures of an animation, at most


def played(page: Page, panel: Locator, ms: int) -> float:
    """Play so many milliseconds on; the height that is reached."""
    page.clock.run_for(ms)
    return panel.evaluate(LOOK)["value"]


def test_it_plays_as_fast_as_it_says_and_never_long_where_nothing_happens(lab, page):
    page.clock.install()
    panel, slider, expected = shown(lab, page, "lost_syn")
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    speed = panel.get_by_label("Speed")
    expect(speed).to_have_value("200")  # a flight of 10 ms, seen for about 1.5 s
    speed.select_option("100")
    first = expected.moments[0]
    slider.evaluate(MOVE, first[1])
    panel.get_by_role("button", name="Play", exact=True).click()
    y = played(page, panel, 500)
    passed = (expected.time_at(y) - expected.time_at(first[1])) / 1e6 * 100
    assert 500 - 2 * FRAME <= passed <= 500 + FRAME

    top, bottom = expected.view["folds"][0]
    panel.get_by_role("button", name="Pause").click()
    slider.evaluate(MOVE, top)
    panel.get_by_role("button", name="Play", exact=True).click()
    share = (played(page, panel, 350) - top) / (bottom - top)
    assert (350 - 2 * FRAME) / 700 <= share <= (350 + FRAME) / 700
    assert played(page, panel, 350 + 2 * round(FRAME)) >= bottom - 0.01
    page.clock.run_for(100_000)
    assert panel.evaluate(LOOK)["value"] == pytest.approx(expected.moments[-1][1])
    expect(panel.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_without_motion_a_step_takes_a_second(lab, page):
    page.emulate_media(reduced_motion="reduce")
    page.clock.install()
    panel, slider, expected = shown(lab, page, "hello")
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    slider.focus()
    page.keyboard.press("Home")
    panel.get_by_role("button", name="Play", exact=True).click()
    clock = panel.locator(".lkp-clock")
    page.clock.run_for(1000 - 2 * round(FRAME))
    expect(clock).to_have_text(expected.clock(expected.moments[0][0], 0))
    for step, ms in ((1, 4 * round(FRAME)), (2, 1000 + round(FRAME)), (3, 1000 + round(FRAME))):
        page.clock.run_for(ms)
        expect(clock).to_have_text(expected.clock(expected.moments[step - 1][0], step))

"""How long from a key press to the changed picture, as the page itself measures it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from playwright.sync_api import Locator

_MEASURE = """
async (element, [key, presses]) => {
  element.focus();
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  let pressed = 0;
  const found = [];
  // The browser's own listener, before the panel's: the key has just come down.
  const note = () => { pressed = performance.now(); };
  element.addEventListener("keydown", note, true);
  for (let press = 0; press < presses; press += 1) {
    await frame();
    element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    await frame();
    await frame();
    found.push(performance.now() - pressed);
  }
  element.removeEventListener("keydown", note, true);
  return found;
}
"""


def key_to_picture(element: Locator, key: str = "ArrowRight", presses: int = 200) -> list[float]:
    """Milliseconds from each of some key presses on an element until the second animation frame after it has begun:
    by then the first has been painted."""
    return element.evaluate(_MEASURE, [key, presses])


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    return sorted(values)[max(0, ceil(len(values) * share) - 1)]

"""The byte stream viewer in JupyterLab: ends of recvs moved by mouse, by touch and by keyboard alone."""

from __future__ import annotations

import re

import pytest
from browser.driving import CHROMIUM, in_both_looks, notebook_of
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

NAME = "stream.ipynb"
DECODE, UTF_8 = "bytes.decode", "incremental UTF-8"
OWN = """
class Own:
    def __init__(self):
        self.held = b""
    def feed(self, data):
        *lines, self.held = (self.held + data).split(b"\\n")
        return lines
"""
CELLS = (
    f"from labkit.panels import stream_viewer\n{OWN}",
    'stream_viewer([b"Zo\\xc3\\xab\\n", "5 €\\n\\nPING\\nMind the gap.\\n".encode()], '
    '["bytes.decode", "incremental UTF-8", Own], cuts=(5, 10))',
)


def viewer_in(lab, page: Page, cells=CELLS) -> Locator:
    viewer = notebook_of(lab, page, NAME, cells).locator(".lkp-stream")
    viewer.get_by_role("slider").first.wait_for()
    return viewer


def ends(viewer: Locator) -> list[int]:
    """After which bytes a recv ends, as the handles say."""
    return [int(each.get_attribute("aria-valuenow")) for each in viewer.get_by_role("slider").all()]


def end(viewer: Locator, number: int) -> Locator:
    return viewer.get_by_role("slider", name=f"End of recv {number}", exact=True)


def says(viewer: Locator, decoders: dict[str, str]) -> None:
    """Wait until the verdicts on these decoders have these words."""
    for name, verdict in decoders.items():
        section = viewer.get_by_role("region", name=name, exact=True)
        expect(section.locator(".verdict")).to_contain_text(verdict)


def cells(handle: Locator, count: float) -> tuple[float, float, float]:
    """The middle of a handle's knob on the page, and a place so many cells to its right."""
    box, wide = handle.locator(".knob").bounding_box(), handle.locator(".reach").bounding_box()["width"]
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return x, y, x + count * wide


@in_both_looks
def test_the_end_of_a_recv_is_dragged(lab, page, accessible):
    viewer = viewer_in(lab, page)
    says(viewer, {DECODE: "✓ right", UTF_8: "✓ right", "Own": "✓ right"})
    picture = viewer.locator("svg").inner_html()
    x, y, there = cells(end(viewer, 2), -2)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(there, y, steps=5)
    page.mouse.up()
    assert ends(viewer) == [5, 8]
    assert viewer.locator("svg").inner_html() != picture
    expect(end(viewer, 2)).to_have_attribute(
        "aria-valuetext", "recv 2 ends after byte 8, inside the character €"
    )
    says(viewer, {DECODE: "✗ wrong: it stops at recv 2", UTF_8: "✓ right", "Own": "✓ right"})
    accessible(page, ".lkp-stream")

    # Not past its neighbour, however far the mouse goes.
    x, y, there = cells(end(viewer, 2), -6)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(there, y, steps=5)
    page.mouse.up()
    assert ends(viewer) == [5, 6]


def test_a_click_between_two_bytes_adds_an_end_and_the_button_takes_it_away(lab, page):
    viewer = viewer_in(lab, page)
    _, y, there = cells(end(viewer, 1), 2)
    page.mouse.click(there, y - 20)
    assert ends(viewer) == [5, 7, 10]
    viewer.get_by_role("button", name="Remove boundary").click()
    assert ends(viewer) == [5, 10]


def test_a_finger_drags_too(lab, page):
    viewer = viewer_in(lab, page)
    x, y, there = cells(end(viewer, 1), -2)
    touch = page.context.new_cdp_session(page)
    way = [
        ("touchStart", x),
        *(("touchMove", x + (there - x) * n / 8) for n in range(1, 9)),
        ("touchEnd", None),
    ]
    for kind, at in way:
        points = [] if at is None else [{"x": at, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(end(viewer, 1)).to_have_attribute("aria-valuenow", "3")
    says(viewer, {DECODE: "✗ wrong", UTF_8: "✓ right"})


def test_all_of_it_by_keyboard_alone(lab, page):
    viewer = viewer_in(lab, page)
    viewer.get_by_role("button", name="All at once").focus()
    focused = page.locator(":focus")
    for _ in range(10):
        page.keyboard.press("Tab")
        if focused.get_attribute("role") == "slider":
            break
    expect(focused).to_have_attribute("aria-label", "End of recv 1")
    for key, where in (
        ("ArrowRight", [6, 10]),
        ("ArrowLeft", [5, 10]),
        ("Home", [1, 10]),
        ("End", [9, 10]),
        ("Delete", [10]),
    ):
        page.keyboard.press(key)
        assert ends(viewer) == where
    page.keyboard.press("ArrowLeft")
    expect(end(viewer, 1)).to_have_attribute(
        "aria-valuetext", "recv 1 ends after byte 9, inside the character €"
    )
    says(viewer, {DECODE: "✗ wrong: it stops at recv 1", "Own": "✓ right"})

    viewer.get_by_role("button", name="Add a boundary").press("Enter")
    assert ends(viewer) == [9, 20]
    expect(focused).to_have_attribute("aria-label", "End of recv 2")
    page.keyboard.press("PageUp")
    expect(focused).to_have_attribute("aria-label", "End of recv 1")

    viewer.get_by_role("button", name="One byte each").press("Enter")
    assert ends(viewer) == list(range(1, 31))
    says(viewer, {"Own": "✓ right: 5 messages, as when all comes at once"})
    assert len(viewer.locator("g.handle[tabindex='0']").all()) == 1  # one stop of the Tab key for all of them
    viewer.get_by_role("button", name="All at once").press("Enter")
    assert ends(viewer) == []
    for _ in range(2):
        viewer.get_by_role("button", name="The worst cut").press("Enter")
        expect(viewer).to_contain_text("Cut after byte 3: 1 of 3 go wrong (tried: 30 cuts, 435 pairs).")
        assert ends(viewer) == [3]
        says(viewer, {DECODE: "✗ wrong", UTF_8: "✓ right", "Own": "✓ right"})


def test_a_decoder_that_never_ends_is_stopped_and_the_kernel_works_on(lab, page):
    loop = "class Own:\n    def feed(self, data):\n        while len(data) < 4: pass\n        return [data]"
    shown = 'stream_viewer(b"abcdef", ["one recv is one message", Own], cuts=(4,), messages=[b"abcdef"])'
    viewer = viewer_in(lab, page, [f"from labkit.panels import stream_viewer\n{loop}", shown])
    end(viewer, 1).focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert ends(viewer) == [1]  # at once, whatever the kernel does
    own = viewer.get_by_role("region", name="Own", exact=True)
    row = own.get_by_role("row").filter(has_text=re.compile("recv 1"))
    expect(row).to_contain_text("b'a'")
    expect(row).to_contain_text(re.compile(r"was still at work after 1 s, at line \d+ of feed: `while"))
    viewer.get_by_role("button", name="All at once").press("Enter")
    says(viewer, {"Own": "✓ right: 1 message, all that were sent"})

"""`make lab` as a learner meets it: a real server, a real browser, and each lesson run to its end and looked at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser.driving import (
    CHROMIUM,
    LESSONS,
    PANEL,
    failures,
    menu,
    opened,
    run_all,
    screens,
    sees,
)
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")


def open_start_page(lab, page: Page) -> None:
    page.goto(lab.url)
    page.wait_for_url("**/lab/tree/00_start.ipynb*")
    opened(page, "00_start.ipynb")


def test_make_lab_opens_on_the_start_page(lab, page, picture, accessible):
    open_start_page(lab, page)
    assert failures(run_all(page, lab.folder / "00_start.ipynb")) == []
    expect(page.locator(".jp-Dialog, .Toastify__toast")).to_have_count(0)  # nothing stands before the lesson
    for _ in looks(page):
        look_through(page, picture)
        for ours in (".jp-RenderedMarkdown", ".jp-OutputArea-output"):
            accessible(page, f"{PANEL} {ours}")


@pytest.mark.parametrize("name", [path.name for path in LESSONS if path.name != "00_start.ipynb"])
def test_a_lesson_runs_to_its_end(lab, page, picture, name):
    open_start_page(lab, page)
    page.locator(f"{PANEL} a[href*='{name}']").first.click()
    opened(page, name)
    lesson = run_all(page, lab.folder / name)
    assert failures(lesson) == []
    if any("labkit-ladder" in str(cell.get("outputs")) for cell in lesson.cells):
        assert sees(page, ".labkit-ladder svg")
    for _ in looks(page):
        look_through(page, picture)


def looks(page: Page) -> Iterator[None]:
    """As most see it; then, with the theme chosen from the menu, as the others and those with small windows do."""
    yield
    menu(page, "Settings", "Theme", "JupyterLab Dark")
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")
    page.set_viewport_size({"width": 800, "height": 1600})
    yield


def look_through(page: Page, picture) -> None:
    """From top to end; nothing of what cells show may stick out of the notebook's right side, folded lines neither."""
    outer = page.locator(f"{PANEL} .jp-WindowedPanel-outer")
    for number in screens(page):
        picture(page, f"{number:02}")
        room, taken = outer.evaluate("panel => [panel.clientWidth, panel.scrollWidth]")
        assert taken <= room, f"screen {number} scrolls sideways: it is {taken} pixels wide, and has {room}"
    wide = page.locator(f"{PANEL} .jp-OutputArea-output").evaluate_all(
        """areas => areas.filter(area => area.scrollWidth > area.clientWidth + 1 && !/auto|scroll/.test(
               getComputedStyle(area).overflowX)).map(area => area.innerText.slice(0, 80))"""
    )
    assert wide == [], f"these outputs are cut off in a window {page.viewport_size['width']} pixels wide"

"""`make lab` as a learner meets it: a real server, a real browser, and each lesson run to its end."""

from __future__ import annotations

import pytest
from browser.driving import CHROMIUM, LESSONS, failures, opened, run_all, sees

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")


def test_make_lab_opens_on_the_start_page(lab, page):
    page.goto(lab.url)
    page.wait_for_url("**/lab/tree/00_start.ipynb*")
    opened(page, "00_start.ipynb")
    assert page.locator(".jp-Dialog").count() == 0, "a dialog stands before the lesson"
    assert failures(run_all(page, lab.folder / "00_start.ipynb")) == []


@pytest.mark.parametrize("name", [path.name for path in LESSONS if path.name != "00_start.ipynb"])
def test_a_lesson_runs_to_its_end(lab, page, name):
    page.goto(lab.url.replace("?", f"lab/tree/{name}?"))
    opened(page, name)
    lesson = run_all(page, lab.folder / name)
    assert failures(lesson) == []
    if any("labkit-ladder" in str(cell.get("outputs")) for cell in lesson.cells):
        assert sees(page, ".labkit-ladder svg")

"""A running `make lab` and a browser, for the tests of this folder.

LABKIT_SCREENSHOTS=folder keeps a picture of each page, to be looked at.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from browser.driving import CHROMIUM, FLAGS, LESSONS, START, Lab
from playwright.sync_api import Browser, Page, sync_playwright


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[Lab]:
    base = tmp_path_factory.mktemp("lab")
    folder, runtime = base / "notebooks", base / "runtime"
    runtime.mkdir()
    folder.mkdir()
    for path in LESSONS:
        lesson = nbformat.read(path, as_version=4)
        for cell in lesson.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(lesson, folder / path.name)
    server = Lab(folder, runtime, base / "log")
    yield server
    server.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, chromium_sandbox=os.geteuid() != 0
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser, request) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    page.set_default_timeout(START * 1000)
    yield page
    if folder := os.environ.get("LABKIT_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{request.node.name}.png", timeout=5_000)
    page.close()

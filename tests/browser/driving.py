"""`make lab` as a process, and what the tests do on its pages."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import nbformat
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
START = 60  # seconds within which a server, or a page, must be there
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Nothing in the background: a browser that looks for its maker's hosts only slows the test.
FLAGS = """
    --disable-gpu --disable-quic --no-first-run
    --disable-background-networking --disable-component-update --disable-sync
    """.split()


class Lab:
    """A running `make lab`: its address, and the folder that it serves."""

    def __init__(self, folder: Path, runtime: Path, log: Path) -> None:
        self.folder, self.log = folder, log
        arguments = ["LAB_ARGS=--no-browser --ServerApp.port=0", f"LESSONS={folder}"]
        self.output = log.open("wb")
        self.process = subprocess.Popen(
            ["make", "lab", *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "JUPYTER_RUNTIME_DIR": str(runtime),
                "JUPYTERLAB_WORKSPACES_DIR": str(runtime / "workspaces"),
                "JUPYTERLAB_SETTINGS_DIR": str(runtime / "settings"),
                "LABKIT_PROGRESS": str(runtime / "progress.json"),
            },
            stdout=self.output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + START
        while not (found := list(runtime.glob("jpserver-*.json"))):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"make lab did not serve within {START} s; it said:\n{log.read_text()}")
            time.sleep(0.05)
        said = json.loads(found[0].read_text())
        self.url = f"{said['url']}?token={said['token']}"

    def close(self) -> None:
        """Stop the server, and make with it."""
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=START)
        self.output.close()


def opened(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, selected=True).first.wait_for()
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").first.wait_for()
    page.get_by_title("Python 3 (ipykernel)", exact=False).first.wait_for()


def run_all(page: Page, path: Path) -> nbformat.NotebookNode:
    """Run all cells by the menu; the notebook as JupyterLab saved it when each had run, or one had failed."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    deadline = time.monotonic() + 2 * START
    while True:
        page.keyboard.press("Control+s")
        page.wait_for_timeout(200)
        try:
            lesson = nbformat.read(path, as_version=4)
        except nbformat.reader.NotJSONError:  # JupyterLab is in the middle of writing it
            continue
        code = [cell for cell in lesson.cells if cell.cell_type == "code"]
        if failures(lesson) or all(cell.execution_count for cell in code):
            return lesson
        done = sum(1 for cell in code if cell.execution_count)
        assert time.monotonic() < deadline, f"{path.name}: {done} of {len(code)} cells ran in {2 * START} s"


def failures(lesson: nbformat.NotebookNode) -> list[str]:
    return [
        f"{cell.source}\n{output.ename}: {output.evalue}"
        for cell in lesson.cells
        if cell.cell_type == "code" and "raises-exception" not in cell.metadata.get("tags", [])
        for output in cell.outputs
        if output.output_type == "error"
    ]


def sees(page: Page, selector: str) -> bool:
    """Is there such a thing in the open notebook?  Looks from its top to its end, as a reader would.

    JupyterLab keeps only the cells near the window in the page, and the notebooks of earlier tests in other tabs.
    """
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    outer = panel.locator(".jp-WindowedPanel-outer")
    outer.evaluate("panel => panel.scrollTo(0, 0)")
    for _ in range(100):
        page.wait_for_timeout(100)  # two frames at least, in which the cells of this place are drawn
        if any(each.is_visible() for each in panel.locator(selector).all()):
            return True
        if outer.evaluate(
            "panel => { const old = panel.scrollTop; panel.scrollBy(0, 800); return panel.scrollTop === old }"
        ):
            return False
    return False

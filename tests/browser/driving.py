"""`make lab` as a process, and what the tests do on its pages.

A test of a panel, or of anything else that a cell shows, is a notebook of its own and what a learner does with it:

    from browser.driving import CHROMIUM, in_both_looks, notebook_of

    pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

    @in_both_looks
    def test_a_panel(lab, page, accessible):
        notebook_of(lab, page, "panel.ipynb", ["from labkit.panels import some_panel", "some_panel()"])
        page.get_by_role("button", name="Play").press("Enter")
        expect(page.locator(".lkp-said")).to_have_text("…")     # waits until it is so
        accessible(page, ".lkp")

Wait for what shall come to be (`expect`, `locator.wait_for`), never for time to pass.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from tools.editions import METADATA

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
START = 60  # seconds within which a server, or a page, must be there
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Nothing in the background, and no name but this machine's own leads anywhere.
FLAGS = [
    *"--disable-gpu --disable-quic --no-first-run".split(),
    *"--disable-background-networking --disable-component-update --disable-sync".split(),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"  # the notebook that is open; earlier ones stay in the page
# Two frames: the browser has laid out and painted what came into view, which it leaves undone before.
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
# Each theme once and each width once: all four pairs would take twice the time.
in_both_looks = pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 800)])


class Lab:
    """A running `make lab` on copies of the lessons that nobody has run: its address, and their folder.

    *base* is a new folder for all that it keeps; *network* what to write before the command, to choose its network.
    """

    def __init__(self, base: Path, network: Sequence[str] = (), stdin: int = subprocess.DEVNULL) -> None:
        self.folder, self.log, self.settings = base / "notebooks", base / "log", base / "settings"
        self.progress, self.workspaces = base / "progress.json", base / "workspaces"
        self.originals = base / "originals"
        self.folder.mkdir()
        self.originals.mkdir()
        for path in LESSONS:
            without_outputs(path, self.originals / path.name)
        self.renew()
        runtime = base / "runtime"
        runtime.mkdir()
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [
                    *network,
                    "make",
                    "lab",
                    "LAB_ARGS=--no-browser --ServerApp.port=0",
                    f"LESSONS={self.folder}",
                ],
                cwd=ROOT,
                env={
                    **os.environ,
                    "JUPYTER_RUNTIME_DIR": str(runtime),
                    "JUPYTERLAB_WORKSPACES_DIR": str(self.workspaces),
                    "JUPYTERLAB_SETTINGS_DIR": str(self.settings),
                    "LABKIT_PROGRESS": str(self.progress),
                },
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=stdin,
                start_new_session=True,
            )
        deadline = time.monotonic() + START
        while not (found := self._serving(runtime)):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(
                    f"make lab did not serve within {START} s; it said:\n{self.log.read_text()}"
                )
            time.sleep(0.05)
        self.token = found["token"]
        self.url = f"{found['url']}?token={self.token}"

    @staticmethod
    def _serving(runtime: Path) -> dict | None:
        """What the server says of itself, once it listens, in whatever network: it says so a moment before."""
        for found in runtime.glob("jpserver-*.json"):
            with contextlib.suppress(ValueError):  # half written
                said = json.loads(found.read_text())
                if (
                    f":{said['port']:04X} 00000000:0000 0A"
                    in Path(f"/proc/{said['pid']}/net/tcp").read_text()
                ):
                    return said
        return None

    def address(self, name: str) -> str:
        """Where the notebook *name* opens, with no other tab beside it."""
        return self.url.replace("?", f"lab/tree/{name}?") + "&reset"

    def renew(self) -> None:
        """Make the lessons, and how the tabs and side bars lie, again what they were before anything was opened."""
        shutil.copytree(self.originals, self.folder, dirs_exist_ok=True)
        shutil.rmtree(self.workspaces, ignore_errors=True)

    def use_theme(self, theme: str) -> None:
        """Set the user's theme, "light" or "dark", for the pages that are loaded from now on."""
        setting = self.settings / "@jupyterlab" / "apputils-extension" / "themes.jupyterlab-settings"
        setting.parent.mkdir(parents=True, exist_ok=True)
        setting.write_text(json.dumps({"theme": THEMES[theme]}))

    def api(self, page: Page, path: str, method: str = "GET") -> Any:
        """What the server's REST interface answers, asked by a page of its own."""
        asked = [f"/api/{path}", {"method": method, "headers": {"Authorization": f"token {self.token}"}}]
        return page.evaluate(
            "([url, how]) => fetch(url, how).then(answer => answer.status === 204 ? null : answer.json())",
            asked,
        )

    def end_kernels(self, page: Page) -> None:
        """Shut down the kernels of the notebooks that were opened, as closing them would."""
        if page.url.startswith(self.url.partition("?")[0]):
            for session in self.api(page, "sessions"):
                self.api(page, f"sessions/{session['id']}", "DELETE")

    def close(self) -> None:
        """Stop the server, and make with it."""
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=START)


def without_outputs(path: Path, copy: Path) -> None:
    """Copy a lesson as one that nobody has run."""
    lesson = nbformat.read(path, as_version=4)
    for cell in lesson.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(lesson, copy)


def notebook_of(lab: Lab, page: Page, name: str, cells: Sequence[str]) -> Page:
    """Write a notebook of these code cells into the lab's folder, open it, and run all of it; the page again.

    AssertionError if a cell fails."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells], metadata=METADATA)
    nbformat.write(notebook, lab.folder / name)
    open_notebook(lab, page, name)
    assert failures(run_all(page, lab.folder / name)) == []
    return page


def open_notebook(lab: Lab, page: Page, name: str) -> None:
    """Open a notebook of the lab's folder by its address, and wait until its kernel is there."""
    page.goto(lab.address(name))
    opened(page, name)


def shown(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, selected=True).first.wait_for()
    page.locator(f"{PANEL} .jp-Cell").first.wait_for()


def opened(page: Page, name: str) -> None:
    shown(page, name)
    # Before the notebook's kernel is there, JupyterLab forgets what it is told to run.  The status bar says it in each
    # width; in a narrow window the toolbar does not.
    page.locator("#jp-main-statusbar").get_by_text("Python 3 (ipykernel) | Idle").wait_for()


def menu(page: Page, *names: str) -> None:
    """Choose from the menu bar: menu(page, "Run", "Run All Cells")."""
    page.get_by_role("menubar").get_by_role("menuitem", name=names[0], exact=True).click()
    for name in names[1:]:
        page.get_by_role("menu").get_by_text(name, exact=True).click()


def unfold(page: Page) -> None:
    """Show the input of all cells: JupyterLab draws none of a folded one, so `code_cell` cannot find it."""
    menu(page, "View", "Expand All Code")


def run_all(page: Page, path: Path) -> nbformat.NotebookNode:
    """Run all cells by the menu; the notebook as JupyterLab saved it when each had run, or one had failed."""
    menu(page, "Run", "Run All Cells")
    return ran(page, path)


def ran(page: Page, path: Path) -> nbformat.NotebookNode:
    """Wait until each cell has run, or one has failed; the notebook as JupyterLab saved it then.

    Cells without code never run: leave none in the notebook.  Of a folded cell JupyterLab shows no number, so it is
    the cells behind it that tell; an error of it is seen.
    """
    try:
        page.wait_for_function(
            r"""panel => {
                const prompts = [...document.querySelectorAll(
                        panel + " .jp-CodeCell .jp-InputPrompt:not(.jp-Placeholder-prompt)")]
                    .map(prompt => prompt.textContent);
                const failed = document.querySelector(panel + " [data-mime-type='application/vnd.jupyter.error']");
                return prompts.length && !prompts.some(text => text.includes("*"))
                    && (failed || prompts.every(text => /\d/.test(text)));
            }""",
            arg=PANEL,
            timeout=2 * START * 1000,
        )
    except TooLate:
        lesson = saved(page, path)
        code = [cell for cell in lesson.cells if cell.cell_type == "code"]
        done = sum(1 for cell in code if cell.execution_count)
        raise AssertionError(
            f"{path.name}: {done} of {len(code)} cells ran in {2 * START} s; errors: {failures(lesson) or 'none'}"
        ) from None
    return saved(page, path)


def saved(page: Page, path: Path) -> nbformat.NotebookNode:
    """Save the open notebook, and read it."""
    page.keyboard.press("Control+s")
    page.locator(".lm-DockPanel-tabBar .lm-mod-current:not(.jp-mod-dirty)").first.wait_for()
    deadline = time.monotonic() + START
    while True:
        try:
            return nbformat.read(path, as_version=4)
        except nbformat.reader.NotJSONError:  # JupyterLab is in the middle of writing it
            assert time.monotonic() < deadline, f"{path.name} is no notebook"


def failures(lesson: nbformat.NotebookNode) -> list[str]:
    return [
        f"{cell.source}\n{output.ename}: {output.evalue}"
        for cell in lesson.cells
        if cell.cell_type == "code" and "raises-exception" not in cell.metadata.get("tags", [])
        for output in cell.outputs
        if output.output_type == "error"
    ]


def code_cell(page: Page, words: str) -> Locator:
    """The first code cell of the open notebook whose source has these words."""
    return (
        page.locator(f"{PANEL} .jp-CodeCell")
        .filter(has=page.locator(".jp-InputArea-editor", has_text=words))
        .first
    )


def write(page: Page, cell: Locator, source: str) -> None:
    """Put *source* in the cell's place of what stands there, as one pastes it."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)


def add_cell(page: Page, cell: Locator, source: str) -> Locator:
    """Add a code cell below *cell*, as key B does, and paste *source*; no other cell may have its first line."""
    cells = page.locator(f"{PANEL} .jp-Cell")
    count = cells.count()
    cell.locator(".jp-InputPrompt").click()
    expect(page.locator(":is(.labkit-form, .lkp) :focus")).to_have_count(
        0
    )  # a control lets go a moment later
    expect(page.locator(f"{PANEL} .jp-Notebook.jp-mod-commandMode")).to_be_attached()
    page.keyboard.press("b")
    expect(cells).to_have_count(count + 1)
    editor = page.locator(f"{PANEL} .jp-Cell.jp-mod-active .cm-content")
    expect(editor).to_have_text("")
    editor.click()
    expect(editor).to_be_focused()
    page.keyboard.insert_text(source)
    return code_cell(page, source.partition("\n")[0])


def run(page: Page, cell: Locator) -> Locator:
    """Run one cell with Ctrl+Enter, and wait until it has; its output area."""
    start(page, cell)
    expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"), timeout=START * 1000)
    return cell.locator(".jp-OutputArea").first


def start(page: Page, cell: Locator) -> None:
    """Run one cell with Ctrl+Enter, and do not wait for it."""
    before = cell.locator(".jp-InputPrompt").inner_text()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(cell.locator(".jp-InputPrompt")).not_to_have_text(before, timeout=START * 1000)


@contextlib.contextmanager
def busy(lab: Lab, page: Page, above: Locator, before: str = "", after: str = "") -> Iterator[Locator]:
    """A new cell below *above* keeps the kernel from all else while the block runs; what it does before and after."""
    enough = lab.folder / "enough"
    enough.unlink(missing_ok=True)
    cell = add_cell(page, above, f"import os\n{before}\nwhile not os.path.exists('enough'): pass\n{after}")
    start(page, cell)
    expect(cell.locator(".jp-InputPrompt")).to_have_text("[*]:")
    yield cell
    expect(cell.locator(".jp-InputPrompt")).to_have_text("[*]:")
    enough.touch()


def run_until(page: Page, cell: Locator) -> None:
    """Run all cells above *cell*, none of which has run, and wait until the last of them has that shows a number: a
    folded one shows none."""
    cell.locator(".jp-InputPrompt").click()
    menu(page, "Run", "Run All Above Selected Cell")
    page.wait_for_function(
        r"""cell => {
            const cells = [...cell.parentElement.querySelectorAll(".jp-CodeCell")];
            return cells.slice(0, cells.indexOf(cell)).every(above => above.querySelector(".jp-Placeholder-prompt")
                || /\d/.test(above.querySelector(".jp-InputPrompt").textContent));
        }""",
        arg=cell.element_handle(),
        timeout=START * 1000,
    )


def press(page: Page, button: Locator) -> None:
    """Press a button by the keyboard."""
    button.focus()
    page.keyboard.press("Enter")


def screens(page: Page) -> Iterator[int]:
    """Go through the open notebook from its top to its end, as a reader would: the number of each screenful."""
    outer = page.locator(f"{PANEL} .jp-WindowedPanel-outer")
    outer.evaluate("panel => panel.scrollTo(0, 0)")
    for number in range(100):
        outer.evaluate(SETTLED)
        yield number
        if outer.evaluate(
            "panel => { const old = panel.scrollTop; panel.scrollBy(0, panel.clientHeight - 100);"
            " return panel.scrollTop === old }"
        ):
            return


def sees(page: Page, selector: str) -> bool:
    """Is there such a thing in the open notebook, somewhere between its top and its end?"""
    things = page.locator(f"{PANEL} {selector}")
    return any(any(each.is_visible() for each in things.all()) for _ in screens(page))

"""A running `make lab` and a browser, for the tests of this folder, in a network that leads nowhere.

`lab` and `browser` live as long as a test file; `page` is fresh for each test and, when the test ends, fails it for
whatever stood on the console as an error and for every request off this machine.  A test that is marked with
`in_both_looks` (see driving.py) runs in the light theme, 1280 pixels wide, and in the dark one, 800 wide.

LABKIT_SCREENSHOTS=folder keeps a picture of each test's last page, to be looked at.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import alone, watching
from browser.driving import CHROMIUM, FLAGS, START, Lab
from playwright.sync_api import Browser, Page, expect, sync_playwright

expect.set_options(
    timeout=START * 1000 / 3
)  # nothing here takes so long but on a machine that does much else
ALONE = [sys.executable, alone.__file__]
counted = pytest.StashKey[dict[str, int]]()


@pytest.fixture(scope="session")
def network(request) -> Iterator[list[str]]:
    """What to write before a command that shall have no way off this machine; fails if anything asked for one."""
    holder = subprocess.Popen([*ALONE, "hold"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "ready\n", "no network of our own for the server and the browser"
    yield [*ALONE, "join", str(holder.pid)]
    strays = alone.strays(holder.pid)
    request.config.stash[counted].update(strays)
    holder.communicate()
    assert not any(strays.values()), f"something asked for a way off this machine: {strays}"


@pytest.fixture(scope="module")
def lab(tmp_path_factory, network) -> Iterator[Lab]:
    server = Lab(tmp_path_factory.mktemp("lab"), network)
    yield server
    server.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory, network) -> Iterator[Browser]:
    # Playwright starts one program, and puts the arguments right behind its name.
    start = tmp_path_factory.mktemp("browser") / "chromium"
    start.write_text(f'#!/bin/sh\nexec {shlex.join([*network, CHROMIUM])} "$@"\n')
    start.chmod(0o700)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=start, args=FLAGS, chromium_sandbox=os.geteuid() != 0
        )
        yield browser
        browser.close()


@pytest.fixture
def theme() -> str:
    """JupyterLab's theme in this test, "light" or "dark"."""
    return "light"


@pytest.fixture
def width() -> int:
    """The window's width in this test, in CSS pixels."""
    return 1280


@pytest.fixture
def page(browser, lab, picture, theme, width, request) -> Iterator[Page]:
    lab.renew()
    lab.use_theme(theme)
    context = browser.new_context(viewport={"width": width, "height": 1600})
    context.set_default_timeout(START * 1000)
    watch = watching.Watch(context)
    page = context.new_page()
    yield page
    for number, each in enumerate(context.pages):
        picture(each, f"end{number or ''}")
    faults = list(watch.faults)  # what comes when the kernel goes away is no fault
    lab.end_kernels(context.pages[-1])
    context.close()
    request.config.stash[counted]["requests of pages"] += watch.requests
    assert not faults, "\n".join(["while this test ran:", *faults])


@pytest.fixture
def picture(request) -> Callable[[Page, str], None]:
    """picture(page, part) keeps a picture, if asked for, named by the test, theme, width and *part*."""
    callspec = getattr(request.node, "callspec", None)
    given = callspec.params if callspec else {}
    others = [str(value) for name, value in given.items() if name not in ("theme", "width")]

    def keep(page: Page, part: str) -> None:
        if folder := os.environ.get("LABKIT_SCREENSHOTS"):
            theme = "dark" if page.locator("body[data-jp-theme-light=false]").count() else "light"
            width = str(page.viewport_size["width"])
            name = "-".join([request.path.stem, request.node.originalname, *others, theme, width, part])
            page.screenshot(path=Path(folder) / f"{name}.png".replace("/", "_"), timeout=START * 1000)

    return keep


@pytest.fixture
def accessible() -> Callable[[Page, str], None]:
    """accessible(page, selector) fails on what axe-core finds serious or critical in that part of the page."""
    return watching.accessible


def pytest_configure(config: pytest.Config) -> None:
    config.stash[counted] = {"requests of pages": 0}


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["counted"] = session.config.stash[counted]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error) -> None:
    """Add what a worker of pytest-xdist has counted."""
    total = node.config.stash[counted]
    for kind, count in getattr(node, "workeroutput", {}).get("counted", {}).items():
        total[kind] = total.get(kind, 0) + count


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    for report in terminalreporter.stats.get("passed", ()):
        for name, value in report.user_properties:
            if (
                name == "told" and report.when == "call"
            ):  # a figure: a test of it would fail on a busy machine
                terminalreporter.write_line(value)
    strays = dict(config.stash[counted])
    requests = strays.pop("requests of pages")
    if strays:
        told = ", ".join(f"{kind} {count}" for kind, count in strays.items())
        terminalreporter.write_line(
            f"{requests} requests of pages; asked for a way off this machine: {sum(strays.values())} ({told})"
        )

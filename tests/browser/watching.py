"""What a page must not do: complain on its console, fail, or ask anything off this machine."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

HERE = {"127.0.0.1", "localhost", "::1"}
WITHOUT_HOST = {"data", "blob", "about", "chrome", "devtools", "file"}

# What JupyterLab itself says on the console, each with the reason why it is not a fault of the lab.
HARMLESS: tuple[tuple[re.Pattern[str], str], ...] = ()


class Watch:
    """All pages of a browser context, from its making on: `faults` says what was wrong, `requests` counts."""

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        self.requests = 0
        context.on("console", self._said)
        context.on("weberror", lambda failure: self.faults.append(f"the page failed: {failure.error}"))
        context.on("request", lambda request: self._asked(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._asked(socket.url)))

    def _asked(self, url: str) -> None:
        self.requests += 1
        parts = urlsplit(url)
        if parts.scheme not in WITHOUT_HOST and parts.hostname not in HERE:
            self.faults.append(f"a request off this machine: {url}")

    def _said(self, message) -> None:
        if message.type != "error" or any(known.search(message.text) for known, reason in HARMLESS):
            return
        where = f"{message.location.get('url', '')}:{message.location.get('lineNumber', '')}"
        self.faults.append(f"on the console: {message.text}  ({where})")


def accessible(page: Page, selector: str) -> None:
    """Let axe-core look at the part *selector* of the page; AssertionError lists serious and critical findings.

    The script is the one of the package axe-playwright-python: nothing is fetched.  Only what is in the page is
    looked at: JupyterLab takes cells far from the window out of it (scroll there first).
    """
    assert page.locator(selector).count(), f"nothing to look at: no {selector}"
    options = {"resultTypes": ["violations"], "iframes": False}
    found = Axe().run(page, context=selector, options=options).response["violations"]
    bad = [violation for violation in found if violation["impact"] in ("serious", "critical")]
    assert not bad, "\n".join(
        [f"axe-core looked at {selector}:"]
        + [
            f"{violation['impact']}: {violation['help']} ({violation['id']})\n"
            + "\n".join(f"    {_place(node)}" for node in violation["nodes"])
            for violation in bad
        ]
    )


def _place(node: dict) -> str:
    why = "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])
    return f"{' '.join(map(str, node['target']))}\n        {node['html'][:200]}\n        {why}"

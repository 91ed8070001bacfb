"""Every link within the site leads somewhere: to a file that is there, and to an anchor in it.  Pure reading."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# The attributes by which a page names another file, or loads it.
NAMING = {"href", "src", "srcset", "poster", "data"}


class Page(HTMLParser):
    """What a page names, and the anchors that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.named: list[str] = []
        self.anchors: set[str] = set()
        self.loaded: list[str] = []  # what a browser fetches when it opens the page
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        for name in NAMING & given.keys():
            self.named.append(given[name])
            if tag not in ("a", "area"):
                self.loaded.append(given[name])


def broken(folder: Path) -> list[str]:
    """What of the pages below *folder* leads nowhere, or loads something from elsewhere, a line each."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        place = path.relative_to(folder)
        found += [
            f"{place} loads {link} from elsewhere"
            for link in dict.fromkeys(page.loaded)
            if urlsplit(link).netloc
        ]
        for link in dict.fromkeys(page.named):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                found.append(f"{place}: {link} is no file of the site")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                found.append(f"{place}: {link} has no such anchor")
    return found

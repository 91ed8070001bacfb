"""Build the site: python -m tools.site [--out FOLDER]

Lays what Sphinx reads into build/site/source (nothing of it is edited by hand), has Sphinx make build/site/html, every
warning an error, and follows every link within.  No notebook is executed: the pages show what the editions hold.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from tools.site import laying, links
from tools.texts import ROOT


def main(arguments: list[str] | None = None) -> int:
    """The command line; the number of the exit."""
    parser = argparse.ArgumentParser(prog="python -m tools.site", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "site", help="default: build/site")
    out = parser.parse_args(arguments).out.resolve()
    begun = time.monotonic()
    shutil.rmtree(out, ignore_errors=True)
    try:
        laying.lay(out / "source")
    except laying.LayingError as error:
        print(f"make site: {error}", file=sys.stderr)
        return 2
    try:
        from sphinx.cmd.build import main as sphinx
    except ImportError:
        print(
            "make site has Sphinx in an environment of its own: make site, or make site-environment",
            file=sys.stderr,
        )
        return 2
    html = out / "html"
    failed = sphinx(
        [
            *("--builder", "html", "--jobs", "2", "--quiet", "--fail-on-warning"),
            *("--doctree-dir", str(out / "doctrees"), str(out / "source"), str(html)),
        ]
    )
    if failed:
        return failed
    found = links.broken(html)
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    pages = len(list(html.rglob("*.html")))
    spent = time.monotonic() - begun
    print(f"{pages} pages in {spent:.0f} s, {len(found)} broken links: {html / 'index.html'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

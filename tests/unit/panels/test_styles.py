"""Every panel brings the common rules again, so its own must go before them in whatever order they are loaded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import labkit

SHEETS = [path for path in sorted(Path(labkit.__file__).parent.rglob("*.css")) if path.stem != "common"]


def test_there_are_sheets():
    assert {"link", "player", "form"} <= {sheet.stem for sheet in SHEETS}


def panel_of(sheet: Path) -> str:
    """A sheet in a folder within a panel's (player/packets/) goes by that panel's root."""
    parts = sheet.relative_to(Path(labkit.__file__).parent).parts
    return parts[1] if parts[0] == "panels" else sheet.stem


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.stem)
def test_each_rule_names_the_root_by_both_classes(sheet):
    root = ".labkit-form.lkp" if sheet.stem == "form" else f".lkp.lkp-{panel_of(sheet)}"
    text = re.sub(
        r"/\*.*?\*/|@keyframes[^{]*\{(?:[^{}]*\{[^}]*\})*\s*\}",
        "",
        sheet.read_text(encoding="utf-8"),
        flags=re.S,
    )
    selectors = [
        selector.strip()
        for rule in re.findall(r"([^{}]+)\{", text)
        if not rule.strip().startswith("@")
        for selector in re.split(r",(?![^(]*\))", rule)
    ]
    assert selectors
    assert [selector for selector in selectors if not selector.startswith(root)] == []

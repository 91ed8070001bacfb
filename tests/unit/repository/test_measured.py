"""What README.md says was measured stands in BENCHMARKS.md."""

from __future__ import annotations

import re

from house import ROOT

FIGURE = re.compile(r"\d[\d,.]*(?: (?:ms|us|s|MB/s|MiB|/s|frames)\b)")


def rows(text):
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line
    ]


def test_each_figure_is_a_median_of_the_last_run():
    medians = {row[2] for row in rows((ROOT / "BENCHMARKS.md").read_text()) if len(row) > 2}
    measured = (ROOT / "README.md").read_text().partition("\n## Measured\n")[2].partition("\n## ")[0]
    said = [figure for row in rows(measured)[2:] for cell in row[1:] for figure in FIGURE.findall(cell)]
    assert len(said) > 20
    assert [figure for figure in said if figure not in medians] == []

"""Who cannot see a plot is told what it shows: in the editions, as nbconvert's template "classic" reads them."""

from __future__ import annotations

import shutil
from html import unescape

import pytest

from tools import editions, notebooks, plots, texts

SOURCE = texts.source_of("sockets")
LESSONS = [texts.name_of(source) for source in texts.sources()]


def of(name):
    return [editions.load(path) for path in texts.edition_paths(texts.source_of(name))]


def outputs(edition):
    return [
        (cell, number, output)
        for cell in edition.cells
        for number, output in enumerate(cell.get("outputs", ()))
    ]


def pictures(edition):
    return [output for _, _, output in outputs(edition) if plots.PNG in output.get("data", {})]


@pytest.mark.parametrize("name", LESSONS)
def test_every_plot_of_the_learners_edition_has_words(name):
    learner, solved = of(name)
    words = [plots.said(output) for output in pictures(learner)]
    assert all(len(each) > 40 for each in words), f"docs/plots.json: {name} has more plots than are told of"
    assert set(plots.told(name)) <= set(words), f"docs/plots.json: {name} has fewer"
    of_learner = {(cell.id, number): plots.said(each) for cell, number, each in outputs(learner)}
    assert all(
        plots.said(each)
        == (of_learner.get((cell.id, number), "") if plots.PNG in each.get("data", {}) else "")
        for cell, number, each in outputs(solved)
    ), f"{name}: the solved edition tells a plot in other words"


def test_an_exported_page_tells_them():
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter(template_name="classic").from_notebook_node(of("sockets")[0])
    (words,) = plots.told("sockets")
    assert words in unescape(page).replace("\\'", "'").split('alt="', 1)[1]


def test_other_words_are_told_of_and_come_without_a_run(tmp_path, monkeypatch):
    no_bytecode = shutil.ignore_patterns("__pycache__")  # another process may be writing there
    for folder in ("lessons", "notebooks", "labkit/lessons/sockets"):
        shutil.copytree(texts.ROOT / folder, tmp_path / folder, ignore=no_bytecode)
    source = tmp_path / SOURCE.relative_to(texts.ROOT)
    assert editions.differences(source) == []
    monkeypatch.setattr(plots, "told", lambda lesson: iter([f"What the plot of {lesson} shows, said anew."]))
    assert ["other words" in found for found in editions.differences(source)] == [True]
    monkeypatch.setattr(notebooks, "execute", None)  # it would be called
    assert notebooks.build(source) is False
    assert editions.differences(source) == []
    made = editions.load(texts.edition_paths(source)[0])
    assert [*map(plots.said, pictures(made))] == ["What the plot of sockets shows, said anew."]

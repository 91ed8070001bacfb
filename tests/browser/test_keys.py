"""Each lesson as a learner takes it who touches no mouse: Shift+Enter from the first cell to the last, and the forms'
own keys for each prediction, quiz and problem to put in order."""

from __future__ import annotations

import json
import time

import nbformat
import pytest
from asked import Asked, asked
from browser.driving import CHROMIUM, LESSONS, PANEL, START, failures, open_notebook, saved
from playwright.sync_api import ElementHandle, Locator, Page, expect

from labkit.learn.catalogue import is_written, names, stem
from labkit.learn.finding import find_order, find_quiz

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

WRITTEN = [name for name in names() if is_written(name)]
PARTS = {"predict": "predictions", "quiz": "quizzes", "order": "orders"}  # of the progress
MOST_TABS = 200  # of keys to a control, before it counts as out of reach
NEXT = """panel => {
    const active = document.activeElement.closest(panel + " .jp-Cell");
    return document.activeElement.closest(".jp-OutputArea") ? active.nextElementSibling : active;
}"""
# Of a folded cell JupyterLab shows no number: what it draws, or the cells behind it, tell that it ran.
RAN = r"""cell => cell.querySelector('.jp-Placeholder-prompt')
    || /\d/.test(cell.querySelector('.jp-InputPrompt').textContent)"""


def test_each_lesson_is_here():
    assert {f"{stem(name)}.ipynb" for name in WRITTEN} == {path.name for path in LESSONS}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_lesson_by_keys_alone(lab, page, name):
    file = f"{stem(name)}.ipynb"
    open_notebook(lab, page, file)
    expect(page.locator(f"{PANEL} .jp-Cell").first).to_be_focused()
    given = nbformat.read(lab.folder / file, as_version=4).cells
    for cell in given:
        drawn = page.evaluate_handle(NEXT, PANEL).as_element()
        page.keyboard.press("Shift+Enter")
        if cell.cell_type == "code":
            page.wait_for_function(RAN, arg=drawn, timeout=START * 1000)
            answer(page, drawn, asked(cell.source))

    deadline = time.monotonic() + START
    while True:
        lesson = saved(page, lab.folder / file)
        counts = [cell.execution_count for cell in lesson.cells if cell.cell_type == "code" and cell.source]
        if all(counts) or time.monotonic() > deadline:
            break
    assert failures(lesson) == []
    assert counts == list(range(1, len(counts) + 1))  # each cell once, in order
    assert len(counts) == sum(cell.cell_type == "code" for cell in given) > 0
    noted = json.loads(lab.progress.read_text()) if lab.progress.exists() else {}
    sources = [cell.source for cell in given if cell.cell_type == "code"]
    for kind, id, _ in (question for source in sources for question in asked(source)):
        entry = noted[PARTS[kind]][id]
        assert kind == "predict" or (entry["solved"] and entry["tries"] == 1), f"{id}: {entry}"


def answer(page: Page, cell: ElementHandle, questions: list[Asked]) -> None:
    """Answer all that a cell asks, in its order, coming from the cell below it."""
    if not questions:
        return
    page.wait_for_function(
        "([cell, count]) => cell.querySelectorAll('.labkit-form:has(.labkit-form-helper)').length === count",
        arg=[cell, len(questions)],
        timeout=START * 1000,
    )
    forms = page.locator(f"{PANEL} .jp-Cell", has=page.locator(".labkit-form")).locator(".labkit-form")
    here = forms.evaluate_all("(forms, cell) => forms.findIndex(form => cell.contains(form))", cell)
    for place, (kind, id, _) in enumerate(questions):
        form = forms.nth(here + place)
        first = form.locator("input:not([disabled]), select:not([disabled])").first
        if place == 0 or kind != "predict":
            tab_to(page, first, "Shift+Tab" if place == 0 else "Tab")
        else:
            expect(first).to_be_focused()  # the commit before led here
        {"predict": _predict, "quiz": _quiz, "order": _order}[kind](page, form, id)


def tab_to(page: Page, control: Locator, key: str = "Tab") -> None:
    for _ in range(MOST_TABS):
        if control.evaluate("control => control === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{MOST_TABS} times {key} do not lead to {control}")


def _predict(page: Page, form: Locator, id: str) -> None:
    if form.get_by_role("radio").count():
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        expect(form.get_by_role("radio").nth(1)).to_be_checked()
        page.keyboard.press("Enter")
    elif form.get_by_role("textbox").count():
        page.keyboard.type("3")
        page.keyboard.press("Enter")
    else:
        tab_to(page, form.get_by_role("button", name="Commit"))
        page.keyboard.press("Enter")
    expect(form).to_contain_text("Your prediction:")
    expect(form.locator(":focus")).to_have_count(0)


def _quiz(page: Page, form: Locator, id: str) -> None:
    questions = find_quiz(id).questions
    for group, question in zip(form.get_by_role("radiogroup").all(), questions, strict=True):
        tab_to(page, group.get_by_role("radio").first)
        page.keyboard.press("Space")
        right = list(question.letters.values()).index(question.right)
        for _ in range(right):
            page.keyboard.press("ArrowDown")
        expect(group.get_by_role("radio").nth(right)).to_be_checked()
    tab_to(page, form.get_by_role("button", name="Check"))
    page.keyboard.press("Enter")
    expect(form).to_contain_text(f"{len(questions)} of {len(questions)} right.")


def _order(page: Page, form: Locator, id: str) -> None:
    problem = find_order(id)
    lines = form.get_by_role("listbox").first
    now = [line.replace("\u00a0", " ") for line in lines.locator("option").all_inner_texts()]
    for line in [line for line in now if line not in problem.lines]:
        _choose(page, form, lines, now, line)
        tab_to(page, form.get_by_role("button", name="Leave out"))
        page.keyboard.press("Enter")
        now.remove(line)
        expect(form).to_contain_text(f"{line.strip()} is left out.")
    for place, line in enumerate(problem.lines):
        if now.index(line) == place:
            continue
        _choose(page, form, lines, now, line)
        tab_to(page, form.get_by_role("button", name="Move up"))
        while (at := now.index(line)) != place:
            page.keyboard.press("Enter")
            now.insert(at - 1, now.pop(at))
            expect(form).to_contain_text(f"{line.strip()} is line {at} of {len(now)}.")
    tab_to(page, form.get_by_role("button", name="Run it"))
    page.keyboard.press("Enter")
    expect(form).to_contain_text(f"✓ {problem.id}")


def _choose(page: Page, form: Locator, lines: Locator, now: list[str], line: str) -> None:
    tab_to(page, lines, "Shift+Tab")
    page.keyboard.press("Home")
    for _ in range(now.index(line)):
        page.keyboard.press("ArrowDown")
    expect(form).to_contain_text(f"{line.strip()} is line {now.index(line) + 1} of {len(now)}.")

"""The learning loop by keyboard alone: a prediction, lines to be put in order, a quiz."""

from __future__ import annotations

import nbformat
import pytest
from browser.driving import (
    CHROMIUM,
    failures,
    in_both_looks,
    opened,
    press,
    run_all,
)
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

from labkit.learn.finding import find_order, find_quiz
from tools.editions import METADATA

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

NAME = "loop.ipynb"
CELLS = (
    "from labkit import order, predict, quiz, reveal",
    'predict("segments-to-connect", "How many segments?", [1, 2, 3, 4])',
    'order("one-caller")',
    'quiz("sockets-exit")',
)


@pytest.fixture
def notebook(lab, page) -> Page:
    """A page with the three forms on it, drawn by widgets."""
    cells = [new_code_cell(source) for source in CELLS]
    nbformat.write(new_notebook(cells=cells, metadata=METADATA), lab.folder / NAME)
    page.goto(lab.address(NAME))
    opened(page, NAME)
    assert failures(run_all(page, lab.folder / NAME)) == []
    page.get_by_role("button", name="Run it").wait_for()
    return page


def outputs(page: Page) -> Locator:
    return page.locator(".jp-Cell .jp-OutputArea")


def test_a_prediction_is_committed_and_locked(notebook):
    form = outputs(notebook).filter(has_text="How many segments?").first
    radios = form.get_by_role("radio")
    choose(notebook, form, 1)
    press(notebook, form.get_by_role("button", name="Commit"))
    expect(form).to_contain_text("Your prediction: 2.")
    expect(radios.first).to_be_disabled()


def test_what_is_committed_is_what_is_seen(notebook):
    """However fast: ipywidgets holds the last of these choices back until the kernel has taken the first."""
    form = outputs(notebook).filter(has_text="How many segments?").first
    form.evaluate(
        """form => {
            const radios = form.querySelectorAll("input[type=radio]");
            for (const number of [0, 1, 2, 3]) radios[number].click();
            [...form.querySelectorAll("button")].find(button => button.textContent === "Commit").click();
        }"""
    )
    expect(form).to_contain_text("Your prediction: 4.")


def test_lines_are_put_in_order_and_run(notebook):
    problem = find_order("one-caller")
    form = outputs(notebook).filter(has_text="Put in order").first
    lines = form.get_by_role("listbox").first
    press(notebook, form.get_by_role("button", name="Run it"))
    expect(form).to_contain_text("✗")
    press(notebook, form.get_by_role("button", name="Hint"))
    expect(form).to_contain_text("Hint 1 of 3, the concept")

    now = [line.replace("\u00a0", " ") for line in lines.locator("option").all_inner_texts()]
    for line in [line for line in now if line not in problem.lines]:
        to(notebook, form, now, line)
        press(notebook, form.get_by_role("button", name="Leave out"))
        now.remove(line)
        expect(form).to_contain_text(f"{line.strip()} is left out.")
    for place, line in enumerate(problem.lines):
        to(notebook, form, now, line)
        while (at := now.index(line)) != place:
            press(notebook, form.get_by_role("button", name="Move up"))
            now.insert(at - 1, now.pop(at))
            expect(form).to_contain_text(f"{line.strip()} is line {at} of {len(now)}.")
    press(notebook, form.get_by_role("button", name="Run it"))
    expect(form).to_contain_text(f"✓ {problem.id}")


def test_a_choice_held_back_moves_no_other_line(notebook):
    """However fast: ipywidgets would send the last of these choices after the press, of a place where another line is
    by then."""
    form = outputs(notebook).filter(has_text="Put in order").first
    lines = form.get_by_role("listbox").first
    now = now_in(lines)
    form.evaluate(
        """form => {
            const list = form.querySelector("select");
            for (const place of [0, 1, 2, 3]) {
                list.selectedIndex = place;
                list.dispatchEvent(new Event("change", { bubbles: true }));
            }
            form.querySelector(".labkit-up").click();
        }"""
    )
    stands(form, lines, [*now[:2], now[3], now[2], *now[4:]], f"{now[3].strip()} is line 3 of {len(now)}.")
    press(notebook, form.get_by_role("button", name="Move up"))
    now.insert(1, now.pop(3))
    stands(form, lines, now, f"{now[1].strip()} is line 2 of {len(now)}.")


def test_lines_are_dragged_and_moved_by_keys(notebook, picture):
    problem = find_order("one-caller")
    form = outputs(notebook).filter(has_text="Put in order").first
    lines, left = form.get_by_role("listbox").all()
    now = now_in(lines)
    form.scroll_into_view_if_needed()

    def drag(line: Locator, target: Locator, down: float) -> None:
        box, end = line.bounding_box(), target.bounding_box()
        notebook.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2)
        notebook.mouse.down()
        notebook.mouse.move(end["x"] + 60, end["y"] + end["height"] * down, steps=5)
        picture(notebook, "dragging out" if target == left else "dragging up")
        notebook.mouse.up()

    drag(lines.locator("option").nth(3), lines.locator("option").first, 0.2)
    now.insert(0, now.pop(3))
    stands(form, lines, now, f"{now[0].strip()} is line 1 of {len(now)}.")

    extra = now.index(next(line for line in now if line not in problem.lines))
    drag(lines.locator("option").nth(extra), left, 0.5)
    gone = now.pop(extra)
    stands(form, lines, now, f"{gone.strip()} is left out.")
    stands(form, left, [gone])

    lines.focus()
    notebook.keyboard.press("End")
    stands(form, lines, now, f"{now[-1].strip()} is line {len(now)} of {len(now)}.")
    for place in (len(now) - 1, len(now) - 2):
        notebook.keyboard.press("Alt+ArrowUp")
        now.insert(place - 1, now.pop(place))
        stands(form, lines, now, f"{now[place - 1].strip()} is line {place} of {len(now)}.")
    notebook.keyboard.press("Alt+ArrowRight")
    out = now.pop(len(now) - 3)
    stands(form, lines, now, f"{out.strip()} is left out.")
    stands(form, left, [gone, out])
    expect(lines).to_be_focused()
    assert lines.evaluate("list => parseFloat(getComputedStyle(list.options[0]).fontSize)") >= 13


def now_in(lines: Locator) -> list[str]:
    return [line.replace("\u00a0", " ") for line in lines.locator("option").all_inner_texts()]


def stands(form: Locator, listed: Locator, lines: list[str], told: str = "") -> None:
    """Wait until a list has these lines, and these words are told."""
    expect(listed.locator("option")).to_have_text([line.strip() for line in lines])
    expect(form).to_contain_text(told)


def to(page: Page, form: Locator, now: list[str], line: str) -> None:
    """Choose a line with the arrow keys, and wait until the kernel says which."""
    form.get_by_role("listbox").first.focus()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    for _ in range(now.index(line)):
        page.keyboard.press("ArrowDown")
    expect(form).to_contain_text(f"{line.strip()} is line {now.index(line) + 1} of {len(now)}.")


def choose(page: Page, group: Locator, index: int) -> None:
    """Choose a radio button as keys do: Tab comes to the group, arrows walk through it."""
    group.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for _ in range(index):
        page.keyboard.press("ArrowDown")
    expect(group.get_by_role("radio").nth(index)).to_be_checked()


def test_a_quiz_explains_wrong_answers_and_takes_right_ones(notebook):
    asked = find_quiz("sockets-exit")
    form = outputs(notebook).filter(has_text=asked.title).first
    check = form.get_by_role("button", name="Check")
    groups = form.locator(".widget-radio-box")
    for group, question in zip(groups.all(), asked.questions, strict=True):
        choices = list(question.letters.values())
        wrong = next(place for place, choice in enumerate(choices) if choice != question.right)
        choose(notebook, group, wrong)
    press(notebook, check)
    expect(form).to_contain_text(f"0 of {len(asked.questions)} right.")
    for group, question in zip(groups.all(), asked.questions, strict=True):
        choose(notebook, group, list(question.letters.values()).index(question.right))
    press(notebook, check)
    expect(form).to_contain_text(f"{len(asked.questions)} of {len(asked.questions)} right.")


@in_both_looks
def test_the_forms_are_accessible(notebook, accessible):
    first = find_quiz("sockets-exit").questions[0].question.replace("`", "")
    for name in ("How many segments?", f"1. {first}"):
        expect(notebook.get_by_role("radiogroup", name=name, exact=True)).to_have_count(1)
    accessible(notebook, ".labkit-form")
    # What is told when something is answered is looked at, too.
    for words, button, told in (
        ("How many segments?", "Commit", "Choose first."),
        ("Put in order", "Run it", "✗"),
        (find_quiz("sockets-exit").title, "Check", "Choose an answer first"),
    ):
        form = outputs(notebook).filter(has_text=words).first
        press(notebook, form.get_by_role("button", name=button))
        expect(form.get_by_role("status").filter(has_text=told)).to_be_visible(timeout=20_000)
        accessible(notebook, ".labkit-form")
    choose(notebook, form.get_by_role("radiogroup").first, 0)  # of the quiz, the last of them
    press(notebook, form.get_by_role("button", name="Check"))
    expect(form.get_by_role("status").filter(has_text="of 4 right.")).to_be_visible(timeout=20_000)
    accessible(notebook, ".labkit-form")

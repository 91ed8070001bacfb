"""What a learner does in a lesson: predict, run on, be told; fail an exercise, take hints, solve it, see it noted."""

from __future__ import annotations

import re

import nbformat
import pytest
from browser.driving import (
    CHROMIUM,
    PANEL,
    ROOT,
    add_cell,
    code_cell,
    open_notebook,
    press,
    run,
    run_until,
    screens,
    unfold,
    write,
)
from playwright.sync_api import Locator, Page, expect

from labkit.learn.catalogue import stem

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium")

LESSON = f"{stem('sockets')}.ipynb"
SOLVED = ROOT / "notebooks" / "solutions" / LESSON

ASKS_ONCE = """\
def ask(host, address, question):
    with host.socket() as sock:
        sock.connect(address)
        sock.sendall(question)
        return sock.recv(1000)
"""


@pytest.fixture
def lesson(lab, page) -> Page:
    open_notebook(lab, page, LESSON)
    unfold(page)
    return page


def form(cell: Locator, question: str) -> Locator:
    return cell.locator(".jp-OutputArea-child").filter(has_text=question)


def test_predictions_are_made_by_mouse_and_by_keyboard_and_the_lesson_answers(lesson):
    asking = code_cell(lesson, 'predict("first-row"')
    run_until(lesson, asking)
    run(lesson, asking)

    by_mouse = form(asking, "From which call on")
    by_mouse.get_by_text("listen()").click()
    by_mouse.get_by_role("button", name="Commit").click()
    expect(by_mouse).to_contain_text("Your prediction: “listen()”.")

    by_keyboard = form(asking, "How many lines did that one call add")
    by_keyboard.get_by_role("radio").first.focus()
    commit = by_keyboard.get_by_role("button", name="Commit")
    for key in ("Space", "ArrowDown", "Tab", "Tab"):
        lesson.keyboard.press(key)
    expect(commit).to_be_focused()
    press(lesson, commit)
    expect(by_keyboard).to_contain_text("Your prediction: 2.")

    run(lesson, code_cell(lesson, "with watch_sockets(net) as steps"))
    told = run(lesson, code_cell(lesson, 'reveal("first-row"'))
    expect(told).to_contain_text("✗ You predicted “listen()”. The experiment gave “bind()”.")
    expect(told).to_contain_text("Why not “listen()”:")
    expect(told).to_contain_text("You were asked: connect() has returned.")
    expect(told).to_contain_text("✓ You predicted 2, and that is what happened.")


def test_a_question_left_open_is_answered_when_it_is_unfolded(lesson):
    revealing = code_cell(lesson, 'reveal("first-row"')
    run_until(lesson, revealing)
    folded = run(lesson, revealing).locator("details").first
    reason = folded.get_by_text("The experiment gave “bind()”.")
    expect(reason).to_be_hidden()
    folded.locator("summary").focus()
    lesson.keyboard.press("Enter")
    expect(reason).to_be_visible()


def test_what_was_edited_and_not_run_is_recognised(lesson):
    defining, checking = code_cell(lesson, "def ask("), code_cell(lesson, 'check("ask"')
    run(lesson, code_cell(lesson, "import Network"))
    changed = checking.get_by_text("The cell above has been changed since it ran")
    run(lesson, defining)
    expect(run(lesson, checking).get_by_role("button", name="Hint")).to_be_visible()
    expect(changed).to_be_hidden()

    write(lesson, defining, ASKS_ONCE)
    expect(run(lesson, checking).get_by_role("button", name="Hint")).to_be_visible()
    expect(changed).to_be_visible()
    expect(checking).to_contain_text("○ ask")

    run(lesson, defining)
    expect(run(lesson, checking)).to_contain_text("✗ ask")
    expect(changed).to_be_hidden()


def test_an_exercise_is_failed_hinted_and_solved(lab, lesson, accessible):
    solution = next(
        each.source
        for each in nbformat.read(SOLVED, as_version=4).cells
        if each.source.startswith("def ask(")
    )
    defining, checking = code_cell(lesson, "def ask("), code_cell(lesson, 'check("ask"')
    run(lesson, code_cell(lesson, "import Network"))
    run(lesson, defining)
    expect(run(lesson, checking)).to_contain_text("○ ask")

    write(lesson, defining, ASKS_ONCE)
    run(lesson, defining)
    expect(run(lesson, checking)).to_contain_text("✗ ask")

    hinting = checking.get_by_role("button", name="Hint")
    told = checking.get_by_role("status").filter(has_text="Hint")
    for number in (1, 2, 3):
        press(lesson, hinting)
        expect(told).to_contain_text(f"Hint {number} of 3")
        expect(told).to_contain_text("Hint 1 of 3")  # what was told stays
    expect(hinting).to_be_focused()
    accessible(lesson, ".labkit-form")
    in_code = add_cell(lesson, checking, 'hint("ask")  # I am stuck')
    expect(run(lesson, in_code)).to_contain_text("These are all the hints.")

    write(lesson, defining, solution)
    run(lesson, defining)
    expect(run(lesson, checking)).to_contain_text("✓ ask")

    open_notebook(lab, lesson, "00_start.ipynb")
    told = run(lesson, code_cell(lesson, "progress()"))
    expect(told.get_by_role("row").filter(has_text=re.compile("Ask one question", re.I))).to_contain_text(
        "✓ solved"
    )
    expect(lesson.locator(f"{PANEL} .jp-mod-error")).to_have_count(0)


def test_a_chapters_end_leads_to_the_next_chapter(lesson):
    link = lesson.get_by_role("link", name="Chapter 2: Who picked up?")
    heading = lesson.get_by_role("heading", name="Chapter 2: Who picked up?")
    assert any(link.count() for _ in screens(lesson))  # a cell far below is drawn when one comes near
    link.evaluate("link => link.scrollIntoView({block: 'end'})")
    expect(heading).not_to_be_in_viewport()
    link.click()
    expect(heading).to_be_in_viewport()

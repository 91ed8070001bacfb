"""The lessons' tool chain: a source becomes two editions in step with it, and nbval compares them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from labkit.learn import catalogue
from labkit.learn.kit.quiz import Quiz
from labkit.recordings import store
from tools import editions, notebooks, texts
from tools.notebook_lint import problems

HEAVIEST = 600_000  # bytes of a lesson's text, editions and recording: a clone has all of them

FRONT = """\
---
kernelspec:
  display_name: Python 3
  name: python3
---
"""

TITLE = catalogue.title("capstone")
CARD = f"""
from labkit.learn.kit.lesson import Card

CARD = Card("capstone", {TITLE!r}, "all of it")
"""
SOURCE = (
    FRONT
    + """
# A server for a real protocol

After [](lesson:attack), in [words](lesson:fast) and in [](lesson:capstone): predict, then run.

```{code-cell}
from IPython.display import HTML, display
import itertools, time

print("one line")
```

```{code-cell}
:tags: [program]
def double(number):
    ### BEGIN SOLUTION
    return 2 * number
    ### END SOLUTION

double(21)
```

```{code-cell}
class Ladder:
    def __repr__(self):
        return "client > server  S   seq 0"

    def _repr_html_(self):
        return f'<div class="labkit-ladder"><svg><title>{time.monotonic_ns()}</title></svg></div>'

Ladder()
```

```{code-cell}
HTML("<table><tr><td>ESTABLISHED</td></tr></table>")
```

```{code-cell}
:tags: [raises-exception]
int("ten")
```
"""
)


# ---- The editions of the real lessons ----


@pytest.mark.parametrize("source", texts.sources(), ids=texts.name_of)
def test_editions_are_in_step_with_their_source(source):
    found = editions.differences(source)
    assert not found, "\n".join(
        [*found, "make notebooks writes them anew; git restore notebooks/ takes back your own"]
    )


def test_no_edition_without_a_text_and_readme_lists_the_lessons():
    assert notebooks.check() == []


def test_texts_and_editions_hold_nothing_that_they_must_not():
    assert notebooks.lint() == []


def test_each_lesson_that_is_written_has_its_text():
    written = [name for name in catalogue.names() if catalogue.is_written(name)]
    assert list(map(texts.name_of, texts.sources())) == written


@pytest.mark.parametrize("source", texts.sources(), ids=texts.name_of)
def test_a_lesson_does_not_weigh_much(source):
    recording = [store.file(texts.name_of(source), kind) for kind in ("json", "zip")]
    weights = {path: path.stat().st_size for path in (source, *texts.edition_paths(source), *recording)}
    assert sum(weights.values()) < HEAVIEST, weights


# ---- Solutions ----


@pytest.mark.parametrize(
    ("solved", "open_"),
    [
        ("x = 1", "x = 1"),
        ("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "...  # your code"),
        (
            "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\nf()",
            "def f():\n    ...  # your code\nf()",
        ),
        (
            "### BEGIN SOLUTION\na\n### END SOLUTION\nb\n  ### BEGIN SOLUTION\nc\n### END SOLUTION",
            "...  # your code\nb\n  ...  # your code",
        ),
    ],
)
def test_solutions_are_taken_out_as_nbgrader_does(solved, open_):
    assert editions.clear_solutions(solved, editions.CODE_STUB) == open_


@pytest.mark.parametrize(
    "text",
    [
        "### BEGIN SOLUTION\nx",
        "x\n### END SOLUTION",
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\nx\n### END SOLUTION",
    ],
)
def test_unbalanced_marks_are_refused(text):
    with pytest.raises(editions.SourceError, match="SOLUTION"):
        editions.clear_solutions(text, editions.CODE_STUB)


def test_both_editions_have_the_same_ids_and_reading_is_repeatable(tmp_path):
    source = texts.source_of("capstone", tmp_path)
    source.parent.mkdir(parents=True)
    source.write_text(SOURCE)
    learner, solved = editions.read(source)
    assert [cell.id for cell in learner.cells] == [cell.id for cell in solved.cells]
    assert nbformat.writes(learner) == nbformat.writes(editions.read(source)[0])
    assert "### BEGIN" not in nbformat.writes(learner)
    assert "return 2 * number" in nbformat.writes(solved)


PROSE = """Why does the client wait?

### BEGIN SOLUTION
Because the last ACK may be lost.

So it stays to answer the FIN again.
### END SOLUTION

Now run on.
"""


def test_a_solution_in_prose_is_only_in_the_solved_edition_and_is_graded_by_hand(tmp_path):
    source = texts.source_of("capstone", tmp_path)
    source.parent.mkdir(parents=True)
    source.write_text(FRONT + "# Wait\n\n+++\n\n" + PROSE + "\n```{code-cell}\n1\n```\n")
    learner, solved = editions.read(source)
    assert [cell.source for cell in learner.cells if "client wait" in cell.source] == [
        "Why does the client wait?\n\n*Your answer.*\n\nNow run on."
    ]
    assert "may be lost" not in nbformat.writes(learner) and "SOLUTION" not in nbformat.writes(learner)
    (cell,) = (cell for cell in solved.cells if "client wait" in cell.source)
    plain = re.sub(r"<[^>]*>", "", cell.source)  # without the marks of terms
    assert "the last ACK may be lost" in plain and "answer the FIN again" in plain
    marks = cell.metadata["nbgrader"]
    assert (marks["cell_type"], marks["solution"], marks["grade"], marks["points"]) == (
        "markdown",
        True,
        True,
        1,
    )


@pytest.mark.parametrize("text", ["### BEGIN SOLUTION\nBecause.", "Because.\n### END SOLUTION"])
def test_an_unbalanced_mark_in_prose_is_refused(text, tmp_path):
    source = texts.source_of("capstone", tmp_path)
    source.parent.mkdir(parents=True)
    source.write_text(FRONT + text + "\n")
    with pytest.raises(editions.SourceError, match="SOLUTION"):
        editions.read(source)


def test_the_same_cell_twice_gets_two_ids(tmp_path):
    source = texts.source_of("capstone", tmp_path)
    source.parent.mkdir(parents=True)
    source.write_text(FRONT + "```{code-cell}\nx()\n```\n\n" * 2)
    first, second = editions.read(source)[0].cells
    assert first.id != second.id


# ---- Lint: each rule rejects what it is for, and the plain cell passes ----


def _lesson(source="1 + 1", count=1, tags=(), outputs=()):
    cell = new_code_cell(source, execution_count=count, outputs=list(outputs))
    if tags:
        cell.metadata["tags"] = list(tags)
    return new_notebook(cells=[new_markdown_cell("# Add two numbers"), cell])


def _prose(source):
    lesson = _lesson()
    lesson.cells.insert(1, new_markdown_cell(source))
    return lesson


def _result(**data):
    return new_output("execute_result", data={"text/plain": "2", **data}, execution_count=1)


def test_lint_accepts_a_plain_lesson():
    assert list(problems(_lesson(outputs=[_result()]), learner=True)) == []


@pytest.mark.parametrize(
    ("lesson", "said"),
    [
        (_lesson(""), "empty"),
        (_lesson(count=None), "never executed"),
        (_lesson("from labkit import Network\nnet = Network('a', 'b')"), "more than import from it"),
        (_lesson("# NBVAL_IGNORE_OUTPUT\n1"), "NBVAL_IGNORE_OUTPUT"),
        (_lesson("# NBVAL_SKIP\n1"), "NBVAL_SKIP"),
        (_lesson(tags=["nbval-ignore-output"]), "nbval-ignore-output"),
        (_lesson("plot();\n"), "plt.show()"),
        (_lesson("\n".join("x" * 13)), "13 lines (at most 12)"),
        (_lesson("\n".join("x" * 21), tags=["program"]), "21 lines (at most 20)"),
        (_lesson(outputs=[new_output("error", ename="OSError", evalue="", traceback=[])]), "OSError"),
        (_lesson(tags=["raises-exception"]), "raised none"),
        (_lesson(outputs=[new_output("stream", text="saved /home/ann/x.pcapng")]), "/home/ann"),
        (_lesson(outputs=[_result(**{"text/html": "<i>/tmp/x</i>"})]), "/tmp/x"),
        (_lesson(outputs=[_result(**{"text/plain": "<f at 0x7f0011223344>"})]), "differs in each run"),
        (_lesson(outputs=[_result(**{"image/svg+xml": "<svg/>", "text/plain": ""})]), "__repr__"),
        (_lesson("### BEGIN SOLUTION\n1\n### END SOLUTION"), "learner's edition"),
        (_lesson("x = 1\n### END SOLUTION"), "learner's edition"),
        (_prose("### BEGIN SOLUTION\nBecause.\n### END SOLUTION"), "learner's edition"),
        (_prose("Because.\n### END SOLUTION"), "learner's edition"),
        (new_notebook(cells=[new_code_cell("1", execution_count=1)]), "title"),
    ],
)
def test_lint_rejects(lesson, said):
    found = list(problems(lesson, learner=True))
    assert len(found) == 1
    assert said in found[0]


def test_lint_names_a_cell_by_its_first_line():
    (found,) = problems(_lesson("plot()\nshow();"), learner=True)
    assert found.startswith("cell 1 (plot()): ")


def test_the_solved_edition_keeps_its_marks():
    lessons = (
        _lesson("### BEGIN SOLUTION\n1\n### END SOLUTION"),
        _prose("### BEGIN SOLUTION\nx\n### END SOLUTION"),
    )
    assert [list(problems(lesson, learner=False)) for lesson in lessons] == [[], []]


def test_a_whole_program_may_have_twenty_lines_and_marks_do_not_count():
    source = "\n".join(["### BEGIN SOLUTION", *"x" * 20, "### END SOLUTION"])
    assert list(problems(_lesson(source, tags=["program"]), learner=False)) == []


# ---- Pictures ----


def _ladder(text, drawn):
    return _result(**{"text/plain": text, "text/html": f'<div class="labkit-ladder">{drawn}</div>'})


def test_a_picture_is_kept_while_its_facts_are_the_same():
    old, new = _lesson(outputs=[_ladder("SYN", "1 ms")]), _lesson(outputs=[_ladder("SYN", "2 ms")])
    new.cells[1].id = old.cells[1].id
    editions.keep_pictures(old, new)
    assert "1 ms" in new.cells[1].outputs[0].data["text/html"]


def test_a_picture_whose_facts_changed_is_new():
    old, new = _lesson(outputs=[_ladder("SYN", "1 ms")]), _lesson(outputs=[_ladder("RST", "2 ms")])
    new.cells[1].id = old.cells[1].id
    editions.keep_pictures(old, new)
    assert "2 ms" in new.cells[1].outputs[0].data["text/html"]


def test_the_solved_edition_leaves_the_pictures_that_the_learners_has():
    same, other = _ladder("SYN", "1 ms"), _ladder("RST", "1 ms")
    png = _result(**{"image/png": "iVBORw0KGgo="})
    learner, solved = (
        new_notebook(
            cells=[new_code_cell("x", id=str(place), outputs=[each]) for place, each in enumerate(all_)]
        )
        for all_ in ([_ladder("SYN", "2 ms"), same, png], [same, other, png])
    )
    editions.leave_pictures(solved, learner)
    first, second, third = (cell.outputs[0].data for cell in solved.cells)
    assert first == {"text/plain": "SYN", "text/html": editions.ELSEWHERE}
    assert "1 ms" in second["text/html"] and third == {"text/plain": "2"}
    assert editions.without_pictures(learner.cells[0].outputs) == editions.without_pictures(
        solved.cells[0].outputs
    )


# ---- The chain as a whole, with a throw-away lesson ----


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A tree with one built lesson, and the files that say how lessons are tested."""
    folder = tmp_path_factory.mktemp("lab")
    for path in (
        texts.ROOT / "pyproject.toml",
        texts.ROOT / "README.md",
        *(texts.ROOT / "tools").glob("*.py"),
        *(texts.ROOT / "labkit").rglob("*.py"),
    ):
        target = folder / path.relative_to(texts.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    source, card = (
        texts.source_of("capstone", folder),
        folder / "labkit" / "lessons" / "capstone" / "__init__.py",
    )
    for path, text in ((source, SOURCE.replace("A server for a real protocol", TITLE)), (card, CARD)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    built = _python(folder, "tools.notebooks", "build")
    assert built.returncode == 0, built.stderr
    return folder


def _python(folder, *arguments):
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def _nbval(folder):
    return _python(folder, "pytest", "-p", "no:cacheprovider", "-q", "notebooks")


def test_built_editions_are_in_step_and_clean_and_pass_strict_nbval(lab):
    source = texts.source_of("capstone", lab)
    assert editions.differences(source) == []
    assert [_python(lab, "tools.notebooks", verb).stdout for verb in ("lint", "check")] == ["", ""]
    assert f"[{TITLE}](notebooks/22_capstone.ipynb)" in (lab / "README.md").read_text()
    assert _python(lab, "tools.notebooks", "build").stdout == "capstone: in step\n"
    learner, solved = (
        [cell for cell in editions.load(path).cells if cell.cell_type == "code"]
        for path in texts.edition_paths(source)
    )
    assert [cell.execution_count for cell in learner] == [1, 2, 3, 4, 5]
    assert learner[1].outputs == []
    assert solved[1].outputs[0].data["text/plain"] == "42"
    ran = _nbval(lab)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "10 passed" in ran.stdout


def test_building_again_changes_no_byte_and_a_lesson_that_fails_is_not_written(lab):
    source = texts.source_of("capstone", lab)
    fails = texts.source_of("detective", lab)
    fails.parent.mkdir()
    fails.write_text(FRONT + "# Find the fault\n\n```{code-cell}\n1 / 0\n```\n")
    before = [path.read_bytes() for path in texts.edition_paths(source)]
    built = _python(lab, "tools.notebooks", "build", "--all")
    shutil.rmtree(fails.parent)
    assert built.returncode == 1
    assert "detective: " in built.stderr
    assert "ZeroDivisionError" in built.stderr
    assert editions.orphans(lab) == []
    assert "capstone: executed twice" in built.stdout
    assert [path.read_bytes() for path in texts.edition_paths(source)] == before


def test_a_change_of_the_lessons_code_is_executed_again(lab, tmp_path):
    copy = shutil.copytree(lab, tmp_path / "lab")
    source = texts.source_of("capstone", copy)
    outputs = [editions.stamp(editions.load(path)) for path in texts.edition_paths(source)]
    (copy / "labkit" / "lessons" / "capstone" / "predictions.py").write_text("BECAUSE = {}\n")
    assert not editions.is_of_this_code(source)
    assert "capstone: executed twice" in _python(copy, "tools.notebooks", "build").stdout
    assert editions.is_of_this_code(source)
    assert _python(copy, "tools.notebooks", "build").stdout == "capstone: in step\n"
    assert [editions.stamp(editions.load(path)) for path in texts.edition_paths(source)] == outputs


def test_the_list_of_all_lessons_goes_by_what_is_to_be_solved(tmp_path, monkeypatch):
    source, other = (texts.source_of(name, tmp_path) for name in ("start", "capstone"))
    for each, words in ((source, editions.rows.HERE), (other, "alone")):
        each.parent.mkdir(parents=True)
        each.write_text(words)
    before = [(editions.beside(each), editions.code(each)) for each in (source, other)]
    first, *rest = editions.finding.lessons()
    asked = first._replace(quizzes=(Quiz("new", "One more", ()),))
    monkeypatch.setattr(editions.finding, "lessons", lambda: (asked, *rest))
    after = [(editions.beside(each), editions.code(each)) for each in (source, other)]
    assert after[0][0] != before[0][0] and after[0][1] == before[0][1], "a recording is not of the list"
    assert after[1] == before[1]


def test_strict_nbval_sees_a_changed_text_table_or_ladder(lab, tmp_path):
    copy = shutil.copytree(lab, tmp_path / "lab")
    path = copy / "notebooks" / "22_capstone.ipynb"
    edition = json.loads(path.read_text())
    code = [cell for cell in edition["cells"] if cell["cell_type"] == "code"]
    code[0]["outputs"][0]["text"] = ["another line\n"]
    code[2]["outputs"][0]["data"]["text/plain"] = ["server > client  S   seq 0"]
    code[3]["outputs"][0]["data"]["text/html"] = ["<table><tr><td>CLOSED</td></tr></table>"]
    code[4]["outputs"][0]["evalue"] = "another value"
    path.write_text(json.dumps(edition))
    shutil.rmtree(copy / "notebooks" / "solutions")
    ran = _nbval(copy)
    assert "4 failed, 1 passed" in ran.stdout, ran.stdout
    assert any(
        "outputs were changed" in text for text in editions.differences(texts.source_of("capstone", copy))
    )


def test_editions_of_a_lesson_that_is_gone_go_unless_they_were_changed(lab, tmp_path):
    copy = shutil.copytree(lab, tmp_path / "lab")
    learner, solved = texts.edition_paths(texts.source_of("capstone", copy))
    learner.write_text(learner.read_text().replace("ESTABLISHED</td>", "mine</td>"))
    shutil.rmtree(copy / "lessons" / "capstone")
    said = _python(copy, "tools.notebooks", "build").stdout
    assert "solutions/22_capstone.ipynb: no text gives it any more, it was removed" in said
    assert "notebooks/22_capstone.ipynb: no text gives it, and it was changed by hand" in said
    assert learner.exists() and not solved.exists()
    assert "22_capstone" not in (copy / "README.md").read_text()


def test_a_lesson_that_gets_another_number_keeps_its_pictures(lab, tmp_path):
    copy = shutil.copytree(lab, tmp_path / "lab")
    learner, _ = texts.edition_paths(texts.source_of("capstone", copy))
    before = learner.read_bytes()
    learner.rename(learner.with_name("21_capstone.ipynb"))
    assert "21_capstone.ipynb: no text gives it" in _python(copy, "tools.notebooks", "build").stdout
    assert learner.read_bytes() == before and not learner.with_name("21_capstone.ipynb").exists()

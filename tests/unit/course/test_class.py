"""`labkit class`: what is counted of generated classes, and what bad files do to it (nothing, but a line)."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import sys
from pathlib import Path

import pytest
from odd import oddities

from labkit.__main__ import main
from labkit.course.classroom.command import command
from labkit.course.classroom.notebooks import Foreign, lesson_of, read
from labkit.course.classroom.picture import figure
from labkit.course.classroom.reading import ClassError, collect, progress
from labkit.course.classroom.record import Failure, Guess, Person, Try, joined
from labkit.course.classroom.tally import overview
from labkit.course.classroom.telling import as_csv, as_json, table
from labkit.learn.finding import because, right_answer
from labkit.learn.progressing.journal import empty
from labkit.learn.varying import handed


def code(source: str, *outputs: dict, tags: tuple[str, ...] = ()) -> dict:
    return {"cell_type": "code", "source": source, "outputs": list(outputs), "metadata": {"tags": list(tags)}}


def words(source: str) -> dict:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def shown(**facts: object) -> dict:
    return {"output_type": "display_data", "data": {}, "metadata": {"labkit": facts}}


def failed(name: str) -> dict:
    return {"output_type": "error", "ename": name, "evalue": "", "traceback": []}


def lay(folder: Path, name: str, content: object) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def seen(folder: Path):
    return overview(
        collect(folder).people, because=lambda id, choice: f"because {choice}", task=lambda id: ("task", id)
    )


# ---- A notebook ----


def test_a_notebook_says_what_was_predicted_tried_and_failed():
    cells = [
        words("# The handshake"),
        words("## Two at once"),
        code(
            "reveal('a')",
            shown(predicted="ack-of-syn", question="Which?", chosen="0", found="1", right=False),
        ),
        code("check('kind', kind)", shown(checked="kind", status="not yet", right=2, of=11)),
        code("sock.connect(there)\nmore", failed("TimeoutError")),
        code("sock.connect(nowhere)", failed("OSError"), tags=("raises-exception",)),
    ]
    person = read({"cells": cells}, "02_handshake", "ada")
    assert person.guesses == {"ack-of-syn": Guess("0", False, "Which?")}
    assert person.tries == {"kind": Try(1, False, 0, 2, 11)}
    assert person.failures == (Failure("handshake", "Two at once: sock.connect(there)", "TimeoutError"),)
    assert person.lessons == {"handshake"}


def test_answers_in_code_are_taken_where_no_output_tells():
    right = right_answer("first-segment")
    cells = [
        code('predict("first-segment", "Which call?", ["listen()", "connect()", "accept()"], answer="a")'),
        code('predict("old-syn", answer="b")'),
        code('quiz("handshake-exit", "a - - -")'),
    ]
    person = read({"cells": cells}, "02_handshake", "ada")
    assert person.guesses["first-segment"] == Guess("listen()", right == "listen()")
    assert person.guesses["old-syn"].chosen == "b"
    assert person.quizzes["handshake-exit"].of == 4 and not person.quizzes["handshake-exit"].solved


@pytest.mark.parametrize(
    ("stem", "lesson"),
    [
        ("05_framing", "framing"),
        ("ada_05_framing", "framing"),
        ("05_framing.new", "framing"),
        ("my", ""),
        ("05_x", ""),
    ],
)
def test_a_lesson_is_known_by_its_files_name(stem, lesson):
    assert lesson_of(stem) == lesson


def test_a_foreign_notebook_is_none_of_ours():
    with pytest.raises(Foreign):
        read({"cells": [code("print(1)")]}, "homework", "ada")


@pytest.mark.parametrize("content", [[], {"cells": 3}, {"cells": ["x"]}, 7])
def test_json_that_is_no_notebook_is_refused(content):
    with pytest.raises(ValueError, match="no notebook"):
        read(content, "05_framing", "ada")


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "code"},
        {"cell_type": "code", "source": ["a", "b"], "outputs": None, "metadata": {}},
        {"cell_type": "code", "source": "((((", "outputs": ["x"], "metadata": {}},
        {
            "cell_type": "code",
            "source": "quiz(3)\nquiz()\nquiz('a', *b)",
            "outputs": [{"metadata": 4}],
            "metadata": {},
        },
        {"cell_type": "code", "source": "", "outputs": [{"metadata": {"labkit": [1]}}], "metadata": {}},
    ],
)
def test_odd_cells_say_nothing(cell):
    assert read({"cells": [cell]}, "05_framing", "ada") == Person(
        "ada", {}, {}, {}, (), frozenset({"framing"})
    )


# ---- Progress ----


def test_progress_says_what_was_chosen_and_how_often_one_tried():
    content = empty()
    content["predictions"]["ack-of-syn"] = {"right": False, "chosen": "0", "asked": {"question": "Which?"}}
    content["exercises"]["kind"] = {"tries": 7, "hints": 2}
    content["quizzes"]["handshake-exit"] = {"tries": 2, "right": 4, "solved": "2026-01-01T00:00:00Z"}
    person = progress(content, "ada")
    assert person.guesses == {"ack-of-syn": Guess("0", False, "Which?")}
    assert person.tries == {"kind": Try(7, False, 2)}
    assert person.quizzes == {"handshake-exit": Try(2, True, 0, 4, 4)}


def test_two_files_of_one_person_are_one():
    one = Person("ada", {"a": Guess("", False)}, {"kind": Try(1, True)}, {}, (), frozenset({"framing"}))
    other = Person(
        "ada", {"a": Guess("x", False, "?")}, {"kind": Try(5, False, 2)}, {}, (), frozenset({"nagle"})
    )
    both = joined(one, other)
    assert both == joined(one, other)
    assert both.guesses == {"a": Guess("x", False, "?")}
    assert both.tries == {"kind": Try(5, True, 2)}
    assert both.lessons == {"framing", "nagle"}


# ---- A generated class ----


def generated(folder: Path, people: int, seed: int = 1) -> dict[str, int]:
    """A class in folders and files; returns how many chose each choice of the prediction "ack-of-syn"."""
    chance = random.Random(seed)
    choices = [str(choice) for choice in because("ack-of-syn")]
    counted: dict[str, int] = dict.fromkeys(choices, 0)
    for number in range(people):
        chosen = chance.choice(choices)
        counted[chosen] += 1
        right = chosen == right_answer("ack-of-syn")
        if number % 2:
            content = empty()
            content["predictions"]["ack-of-syn"] = {"right": right, "chosen": chosen}
            content["exercises"]["kind"] = {
                "tries": number,
                "hints": number % 3,
                **({"solved": "x"} if right else {}),
            }
            lay(folder, f"p{number:02}.json", content)
        else:
            guess = shown(predicted="ack-of-syn", question="Which?", chosen=chosen, found="", right=right)
            tried = shown(checked="kind", status="solved" if right else "not yet", right=1, of=11)
            error = [failed("TimeoutError")] if number % 4 == 0 else []
            cells = [words("# H"), code("reveal()", guess), code("check()", tried), code("recv()", *error)]
            lay(folder, f"p{number:02}/handshake/02_handshake.ipynb", {"cells": cells})
    return counted


@pytest.mark.parametrize("people", [1, 30])
def test_a_class_is_counted(tmp_path, people):
    counted = generated(tmp_path, people)
    found = seen(tmp_path)
    wrong = {choice: number for choice, number in counted.items() if choice != right_answer("ack-of-syn")}
    (belief,) = found.beliefs
    assert (found.people, belief.made, belief.wrong) == (people, people, sum(wrong.values()))
    if belief.wrong:
        assert belief.by == max(wrong.values()) == wrong[belief.chosen]
        assert belief.because == f"because {belief.chosen}"
    (task,) = found.tasks
    assert (task.tried, task.solved) == (people, people - belief.wrong)
    assert [each.people for each in found.troubles] == [len(range(0, people, 4))]


def test_the_command_tells_the_misconception_in_words(tmp_path):
    generated(tmp_path, 30)
    status, said, wrong = command(str(tmp_path))
    assert (status, wrong) == (0, "")
    (belief,) = seen(tmp_path).beliefs
    words = " ".join(said.split())
    assert "30 people, 30 files read" in words
    assert f"{belief.by} chose “{belief.chosen}”" in words
    assert " ".join(because("ack-of-syn")[belief.chosen].split())[:40] in words
    assert "Name a segment by its flags" in words and "TimeoutError" in words


def test_csv_has_a_line_for_each_thing_and_no_formula(tmp_path):
    generated(tmp_path, 6)
    lay(tmp_path, "=cmd.json", {**empty(), "exercises": {"kind": {"tries": 1}}})
    out = tmp_path / "out.csv"
    assert command(str(tmp_path), csv=str(out))[0] == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert {row["person"] for row in rows} == {"'=cmd", *(f"p{number:02}" for number in range(6))}
    assert [row["state"] for row in rows if row["kind"] == "failed cell"] == ["TimeoutError"] * 2
    assert {row["tries"] for row in rows if row["person"] == "p05"} == {"", "5"}


def test_json_has_all_of_it(tmp_path):
    generated(tmp_path, 6)
    lay(tmp_path, "x/05_framing.ipynb", '{"cells": [')
    status, said, _ = command(str(tmp_path), json=True)
    told = json.loads(said)
    assert status == 1 and told["people"] == 6 and len(told["each"]) == 6
    assert told["predictions"][0]["id"] == "ack-of-syn" and "x/05_framing.ipynb" in told["not_read"][0]


def test_bad_files_are_told_and_lose_nothing(tmp_path):
    generated(tmp_path, 10)
    before = seen(tmp_path)
    bad = {
        "half/02_handshake.ipynb": ('{"cells": [{"cell_type": "co', "only a part of it"),
        "text/02_handshake.ipynb": ("my homework", "no JSON"),
        "other/analysis.ipynb": ({"cells": [code("print(1)")]}, "none of labkit's lessons"),
        "list.json": ([1, 2], "no progress"),
        "old.json": ({"version": 99}, "another labkit"),
        "broken.json": ({**empty(), "exercises": {"kind": 3}}, "damaged"),
        "deep/02_handshake.ipynb": ("[" * 100_000, ""),
    }
    for name, (content, _) in bad.items():
        lay(tmp_path, name, content)
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    lay(tmp_path, "p01/.ipynb_checkpoints/02_handshake.ipynb", "not looked at")
    found = collect(tmp_path)
    assert seen(tmp_path) == before
    assert len(found.problems) == len(bad) + 1
    for name, (_, why) in bad.items():
        assert any(line.startswith(f"{name}: ") and why in line for line in found.problems), name
    assert any(line == "bytes.json: it is no text" for line in found.problems)


NOTEBOOK = {
    "cells": [
        words("## Two at once"),
        code("reveal('a')", shown(predicted="ack-of-syn", question="Which?", chosen="0", right=False)),
        code("check('kind', kind)", shown(checked="kind", status="not yet", right=2, of=11)),
        code(
            'quiz("handshake-exit", "a - - -")\nsock.connect(there)', failed("TimeoutError"), tags=("mine",)
        ),
    ]
}
PROGRESS = {
    "version": 1,
    "predictions": {"ack-of-syn": {"right": False, "chosen": "0", "asked": {"question": "Which?"}}},
    "exercises": {"kind": {"tries": 7, "hints": 2, "solved": "2026-01-01T00:00:00Z"}},
    "orders": {},
    "quizzes": {"handshake-exit": {"tries": 2, "right": 4}},
}


def rows(text: str, person: str) -> list[dict[str, str]]:
    """The lines of CSV of those whose name begins so."""
    return [line for line in csv.DictReader(io.StringIO(text)) if line["person"].startswith(person)]


def test_whatever_one_value_of_a_file_is_nobody_else_loses_anything(tmp_path):
    generated(tmp_path, 10)
    before = rows(as_csv(collect(tmp_path)), "p")
    good = {"02_handshake.ipynb": NOTEBOOK, "progress.json": PROGRESS}
    odd = [(name, each) for name, content in good.items() for each in oddities(content)]
    for number, (name, each) in enumerate(odd):
        lay(tmp_path, f"x{number}/{name}", f"{json.dumps(each)}\n")
    found = collect(tmp_path)
    files = {line.partition(":")[0] for line in found.problems}
    assert len(files) == len(found.problems) and all(file.startswith("x") for file in files)
    assert len(found.people) + len(files) == 10 + len(odd)
    said = as_csv(found)
    assert rows(said, "p") == before and rows(said, "x")
    counted = overview(found.people, because=lambda id, choice: choice, task=lambda id: ("task", id))
    for told in (said, as_json(counted, found), table(counted, found)):
        assert told.encode()


def test_what_cannot_be_shown_or_written_is_replaced(tmp_path):
    """Halves of a character, and what a terminal obeys: in names, answers and errors, and in the file's own name."""
    generated(tmp_path, 2)
    lay(tmp_path, "a.json", {**empty(), "exercises": {"\ud800": {"tries": 1}}})
    lay(tmp_path, "b/02_handshake.ipynb", {"cells": [code("x\x1b[2J", failed("\x1b]0;mine\x07"))]})
    lay(tmp_path, "c.json", {"version": "\ud800\x9b"})
    if sys.platform == "linux":  # elsewhere a name is a text
        lay(tmp_path, os.fsdecode(b"\xff.json"), empty())
    lay(tmp_path, "d.json", empty() | {"predictions": {"a": {"right": True, "chosen": "\r"}}})
    out = tmp_path / "out.csv"
    status, said, wrong = command(str(tmp_path), csv=str(out))
    assert (status, wrong) == (1, "")
    assert {row["person"] for row in rows(out.read_text(encoding="utf-8"), "")} == {
        "p00",
        "p01",
        "a",
        "b",
        "d",
    }
    assert f"{6 if sys.platform == 'linux' else 5} people" in said
    assert "c.json: it is progress of another labkit (format \ufffd\ufffd)" in said
    for text in (said, out.read_text(encoding="utf-8")):
        assert not [sign for sign in text if not sign.isprintable() and sign != "\n"]


@pytest.mark.skipif(sys.platform == "win32", reason="links take a right there")
def test_a_link_to_nowhere_is_told_or_left_out(tmp_path):
    generated(tmp_path, 2)
    (tmp_path / "far.json").symlink_to("x" * 300)
    assert [person.name for person in collect(tmp_path).people] == ["p00", "p01"]


def test_a_picture_that_cannot_be_written_is_named(tmp_path):
    generated(tmp_path, 2)
    status, _, wrong = command(
        str(tmp_path), csv=str(tmp_path / "out.csv"), picture=str(tmp_path / "a" / "b.png")
    )
    assert status == 2 and f"{tmp_path / 'a' / 'b.png'} cannot be written" in wrong


def test_a_folder_with_nothing_in_it_says_so(tmp_path, capsys):
    with pytest.raises(ClassError, match="holds no notebook"):
        collect(tmp_path)
    assert main(["class", str(tmp_path / "nowhere")]) == 2
    assert "is no folder" in capsys.readouterr().err
    generated(tmp_path, 2)
    assert main(["class", str(tmp_path), "--csv", str(tmp_path / "no" / "where.csv")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_courses_submissions_are_taken_of_a_whole_course(tmp_path):
    generated(tmp_path / "submitted", 4)
    lay(tmp_path, "source/handshake/02_handshake.ipynb", {"cells": []})
    assert {person.name for person in collect(tmp_path).people} == {"p00", "p01", "p02", "p03"}


def test_what_the_hand_out_had_beside_its_notebook_is_nobodys(tmp_path):
    """nbgrader collects whole folders, so it is in everybody's."""
    generated(tmp_path, 4)
    before = seen(tmp_path)
    for person in ("p00", "p02", "nobody"):
        lay(tmp_path, f"{person}/handshake/{handed.FILE}", handed.written({"ada": 7, "ben": 8}))
    status, said, _ = command(str(tmp_path))
    assert (status, seen(tmp_path)) == (0, before)
    assert "4 people, 4 files read" in said and handed.FILE not in said
    lay(tmp_path, handed.FILE, empty())  # of somebody who is called "variants"
    assert [person.name for person in collect(tmp_path).people][-1] == "variants"


@pytest.mark.parametrize(
    "laid", ["source/handshake/02_handshake.ipynb", "release/handshake/02_handshake.ipynb"]
)
def test_of_a_course_nothing_is_taken_before_it_is_collected(tmp_path, laid):
    lay(tmp_path, laid, {"cells": [code("check()", shown(checked="kind", status="solved", right=11, of=11))]})
    with pytest.raises(ClassError, match="nothing of it is collected yet"):
        collect(tmp_path)
    generated(tmp_path / "submitted", 2)
    assert [person.name for person in collect(tmp_path).people] == ["p00", "p01"]


# ---- The picture ----


def test_the_picture_has_a_bar_for_each(tmp_path):
    generated(tmp_path, 30)
    found = seen(tmp_path)
    left, right = figure(found).axes
    (belief,), (task,) = found.beliefs, found.tasks
    assert [bar.get_width() for bar in left.patches] == [belief.wrong, belief.made - belief.wrong]
    assert [bar.get_width() for bar in right.patches] == [task.tried - task.solved, task.solved]
    assert "ack-of-syn" in left.get_yticklabels()[0].get_text()
    assert left.get_xlabel() == "people"


def test_the_picture_of_nothing_says_so_and_is_written(tmp_path):
    lay(tmp_path, "a/05_framing.ipynb", {"cells": []})
    out = tmp_path / "out.png"
    assert command(str(tmp_path), picture=str(out))[0] == 0
    assert out.read_bytes()[:4] == b"\x89PNG"
    assert command(str(tmp_path), picture=str(tmp_path / "out.nothing"))[0] == 2

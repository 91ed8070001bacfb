"""A learner's own copy: what is laid, what is replaced, and what is never lost."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
import threading

import limits
import pytest

from labkit.course import command
from labkit.course.copies import NOTE, digest, fresh, lay
from labkit.course.editions import CourseError, Edition, chosen, editions


def notebook(*sources, ran=False):
    cells = [{"cell_type": "markdown", "id": "t", "metadata": {}, "source": "# A lesson"}]
    for number, source in enumerate(sources):
        output = {"output_type": "stream", "name": "stdout", "text": "hello\n"}
        cells.append(
            {
                "cell_type": "code",
                "id": f"c{number}",
                "metadata": {"nbgrader": {"points": 1}},
                "source": source,
                "outputs": [output] if ran else [],
                "execution_count": 1 if ran else None,
            }
        )
    metadata = {"kernelspec": {"name": "python3"}, "labkit": {"stamp": "x"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def shelf(tmp_path):
    """shelf(file, *sources): an edition as it comes with labkit, executed."""
    folder = tmp_path / "came with labkit"
    folder.mkdir()

    def edition(file, *sources):
        path = folder / file
        path.write_text(json.dumps(notebook(*sources, ran=True)))
        return Edition(path, path.stem[3:])

    return edition


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "my lessons"


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != NOTE)


def sources(path):
    return [cell["source"] for cell in json.loads(path.read_text())["cells"][1:]]


def rewrite(path, change):
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def solve(content):
    content["cells"][1]["source"] = "x = 42"


def run(content):
    content["cells"][1].update(execution_count=3, outputs=[{"output_type": "stream", "text": "mine"}])


def test_a_fresh_copy_has_no_outputs_and_says_nothing(shelf, mine):
    assert lay([shelf("05_framing.ipynb", "x = 1")], mine) == []
    laid = json.loads((mine / "05_framing.ipynb").read_text())
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in laid["cells"][1:])
    assert laid["metadata"] == {"kernelspec": {"name": "python3"}}
    assert laid["cells"][1]["metadata"] == {"nbgrader": {"points": 1}}
    assert files(mine) == ["05_framing.ipynb"]


def test_who_wants_to_compare_outputs_gets_them(shelf, mine):
    edition = shelf("05_framing.ipynb", "x = 1")
    assert lay([edition], mine, outputs=True) == []
    copied = json.loads((mine / "05_framing.ipynb").read_text())
    assert [cell.get("outputs") for cell in copied["cells"]] == [
        cell.get("outputs") for cell in edition.notebook["cells"]
    ]
    assert copied["cells"][1]["outputs"] and copied["metadata"] == {"kernelspec": {"name": "python3"}}


def test_a_cell_that_checks_is_locked_as_in_nbgraders_hand_out():
    cells = notebook("x = 1", "check('x', x)")
    cells["cells"][2]["metadata"]["nbgrader"]["locked"] = True
    _, solution, check = fresh(cells)["cells"]
    assert (check["metadata"]["editable"], check["metadata"]["deletable"]) == (False, False)
    assert "editable" not in solution["metadata"] and "deletable" not in solution["metadata"]
    assert "editable" not in cells["cells"][2]["metadata"], "the edition stays as it is"


def test_every_lesson_is_laid_with_its_checks_locked():
    for edition in editions():
        for cell in fresh(edition.notebook)["cells"]:
            checks = "".join(cell["source"]).startswith("check(")
            assert (cell["metadata"].get("editable") is False) is checks, edition.file


def test_what_nobody_touched_is_replaced_in_silence(shelf, mine):
    lay([shelf("05_framing.ipynb", "x = 1")], mine)
    assert lay([shelf("05_framing.ipynb", "x = 2")], mine) == []
    assert sources(mine / "05_framing.ipynb") == ["x = 2"] and files(mine) == ["05_framing.ipynb"]


@pytest.mark.parametrize("work", [solve, run], ids=["changed", "run"])
def test_work_stays_and_the_new_lesson_comes_beside_it_once(shelf, mine, work):
    lay([shelf("05_framing.ipynb", "x = 1")], mine)
    rewrite(mine / "05_framing.ipynb", work)
    before = (mine / "05_framing.ipynb").read_bytes()
    (said,) = lay([shelf("05_framing.ipynb", "x = 2")], mine)
    assert said.startswith("05_framing.ipynb holds your work") and said.endswith("05_framing.new.ipynb")
    assert (mine / "05_framing.ipynb").read_bytes() == before
    assert sources(mine / "05_framing.new.ipynb") == ["x = 2"]
    assert lay([shelf("05_framing.ipynb", "x = 2")], mine) == [], "it has been told"
    (again,) = lay([shelf("05_framing.ipynb", "x = 3")], mine)
    assert again.endswith("05_framing.new.ipynb"), "what lay beside was not touched"
    rewrite(mine / "05_framing.new.ipynb", work)
    (third,) = lay([shelf("05_framing.ipynb", "x = 4")], mine)
    assert third.endswith("05_framing.new-2.ipynb")
    assert files(mine) == ["05_framing.ipynb", "05_framing.new-2.ipynb", "05_framing.new.ipynb"]


def test_a_lesson_that_was_run_and_has_not_changed_keeps_its_outputs(shelf, mine):
    lay([shelf("05_framing.ipynb", "x = 1")], mine)
    rewrite(mine / "05_framing.ipynb", run)
    before = (mine / "05_framing.ipynb").read_bytes()
    assert lay([shelf("05_framing.ipynb", "x = 1")], mine) == []
    assert (mine / "05_framing.ipynb").read_bytes() == before


def test_what_jupyterlab_adds_is_no_work(shelf, mine):
    lay([shelf("05_framing.ipynb", "x = 1")], mine)

    def saved(content):
        content["metadata"]["language_info"] = {"name": "python", "version": "3.14"}
        content["cells"][1]["metadata"]["trusted"] = True
        content["cells"][1]["source"] = ["x = 1  \n", "\n"]
        content["cells"].append({"cell_type": "code", "source": "", "metadata": {}, "outputs": []})

    rewrite(mine / "05_framing.ipynb", saved)
    assert lay([shelf("05_framing.ipynb", "x = 2")], mine) == []
    assert sources(mine / "05_framing.ipynb") == ["x = 2"]


def test_another_number_is_the_same_lesson(shelf, mine):
    lay([shelf("04_framing.ipynb", "x = 1"), shelf("14_multicast.ipynb", "y = 1")], mine)
    rewrite(mine / "14_multicast.ipynb", solve)
    said = lay([shelf("05_framing.ipynb", "x = 2"), shelf("15_multicast.ipynb", "y = 1")], mine)
    assert files(mine) == ["05_framing.ipynb", "14_multicast.ipynb", "15_multicast.new.ipynb"]
    assert len(said) == 1 and said[0].startswith("14_multicast.ipynb holds your work")


def test_without_the_note_nothing_that_differs_is_replaced(shelf, mine):
    lay([shelf("05_framing.ipynb", "x = 1"), shelf("06_nagle.ipynb", "y = 1")], mine)
    (mine / NOTE).unlink()
    (said,) = lay([shelf("05_framing.ipynb", "x = 2"), shelf("06_nagle.ipynb", "y = 1")], mine)
    assert said.startswith("05_framing.ipynb")
    assert files(mine) == ["05_framing.ipynb", "05_framing.new.ipynb", "06_nagle.ipynb"]
    (mine / NOTE).write_text("{damaged")
    assert lay([shelf("05_framing.ipynb", "x = 2")], mine) == []


def test_a_file_that_is_no_notebook_is_kept(shelf, mine):
    mine.mkdir()
    (mine / "05_framing.ipynb").write_text("half a notebook")
    (said,) = lay([shelf("05_framing.ipynb", "x = 1")], mine)
    assert (mine / "05_framing.ipynb").read_text() == "half a notebook" and "05_framing.new.ipynb" in said


def test_a_file_in_the_folders_place_is_told(shelf, mine):
    mine.write_text("mine")
    with pytest.raises(CourseError, match=r"is a file.*another folder"):
        lay([shelf("05_framing.ipynb", "x = 1")], mine)
    assert mine.read_text() == "mine"


def test_a_folder_that_may_not_be_written_is_told(mine):
    mine.mkdir(mode=0o500)
    argv = [sys.executable, "-m", "labkit", "lessons", "--copy", str(mine)]
    if os.geteuid() == 0:  # who may write everywhere
        argv = limits.command(argv)
    ran = subprocess.run(argv, capture_output=True, text=True)
    assert ran.returncode and not files(mine)
    assert re.search(r"cannot be laid into.*name a folder that you may write to", ran.stderr)


def test_two_at_once_lay_whole_files(shelf, mine):
    shelved = [shelf(f"{number:02}_lesson{number}.ipynb", "x = 1" * 2000) for number in range(12)]
    threads = [threading.Thread(target=lay, args=(shelved, mine)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert files(mine) == [each.file for each in shelved]
    assert all(sources(mine / name) == ["x = 1" * 2000] for name in files(mine))


def test_a_digest_is_of_the_cells_and_not_of_what_they_gave():
    one = notebook("x = 1", ran=True)
    assert digest(one) == digest(fresh(one)) != digest(notebook("x = 2"))
    unchanged = copy.deepcopy(one)
    fresh(one)
    assert one == unchanged


def test_lessons_are_found_by_name_number_or_file():
    among = editions()
    assert [each.name for each in among][:2] == ["start", "sockets"]
    for name in ("handshake", "2", "02", "02_handshake", "notebooks/02_handshake.ipynb"):
        assert [each.name for each in chosen([name], among)] == ["handshake"]
    with pytest.raises(CourseError, match="no lesson 'quic'; there are: start, sockets"):
        chosen(["quic"], among)


def test_a_labkit_without_lessons_says_where_they_are(tmp_path):
    with pytest.raises(CourseError, match=r"no lessons came with this labkit.*make lab"):
        editions([tmp_path])


def test_the_listing_has_number_name_and_title():
    assert command.listing().splitlines()[1].split() == [
        "01",
        "sockets",
        *"Sockets, ports and the life cycle".split(),
    ]

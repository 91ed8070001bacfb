"""The files of recordings: read as they were written, refused when they are not, and those of the lessons."""

from __future__ import annotations

import json
import shutil
import zipfile

import pytest
from recorded_samples import Sample, record

from labkit.recordings import store
from labkit.recordings.finding import Lessons
from labkit.recordings.replay import Replay
from labkit.recordings.store import RecordingError
from tools import editions, recordings
from tools.texts import name_of, source_of, sources

LARGEST = 400_000  # bytes of one lesson's two files; a clone has them all


def test_a_recording_comes_back_as_it_was(tmp_path):
    made = record(tmp_path, Sample("x = 1", "one\n", {"x": 1}), Sample("y", shown="hosts"))
    assert store.names(tmp_path) == ["sample"]
    assert store.load("sample", tmp_path) == made
    assert store.read(made).outputs[0] == [{"output_type": "stream", "name": "stdout", "text": "one\n"}]
    assert made.on == "Linux 6.18, 2026-11-21"


def test_the_same_recording_gives_the_same_bytes(tmp_path):
    one, two = (record(tmp_path / name, Sample("x = 1", "1", {"x": {1, 2}})) for name in "ab")
    assert one.content == two.content


@pytest.mark.parametrize(
    ("one", "other"), [("x = 1\n", "x = 1"), ("if a:  \n    b", "\nif a:\n    b\n\n"), ("x = 1", "x = 1   ")]
)
def test_what_makes_no_difference_is_not_seen(one, other):
    assert store.digest(one) == store.digest(other)


@pytest.mark.parametrize(("one", "other"), [("x = 1", "x = 2"), ("if a:\n    b\nc", "if a:\n    b\n    c")])
def test_a_change_is_seen(one, other):
    assert store.digest(one) != store.digest(other)


def test_a_changed_file_is_refused_and_nothing_of_it_read(tmp_path):
    made = record(tmp_path, Sample("x = 1", values={"x": 1}))
    with zipfile.ZipFile(store.file("sample", "zip", tmp_path), "a") as archive:
        archive.writestr("more", "x")
    with pytest.raises(RecordingError, match=r"is not the file that was recorded.*nothing of it was read"):
        store.read(made)
    variables = {}
    with pytest.raises(RecordingError):
        Replay(variables, print, print).bind(Lessons(tmp_path).find("x = 1"))
    assert variables == {}


@pytest.mark.parametrize(
    "change",
    [
        {"format": 99},
        {"cells": [{"id": 1}]},
        {"made": {}},
        {"cells": None},
        {
            "cells": [
                {"id": "a", "source": "b", "begins": "", "own": False, "shown": {"recorded": "no reason"}}
            ]
        },
    ],
)
def test_a_table_of_another_kind_is_refused(tmp_path, change):
    record(tmp_path, Sample("x = 1"))
    path = store.file("sample", "json", tmp_path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(RecordingError, match="make recordings"):
        store.load("sample", tmp_path)


@pytest.mark.parametrize("gone", ["json", "zip"])
def test_a_missing_file_is_said(tmp_path, gone):
    made = record(tmp_path, Sample("x = 1"))
    store.file("sample", gone, tmp_path).unlink()
    with pytest.raises(RecordingError, match="install labkit again"):
        store.read(made) if gone == "zip" else store.load("sample", tmp_path)


# -- which cell?


@pytest.fixture
def lessons(tmp_path):
    samples = [Sample(source) for source in ("import a", "net.close()", "b", "net.close()", "net.close()")]
    record(tmp_path, *samples, lesson="one")
    record(tmp_path, Sample("import c"), Sample("net.close()"), lesson="two")
    return Lessons(tmp_path)


def numbers(lessons, *steps):
    return [getattr(lessons.find(*step), "number", None) for step in steps]


def test_equal_cells_are_told_apart_by_their_place(lessons):
    assert numbers(lessons, ["import a"], ["net.close()"], ["b"], ["net.close()"], ["net.close()"]) == [
        0,
        1,
        2,
        3,
        4,
    ]


def test_equal_cells_are_told_apart_by_their_id(lessons):
    assert numbers(lessons, ["import a"], ["net.close()", "cell4"], ["net.close()", "cell1"]) == [0, 4, 1]


def test_going_back_is_seen(lessons):
    assert numbers(lessons, ["import a"], ["b"], ["import a"], ["net.close()"], ["b"], ["b"]) == [
        0,
        2,
        0,
        1,
        2,
        2,
    ]


def test_a_cell_is_one_of_the_lesson_that_the_learner_is_in(lessons):
    found = [lessons.find(source) for source in ("net.close()", "import c", "net.close()", "import a")]
    assert [each and each.recording.lesson for each in found] == [None, "two", "two", "one"]


def test_an_exercise_is_never_found(tmp_path):
    record(tmp_path, Sample("def f():\n    return 1", own=True))
    assert Lessons(tmp_path).find("def f():\n    return 1") is None


# -- the lessons' own


@pytest.mark.parametrize("source", sources(), ids=name_of)
def test_a_lessons_recording_is_of_its_cells(source):
    assert store.load(name_of(source)).cells, "run `make recordings`"
    known = [cell._replace(shown={}) for cell in store.load(name_of(source)).cells]
    assert known == recordings.table(source), "the lesson has changed: run `make recordings`"


@pytest.mark.parametrize(
    ("code", "same"), [(editions.code, True), (lambda source: "of another day", False)], ids=["same", "other"]
)
def test_a_recording_is_of_its_lessons_code(tmp_path, code, same):
    source = source_of("start")
    no_bytecode = shutil.ignore_patterns("__pycache__")  # another process may be writing there
    shutil.copytree(store.LESSONS / "start", tmp_path / "start", ignore=no_bytecode)
    recording = store.load("start", tmp_path)
    store.save_table(recording._replace(made={**recording.made, "code": code(source)}))
    assert recordings.in_step(source, tmp_path) is same


@pytest.mark.parametrize("name", store.names())
def test_a_recording_can_be_read_by_this_python(name):
    class Names(dict):
        """A lesson's functions, whatever their names."""

        def __contains__(self, name):
            return True

        def __getitem__(self, name):
            return type(name, (), {})

    found = [cell for cell in Lessons()._places.values() for cell in cell if cell.recording.lesson == name]
    replay = Replay(Names(), print, print)
    assert found
    for each in found:
        replay.values(each)


@pytest.mark.parametrize("name", store.names())
def test_a_recording_is_small(name):
    sizes = {kind: store.file(name, kind).stat().st_size for kind in ("json", "zip")}
    assert sum(sizes.values()) < LARGEST, sizes


@pytest.mark.parametrize("name", store.names())
def test_no_recorded_output_holds_a_path_or_a_widget(name):
    for outputs in store.read(store.load(name)).outputs:
        for output in outputs:
            data = output.get("data", {})
            said = [output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")]
            assert not any(word in text for text in said for word in ("/home/", "/root/", "/work/"))
            assert not any("widget" in kind for kind in data)

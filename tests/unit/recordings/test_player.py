"""The player in a shell of IPython's: what is replaced, what runs, and that all that is not live says so."""

from __future__ import annotations

import pytest
from recorded_samples import LESSON, ON, OPEN, Sample, record

from labkit.recordings import player, store
from labkit.recordings.mark import MARK
from labkit.recordings.store import RecordingError
from labkit.recordings.stub import OnlyRecorded


def test_it_says_the_mode_and_why_once(book):
    assert [line.split(".")[0] for line in book(*LESSON).first] == ["Mode recorded (a test)"]


def test_a_recorded_cell_is_shown_with_its_mark_first(book, capsys):
    notebook = book(*LESSON)
    assert notebook.run("begin = 1") == []
    said = notebook.run(OPEN.source)
    assert said == [
        f"Recorded on {ON}: this cell needs hosts of its own (mode recorded; see `doctor()`).",
        "a picture",
    ]
    assert capsys.readouterr().out == "opened\n"


def test_a_recorded_cells_definitions_and_imports_are_live(book):
    notebook = book(*LESSON)
    notebook.run(OPEN.source)
    assert notebook["trace"] == [4, 6] and notebook["half"](4) == 2 and notebook["math"].pi > 3
    with pytest.raises(OnlyRecorded, match=f"of the recording made on {ON}"):
        notebook["sock"].close()


def test_all_that_is_shown_is_marked_for_programs_too(book):
    notebook = book(*LESSON)
    notebook.shell.run_cell(OPEN.source)
    outputs = notebook.shell.display_pub.outputs
    assert outputs and all(MARK in output["metadata"] for output in outputs)
    assert 'role="note"' in outputs[0]["data"]["text/html"]


def test_a_live_cell_that_uses_recorded_values_is_marked_and_so_is_what_it_makes(book):
    notebook = book(*LESSON)
    notebook.run(OPEN.source)
    assert notebook.run("total = sum(trace)") == [f"Runs here, with recorded values: `trace` ({ON})."]
    assert notebook["total"] == 10
    assert notebook.run("print(half(total))") == [f"Runs here, with recorded values: `total` ({ON})."]


def test_what_a_live_cell_makes_of_its_own_is_not_marked(book):
    notebook = book(*LESSON)
    notebook.run(OPEN.source)
    notebook.run("total = sum(trace)")
    assert notebook.run("trace = [1]\ntotal = 0") == []
    assert notebook.run("print(half(total))") == [] == notebook.run("sum(trace)")


def test_a_use_through_a_function_is_marked(book):
    notebook = book(*LESSON)
    notebook.run(OPEN.source)
    assert notebook.run("def deep():\n    return trace") == []
    assert notebook.run("x = deep()") == [f"Runs here, with recorded values: `trace` ({ON})."]


def test_a_live_list_that_takes_in_recorded_values_counts_as_recorded(book):
    notebook = book(*LESSON)
    notebook.run("kept = []")
    notebook.run(OPEN.source)
    notebook.run("kept.append(trace)")
    assert notebook.run("kept[0]") != []


def test_a_cell_that_fails_leaves_the_old_recorded_value_marked(book):
    notebook = book(*LESSON)
    notebook.run(OPEN.source)
    with pytest.raises(ZeroDivisionError):
        notebook.run("1 / 0\ntrace = [1]")
    assert notebook.run("trace[0]") != []


def test_a_changed_cell_runs_as_it_is(book):
    notebook = book(*LESSON)
    with pytest.raises(NameError, match="open_it"):
        notebook.run(OPEN.source.replace("n / 2", "n / 4"))
    assert "trace" not in notebook.shell.user_ns


def test_a_changed_cell_on_a_stub_says_what_to_do(book):
    notebook = book(*LESSON)
    notebook.run(OPEN.source)
    with pytest.raises(OnlyRecorded, match="undo the change"):
        notebook.run("sock.recv(100)")


def test_a_cell_run_twice_is_shown_twice(book):
    notebook = book(*LESSON)
    first = notebook.run(OPEN.source)
    notebook.run("trace.append(7)")
    assert notebook.run(OPEN.source) == first and notebook["trace"] == [4, 6]


def test_cells_in_another_order_are_shown_all_the_same(book):
    notebook = book(*LESSON)
    assert notebook.run("print(2)") == []
    assert len(notebook.run(OPEN.source)) == 2
    assert notebook.run("begin = 1") == []


def test_what_a_front_end_asks_in_silence_is_never_replaced(book):
    notebook = book(*LESSON)
    notebook.run(OPEN.source)
    notebook.shell.run_cell("silent = 5", silent=True)
    assert notebook["silent"] == 5 and notebook.texts() == []


def test_an_error_that_the_lesson_means_is_raised_again(book):
    error = {
        "output_type": "error",
        "ename": "TimeoutError",
        "evalue": "no answer",
        "traceback": ["Told: no answer"],
    }
    notebook = book(Sample("fail()", shown="hosts", outputs=(error,)))
    result = notebook.shell.run_cell("fail()")
    assert type(result.error_in_exec).__name__ == "TimeoutError" and str(result.error_in_exec) == "no answer"
    assert result.error_in_exec._render_traceback_() == ["Told: no answer"]


def test_a_reveal_inside_a_recorded_cell_is_made_anew(book, capsys):
    asked = Sample(
        "reveal('x', sock.state)",
        shown="goes on",
        outputs=({"output_type": "call", "call": 0},),
        calls=(("reveal", ("never-asked", "SYN-SENT"), {}),),
    )
    notebook = book(asked)
    assert len(notebook.run(asked.source)) == 1
    assert "The experiment gave SYN-SENT" in capsys.readouterr().out


def test_a_recording_calls_nothing_but_the_learning_loop(book, capsys):
    asked = Sample(
        "x()",
        shown="hosts",
        outputs=({"output_type": "call", "call": 0},),
        calls=(("Network", ("a", "b"), {}),),
    )
    with pytest.raises(RecordingError, match="nothing was called"):
        book(asked).run("x()")


def test_a_tampered_recording_is_said_in_the_cell_and_sets_nothing(book, tmp_path):
    notebook = book(*LESSON)
    path = store.file("sample", "zip", tmp_path)
    path.write_bytes(path.read_bytes()[:-10] + b"0123456789")
    with pytest.raises(RecordingError, match="is not the file that was recorded"):
        notebook.run(OPEN.source)
    assert "trace" not in notebook.shell.user_ns


def test_a_lesson_whose_table_is_unreadable_is_named_and_spoils_no_other(book, tmp_path, capsys):
    record(tmp_path, Sample("x"), lesson="broken")
    store.file("broken", "json", tmp_path).write_text("{")
    notebook = book(*LESSON)
    assert "is shown from recordings" in notebook.first[0]
    assert "cannot read the recording of lesson broken" in capsys.readouterr().err
    assert len(notebook.run(OPEN.source)) == 2


def test_without_a_readable_table_cells_run_as_they_are(book, tmp_path):
    record(tmp_path, *LESSON)
    store.file("sample", "json", tmp_path).write_text("{")
    notebook = book()
    assert "cannot be read" in notebook.first[0]
    assert notebook.run("begin = 1") == []


def test_an_import_that_another_system_lacks_is_bound_to_what_was_recorded(book):
    notebook = book(Sample("import no_such_module\nfrom math import pi, no_such_name"))
    notebook.player.place = "elsewhere"
    notebook.run("import no_such_module\nfrom math import pi, no_such_name")
    assert notebook["pi"] > 3
    for name in ("no_such_module", "no_such_name"):
        with pytest.raises(OnlyRecorded, match="has not"):
            notebook[name].open()


@pytest.mark.parametrize(
    ("mode", "platform", "place"),
    [
        ("recorded", "linux", "recorded"),
        ("loopback", "linux", "loopback"),
        ("loopback", "darwin", "elsewhere"),
    ],
)
def test_other_systems_have_a_column_of_their_own(mode, platform, place):
    assert player.place_of(mode, platform) == place

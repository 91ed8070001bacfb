"""Standard streams: what runs beside the notebook writes to its own, the notebook to what stands there."""

from __future__ import annotations

import contextlib
import contextvars
import io
import sys
import threading

import pytest

from labkit.running import output, streams
from labkit.running.output import Output
from labkit.running.streams import Router


def test_the_router_follows_the_context_and_is_transparent_otherwise():
    beneath, record = io.StringIO(), Output()
    router = Router(beneath, "stdout")

    def inside():
        output.sink.set(record.writer())
        print("inside", file=router, flush=True)

    contextvars.Context().run(inside)
    print("outside", file=router)
    assert (beneath.getvalue(), record.text()) == ("outside\n", "inside\n")
    assert router.getvalue() == "outside\n" and router.closed is False


def test_a_write_that_is_patched_while_a_cell_runs_as_ipython_does():
    beneath, record, seen = io.StringIO(), Output(), []
    router = Router(beneath, "stdout")
    for text in ("one", "two"):
        original = router.write

        def write(data, original=original):
            seen.append(data)
            return original(data)

        router.write = write
        router.write(text)
        contextvars.Context().run(lambda: (output.sink.set(record.writer()), router.write("beside")))
        router.write = original
    router.write("three")
    assert (beneath.getvalue(), seen) == ("onetwothree", ["one", "two"])
    assert record.text() == "beside\nbeside" and router._labkit_patch is None


def test_a_catcher_is_asked_before_the_context_and_may_decline(monkeypatch):
    beneath, caught, record = io.StringIO(), io.StringIO(), Output()
    router, wanted = Router(beneath, "stdout"), [caught, None, None]
    # Asked once more where pytest puts its own streams back, before this is undone.
    monkeypatch.setattr(output, "catchers", [lambda: wanted.pop(0) if wanted else None])
    contextvars.Context().run(
        lambda: (output.sink.set(record.writer()), router.write("1"), router.write("2"))
    )
    router.write("3")
    assert (caught.getvalue(), record.text(), beneath.getvalue(), wanted) == ("1", "2", "3", [])


def test_a_stream_that_was_closed_beneath_is_replaced_by_the_one_there_now():
    gone = io.StringIO()
    router = Router(gone, "stdout")
    gone.close()
    with contextlib.redirect_stdout(io.StringIO()) as now:
        print("still there", file=router)
    assert now.getvalue() == "still there\n"


def test_installing_twice_wraps_once(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    streams.install()
    first = sys.stdout
    streams.install()
    assert sys.stdout is first and isinstance(first, Router) and not isinstance(first._labkit_stream, Router)


def test_no_standard_streams_at_all(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    streams.install()
    assert sys.stdout is None


# -- streams that somebody puts in their place -------------------------------------------------------------


@pytest.fixture
def beside():
    """Runs functions as a service's code does, and gives what they printed there."""
    streams.install()
    record = Output()

    def run(function):
        def work():
            output.sink.set(record.writer())
            function()

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    run.record = record
    return run


def test_what_runs_beside_prints_to_its_own_while_the_notebook_redirects(beside):
    with (
        contextlib.redirect_stdout(io.StringIO()) as mine,
        contextlib.redirect_stderr(io.StringIO()) as errors,
    ):
        print("mine")
        beside(lambda: print("theirs"))
        beside(lambda: sys.stdout.write("written\n"))
        beside(lambda: print("told", file=sys.stderr))
    assert (mine.getvalue(), errors.getvalue()) == ("mine\n", "")
    assert beside.record.text() == "theirs\nwritten\ntold\n"


def test_capsys_gets_what_the_test_prints(beside, capsys):
    print("mine")
    beside(lambda: print("theirs"))
    assert capsys.readouterr().out == "mine\n"
    assert beside.record.text() == "theirs\n"


def test_ipythons_capture_gets_what_the_cell_prints(beside):
    from IPython.utils.capture import capture_output

    with capture_output() as captured:
        print("mine")
        beside(lambda: print("theirs"))
    assert captured.stdout == "mine\n"
    assert beside.record.text() == "theirs\n"


def test_what_redirects_beside_the_notebook_redirects_its_own(beside):
    inner, outer = io.StringIO(), io.StringIO()

    def redirects():
        before = sys.stdout
        with contextlib.redirect_stdout(outer):
            print("outer")
            with contextlib.redirect_stdout(inner):
                print("inner")
                assert sys.stdout.getvalue() == "inner\n"
                beside(lambda: print("another"))
            print("outer again")
        assert sys.stdout is before
        print("afterwards")

    beside(redirects)
    assert (inner.getvalue(), outer.getvalue()) == ("inner\n", "outer\nouter again\n")
    assert beside.record.text() == "another\nafterwards\n"


def test_redirecting_beside_leaves_the_notebooks_stream(beside, capsys):
    begun, go_on = threading.Event(), threading.Event()

    def redirects():
        output.sink.set(beside.record.writer())
        with contextlib.redirect_stdout(io.StringIO()):
            begun.set()
            go_on.wait(60)

    thread = threading.Thread(target=redirects)
    thread.start()
    assert begun.wait(60)
    print("mine")
    go_on.set()
    thread.join()
    assert capsys.readouterr().out == "mine\n"


def test_a_stream_that_is_put_back_is_what_was_found(beside):
    before = sys.stdout
    with contextlib.redirect_stdout(io.StringIO()):
        streams.install()
        assert sys.stdout is not before
    assert sys.stdout is before


def test_no_stream_is_no_stream(beside):
    before = sys.stdout
    try:
        sys.stdout = None
        beside(lambda: print("theirs"))
        print("lost")
    finally:
        sys.stdout = before
    assert beside.record.text() == ""

"""`check` against the things that learners write: nothing, loops, blocked calls, floods, exits."""

from __future__ import annotations

import _thread
import contextlib
import functools
import linecache
import os
import re
import signal
import socket
import sys
import textwrap
import threading
import time
import types

import pytest
from exercises import assert_refused
from left import no_threads_left
from stills import Stopped
from waiting import wait_for

from labkit.learn import check, hint
from labkit.learn.checking import hints
from labkit.learn.checking.check import examine, started
from labkit.learn.finding import UnknownExercise, find
from labkit.learn.kit.exercise import Case, Exercise, table
from labkit.learn.kit.tale import Tale
from labkit.running import bounds as guard
from labkit.running.frames import stack_of
from labkit.running.tracebacks import line_now

TWICE = Exercise("twice", "Double it", table((Case((2,), "twice(2)", 4, "two and two"),)), ("a", "b", "c"))


def stub(number): ...


def stub_with_words(number):
    """Double it."""
    ...  # your code  # noqa: PIE790


def stub_that_passes(number):
    pass


def stub_of_nbgrader(number):
    raise NotImplementedError()


async def twice_later(number):
    return 2 * number


@pytest.mark.parametrize("thing", [None, ..., stub, stub_with_words, stub_that_passes, stub_of_nbgrader])
def test_untouched(thing):
    verdict = examine(TWICE, thing)
    assert verdict.status == "not started"
    assert (
        str(verdict)
        == "○ twice: Double it\n  Not started. Write your code in place of the dots, run that cell, then this one.\n"
        '  Stuck? hint("twice")'
    )


@pytest.mark.parametrize(
    "thing", [lambda n: 2 * n, lambda n: "SYN", len, functools.partial(int), 3, lambda n: {}]
)
def test_touched(thing):
    assert started(thing)


class Untouched:
    """What it is for."""

    def __init__(self, factor):
        self.factor = factor

    def times(self, number):
        """So many times."""
        ...  # your code  # noqa: PIE790

    @staticmethod
    async def later(number): ...


class OneTouched:
    def times(self, number): ...

    def more(self, number):
        return number + 1


class WithNumbers:
    factors = 2, 3

    def times(self, number): ...


class Emptied(OneTouched):
    """What the other does it no longer does."""

    def more(self, number):
        pass


class Inherited(OneTouched):
    """It has all from another."""


def test_a_class_whose_methods_are_dots_is_untouched():
    assert examine(TWICE, Untouched).status == "not started"


@pytest.mark.parametrize("thing", [OneTouched, WithNumbers, Emptied, Inherited])
def test_a_class_in_which_something_is_written_is_touched(thing):
    assert started(thing)


class Doubler:
    def __call__(self, number):
        return 2 * number

    def method(self, number):
        return 2 * number


@pytest.mark.parametrize(
    "thing", [lambda n: 2 * n, Doubler(), Doubler().method, functools.partial(lambda a, b: a * b, 2)]
)
def test_all_kinds_of_callables_are_taken(thing):
    assert str(examine(TWICE, thing)) == "✓ twice: Double it\n  1. twice(2) returned 4, as it should"


def test_wrong_is_told_with_what_should_have_been():
    assert str(examine(TWICE, lambda n: 5)) == (
        "✗ twice: Double it\n"
        "→ 1. twice(2) should return 4, but returned 5\n"
        "     two and two\n"
        '  Stuck? hint("twice")'
    )


def test_a_value_equal_but_of_another_type_is_wrong():
    assert "returned 4.0" in examine(TWICE, lambda n: 4.0).wrong


def test_so_is_one_in_a_list_or_a_tuple():
    exercise = Exercise("pair", "", table((Case((), "f()", ([b"ab"], 1)),)), ("a", "b", "c"))
    assert "but returned ([bytearray(b'ab')], 1)" in examine(exercise, lambda: ([bytearray(b"ab")], 1)).wrong
    assert "but returned ([b'ab'], True)" in examine(exercise, lambda: ([b"ab"], True)).wrong
    assert examine(exercise, lambda: ([b"ab"], 1)).wrong == ""


def raises(number):
    return {}[number]


def test_an_exception_is_told_with_its_line():
    line = raises.__code__.co_firstlineno + 1
    told = f"twice(2) raised KeyError: 2, at line {line} of raises: `return {{}}[number]`"
    assert examine(TWICE, raises).wrong == told


def test_an_exception_that_the_story_takes_itself_has_its_line_too():
    def story(tale: Tale, thing) -> None:
        running = tale.start(thing, 2, shown="twice(2)")
        assert isinstance(running.error(), KeyError)
        tale.fail("twice(2) raised a KeyError{at}", at=running.at)

    line = raises.__code__.co_firstlineno + 1
    told = f"twice(2) raised a KeyError, at line {line} of raises: `return {{}}[number]`"
    assert examine(Exercise("twice", "Double it", story, ("a", "b", "c")), raises).wrong == told


class Raises:
    def twice(self, number):
        return {}[number]


def test_an_exception_in_what_a_story_calls_in_a_function_of_its_own_has_the_learners_line():
    """A story of a lesson's, whose function stands in a module of the lesson's."""
    space = {"__name__": "labkit.lessons.of_a_test"}
    exec(  # its frames are of that module
        "def story(tale, made):\n"
        "    one = made()\n"
        "    def all_of_them():\n"
        "        return [one.twice(number) for number in (2, 3)]\n"
        "    def nothing_of_theirs():\n"
        "        return one.thrice(2)\n"
        "    running = tale.start(nothing_of_theirs, shown='thrice(2)')\n"
        "    running.error()\n"
        "    tale.steps.append(running.at)\n"
        "    tale.call(all_of_them, shown='twice(2)')\n",
        space,
    )
    line = Raises.twice.__code__.co_firstlineno + 1
    verdict = examine(Exercise("twice", "Double it", space["story"], ("a", "b", "c")), Raises)
    assert verdict.wrong == f"twice(2) raised KeyError: 2, at line {line} of twice: `return {{}}[number]`"
    assert verdict.steps == ("",), "no line of the story's is told as theirs"


def loops(number):
    while True:
        number += 1


@pytest.mark.parametrize("wrong", [raises, loops])
def test_who_returns_nothing_is_told_why_it_should(wrong):
    def story(tale: Tale, thing) -> None:
        tale.start(thing, 2, shown="twice(2)").finish(0.2, because="two and two")

    told = examine(Exercise("twice", "Double it", story, ("a", "b", "c")), wrong).wrong
    assert re.fullmatch(
        r"twice\(2\) (raised KeyError: 2|was still not done.*), at line .*\ntwo and two", told
    )


def exits(number):
    sys.exit(1)


def stubborn(number):
    while True:
        try:
            number += 1
        except Exception:
            pass


def floods(number):
    while True:
        print("flood")


def starts_threads(number):
    for _ in range(20):
        threading.Thread(target=loops, args=(0,), daemon=True).start()
    loops(0)


def blocks(number):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        return ours.recv(1)


def waits_for_a_caller(number):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.accept()


def waits_for_a_datagram(number):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.recv(1)


def waits_for_a_datagram_and_has_time(number):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", 9))
        sock.settimeout(600)
        return sock.recv(2)


def unprintable(number):
    class Odd:
        def __repr__(self):
            raise RuntimeError("no")

    return Odd()


def recursive(number):
    return recursive(number)


def stands(running, thing, words) -> bool:
    """Has the learner's function begun, and come to the line, if the words tell one between backticks?"""
    stack = stack_of(running._call.thread.ident)
    theirs = [one for one in stack if one.f_code is thing.__code__]
    lines = [linecache.getline(one.f_code.co_filename, line_now(one)).strip() for one in theirs]
    return running.done or any("`" not in words or f"`{line}`" in words for line in lines)


def quick(seconds, words=None):
    """An exercise whose function may take so many seconds; with words, from when it stands where they say."""

    def story(tale, thing):
        running = tale.start(thing, 1, shown="f(1)")
        if words is not None:
            wait_for(lambda: stands(running, thing, words))
        running.finish(seconds)

    return Exercise("quick", "Be quick", story, ("a", "b", "c"))


QUICK = quick(0.2)


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (loops, "f(1) was still not done after 0.2 s, at line"),
        (stubborn, "was still not done"),
        (floods, "was still not done"),
        (starts_threads, "was still not done"),
        (blocks, "`return ours.recv(1)`"),
        (waits_for_a_caller, "`return listener.accept()`"),
        (waits_for_a_datagram, "`return sock.recv(1)`"),
        (waits_for_a_datagram_and_has_time, "`return sock.recv(2)`"),
        (exits, "ended the program (SystemExit)"),
        (recursive, "RecursionError"),
    ],
)
def test_whatever_does_not_end_is_ended_and_told(thing, words):
    ends = thing in (exits, recursive)
    with no_threads_left():
        verdict = examine(quick(60 if ends else 0.2, words), thing)
    assert verdict.status == "not yet"
    assert words in verdict.wrong
    assert ends or "f(1) was still not done after 0.2 s" in verdict.wrong
    assert verdict.notes == (), "a thread was left running"


def in_time(answers):
    """Of a story in whose n-th telling the process stands still for so many seconds; right is the n-th answer."""

    def story(tale, number):
        tale.expect("number()", tale.call(number, shown="number()"), next(answers))

    return Exercise("in-time", "Be in time", story, ("a", "b", "c"))


@pytest.mark.parametrize(
    ("stills", "wanted", "status"),
    [
        ([0.0], [0], "not yet"),
        ([1.0, 0.0], [0, 3], "solved"),
        ([1.0, 0.0], [0, 0], "not yet"),
        ([1.0, 1.0, 1.0], [0, 0, 0], "not yet"),
        ([1.0], [3], "solved"),
    ],
    ids=["never", "once", "once, and wrong all the same", "always", "and right all the same"],
)
def test_a_story_in_which_the_machine_stood_still_is_told_again_before_it_refuses(
    monkeypatch, stills, wanted, status
):
    monkeypatch.setattr("labkit.learn.checking.check.Pulse", Stopped)
    monkeypatch.setattr(Stopped, "stills", stills, raising=False)
    answers = iter(wanted)
    verdict = examine(in_time(answers), lambda: 3)
    assert verdict.status == status and not stills and next(answers, None) is None
    assert len(verdict.steps) == (status == "solved"), "one story is told"


def test_prints_are_shown_and_a_flood_is_cut(capsys):
    verdict = examine(quick(1), floods)
    assert verdict.printed.startswith("flood\nflood\n")
    assert verdict.printed.count("\n") == 10 and verdict.printed.endswith("characters more")
    print("mine")
    assert capsys.readouterr().out == "mine\n"


def test_a_result_that_cannot_be_shown():
    assert "whose repr raises RuntimeError" in examine(TWICE, unprintable).wrong


def test_a_thread_that_cannot_be_stopped_is_told(monkeypatch):
    monkeypatch.setattr("labkit.learn.kit.tale.GRACE_S", 0.05)
    ours, theirs = os.pipe()

    def deaf(number):
        os.read(ours, 1)

    verdict = examine(QUICK, deaf)
    os.write(theirs, b"x")
    for thread in threading.enumerate():
        if thread.name == "check of deaf":
            thread.join(60)
    os.close(ours)
    os.close(theirs)
    assert "could not be stopped" in verdict.notes[0]


@pytest.mark.parametrize(
    ("thing", "words"), [(7, "needs your function by its name"), (twice_later, "`def`, not `async def`")]
)
def test_things_that_are_no_plain_function(thing, words):
    assert words in examine(TWICE, thing).wrong


LATER = TWICE._replace(
    story=lambda tale, later: tale.did("it is {kind}", kind=type(later).__name__), coroutine=True
)


async def stub_later(number): ...


def test_an_exercise_may_want_a_coroutine_function():
    assert examine(LATER, twice_later).status == "solved"
    verdict = examine(LATER, lambda number: 2 * number)
    assert verdict.status == "not yet" and "`async def`, not `def`" in verdict.wrong
    assert examine(LATER, stub_later).status == "not started"


def waits_for_a_loop(number):
    """The usual thread that never ends, waited for by a loop: an interrupt lands inside join()."""
    thread = threading.Thread(target=stubborn, args=(0,), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.001)


def test_a_thread_that_is_joined_is_ended_too():
    with no_threads_left():
        for _ in range(5):
            verdict = examine(QUICK, waits_for_a_loop)
            assert "was still not done" in verdict.wrong and verdict.notes == ()


class Endless:
    begun = threading.Event()

    def feed(self, data):
        self.begun.set()
        while True:
            try:
                data += 1
            except Exception:
                pass


def test_a_class_that_the_checkers_own_function_tries():
    space = {"__name__": "labkit.lessons.framing.typed_decoder"}
    exec("def feeds(kind, data): kind().feed(data)", space)

    def story(tale, kind):
        running = tale.start(space["feeds"], kind, 1, shown="feed(1)")
        assert kind.begun.wait(60)
        running.finish(0.2)

    verdict = examine(QUICK._replace(story=story), Endless)
    assert "of feed: `" in verdict.wrong and verdict.notes == ()


def test_a_thread_whose_start_was_interrupted_is_forgotten():
    """threading.enumerate() would list it for ever, and every check after it would wait for it."""

    def half_started(number):
        thread = threading.Thread(target=half_started)
        threading._limbo[thread] = thread  # as Thread.start() does first
        return 2 * number

    assert str(examine(TWICE, half_started)) == "✓ twice: Double it\n  1. twice(2) returned 4, as it should"
    assert not threading._limbo


def test_a_sleep_by_its_own_name_is_ended_too():
    sleep = time.sleep
    space = {"sleep": time.sleep, "leave": os._exit}
    exec("def sleeps(number): sleep(3600)\ndef leaves(number): leave(1)", space)
    verdict = examine(QUICK, space["sleeps"])
    assert "was still not done" in verdict.wrong and verdict.notes == ()
    assert "called os._exit(1)" in examine(quick(60), space["leaves"]).wrong
    assert space["sleep"] is time.sleep is sleep and space["leave"] is os._exit


@pytest.mark.parametrize(
    "code",
    ["os.kill(0, 9)", "os.kill(os.getpid(), 9)", "os.killpg(os.getpgrp(), 9)", "signal.raise_signal(9)"],
)
def test_signals_to_the_kernel_are_refused(code):
    space = {"os": os, "signal": signal}
    exec(f"def kills(number): {code}", space)
    assert "which is a signal to the notebook's kernel" in examine(quick(60), space["kills"]).wrong


def in_place() -> list:
    """What a check changes while it runs, and must put back."""
    names = ("_exit", "abort", "close", "closerange", "kill")
    functions = [getattr(os, name) for name in names]
    return [
        *functions,
        time.sleep,
        threading.Thread.start,
        threading.excepthook,
        signal.getsignal(signal.SIGINT),
    ]


@pytest.mark.parametrize(
    "owner", ["labkit.running.bounds.Guard._patch_all", "labkit.running.prints.Prints.__enter__"]
)
def test_a_check_that_cannot_begin_leaves_nothing_behind(monkeypatch, owner):
    before = in_place()

    def fails(*_):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(owner, fails)
        with pytest.raises(RuntimeError):
            examine(QUICK, loops)
    assert in_place() == before and guard.active() is None
    assert examine(TWICE, lambda n: 2 * n).status == "solved"


def test_one_check_at_a_time():
    inner = []

    def checks(number):
        inner.append(examine(TWICE, lambda n: 2 * n))
        return 2 * number

    before = in_place()
    assert examine(TWICE, checks).status == "solved"
    assert inner[0].status == "cannot check" and "Another check is under way" in str(inner[0])
    assert in_place() == before


def test_a_check_in_a_thread_of_the_background():
    verdicts = []
    thread = threading.Thread(target=lambda: verdicts.append(examine(QUICK, loops)))
    thread.start()
    thread.join(60)
    assert "was still not done" in verdicts[0].wrong and verdicts[0].notes == ()


@pytest.mark.parametrize("times", [1, 3])
def test_an_interrupt_ends_the_check_and_is_tidied_up(times):
    before, closed = in_place(), []

    def story(tale, thing):
        tale.keep(types.SimpleNamespace(close=lambda: closed.append(True)))
        running = tale.start(thing, 1, shown="f(1)")
        assert not running.done
        for _ in range(times):
            _thread.interrupt_main()
        running.finish(60)

    with no_threads_left():
        verdict = examine(TWICE._replace(story=story), stubborn)
    assert verdict.status == "cannot check" and "Interrupted." in str(verdict)
    assert closed == [True] and in_place() == before
    assert examine(TWICE, lambda n: 2 * n).status == "solved"


def test_an_interrupt_while_the_call_is_started_leaves_no_thread(monkeypatch):
    """The learner's code runs already, and who started it does not know of it yet."""
    running = threading.Event()
    start = threading.Thread.start

    def interrupted(thread):
        start(thread)
        assert running.wait(60)
        _thread.interrupt_main()

    def endless(number):
        running.set()
        stubborn(number)

    def story(tale, thing):
        with monkeypatch.context() as patched:
            patched.setattr("labkit.running.call.Stoppable.start", interrupted)
            tale.start(thing, 1, shown="f(1)").finish(60)

    with no_threads_left():
        verdict = examine(TWICE._replace(story=story), endless)
    assert verdict.status == "cannot check" and "Interrupted." in str(verdict)


def test_an_interrupt_while_tidying_up_is_held_off():
    before, closed = in_place(), []

    def close():
        _thread.interrupt_main()
        closed.append(True)

    def story(tale, thing):
        tale.keep(types.SimpleNamespace(close=close))

    assert examine(TWICE._replace(story=story), stubborn).status == "solved"
    assert closed == [True] and in_place() == before


def test_a_wait_during_which_the_machine_stood_still_looks_again():
    looks = []

    def there():
        looks.append(None)
        time.sleep(0.6 if len(looks) == 1 else 0)  # longer than is waited in all
        return len(looks) == 3

    Tale().wait(there, 0.5)
    assert len(looks) == 3


def test_running_is_asked_without_waiting():
    asked = threading.Event()

    def late(number):
        return asked.wait(60)

    def story(tale, thing):
        running = tale.start(thing, 1, shown="f(1)")
        assert not running.done
        asked.set()
        tale.wait(lambda: running.done, 60)
        assert running.finish(0) is True

    assert examine(TWICE._replace(story=story), late).status == "solved"


def test_the_watcher_survives_the_end_of_memory(monkeypatch):
    with guard.Guard() as within:
        monkeypatch.setattr(within, "_grown", lambda: bytes(1 << 62))
        assert within._watcher.is_alive()
        wait_for(lambda: within.excess)
    assert "500 MB of memory" in within.excess


def test_a_fault_of_the_checker_is_not_blamed_on_the_learner():
    def story(tale: Tale, thing):
        raise RuntimeError("oops")

    verdict = examine(TWICE._replace(story=story), raises)
    assert verdict.status == "cannot check"
    assert "not your code's fault" in str(verdict)


def silent(tale: Tale, thing):
    """A story whose own wait times out, of which it says nothing."""
    ours, theirs = socket.socketpair()
    tale.keep(ours), tale.keep(theirs)
    ours.settimeout(0.01)
    tale.call(thing, 1, shown="thing(1)")
    ours.recv(1)


def test_a_wait_of_the_checkers_own_that_times_out_says_where():
    verdict = examine(TWICE._replace(story=silent), lambda n: n)
    line = silent.__code__.co_firstlineno + 6
    assert verdict.status == "cannot check"
    assert (
        f"The check itself stopped with TimeoutError: timed out, at line {line} of test_check.py"
        in verdict.notes
    )


@pytest.fixture
def few_descriptors():
    """So few that code which closes none has used them up at once; opens all that are left."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.ExitStack() as opened:
        opened.callback(resource.setrlimit, resource.RLIMIT_NOFILE, before)
        resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/dev/fd")) + 20, before[1]))

        def use_up(*_: object) -> None:
            with contextlib.suppress(OSError):
                while True:
                    opened.callback(os.close, os.dup(0))

        yield use_up


def paired(tale: Tale, thing):
    """A story that calls, and then opens something itself."""
    tale.call(thing, 1, shown="thing(1)")
    for end in socket.socketpair():
        tale.keep(end)


def test_code_that_closes_nothing_is_told_so(few_descriptors):
    verdict = examine(TWICE._replace(story=paired), few_descriptors)
    assert verdict.status == "not yet"
    assert "no descriptor was left to go on with: close each socket and file that your code opens" in str(
        verdict
    )


def test_where_cells_before_left_no_descriptor_nobody_is_refused(few_descriptors):
    few_descriptors()
    verdict = examine(TWICE._replace(story=silent), lambda n: n)
    assert verdict.status == "cannot check"
    assert "Restart the kernel" in str(verdict) and "report it" not in str(verdict)


def test_the_test_of_its_author_says_so_too():
    with pytest.raises(AssertionError, match=r"TimeoutError: timed out, at line \d+ of test_check.py"):
        assert_refused(TWICE._replace(story=silent), lambda n: n, "nothing came")


def test_no_network_is_told_with_its_remedy(monkeypatch):

    def refused(*names, **conditions):
        raise PermissionError(1, "no namespaces; run `python -m labkit doctor`")

    monkeypatch.setattr("labkit.network.network.Network", refused)
    verdict = examine(find("connect-within"), raises)
    assert verdict.status == "cannot check" and "labkit doctor" in str(verdict)


def test_of_a_long_story_that_went_wrong_the_end_is_told_and_one_that_went_well_is_told_whole():
    cases = tuple(Case((n,), f"f({n})", n) for n in range(9))
    exercise = TWICE._replace(story=table(cases))
    told = [f"  {n + 1}. f({n}) returned {n}, as it should" for n in range(9)]
    assert str(examine(exercise, lambda n: n)).split("\n")[1:] == told
    lines = str(examine(exercise, lambda n: n if n < 8 else 0)).split("\n")
    assert lines[1:4] == [
        "  1-7. as they should be",
        "  8. f(7) returned 7, as it should",
        "→ 9. f(8) should return 8, but returned 0",
    ]


def test_unknown_exercises_are_told_not_raised(capsys):
    check("knid", raises)
    hint("knid")
    assert capsys.readouterr().out.count("did you mean 'kind'?") == 2
    with pytest.raises(UnknownExercise):
        find("knid")


@pytest.mark.parametrize(
    ("hint_", "told"),
    [
        ("close() both", "close() both"),
        ("x = 1, then\n  y = 2", "x = 1, then\ny = 2"),
        (
            "while x:\n    y()\n    if z:\n        break\nw()",
            "while x:\n    y()\n    if z:\n        break\nw()",
        ),
    ],
)
def test_the_code_of_a_hint_is_indented_alike(hint_, told):
    exercise = TWICE._replace(hints=("a", "b", hint_))
    expected = f"\n{textwrap.indent(told, '    ')}" if "\n" in told else f" {told}"
    assert hints._worded(exercise.hints, 2) == f"Hint 3 of 3, the code:{expected}"


def test_hints_come_one_by_one(capsys, monkeypatch):
    monkeypatch.setattr(hints, "_given", {})
    exercise = find("kind")
    for number, name in enumerate(("the concept", "the place", "the code")):
        hint("kind")
        told = capsys.readouterr().out
        assert told.startswith(f"Hint {number + 1} of 3, {name}:")
        assert told.split(":", 1)[1].split() == exercise.hints[number].split()
    hint("kind")
    assert capsys.readouterr().out.count("Hint ") == 3
    assert hints.given("kind") == 3

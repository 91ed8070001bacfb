"""CPython's tests on hosts (tests/foreign): what counts as different, as unsteady, and as too old a list."""

from __future__ import annotations

from tests.foreign.comparing import compare
from tests.foreign.known import KNOWN, Known, known
from tests.foreign.running import Outcome


def outcomes(**words: str) -> dict[str, Outcome]:
    return {name: Outcome(word) for name, word in words.items()}


def compared(plain, there, listed=(), again=(), races=()):
    """Compare; `again` has what each further run gives, first those on hosts, then those that are plain."""
    runs = iter(again)
    entries = {test: Known("host", "a reason", test, races=test in races) for test in listed}
    return compare(plain, there, entries, lambda plainly, tests: next(runs))


def test_what_passes_plainly_must_pass_on_hosts():
    found = compared(outcomes(a="passed", b="failed", c="skipped"), outcomes(a="passed", b="failed"))
    assert (found.plain, found.passed, found.right) == (1, 1, True)


def test_a_test_that_fails_is_skipped_hangs_or_vanishes_on_hosts_is_worse():
    plain = outcomes(a="passed", b="passed", c="passed", d="passed", e="passed")
    there = outcomes(a="failed", b="skipped", c="hung", e="passed")
    found = compared(plain, there, again=[there, plain, plain, plain])
    assert list(found.worse) == ["a", "b", "c", "d"] and found.passed == 1 and not found.right
    assert found.worse["c"].what == "hung" and found.worse["d"].what == "not run"


def test_a_test_that_is_listed_may_fail_and_must_not_pass():
    plain = outcomes(a="passed", b="passed")
    found = compared(plain, outcomes(a="failed", b="failed"), {"a", "b"})
    assert (list(found.named), found.passed, found.right) == (["a", "b"], 0, True)
    passing = outcomes(b="passed")
    found = compared(plain, outcomes(a="failed", b="passed"), {"a", "b"}, [passing] * 3)
    assert (list(found.named), list(found.better), found.right) == (["a"], ["b"], False)


def test_a_listed_test_that_passes_by_chance_stays_listed():
    plain, once, later = outcomes(a="passed"), outcomes(a="passed"), outcomes(a="failed")
    found = compared(plain, once, {"a"}, [once, later])
    assert (list(found.named), found.better, found.right) == (["a"], {}, True)


def test_a_listed_test_that_chance_decides_may_pass_and_may_fail():
    plain = outcomes(a="passed", b="passed")
    found = compared(plain, outcomes(a="passed", b="failed"), {"a", "b"}, races={"a", "b"})
    assert (found.passed, list(found.named), found.better, found.right) == (1, ["b"], {}, True)


def test_a_test_that_failed_once_and_then_passes_each_time_is_told_and_fails_nothing():
    plain, once, later = outcomes(a="passed"), outcomes(a="failed"), outcomes(a="passed")
    found = compared(plain, once, again=[later] * 3)
    assert (list(found.unsteady), found.worse, found.passed, found.right) == (["a"], {}, 1, True)


def test_a_test_that_fails_again_is_worse_unless_it_fails_plainly_too():
    plain, there = outcomes(a="passed"), outcomes(a="failed")
    steady = compared(plain, there, again=[outcomes(a="passed"), there, plain, plain, plain])
    assert list(steady.worse) == ["a"]
    shaky = compared(plain, there, again=[there, plain, outcomes(a="failed")])
    assert (list(shaky.unsteady), shaky.right, shaky.passed) == (["a"], True, 0)


def test_each_entry_of_the_list_has_a_reason_a_place_and_tests_of_which_none_is_twice():
    for entry in KNOWN:
        assert set(entry.on.split()) <= {"host", "wire"} and entry.on
        assert entry.why and entry.tests
    for on in ("host", "wire"):
        listed = [test for entry in KNOWN if on in entry.on.split() for test in entry.tests.split()]
        assert sorted(listed) == sorted(known(on))

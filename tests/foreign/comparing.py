"""What of a module's tests differs on hosts; pure, but for the function that runs some of them again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from tests.foreign.known import Known
from tests.foreign.running import Outcome

AGAIN = 3  # times that tests which surprise run once more
Found = Mapping[str, Outcome]  # by the test's id


class Comparison(NamedTuple):
    """The tests that pass plainly, and what they do on hosts.

    plain      how many there are             passed  how many of them pass on hosts, though not each time
    worse      do not pass, and are not named in the list
    better     are named, and pass each time
    named      are named, and do not pass
    unsteady   surprised once: worse, but passed each time that they ran again, or did not always pass plainly
    """

    plain: int
    passed: int
    worse: dict[str, Outcome]
    better: dict[str, Outcome]
    named: dict[str, Outcome]
    unsteady: dict[str, Outcome]

    @property
    def right(self) -> bool:
        """Does the list say what is?"""
        return not self.worse and not self.better


def compare(
    plain: Found,
    there: Found,
    listed: Mapping[str, Known],
    again: Callable[[bool, Collection[str]], Found],
) -> Comparison:
    """Compare what became of tests plainly and on hosts.

    listed   the entries of the tests that need not pass there, by their ids
    again    runs tests once more: plainly, or on hosts
    """
    passing = [test for test, outcome in plain.items() if outcome.what == "passed"]
    on_hosts = {test: there.get(test, Outcome("not run")) for test in passing}
    failing = {test: outcome for test, outcome in on_hosts.items() if outcome.what != "passed"}
    worse = {test: outcome for test, outcome in failing.items() if test not in listed}
    must_fail = {test for test, entry in listed.items() if not entry.races}
    better = {test: on_hosts[test] for test in passing if test in must_fail and test not in failing}
    named = {test: outcome for test, outcome in failing.items() if test in listed}
    unsteady = {}
    steady = _always_pass(worse | better, lambda tests: again(False, tests))
    for test in list(better):
        if test not in steady:
            named[test] = better.pop(test)
    doubtful = set(worse) - steady
    shaky = doubtful - _always_pass(doubtful, lambda tests: again(True, tests))
    for test in list(worse):
        if test in steady or test in shaky:
            unsteady[test] = worse.pop(test)
    passed = len(passing) - len(worse) - len(named) - len(shaky)
    return Comparison(len(passing), passed, worse, better, named, unsteady)


def _always_pass(tests: Collection[str], again: Callable[[Collection[str]], Found]) -> set[str]:
    """Those of the tests that pass each time that they run again."""
    left = set(tests)
    for _ in range(AGAIN):
        if left:
            found = again(left)
            left = {test for test in left if test in found and found[test].what == "passed"}
    return left

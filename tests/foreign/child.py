"""`python -m tests.foreign.child MODULE ON NOTES LIST`: run tests of a module, noting each as it begins and ends.

ON is "plain", "host" or "wire"; NOTES a file to append to, a line of JSON a step: ["begin", id], then [outcome, id,
words], where the outcome is "passed", "failed" or "skipped". LIST is a file of the ids to run, a line each; where ON
is "list", the ids of all are written to NOTES in that form, and nothing runs.
"""

from __future__ import annotations

import json
import os
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path


class Notes(unittest.TestResult):
    """Writes down what becomes of each test, also of one that ends the process."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._worst = ("passed", "")

    def _write(self, *step: str) -> None:
        os.write(self._file, json.dumps(step).encode() + b"\n")

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self._worst = ("passed", "")
        self._write("begin", test.id())

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        self._write(self._worst[0], test.id(), self._worst[1])

    def _bad(self, test: unittest.TestCase, error: object) -> None:
        self._worst = ("failed", self._exc_info_to_string(error, test))  # type: ignore[attr-defined]
        if not isinstance(test, unittest.TestCase):  # setUpClass or setUpModule: its tests do not begin
            print(test.id(), self._worst[1], file=sys.stderr)

    addError = addFailure = _bad

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, error: object) -> None:
        if error is not None:
            self._bad(test, error)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        if self._worst[0] == "passed":  # a subtest may be left out
            self._worst = ("skipped", reason)

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        self._worst = ("failed", "expected to fail, and passed")


def tests_in(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            yield from tests_in(each)
        else:
            yield each


def main(module: str, on: str, notes: str, listed: str = "") -> None:
    from test import support

    # None that reach out of the machine, or take hours; this module's network is the loopback interface.
    support.use_resources = ["network"] if module == "test.test_socketserver" else []
    net = None
    if on in ("host", "wire"):
        from tests.foreign.hostclass import install

        net = install(on)
    suite = unittest.defaultTestLoader.loadTestsFromName(module)
    if on == "list":
        Path(notes).write_text("\n".join(test.id() for test in tests_in(suite)))
        return
    chosen = set(Path(listed).read_text().split("\n"))
    unittest.TestSuite(test for test in tests_in(suite) if test.id() in chosen).run(Notes(notes))
    if net is not None:
        net.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

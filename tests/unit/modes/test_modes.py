"""Which mode it is: told, or found by trying; and the trials themselves, with rights really taken away."""

from __future__ import annotations

import ast
import errno
import subprocess
import sys

import limits
import pytest

from labkit.modes import mode, tried

LOOK = "from labkit.modes.mode import current; print(*current()[:2], sep='|')"


@pytest.fixture(autouse=True)
def not_told(monkeypatch):
    monkeypatch.delenv(mode.VARIABLE, raising=False)
    mode.found.cache_clear()
    yield
    mode.found.cache_clear()


@pytest.mark.parametrize("name", mode.MODES)
def test_the_variable_decides(monkeypatch, name):
    monkeypatch.setenv(mode.VARIABLE, name)
    assert mode.current() == (name, f"LABKIT_MODE={name}", True, "")


def test_a_wrong_value_lists_the_right_ones(monkeypatch):
    monkeypatch.setenv(mode.VARIABLE, "record")
    with pytest.raises(ValueError, match="namespaces, loopback or recorded"):
        mode.current()


@pytest.mark.parametrize(
    ("refused", "closed", "name"),
    [("", "", "namespaces"), ("no", "", "loopback"), ("no", "nor that", "recorded")],
)
def test_the_best_that_is_possible_is_found_once(monkeypatch, refused, closed, name):
    tried = []
    monkeypatch.setattr(mode, "why_no_namespaces", lambda: tried.append(1) or refused)
    monkeypatch.setattr(mode, "why_no_capture", lambda: closed)
    assert mode.current() == mode.current()
    found = mode.current()
    assert (found.name, found.forced, len(tried)) == (name, False, 1)
    assert refused in found.why and closed in found.why
    assert found.closed == (closed if refused else "")


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
@pytest.mark.parametrize(
    ("rights", "name", "why"),
    [
        (
            {},
            "recorded",
            "No space left on device; capturing on the loopback interface: Operation not permitted",
        ),
        ({"capture": True}, "loopback", "packets on the loopback interface can be captured"),
        ({"namespaces": True}, "namespaces", "lets us make network namespaces"),
        ({"namespaces": True, "tun": False}, "namespaces", "lets us make network namespaces"),
    ],
)
def test_with_rights_taken_away(rights, name, why):
    if cannot := limits.why_not():
        pytest.skip(cannot)
    ran = subprocess.run(
        limits.command([sys.executable, "-X", "dev", "-c", LOOK], **rights),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.stderr == ""
    found, _, said = ran.stdout.strip().partition("|")
    assert found == name and why in said


def test_a_trial_that_fails_is_not_a_mode(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert mode.why_no_namespaces() == "the process that tries network namespaces failed: status 1"
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert mode.why_no_namespaces().startswith("no process could be started to try network namespaces")


def test_a_trial_that_hangs_is_ended(monkeypatch, tmp_path):
    slow = tmp_path / "python"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(slow))
    monkeypatch.setattr(tried, "SECONDS", 0.1)
    assert mode.why_no_namespaces() == "trying to make network namespaces took more than 0.1 s"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"namespaces": 0, "second network": 0, "tap": 0}, ""),
        ({"namespaces": 0, "second network": 0, "tap": errno.EACCES, "packet": 0}, ""),
        (
            {"namespaces": errno.EPERM, "step": "writing /proc/self/uid_map", "made": True},
            "writing /proc/self/uid_map: Operation not permitted",
        ),
        (
            {"namespaces": 0, "second network": errno.ENOSPC},
            "unshare(CLONE_NEWNET): No space left on device",
        ),
        (
            {"namespaces": 0, "second network": 0, "tap": errno.ENOENT, "packet": errno.EOPNOTSUPP},
            "no cable can be made: /dev/net/tun: No such file or directory; veth: Operation not supported",
        ),
        (
            {"failed": "no answer", "said": "SyntaxError"},
            "the process that tries network namespaces failed: SyntaxError",
        ),
    ],
)
def test_what_was_tried_is_said_in_words(found, words):
    assert mode.refused(found) == words


STEPS = ["namespaces", "second network", "tap", "sysctl", "packet"]


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
@pytest.mark.parametrize(
    ("thorough", "rights", "steps"),
    [
        pytest.param(False, {"namespaces": True}, STEPS[:3], marks=pytest.mark.tun),  # no more than is needed
        (False, {"namespaces": True, "tun": False}, [*STEPS[:3], "packet"]),
        pytest.param(True, {"namespaces": True}, STEPS, marks=pytest.mark.tun),
        (True, {"namespaces": True, "tun": False}, STEPS),
        (False, {}, ["namespaces", "step", "made"]),
        (True, {}, ["namespaces", "step", "made", "user namespace"]),
    ],
)
def test_the_steps_that_are_tried(thorough, rights, steps):
    if cannot := limits.why_not():
        pytest.skip(cannot)
    look = f"from labkit.modes.tried import attempt; print(attempt(thorough={thorough}))"
    ran = subprocess.run(
        limits.command([sys.executable, "-X", "dev", "-c", look], **rights),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.stderr == ""
    found = ast.literal_eval(ran.stdout)
    assert list(found) == steps
    assert (found["namespaces"], found.get("tap", 0)) == (
        0 if "namespaces" in rights else errno.ENOSPC,
        0 if "tun" not in rights else errno.ENOENT,
    )

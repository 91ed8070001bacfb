"""What control groups allow, read from files laid as the kernel lays them."""

from __future__ import annotations

import pytest

from labkit.diagnosis import limits


def lay(root, **files: str) -> str:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("s_max", "s.max").replace("y_", "y.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(root)


@pytest.fixture(autouse=True)
def unlimited(monkeypatch):
    monkeypatch.setattr(limits, "_own", lambda: -1)


def test_the_least_of_a_group_and_those_above_it_counts(tmp_path):
    root = lay(
        tmp_path,
        proc__self__cgroup="0::/user/ada\n",
        sys__fs__cgroup__user__pids_max="400\n",
        sys__fs__cgroup__user__ada__pids_max="max\n",
        sys__fs__cgroup__user__ada__memory_max="500000000\n",
    )
    assert (limits.processes(root), limits.memory(root)) == (400, 500_000_000)


def test_older_groups_have_a_folder_for_each_kind(tmp_path):
    root = lay(
        tmp_path,
        proc__self__cgroup="3:pids:/docker/1\n2:memory,cpu:/docker/1\n1:name=systemd:/x\n",
        sys__fs__cgroup__pids__docker__1__pids_max="100\n",
        sys__fs__cgroup__memory__memory_limit_in_bytes="9223372036854771712\n",
    )
    assert (limits.processes(root), limits.memory(root)) == (100, -1)


def test_a_machine_without_groups_has_no_limit(tmp_path):
    assert (limits.processes(str(tmp_path)), limits.memory(str(tmp_path))) == (-1, -1)

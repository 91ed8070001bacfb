"""The doctor: each cause is told from the facts, with its exact remedy; the short form is the same wherever
all is well."""

from __future__ import annotations

import errno
import json
import re
import subprocess
import sys
import time

import pytest

from labkit.__main__ import main
from labkit.doctor import PACKAGES, Facts, gather, rows
from labkit.doctor_report import Report

WELL = Facts(
    system="linux",
    release="6.8.0-45-generic",
    root=False,
    python=(3, 12, 1),
    packages={"ipywidgets": "8.1.5", "jupyterlab": "4.4.0", "matplotlib": "3.10.0", "scapy": "2.6.1"},
    descriptors=(1024, 4096),
    max_user_namespaces=10000,
    max_net_namespaces=10000,
    apparmor_restricts=None,
    userns_clone=None,
    seccomp=0,
    container="",
    tun_exists=True,
    congestion=("reno", "cubic"),
    probe={"namespaces": 0, "second network": 0, "tap": 0, "sysctl": 0, "packet": 0},
)


def refused(number: int, **facts) -> Facts:
    return WELL._replace(
        probe={"namespaces": number, "step": "unshare(CLONE_NEWUSER | CLONE_NEWNET)"}, **facts
    )


def probed(**steps) -> Facts:
    return WELL._replace(probe=WELL.probe | {name.replace("_", " "): value for name, value in steps.items()})


def report(facts: Facts, full: bool = False) -> Report:
    return Report(facts, tuple(rows(facts)), full)


MISSING = {
    "no user namespaces": (
        refused(errno.ENOSPC, max_user_namespaces=0),
        "limit of user namespaces is zero",
        "sudo sysctl -w user.max_user_namespaces=15000",
    ),
    "no network namespaces": (
        refused(errno.ENOSPC, max_net_namespaces=0),
        "limit of network namespaces is zero",
        "sudo sysctl -w user.max_net_namespaces=15000",
    ),
    "namespaces used up": (refused(errno.ENOSPC), "used up", "sudo sysctl -w user.max_user_namespaces=15000"),
    "reserved to root": (
        refused(errno.EPERM, userns_clone=0),
        "reserved to root",
        "sudo sysctl -w kernel.unprivileged_userns_clone=1",
    ),
    "AppArmor": (
        refused(errno.EPERM, apparmor_restricts=1),
        "AppArmor",
        "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    "Docker": (
        refused(errno.EPERM, container="docker", seccomp=2, root=True),
        "Docker container",
        "docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined"
        " --device /dev/net/tun",
    ),
    "Podman": (
        refused(errno.EPERM, container="podman", seccomp=2),
        "Podman container",
        "podman run --security-opt seccomp=unconfined --security-opt unmask=ALL --device /dev/net/tun",
    ),
    "Kubernetes": (refused(errno.EPERM, container="Kubernetes", seccomp=2), "Kubernetes", "seccompProfile"),
    "seccomp": (refused(errno.EPERM, seccomp=2), "seccomp filter is on this process", "ordinary terminal"),
    "built without": (refused(errno.EINVAL), "built without namespaces", "CONFIG_USER_NS"),
    "WSL 1": (refused(errno.EINVAL, release="4.4.0-19041-Microsoft"), "WSL 1", "wsl --set-version"),
    "unknown": (refused(errno.EPERM), "none of the known causes", "man 7 user_namespaces"),
    "a second network refused": (probed(second_network=errno.ENOSPC), "used up", "max_net_namespaces=15000"),
    "macOS": (WELL._replace(system="darwin", probe={}), "this is macOS", "container"),
    "Windows": (WELL._replace(system="win32", probe={}), "this is Windows", "wsl --install"),
    "no cable": (
        probed(tap=errno.EACCES, packet=errno.EOPNOTSUPP),
        "neither can be made",
        "sudo modprobe tun",
    ),
    "no cable in a container": (
        probed(tap=errno.ENOENT, packet=errno.EOPNOTSUPP)._replace(container="docker", tun_exists=False),
        "there is no /dev/net/tun",
        "--device /dev/net/tun",
    ),
}


@pytest.mark.parametrize(("facts", "meaning", "remedy"), MISSING.values(), ids=MISSING)
def test_what_stands_in_the_way_is_named_with_its_remedy(facts, meaning, remedy):
    found = report(facts)
    text = " ".join(repr(found).split())
    assert not found.works
    assert text.startswith("Mode: none: Network(...) does not work here")
    assert meaning in text
    assert " ".join(remedy.split()) in text
    assert "planned" in text, "what such machines will get is said"
    assert meaning in re.sub("<[^>]+>", " ", found._repr_html_())


NOTES = {
    "settings refused": (probed(sysctl=errno.EROFS), "Read-only file system", "outside this sandbox"),
    "settings refused in Docker": (
        probed(sysctl=errno.EROFS)._replace(container="docker"),
        "Read-only",
        "systempaths=unconfined",
    ),
    "an old kernel": (WELL._replace(release="4.15.0-1"), "Linux 4.15.0-1", "newer kernel"),
    "an old Python": (WELL._replace(python=(3, 10, 4)), "3.10.4", "install Python 3.11"),
    "a missing package": (
        WELL._replace(packages=WELL.packages | {"scapy": None}),
        "scapy missing",
        'pip install --upgrade "scapy>=2.6"',
    ),
    "an old package": (
        WELL._replace(packages=WELL.packages | {"matplotlib": "3.9.2"}),
        "matplotlib 3.9.2",
        'pip install --upgrade "matplotlib>=3.10"',
    ),
    "few descriptors": (WELL._replace(descriptors=(256, 4096)), "256 file descriptors", "ulimit -n 1024"),
    "few descriptors for good": (WELL._replace(descriptors=(256, 256)), "256", "limits.d"),
}


@pytest.mark.parametrize(("facts", "meaning", "remedy"), NOTES.values(), ids=NOTES)
def test_what_limits_is_noted_though_the_full_mode_works(facts, meaning, remedy):
    found = report(facts)
    assert found.works and not found.well
    assert meaning in repr(found)
    assert remedy in repr(found)
    assert len(repr(found).split("  ! ")) == 2, "only what is amiss is shown"


WELL_TOO = [
    WELL,
    probed(tap=errno.EACCES),
    probed(packet=errno.EOPNOTSUPP),
    WELL._replace(
        congestion=("reno", "cubic", "bbr"), release="6.18.1", python=(3, 14, 0), descriptors=(-1, -1)
    ),
    WELL._replace(apparmor_restricts=1, seccomp=2, container="docker", root=True),
]


@pytest.mark.parametrize("facts", WELL_TOO)
def test_the_short_form_is_the_same_wherever_all_is_well(facts):
    assert repr(report(facts)) == repr(report(WELL))
    assert report(facts)._repr_html_() == report(WELL)._repr_html_()
    assert repr(report(WELL)).startswith("Everything works here")
    assert not re.search(r"\d\.\d", repr(report(WELL))), "no versions"


def test_the_full_form_shows_everything():
    text = repr(report(WELL, full=True))
    for words in (
        "6.8.0-45-generic",
        "3.12.1",
        "scapy 2.6.1",
        "reno, cubic",
        "/dev/net/tun",
        "1,024 file descriptors",
    ):
        assert words in text
    assert text.startswith("Mode: namespaces")


def test_the_table_can_be_read_aloud():
    page = report(WELL, full=True)._repr_html_()
    assert page.count('scope="row"') == len(rows(WELL)) and page.count('scope="col"') == 3
    assert "<caption" in page
    assert "color" not in page, "readable in the dark theme: it takes the page's own colours"


def test_json_holds_rows_and_facts():
    read = json.loads(report(refused(errno.EPERM, apparmor_restricts=1)).to_json())
    assert (read["mode"], read["works"], read["format"]) == (None, False, 1)
    assert read["rows"][0]["what"] == "hosts" and "AppArmor" in read["rows"][0]["meaning"]
    assert read["facts"]["apparmor_restricts"] == 1


def test_it_looks_at_this_machine_in_less_than_a_second():
    begun = time.monotonic()
    facts = gather()
    assert time.monotonic() - begun < 1
    assert facts.system == sys.platform
    assert set(facts.packages) == set(PACKAGES)
    if sys.platform == "linux":
        assert facts.probe["namespaces"] == 0 or facts.probe["step"]


def test_a_trial_that_fails_altogether_is_told(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    from labkit.doctor import _probe

    assert _probe()["namespaces"] == errno.EIO
    assert "No such file" in _probe()["step"]


def test_the_command_says_which_status(capsys, monkeypatch):
    doctor = sys.modules["labkit.doctor"]
    monkeypatch.setattr(doctor, "gather", lambda: WELL)
    assert main(["doctor"]) == 0
    assert "6.8.0-45-generic" in capsys.readouterr().out
    monkeypatch.setattr(doctor, "gather", lambda: refused(errno.EPERM, apparmor_restricts=1))
    assert main(["doctor", "--short"]) == 1
    assert "AppArmor" in capsys.readouterr().out
    assert main(["doctor", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["mode"] is None


def test_the_command_is_friendly(capsys):
    assert main([]) == 0
    assert "labkit doctor" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert re.fullmatch(r"labkit \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


def test_an_unknown_command_is_refused_with_the_known_one():
    done = subprocess.run([sys.executable, "-m", "labkit", "docter"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "doctor" in done.stderr

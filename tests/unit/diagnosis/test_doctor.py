"""The doctor: each cause is told from the facts, with its exact remedy; the short form is the same wherever
all is well. What can really be provoked is provoked in tests/network/diagnosis/test_provoked.py."""

from __future__ import annotations

import ast
import errno
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib

import nbformat
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import labkit
from labkit.__main__ import main
from labkit.diagnosis import environment
from labkit.diagnosis.environment import PACKAGES, Environment
from labkit.diagnosis.facts import Facts, _hidepid, gather
from labkit.diagnosis.report import Report
from labkit.diagnosis.rows import FEWEST_PROCESSES, rows
from labkit.lessons.many.holding import MOST, WARM
from tools.editions import ROOT

HOME = os.path.expanduser("~")
ENVIRONMENT = Environment(
    packages={
        "anywidget": "0.11.0",
        "ipykernel": "6.31.0",
        "ipywidgets": "8.1.5",
        "jupyterlab": "4.4.0",
        "matplotlib": "3.10.0",
        "scapy": "2.6.1",
    },
    kind="lab",
    pins="right",
    elsewhere=False,
    jupyter="right",
)
WELL = Facts(
    system="linux",
    release="6.8.0-45-generic",
    root=False,
    python=(3, 12, 1),
    executable="/usr/bin/python3.12",
    mode="namespaces",
    why="this machine lets us make network namespaces",
    forced=False,
    closed="",
    environment=ENVIRONMENT,
    descriptors=(1024, 4096),
    max_user_namespaces=10000,
    max_net_namespaces=10000,
    apparmor_restricts=None,
    apparmor_profile="",
    userns_clone=None,
    seccomp=0,
    container="",
    chroot=False,
    hidepid="",
    tun_exists=True,
    congestion=("reno", "cubic"),
    probe={"namespaces": 0, "second network": 0, "tap": 0, "sysctl": 0, "packet": 0},
)
RECORDED = WELL._replace(
    mode="recorded",
    why="…; capturing on the loopback interface: Operation not permitted",
    closed="capturing on the loopback interface: Operation not permitted",
)
LOOPBACK = WELL._replace(mode="loopback", why="…; but packets on the loopback interface can be captured")
AT_ONCE = {"step": "unshare(CLONE_NEWUSER | CLONE_NEWNET)", "made": False}
LATER = {"step": "writing /proc/self/setgroups", "made": True}


def untried(said: str) -> Facts:
    """The trial process itself failed."""
    return RECORDED._replace(probe={"failed": "no answer", "said": said})


def refused(number: int, step: dict = AT_ONCE, alone: int = 0, **facts) -> Facts:
    """No namespaces; `alone` is what a user namespace alone gave."""
    return RECORDED._replace(probe={"namespaces": number, **step, "user namespace": alone}, **facts)


def probed(facts: Facts = WELL, **steps) -> Facts:
    return facts._replace(
        probe=facts.probe | {name.replace("_", " "): value for name, value in steps.items()}
    )


def here(**facts) -> Facts:
    return WELL._replace(environment=ENVIRONMENT._replace(**facts))


def report(facts: Facts, full: bool = False) -> Report:
    return Report(facts, tuple(rows(facts)), full)


MISSING = {
    "user-limit-zero": (
        refused(errno.ENOSPC, alone=errno.ENOSPC, max_user_namespaces=0),
        "limit of user namespaces is zero",
        "sudo sysctl -w user.max_user_namespaces=15000",
    ),
    "net-limit-zero": (
        refused(errno.ENOSPC, max_net_namespaces=0),
        "limit of network namespaces is zero",
        "sudo sysctl -w user.max_net_namespaces=15000",
    ),
    "user-limit-used-up": (
        refused(errno.ENOSPC, alone=errno.ENOSPC),
        "limit of user namespaces is used up",
        "sudo sysctl -w user.max_user_namespaces=20000",
    ),
    "net-limit-used-up": (
        probed(RECORDED, second_network=errno.ENOSPC),
        "limit of network namespaces is used up",
        "sudo sysctl -w user.max_net_namespaces=20000",
    ),
    "userns-clone": (
        refused(errno.EPERM, userns_clone=0),
        "reserved to root",
        "sudo sysctl -w kernel.unprivileged_userns_clone=1",
    ),
    "apparmor": (
        refused(errno.EACCES, LATER, apparmor_restricts=1),
        "AppArmor takes the rights away",
        'profile labkit "%s" flags=(unconfined) {\\n userns,\\n}\\n\' /usr/bin/python3.12'
        " | sudo tee /etc/apparmor.d/labkit sudo apparmor_parser --replace /etc/apparmor.d/labkit",
    ),
    "apparmor, its profile not loaded": (
        refused(errno.EACCES, apparmor_restricts=1),
        "AppArmor",
        "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    "apparmor, a folder with a space": (
        refused(errno.EACCES, LATER, apparmor_restricts=1, executable="/opt/my python/bin/python3.13"),
        "AppArmor",
        "'/opt/my python/bin/python3.13' | sudo tee /etc/apparmor.d/labkit",
    ),
    "apparmor, around a container": (
        refused(errno.EACCES, LATER, apparmor_restricts=1, container="docker", seccomp=0),
        "on the machine that this container runs on",
        "on that machine, not in the container: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    "rights-taken": (refused(errno.EPERM, LATER), "gives no rights", "administrator"),
    "seccomp-docker": (
        refused(errno.EPERM, container="docker", seccomp=2, root=True),
        "Docker container",
        "docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined"
        " --device /dev/net/tun",
    ),
    "seccomp-docker, on Ubuntu": (
        refused(errno.EPERM, container="docker", seccomp=2, apparmor_restricts=1),
        "Docker container",
        "--security-opt seccomp=unconfined",
    ),
    "seccomp-podman": (
        refused(errno.EPERM, container="podman", seccomp=2),
        "Podman container",
        "podman run --security-opt seccomp=unconfined --security-opt unmask=ALL --device /dev/net/tun",
    ),
    "seccomp-kubernetes": (
        refused(errno.EPERM, container="Kubernetes", seccomp=2),
        "Kubernetes",
        "seccompProfile",
    ),
    "seccomp-snap": (
        refused(errno.EPERM, container="snap", seccomp=2),
        "snap application",
        "ordinary terminal",
    ),
    "seccomp": (refused(errno.EPERM, seccomp=2), "seccomp filter is on this process", "ordinary terminal"),
    "chroot": (refused(errno.EPERM, chroot=True), "runs in a chroot", "outside of the chroot"),
    "kernel-without": (refused(errno.EINVAL), "built without namespaces", "CONFIG_USER_NS"),
    "wsl-1": (refused(errno.EINVAL, release="4.4.0-19041-Microsoft"), "WSL 1", "wsl --set-version"),
    "unknown": (refused(errno.EPERM), "none of the known causes", "man 7 user_namespaces"),
    "trial-failed": (
        untried("ModuleNotFoundError"),
        "damaged",
        "make clean && make lab",
    ),
    "macos": (
        RECORDED._replace(system="darwin", probe={}),
        "this is macOS",
        "docker build -t labkit . docker run --rm -it -p 127.0.0.1:8888:8888 --security-opt",
    ),
    "windows": (RECORDED._replace(system="win32", probe={}), "this is Windows", "wsl --install -d Ubuntu"),
    "no-cable": (
        probed(RECORDED, tap=errno.EACCES, packet=errno.EOPNOTSUPP),
        "neither can be made",
        "sudo chmod 666 /dev/net/tun",
    ),
    "no-cable, no module": (
        probed(RECORDED, tap=errno.ENODEV, packet=errno.EOPNOTSUPP),
        "veth with a packet socket: Operation not supported",
        "sudo modprobe tun # or: sudo modprobe veth",
    ),
    "no-cable, in a container": (
        probed(RECORDED, tap=errno.ENOENT, packet=errno.EOPNOTSUPP)._replace(
            container="docker", tun_exists=False
        ),
        "there is no /dev/net/tun",
        "docker run --device /dev/net/tun",
    ),
}


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")
def test_the_profile_comes_out_of_the_shell_as_it_should():
    facts = MISSING["apparmor, a folder with a space"][0]
    printf = next(line for line in rows(facts)[1].remedy.splitlines() if line.startswith("printf"))
    ran = subprocess.run(["sh", "-c", printf.partition(" | ")[0]], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == [
        "abi <abi/4.0>,",
        "include <tunables/global>",
        'profile labkit "/opt/my python/bin/python3.13" flags=(unconfined) {',
        "  userns,",
        "}",
    ]


@pytest.mark.parametrize("name", MISSING)
def test_what_stands_in_the_way_of_hosts_is_named_with_its_remedy(name):
    facts, meaning, remedy = MISSING[name]
    found = report(facts)
    text = " ".join(repr(found).split())
    assert not found.works
    assert found.causes[:2] == [name.split(",")[0], "no-capture"]
    assert text.startswith("Mode: recorded: real sockets on this machine's loopback"), "what one gets now"
    assert meaning in text
    assert " ".join(remedy.split()) in text
    assert meaning in re.sub("<[^>]+>", " ", found._repr_html_())


CAPTURE = {
    "here": (refused(errno.EPERM), "--ambient-caps=+net_raw"),
    "macOS": (RECORDED._replace(system="darwin", probe={}), "ChmodBPF"),
    "Windows": (RECORDED._replace(system="win32", probe={}), "Npcap"),
    "Podman": (refused(errno.EPERM, container="podman"), "podman run --user root --cap-add NET_RAW"),
}


@pytest.mark.parametrize(("facts", "remedy"), CAPTURE.values(), ids=CAPTURE)
def test_the_mode_recorded_says_what_gives_the_mode_loopback(facts, remedy):
    row = next(row for row in rows(facts) if row.what == "capture")
    assert (row.level, row.cause) == ("note", "no-capture")
    assert row.found == "capturing on the loopback interface: Operation not permitted"
    assert remedy in row.remedy


def test_the_mode_loopback_says_what_it_is():
    found = report(LOOPBACK._replace(probe=refused(errno.EPERM).probe))
    text = " ".join(repr(found).split())
    assert text.startswith(
        "Mode: loopback: real sockets on this machine's loopback addresses, and the packets"
    )
    assert found.causes == ["unknown"] and not found.works


NOTES = {
    "settings-read-only": (probed(sysctl=errno.EROFS), "Read-only file system", "remount,rw /proc/sys"),
    "settings-container": (
        probed(sysctl=errno.EROFS)._replace(container="docker"),
        "Read-only",
        "systempaths=unconfined",
    ),
    "settings-container, in Kubernetes": (
        probed(sysctl=errno.EACCES)._replace(
            container="Kubernetes", apparmor_profile="cri-containerd.apparmor.d"
        ),
        "Permission denied",
        "for its administrator, in Kubernetes: hostUsers: false of the pod; seccompProfile.type: Unconfined,",
    ),
    "settings-apparmor": (
        probed(sysctl=errno.EACCES)._replace(container="docker", apparmor_profile="docker-default"),
        "profile docker-default forbids",
        "--security-opt apparmor=unconfined",
    ),
    "settings-apparmor, on Ubuntu": (
        probed(sysctl=errno.EACCES)._replace(
            container="docker", apparmor_profile="docker-default", apparmor_restricts=1
        ),
        "profile docker-default forbids",
        "# and on the machine around it, which else takes the rights away instead: sudo sysctl -w kernel.apparmor",
    ),
    "proc-subset": (
        probed(sysctl=errno.ENOENT)._replace(hidepid="subset=pid"),
        "processes only",
        "ProcSubset=all",
    ),
    "old-kernel": (WELL._replace(release="4.15.0-1"), "Linux 4.15.0-1", "newer kernel"),
    "packages": (
        here(packages=ENVIRONMENT.packages | {"matplotlib": "3.9.2"}, kind=""),
        "matplotlib 3.9.2",
        'pip install --upgrade "matplotlib>=3.10"',
    ),
    "packages, too new": (
        here(packages=ENVIRONMENT.packages | {"ipykernel": "7.4.0"}, kind=""),
        "ipykernel 7.4.0",
        'pip install --upgrade "ipykernel>=6.31,<7"',
    ),
    "packages, of the lab": (
        here(packages=ENVIRONMENT.packages | {"scapy": "2.5.0"}),
        "scapy 2.5.0",
        "make clean && make lab",
    ),
    "packages, of conda": (
        here(packages=ENVIRONMENT.packages | {"scapy": "2.6.0"}, kind="conda"),
        "scapy 2.6.0",
        "conda env update -f environment.yml",
    ),
    "stale-environment": (here(pins="other"), "has changed since", "make lab"),
    "labkit-elsewhere": (here(elsewhere=True), "from another folder", "in the folder of these lessons"),
    "other-kernel": (here(jupyter="other"), "another Python", "Change Kernel"),
    "other-kernel, of the package": (here(jupyter="other", kind="package"), "another Python", "labkit lab #"),
    "few-descriptors": (WELL._replace(descriptors=(256, 4096)), "256 file descriptors", "ulimit -n 1024"),
    "few-descriptors, for good": (WELL._replace(descriptors=(256, 256)), "256", "limits.d"),
    "few-processes": (WELL._replace(processes=100), "100 processes and threads", "TasksMax=1200"),
    "little-memory": (WELL._replace(memory=400_000_000), "400 MB of memory", "MemoryMax=2G"),
}


@pytest.mark.parametrize("name", NOTES)
def test_what_limits_is_noted_though_the_full_mode_works(name):
    facts, meaning, remedy = NOTES[name]
    found = report(facts)
    text = " ".join(repr(found).split())
    assert found.works and not found.well
    assert found.causes == [name.split(",")[0]], "only what is amiss"
    assert text.startswith("Mode: namespaces: everything runs live")
    assert meaning in text and remedy in text
    assert len(repr(found).split("  ! ")) == 2, "only what is amiss is shown"


def test_so_many_processes_as_are_asked_for_are_enough_for_lesson_many():
    jupyter = 100  # JupyterLab, two kernels and their wires, with their threads: some fifty
    assert jupyter + WARM + MOST <= FEWEST_PROCESSES  # that many threads, for as many connections


def test_a_package_that_is_missing_stops_lessons():
    found = report(here(packages=ENVIRONMENT.packages | {"scapy": None}, kind=""))
    assert not found.works and found.causes == ["packages"]
    assert "scapy missing" in repr(found) and 'pip install --upgrade "scapy>=2.6.1"' in repr(found)
    assert "none" not in repr(found), "the mode is still the full one"


def test_who_installed_the_package_is_told_of_no_checkout():
    package = ENVIRONMENT._replace(kind="package")
    for facts in (untried("ModuleNotFoundError"), refused(errno.EPERM, container="snap", seccomp=2)):
        said = repr(report(facts._replace(environment=package)))
        assert "make " not in said and ("--no-deps labkit-net" in said or "terminal: labkit lab" in said)
    other = repr(report(RECORDED._replace(system="darwin", probe={}, environment=package)))
    assert "docker build -t labkit .   # in a clone of the repository" in other


def test_an_old_python_is_the_only_thing_to_say():
    old = WELL._replace(python=(3, 10, 4), mode="", why="this Python is too old", probe={})
    assert report(old).causes == ["old-python"] and not report(old).works
    assert "labkit needs Python 3.11 or newer" in repr(report(old))
    assert "make lab PYTHON=python3.11" in repr(report(old))
    conda = old._replace(environment=ENVIRONMENT._replace(kind="conda"))
    assert "conda env create -f environment.yml" in repr(report(conda))


FORCED = WELL._replace(mode="recorded", why="LABKIT_MODE=recorded", forced=True)


def test_a_mode_that_was_asked_for_is_told_and_nothing_else():
    assert report(FORCED).causes == ["mode-forced"] and not report(FORCED).works
    assert "unset LABKIT_MODE" in repr(report(FORCED))
    wrong = FORCED._replace(mode="", why="LABKIT_MODE is namespaces, loopback or recorded (got 'x')")
    assert report(wrong).causes == ["mode-unknown"]
    assert repr(report(wrong)).startswith("Mode: none")
    assert report(FORCED._replace(mode="namespaces")).well


WELL_TOO = {
    "no right to open TAPs": probed(tap=errno.EACCES),
    "no veth": probed(packet=errno.EOPNOTSUPP),
    "newer": WELL._replace(
        congestion=("reno", "cubic", "bbr"), release="6.18.1", python=(3, 14, 0), descriptors=(-1, -1)
    ),
    "a container with its flags": WELL._replace(
        apparmor_restricts=1, seccomp=2, container="docker", root=True
    ),
    "hidden processes": WELL._replace(hidepid="hidepid=invisible"),
    "conda": here(kind="conda", pins="", jupyter=""),
}


@pytest.mark.parametrize("facts", WELL_TOO.values(), ids=WELL_TOO)
def test_the_short_form_is_the_same_wherever_all_is_well(facts):
    assert repr(report(facts)) == repr(report(WELL))
    assert report(facts)._repr_html_() == report(WELL)._repr_html_()
    assert repr(report(WELL)).startswith("Everything works here")
    assert not re.search(r"\d\.\d", repr(report(WELL))), "no versions"


@pytest.mark.parametrize("folder", ["notebooks", "notebooks/solutions"])
def test_the_start_page_is_stored_from_a_machine_on_which_all_is_well(folder):
    start = nbformat.read(ROOT / folder / "00_start.ipynb", as_version=4)
    asking = next(cell for cell in start.cells if cell.source.endswith("doctor()"))
    assert [output.data["text/plain"] for output in asking.outputs] == [repr(report(WELL))]


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


# ---- JSON ----


def test_json_has_the_documented_parts():
    read = json.loads(report(refused(errno.EPERM, apparmor_restricts=1)).to_json())
    assert (read["format"], read["labkit"], read["mode"]) == (2, labkit.__version__, "recorded")
    assert (read["works"], read["forced"], read["causes"]) == (False, False, ["apparmor", "no-capture"])
    assert set(read["rows"][1]) == {"what", "level", "found", "meaning", "remedy", "cause"}
    assert read["rows"][1]["what"] == "hosts" and "AppArmor" in read["rows"][1]["meaning"]
    assert read["facts"]["apparmor_restricts"] == 1
    documented = re.findall(r"(?m)^(\w+)  +\S", inspect.getdoc(Report.to_dict))
    assert documented == list(read)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"{HOME}/lab/x.py", "<path>/lab/x.py"),
        ("can't open file '/home/anna/lab/x.py'", "can't open file '<path>'"),
        (r"C:\Users\anna\x.py is missing", "<path> is missing"),
        ("writing /proc/self/uid_map", "writing /proc/self/uid_map"),
        ("/dev/net/tun, /etc/sysctl.d/60-x.conf", "/dev/net/tun, /etc/sysctl.d/60-x.conf"),
        ("/proc", "/proc"),
    ],
)
def test_json_tells_no_folders_of_people(said, kept):
    found = untried(said)
    assert kept in json.loads(report(found).to_json())["rows"][1]["found"]
    assert "executable" not in json.loads(report(found).to_json())["facts"]


# ---- What it finds on this machine ----


def test_it_looks_at_this_machine():
    facts = gather()
    assert facts.system == sys.platform
    assert set(facts.environment.packages) == set(PACKAGES)
    if sys.platform == "linux":
        assert facts.probe["namespaces"] == 0 or facts.probe["step"]


def test_it_needs_none_of_what_windows_has_not(monkeypatch):
    from labkit.diagnosis import facts

    monkeypatch.setattr(sys, "platform", "win32")
    for name in ("uname", "geteuid"):
        monkeypatch.delattr(os, name, raising=False)
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.setattr(facts, "_text", lambda path: "")
    monkeypatch.setattr(facts, "_mode", lambda: ("recorded", "…; no Npcap", False, "no Npcap"))
    found = Report(facts.gather(), tuple(rows(facts.gather())))
    assert found.causes[:2] == ["windows", "no-capture"]


def test_a_trial_that_fails_altogether_is_told(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    monkeypatch.setattr(sys, "platform", "linux")
    facts = gather()
    assert facts.probe == {"failed": "no process", "said": facts.probe["said"]}
    assert "/nowhere/python" in facts.probe["said"]
    (hosts,) = (row for row in rows(facts) if row.what == "hosts")
    assert (
        hosts.found == f"the trial process failed ({facts.probe['said']})" and hosts.cause == "trial-failed"
    )


def test_a_trial_that_takes_too_long_is_told():
    (hosts,) = (row for row in rows(RECORDED._replace(probe={"failed": "no time"})) if row.what == "hosts")
    assert hosts.found == "trying namespaces took more than 10 s: Connection timed out"
    assert hosts.cause == "unknown"


MOUNT = "26 1 0:22 / /proc rw,nosuid shared:12 - proc proc rw{}"


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("", ""),
        (",hidepid=off", ""),
        (",gid=23,hidepid=invisible", "hidepid=invisible"),
        (",hidepid=ptraceable,subset=pid", "hidepid=ptraceable, subset=pid"),
    ],
)
def test_how_proc_hides_processes(options, found):
    assert _hidepid(["25 1 8:1 / / rw - ext4 /dev/sda1 rw", MOUNT.format(options)]) == found


# ---- The environment ----


def test_the_packages_are_those_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {each.name: each.specifier for each in map(Requirement, project["dependencies"])}
    assert asked == {name: SpecifierSet(str(versions)) for name, versions in PACKAGES.items()}


@pytest.mark.skipif(shutil.which("cksum") is None, reason="not installed: cksum")
@pytest.mark.parametrize(
    "data", [b"", b"a", bytes(range(256)) * 3, (ROOT / "requirements.lock").read_bytes()]
)
def test_the_checksum_is_that_of_cksum(data):
    ran = subprocess.run(["cksum"], input=data, capture_output=True, check=True)
    assert environment.cksum(data) == int(ran.stdout.split()[0])


def test_the_checkout_is_found_from_inside_and_not_from_outside(tmp_path):
    assert environment.checkout(str(ROOT / "notebooks" / "solutions")) == os.path.realpath(ROOT)
    assert environment.checkout(str(tmp_path)) is None


NEEDED = ["labkit/modes/tried.py", "labkit/drawing/tables.py", "labkit/running/child.py", "labkit/words.py"]
DIAGNOSIS = [*(ROOT / "labkit/diagnosis").glob("*.py"), *(ROOT / name for name in NEEDED)]


def test_an_old_python_can_read_the_doctor_so_that_it_can_say_so():
    for path in [ROOT / "labkit/__init__.py", ROOT / "labkit/__main__.py"]:
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 6))
    for path in DIAGNOSIS:
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))


# ---- The command ----


@pytest.fixture
def machine(monkeypatch):
    """Say what the doctor is to find."""
    __import__("labkit.diagnosis.doctor")
    module = sys.modules["labkit.diagnosis.doctor"]
    return lambda facts: monkeypatch.setattr(module, "gather", lambda: facts)


def test_the_command_says_which_status(capsys, machine):
    machine(WELL)
    assert main(["doctor"]) == main(["doctor", "--full"]) == 0
    full = capsys.readouterr().out
    assert full.count("6.8.0-45-generic") == 2
    machine(refused(errno.EPERM, apparmor_restricts=1))
    assert main(["doctor", "--short"]) == 1
    assert "AppArmor" in capsys.readouterr().out
    assert main(["doctor", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["mode"] == "recorded"


def test_the_command_writes_what_a_teacher_collects(capsys, machine, tmp_path):
    machine(WELL)
    assert main(["doctor", "--json", "--output", str(tmp_path / "anna.json")]) == 0
    assert capsys.readouterr().out == ""
    assert json.loads((tmp_path / "anna.json").read_text(encoding="utf-8"))["works"] is True
    assert main(["doctor", "--output", str(tmp_path / "no" / "where")]) == 2
    assert "cannot be written: No such file or directory" in capsys.readouterr().err


def test_a_terminal_without_our_signs_is_no_obstacle():
    ran = subprocess.run(
        [sys.executable, "-m", "labkit", "doctor"],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "cp1252", "LABKIT_MODE": "recorded"},
        capture_output=True,
    )
    assert ran.returncode == 1 and b"Mode: recorded" in ran.stdout and ran.stderr == b""


def test_the_command_is_friendly(capsys):
    assert main([]) == 0
    assert "labkit doctor" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert re.fullmatch(r"labkit \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("words", "said"), [(["docter"], "doctor"), (["doctor", "--full", "--short"], "not allowed with")]
)
def test_a_wrong_call_is_refused_in_words(words, said):
    done = subprocess.run([sys.executable, "-m", "labkit", *words], capture_output=True, text=True)
    assert done.returncode == 2
    assert said in done.stderr

"""The doctor names the true cause in situations that are really so: made by the kernel, for a child process.

What no machine of ours has is not here: AppArmor itself (its symptom is, and its setting), macOS and Windows.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import limits
import provoke
import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCTOR = ["-m", "labkit", "doctor", "--json"]
PASSED_ON = {
    name: value for name, value in os.environ.items() if not name.startswith(("LABKIT_", "JUPYTER_"))
}


def ask(argv: list[str], cwd: Path = ROOT, **variables: str) -> dict:
    """The doctor's report, by whom `argv` starts; and its exit status as "status"."""
    ran = subprocess.run(argv, cwd=cwd, env=PASSED_ON | variables, capture_output=True, text=True, timeout=60)
    assert ran.returncode in (0, 1), ran.stderr
    return json.loads(ran.stdout) | {"status": ran.returncode}


def provoked(*situations: str) -> dict:
    try:
        return ask(provoke.command([sys.executable, *DOCTOR], *situations))
    except AssertionError:
        skip_unless_possible(*situations)
        raise


def skip_unless_possible(*situations: str) -> None:
    if why := provoke.why_not(*situations):
        pytest.skip(why)


def row(report: dict, what: str) -> dict:
    return next(row for row in report["rows"] if row["what"] == what)


# ---- No hosts ----

NO_HOSTS = {
    "user limit zero": ("user-limit-zero", "sysctl -w user.max_user_namespaces=15000"),
    "net limit zero": ("net-limit-zero", "sysctl -w user.max_net_namespaces=15000"),
    "user limit used up": ("user-limit-used-up", "sysctl -w user.max_user_namespaces="),
    "net limit used up": ("net-limit-used-up", "sysctl -w user.max_net_namespaces="),
    "no mark,filter of namespaces": ("seccomp", "ordinary terminal"),
    "docker mark,filter of namespaces": ("seccomp-docker", "docker run --security-opt seccomp=unconfined"),
    "podman mark,filter of namespaces": ("seccomp-podman", "podman run --security-opt seccomp=unconfined"),
    "flatpak mark,filter of namespaces": ("seccomp-flatpak", "make lab"),
    "no mark,apparmor restricts,rights taken in user namespaces": ("apparmor", "/etc/apparmor.d/labkit"),
    "docker mark,apparmor restricts,rights taken in user namespaces": ("apparmor", "not in the container"),
    "no mark,rights taken in user namespaces": ("rights-taken", "administrator"),
    "userns clone forbidden": ("userns-clone", "sysctl -w kernel.unprivileged_userns_clone=1"),
    "chroot": ("chroot", "outside of the chroot"),
}


@pytest.mark.parametrize("situations", NO_HOSTS)
def test_why_there_are_no_hosts(situations):
    cause, remedy = NO_HOSTS[situations]
    report = provoked(*situations.split(","))
    hosts = row(report, "hosts")
    assert (hosts["level"], hosts["cause"]) == ("missing", cause)
    assert remedy in hosts["remedy"]
    assert (report["mode"], report["works"], report["status"]) == ("recorded", False, 1)
    assert report["causes"] == [cause, "no-capture"]


def test_the_same_restriction_is_not_blamed_where_hosts_work():
    assert provoked("apparmor restricts")["causes"] == []


# ---- Cables, settings, limits ----


@pytest.mark.parametrize(
    ("tun", "found", "remedy"),
    [
        ("no tun", "there is no /dev/net/tun", "sudo modprobe tun"),
        ("closed tun", "/dev/net/tun: Permission denied", "sudo chmod 666 /dev/net/tun"),
    ],
)
def test_no_tun_does_no_harm_unless_there_are_no_packet_sockets(tun, found, remedy):
    report = provoked("no mark", tun)
    assert (report["works"], report["causes"], report["status"]) == (True, [], 0)
    assert found in row(report, "cables")["found"] and "veth pairs" in row(report, "cables")["found"]

    report = provoked("no mark", tun, "no packet sockets")
    assert report["causes"] == ["no-cable", "no-capture"]
    assert remedy in row(report, "cables")["remedy"] and report["status"] == 1


SMALL_HARM = {
    "no mark,read only settings": ("settings-read-only", "remount,rw"),
    "docker mark,read only settings": ("settings-container", "systempaths=unconfined"),
    "processes only": ("proc-subset", "ProcSubset=all"),
    "old kernel": ("old-kernel", "newer kernel"),
    "few descriptors": ("few-descriptors", "ulimit -n 1024"),
    "few descriptors for good": ("few-descriptors", "limits.d"),
}


@pytest.mark.parametrize("situations", SMALL_HARM)
def test_what_limits_is_noted_though_the_full_mode_works(situations):
    cause, remedy = SMALL_HARM[situations]
    report = provoked(*situations.split(","))
    assert (report["causes"], report["works"], report["status"]) == ([cause], True, 0)
    assert any(remedy in row["remedy"] for row in report["rows"])


def test_hidden_processes_do_no_harm():
    report = provoked("hidden processes")
    assert report["causes"] == [] and report["works"]
    assert "hidepid" in row(report, "/proc")["found"]


OWNERS = """
from labkit import Network
with Network("client", "server") as net:
    program = net.server.spawn(["{python}", "-u", "-c", "{program}"])
    program.wait_for("listens")
    print([row.owner for row in net.server.sockets()])
    program.stop()
"""
SERVER = "import socket; s = socket.socket(); s.bind(('', 900)); s.listen(); print('listens'); s.accept()"


def test_the_socket_table_names_owners_although_processes_are_hidden():
    skip_unless_possible("hidden processes")
    code = OWNERS.format(python=sys.executable, program=SERVER)
    argv = provoke.command([sys.executable, "-c", code], "hidden processes")
    ran = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "program python" in ran.stdout, ran.stderr


# ---- Modes ----


def test_an_ordinary_user_without_namespaces_who_may_capture_has_the_mode_loopback():
    if why := limits.why_not():
        pytest.skip(why)
    report = ask(limits.command([sys.executable, *DOCTOR], capture=True))
    assert (report["mode"], report["causes"], report["status"]) == ("loopback", ["user-limit-zero"], 1)


@pytest.mark.parametrize(
    ("value", "mode", "cause"), [("recorded", "recorded", "mode-forced"), ("nonsense", None, "mode-unknown")]
)
def test_a_mode_that_was_asked_for_is_told_as_the_cause(value, mode, cause):
    report = ask([sys.executable, *DOCTOR], LABKIT_MODE=value)
    assert (report["mode"], report["forced"], report["causes"]) == (mode, True, [cause])
    assert "unset LABKIT_MODE" in row(report, "mode")["remedy"]


# ---- Environments ----


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Path:
    """An environment without any package."""
    folder = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


def test_an_environment_without_packages_is_told_with_nothing_but_the_standard_library(bare):
    report = ask([str(bare / "bin" / "python"), *DOCTOR])
    assert report["causes"] == ["packages"] and report["status"] == 1
    assert set(report["facts"]["environment"]["packages"].values()) == {None}
    assert 'pip install --upgrade "anywidget>=' in row(report, "packages")["remedy"]


def test_an_old_package_is_told(tmp_path):
    (tmp_path / "scapy-2.4.5.dist-info").mkdir()
    (tmp_path / "scapy-2.4.5.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: scapy\nVersion: 2.4.5\n"
    )
    report = ask([sys.executable, *DOCTOR], PYTHONPATH=str(tmp_path))
    assert report["causes"] == ["packages"] and row(report, "packages")["found"] == "scapy 2.4.5"
    assert row(report, "packages")["level"] == "note" and report["status"] == 0


def test_an_environment_of_another_lock_is_told_and_one_of_this_lock_is_not(bare):
    stamp = bare / ".labkit"
    names = ("requirements.lock", "pyproject.toml", "tools/environment")
    together = b"".join((ROOT / name).read_bytes() for name in names)
    recipe = (
        subprocess.run(["cksum"], input=together, capture_output=True, check=True).stdout.decode().strip()
    )
    try:
        stamp.write_text(f"{recipe} /elsewhere\n3.12 /usr ok\n")
        assert ask([str(bare / "bin" / "python"), *DOCTOR])["facts"]["environment"]["pins"] == "right"
        stamp.write_text("1234 5678 /elsewhere\n3.12 /usr ok\n")
        report = ask([str(bare / "bin" / "python"), *DOCTOR])
        assert report["causes"] == ["packages", "stale-environment"]
        assert "make clean && make lab" in row(report, "packages")["remedy"]
    finally:
        stamp.unlink()


def test_a_labkit_from_another_folder_than_the_lessons_is_told(tmp_path):
    for name in ("requirements.lock", "pyproject.toml", "tools/environment", "notebooks/00_start.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "labkit").mkdir()
    code = "import sys; sys.path.remove(''); from labkit.__main__ import main; sys.exit(main(['doctor', '--json']))"
    report = ask([sys.executable, "-c", code], cwd=tmp_path / "notebooks", PYTHONPATH=str(ROOT))
    assert report["causes"] == ["labkit-elsewhere"]


def test_a_kernel_of_another_python_is_told(tmp_path, bare):
    kernel = tmp_path / "kernels" / "python3"
    kernel.mkdir(parents=True)
    for program, causes in [(bare / "bin" / "python", ["other-kernel"]), (Path(sys.executable), [])]:
        spec = {
            "argv": [str(program), "-m", "ipykernel_launcher"],
            "display_name": "Python 3",
            "language": "python",
        }
        (kernel / "kernel.json").write_text(json.dumps(spec))
        assert ask([sys.executable, *DOCTOR], JUPYTER_PATH=str(tmp_path))["causes"] == causes


KERNEL = "import sys; sys.modules['ipykernel'] = sys; from labkit.diagnosis import environment as e; print(e.jupyter())"


def test_a_kernel_sees_that_its_jupyterlab_has_another_python(tmp_path, bare):
    server = tmp_path / "jupyter-lab"
    server.write_text(
        f"import subprocess; subprocess.run([{sys.executable!r}, '-c', {KERNEL!r}], check=True)\n"
    )
    for program, said in [(bare / "bin" / "python", "other"), (Path(sys.executable), "right")]:
        ran = subprocess.run(
            [program, server], cwd=ROOT, env=PASSED_ON, capture_output=True, text=True, check=True
        )
        assert ran.stdout.strip() == said


def old_pythons() -> list[str]:
    """Those that are here; on most machines none."""
    homes = (Path.home() / ".pyenv" / "versions").glob("3.*/bin/python")
    found = [shutil.which(f"python3.{minor}") for minor in range(6, 11)]
    found += [str(home) for home in homes if re.search(r"/3\.([6-9]|10)\.", str(home))]
    # A shim of pyenv's, for a version that is not there, fails.
    return [
        one for one in found if one and not subprocess.run([one, "-c", ""], capture_output=True).returncode
    ]


AS_IF_OLD = """
import runpy, sys
sys.version_info, sys.argv = (3, {}, 4), ["labkit", "doctor"]
runpy.run_module("labkit", run_name="__main__")
"""


def test_a_python_that_is_too_old_is_told_in_a_sentence():
    argvs = [[python, "-m", "labkit", "doctor"] for python in old_pythons()]
    argvs += [[sys.executable, "-c", AS_IF_OLD.format(minor)] for minor in (7, 10)]
    for argv in argvs:
        ran = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True)
        assert (ran.returncode, ran.stderr) == (1, ""), argv
        assert "labkit needs Python 3.11 or newer" in ran.stdout and "make lab PYTHON=" in ran.stdout, argv


# ---- What a network says by itself ----

TWO_NETWORKS = """
from labkit import Network
for _ in range(2):
    Network("client", "server").close()
"""


@pytest.mark.parametrize(
    ("situation", "said"),
    [
        ("read only settings", "net.ipv4.tcp_"),
        ("processes only", "there is no /proc/sys/net"),
        ("no tun", ""),
    ],
)
def test_a_network_says_once_which_settings_it_could_not_make(situation, said):
    skip_unless_possible(situation)
    argv = provoke.command([sys.executable, "-c", TWO_NETWORKS], situation)
    ran = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert ran.stderr.count("refuses to write the network settings") == (1 if said else 0), ran.stderr
    assert said in ran.stderr


# ---- JSON for teachers ----


def test_the_json_names_nobody(tmp_path):
    """Under a home that has a name in it, with a Python that lies there."""
    home = tmp_path / "annemarie.example"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "lab"], check=True)
    situations = ("no mark", "apparmor restricts", "rights taken in user namespaces")
    skip_unless_possible(*situations)
    collected = home / "report.json"
    python = [str(home / "lab" / "bin" / "python"), *DOCTOR, "--output", str(collected)]
    argv = provoke.command(python, *situations)
    ran = subprocess.run(
        argv, cwd=ROOT, env=PASSED_ON | {"HOME": str(home), "USER": "annemarie"}, capture_output=True
    )
    assert (ran.returncode, ran.stdout) == (1, b""), ran.stderr
    text = collected.read_text(encoding="utf-8")
    assert json.loads(text)["format"] == 2
    for personal in ("annemarie", str(tmp_path), str(ROOT), os.uname().nodename):
        assert personal not in text

"""What programs on a host find of the machine: their own interfaces in /sys, and users to become where there is one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from limits import command, why_not

from labkit.wire.dropping import one_user

# What programs that begin as root do; of the last, which names nobody else, they hear the truth.
DROP = """
import os
os.setgroups([33]); os.setgid(33); os.setuid(33)
os.setresgid(33, 33, 33); os.setresuid(33, 33, 33); os.setregid(33, 33); os.setreuid(33, 33)
os.initgroups("nobody", 33)
with open("mine", "w") as file:
    os.chown("mine", 33, 33); os.lchown("mine", 33, -1); os.fchown(file.fileno(), -1, 33); os.chown("mine", 0, 0)
os.chown("mine", 33, 33, dir_fd=os.open(".", os.O_RDONLY))
print(os.getresuid(), os.stat("mine").st_uid)
try:
    os.chown("nowhere", 0, 0)
except FileNotFoundError:
    print("not found")
"""


def as_ordinary_user(script: str, folder) -> str:
    """What a script prints that an ordinary user runs: a network of `a` and `b`, as `net`, is there."""
    if why := why_not():
        pytest.skip(why)
    folder.chmod(0o777)
    code = f"from labkit import Network\nwith Network('a', 'b') as net:\n    {script}"
    done = subprocess.run(
        command([sys.executable, "-c", code], namespaces=True),
        cwd=folder, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_program_finds_its_hosts_interfaces_and_all_else_of_the_machines(client):
    looks = "ls /sys/class/net; cat /sys/class/net/eth0/address /sys/class/net/eth0/mtu; ls /sys | wc -l"
    expected = ["eth0", "lo", client.mac, "1500", str(len(os.listdir("/sys")))]
    assert client.run(["sh", "-c", looks]).stdout.split() == expected


def test_an_ordinary_users_program_never_finds_the_machines_interfaces(tmp_path):
    found = as_ordinary_user("print(net.a.run(['ls', '/sys/class/net']))", tmp_path)
    assert found.split() in (["eth0", "lo"], []), "none where the machine hides a part of its sysfs"


def test_an_ordinary_users_program_may_drop_root(tmp_path):
    said = as_ordinary_user(f"print(net.a.run([{sys.executable!r}, '-c', {DROP!r}]))", tmp_path)
    assert said == "(0, 0, 0) 0\nnot found\n"


@pytest.mark.root
def test_roots_programs_do_drop_root(client):
    if one_user():
        pytest.skip("this root has nobody to become")
    drop = "import os; os.setgid(33); os.setuid(33); print(os.getresuid())"
    assert client.run([sys.executable, "-I", "-S", "-c", drop]).stdout == "(33, 33, 33)\n"


@pytest.mark.program("tcpdump")
def test_an_ordinary_user_runs_tcpdump_as_one_writes_it(tmp_path):
    script = """
    seen = net.b.spawn(["tcpdump", "-l", "-n", "-c", "1", "-i", "eth0", "udp"])
    seen.wait_for("listening on eth0", timeout=10)
    with net.a.socket(type=2) as sock:
        sock.sendto(b"hello", ("b", 5000))
    print(seen.wait(timeout=10), seen.output)
    """.strip()
    assert "10.0.0.1.40000 > 10.0.0.2.5000: UDP, length 5" in as_ordinary_user(script, tmp_path)

"""From the facts about a machine to rows: what works, what is missing, why, and the exact command that mends it."""

from __future__ import annotations

import errno
import os

from labkit.diagnosis.causes import Cause, no_hosts, sysctl
from labkit.diagnosis.containers import APPARMOR_FLAG, FLAGS, KUBERNETES, build_command, run_command
from labkit.diagnosis.facts import OLDEST_PYTHON, Facts
from labkit.diagnosis.python_rows import _again, environment_rows, packages_row, python_row
from labkit.diagnosis.row import MISSING, NOTE, OK, Row, many, version
from labkit.modes.tried import (
    CALL,
    FAILED,
    NAMESPACES,
    NO_ANSWER,
    NO_PROCESS,
    PACKET,
    SAID,
    SECOND_NETWORK,
    SECONDS,
    SYSCTL,
    TAP,
)
from labkit.words import say

OLDEST_KERNEL = (5, 4)
FEWEST_DESCRIPTORS = 1024
FEWEST_PROCESSES = 1200  # lesson many starts a thousand threads; Jupyter and two kernels have some more
LEAST_MEMORY = 1_000_000_000


def rows(facts: Facts) -> list[Row]:
    """The whole table, in the order in which one would mend things."""
    if facts.python[:2] < OLDEST_PYTHON:  # nothing else was tried
        return [python_row(facts)]
    hosts = _hosts(facts)
    found = [_mode(facts), hosts]
    if facts.system == "linux" and hosts.level == OK:
        found += [_cables(facts), _settings(facts)]
    found += [_capture(facts), python_row(facts), packages_row(facts), *environment_rows(facts)]
    if facts.system == "linux":
        found += [
            _kernel(facts),
            _proc(facts),
            _descriptors(facts),
            _processes(facts),
            _memory(facts),
            _congestion(facts),
        ]
    return [row for row in found if row]


def _mode(facts: Facts) -> Row | None:
    remedy = "unset LABKIT_MODE   # in the terminal; then start JupyterLab from it again"
    if not facts.mode:
        return Row(
            "mode", MISSING, facts.why, "Networks cannot be made while it stands so.", remedy, "mode-unknown"
        )
    if facts.forced and facts.mode != "namespaces":
        meaning = "This mode was asked for by a variable, whatever the machine could do."
        return Row("mode", NOTE, facts.why, meaning, remedy, "mode-forced")
    return Row("mode", OK, facts.why)


def _hosts(facts: Facts) -> Row:
    if facts.system != "linux":
        return _other_system(facts)
    probe = facts.probe
    if probe.get(FAILED) in (NO_PROCESS, NO_ANSWER):
        found = say("the trial process failed ({said})", said=probe[SAID])
        meaning = "What the wire needs could not be tried: this installation of labkit is damaged, or not all of it."
        return Row("hosts", MISSING, found, meaning, _again(facts), "trial-failed")
    number = errno.ETIMEDOUT if FAILED in probe else probe[NAMESPACES] or probe[SECOND_NETWORK]
    if not number:
        return Row("hosts", OK, "user and network namespaces work")
    if FAILED in probe:
        step = say("trying namespaces took more than {seconds} s", seconds=f"{SECONDS:g}")
    else:
        step = probe.get(CALL, "unshare(CLONE_NEWNET)")
    cause = no_hosts(facts, number)
    return Row("hosts", MISSING, f"{step}: {os.strerror(number)}", cause.meaning, cause.remedy, cause.name)


def _other_system(facts: Facts) -> Row:
    name = {"darwin": "macOS", "win32": "Windows"}.get(facts.system, facts.system)
    clone = "   # in a clone of the repository" if facts.environment.kind == "package" else ""
    container = f"{build_command()}{clone}\n{run_command()}   # then open the address that it prints"
    if facts.system == "win32":
        container = (
            f"wsl --install -d Ubuntu   # then `{facts.environment.start}` inside that Ubuntu;"
            f" or, with Docker Desktop:\n{container}"
        )
    return Row(
        "hosts",
        MISSING,
        f"this is {name}",
        "Hosts are network namespaces, which only Linux has. A container on this machine has them:",
        container,
        {"macOS": "macos", "Windows": "windows"}.get(name, "not-linux"),
    )


def _cables(facts: Facts) -> Row:
    probe = facts.probe
    tap, packet = probe.get(TAP), probe.get(PACKET)
    if tap == 0:
        other = "veth pairs work too" if packet == 0 else "veth pairs do not work, and are not needed"
        return Row("cables", OK, f"TAP through /dev/net/tun ({other})")
    why = (
        "there is no /dev/net/tun"
        if not facts.tun_exists
        else f"/dev/net/tun: {os.strerror(tap or errno.EIO)}"
    )
    if packet == 0:
        return Row("cables", OK, f"veth pairs with packet sockets ({why}, and it is not needed)")
    if facts.container:
        remedy = f"start the container with: {facts.container} run --device /dev/net/tun ..."
    elif not facts.tun_exists or tap in (errno.ENODEV, errno.ENXIO):
        remedy = "sudo modprobe tun   # or: sudo modprobe veth"
    else:
        remedy = (
            "sudo chmod 666 /dev/net/tun   # as the kernel's own udev rule has it; or: sudo modprobe veth"
        )
    return Row(
        "cables",
        MISSING,
        f"{why}; veth with a packet socket: {os.strerror(packet or errno.EIO)}",
        "A cable is a TAP device or a veth pair, and neither can be made.",
        remedy,
        "no-cable",
    )


def _settings(facts: Facts) -> Row:
    refused = facts.probe.get(SYSCTL)
    if not refused:
        return Row("settings", OK, "each host's own network settings can be written")
    found = f"/proc/sys/net: {os.strerror(refused)}"
    meaning = (
        "Each host's network settings stay at the kernel's defaults, so some runs can differ from the text."
    )
    if facts.container == "Kubernetes":
        remedy = f"for its administrator, {KUBERNETES}"
        return Row("settings", NOTE, found, meaning, remedy, "settings-container")
    if facts.apparmor_profile.startswith("docker-") and refused in (errno.EACCES, errno.EPERM):
        meaning += f" AppArmor's profile {facts.apparmor_profile} forbids to write them."
        remedy = f"start the container with: {APPARMOR_FLAG}"
        if facts.apparmor_restricts:  # what no profile confines is restricted in user namespaces
            remedy += "\n# and on the machine around it, which else takes the rights away instead:\n"
            remedy += sysctl("kernel.apparmor_restrict_unprivileged_userns", 0)
        return Row("settings", NOTE, found, meaning, remedy, "settings-apparmor")
    if "subset=pid" in facts.hidepid:
        meaning += " This /proc shows processes only."
        remedy = "for a systemd service: ProcSubset=all; else start JupyterLab from an ordinary terminal"
        return Row("settings", NOTE, f"{found} ({facts.hidepid})", meaning, remedy, "proc-subset")
    if facts.container:
        flags = FLAGS.get(facts.container, FLAGS["docker"])
        return Row(
            "settings", NOTE, found, meaning, f"start the container with: {flags}", "settings-container"
        )
    remedy = "for a systemd service: ProtectKernelTunables=no; else: sudo mount -o remount,rw /proc/sys"
    return Row("settings", NOTE, found, meaning, remedy, "settings-read-only")


def _capture(facts: Facts) -> Row | None:
    if facts.forced or facts.mode not in ("loopback", "recorded"):
        return None
    if facts.mode == "loopback":
        return Row("capture", OK, "packets on the loopback interface can be captured")
    cause = _no_capture(facts)
    return Row("capture", NOTE, facts.closed, cause.meaning, cause.remedy, cause.name)


def _no_capture(facts: Facts) -> Cause:
    meaning = (
        "With the right to capture on the loopback interface, its packets would be live (mode loopback)."
    )
    if facts.system == "darwin":
        remedy = "install Wireshark with its ChmodBPF, log out and in again"
    elif facts.system == "win32":
        remedy = "install Npcap (it comes with Wireshark), with its loopback adapter"
    elif facts.container in FLAGS:
        remedy = f"start the container with: {facts.container} run --user root --cap-add NET_RAW ..."
    else:
        remedy = (
            "sudo setpriv --reuid=$(id -u) --regid=$(id -g) --init-groups \\\n"
            "    --inh-caps=+net_raw --ambient-caps=+net_raw env HOME=$HOME"
            f" {facts.environment.start}   # for this JupyterLab only"
        )
    return Cause("no-capture", meaning, remedy)


def _kernel(facts: Facts) -> Row:
    if version(facts.release)[:2] < OLDEST_KERNEL:
        least = ".".join(map(str, OLDEST_KERNEL))
        meaning = f"Nobody has tried kernels before {least}; some lessons may differ."
        remedy = "a newer kernel, by the distribution's updates"
        return Row("kernel", NOTE, f"Linux {facts.release}", meaning, remedy, "old-kernel")
    return Row("kernel", OK, f"Linux {facts.release}")


def _proc(facts: Facts) -> Row:
    if facts.hidepid:
        return Row("/proc", OK, f"other people's processes are hidden ({facts.hidepid}), and are not needed")
    return Row("/proc", OK, "shows all processes")


def _descriptors(facts: Facts) -> Row:
    soft, hard = facts.descriptors
    found = f"{many(soft)} file descriptors at once (may be raised to {many(hard)})"
    if soft < 0 or soft >= FEWEST_DESCRIPTORS:
        return Row("descriptors", OK, found)
    remedy = f"ulimit -n {FEWEST_DESCRIPTORS}   # in the terminal, before you start JupyterLab"
    if 0 <= hard < FEWEST_DESCRIPTORS:
        remedy = (
            'echo "$USER - nofile 4096" | sudo tee /etc/security/limits.d/labkit.conf   # then log in again'
        )
    meaning = "Lessons with many hosts or clients run out of them."
    return Row("descriptors", NOTE, found, meaning, remedy, "few-descriptors")


def _processes(facts: Facts) -> Row | None:
    if facts.processes < 0 or facts.processes >= FEWEST_PROCESSES:
        return None
    found = f"{many(facts.processes)} processes and threads at once"
    meaning = "Servers with a thread for each client, and networks with many hosts, run out of them."
    remedy = (
        f"ulimit -u {FEWEST_PROCESSES}   # or, on a hub: TasksMax={FEWEST_PROCESSES} in systemd's unit, "
        f"--pids-limit {FEWEST_PROCESSES} of a container"
    )
    return Row("processes", NOTE, found, meaning, remedy, "few-processes")


def _memory(facts: Facts) -> Row | None:
    if facts.memory < 0 or facts.memory >= LEAST_MEMORY:
        return None
    found = f"{many(facts.memory // 1_000_000)} MB of memory at most"
    meaning = (
        "A lesson's kernel takes 200 to 300 MB; two of them, and JupyterLab, may be ended without a word."
    )
    remedy = (
        "MemoryMax=2G   # in systemd's unit; --memory 2g of a container; mem_limit of JupyterHub's spawner"
    )
    return Row("memory", NOTE, found, meaning, remedy, "little-memory")


def _congestion(facts: Facts) -> Row:
    return Row("congestion", OK, f"congestion control: {', '.join(facts.congestion) or 'unknown'}")

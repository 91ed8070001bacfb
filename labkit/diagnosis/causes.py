"""Why this machine makes no hosts, and what mends it: the surest cause first.

It asks the machine nothing, so each cause is a row in a table of tests.  Sources: user_namespaces(7), namespaces(7),
unshare(2) and its errors, seccomp(2); apparmor.d(5) and the release notes of Ubuntu 24.04 on unprivileged user
namespaces; the profile docker-default of Moby.
"""

from __future__ import annotations

import errno
import shlex
from typing import NamedTuple

from labkit.diagnosis.containers import FLAGS, KUBERNETES
from labkit.diagnosis.facts import Facts
from labkit.modes.tried import MADE, SECOND_NETWORK, USER_NAMESPACE


class Cause(NamedTuple):
    """A word that stays the same (for those who count), what it means in a sentence, and the commands that mend it."""

    name: str
    meaning: str
    remedy: str


def no_hosts(facts: Facts, number: int) -> Cause:
    """Why namespaces are refused with this errno."""
    if "Microsoft" in facts.release:
        return Cause(
            "wsl-1", "This is WSL 1, which has no Linux kernel.", "wsl --set-version <your distribution> 2"
        )
    if number in (errno.ENOSPC, errno.EUSERS):
        return _limit(facts)
    if facts.userns_clone == 0 and not facts.root:
        meaning = "User namespaces are reserved to root here (kernel.unprivileged_userns_clone is 0)."
        return Cause("userns-clone", meaning, sysctl("kernel.unprivileged_userns_clone", 1))
    if number in (errno.ENOSYS, errno.EINVAL) and facts.seccomp != 2:
        meaning = "This kernel was built without namespaces."
        return Cause("kernel-without", meaning, "a kernel with CONFIG_USER_NS and CONFIG_NET_NS")
    # The restriction lets the namespace be made, and refuses every privileged step in it; where its own profile
    # (unprivileged_userns) is not loaded, it refuses the namespace. A filter refuses the call itself.
    made_and_useless = number in (errno.EACCES, errno.EPERM) and facts.probe.get(MADE, False)
    if facts.apparmor_restricts and (made_and_useless or facts.seccomp != 2):
        return _apparmor(facts)
    if made_and_useless:
        meaning = (
            "A user namespace can be made here, and gives no rights: a security module (AppArmor, SELinux) takes"
            " them away."
        )
        return Cause(
            "rights-taken", meaning, "ask the machine's administrator to allow user namespaces with rights"
        )
    if facts.seccomp == 2:
        return _filtered(facts)
    if facts.chroot:
        meaning = (
            "This Python runs in a chroot, in which the kernel makes no user namespaces (unshare(2), EPERM)."
        )
        remedy = "run it outside of the chroot, or in a container: docker run " + FLAGS["docker"] + " ..."
        return Cause("chroot", meaning, remedy)
    return Cause(
        "unknown",
        "The kernel refuses, and none of the known causes is to be seen; a security module (SELinux) can be why.",
        "ask the machine's administrator to allow user namespaces (man 7 user_namespaces)",
    )


def _limit(facts: Facts) -> Cause:
    """Which of the two limits it is: a user namespace alone was tried as well."""
    kind = "user"
    if SECOND_NETWORK in facts.probe or facts.probe.get(USER_NAMESPACE) == 0:
        kind = "net"
    name = f"user.max_{kind}_namespaces"
    words = "user namespaces" if kind == "user" else "network namespaces"
    limit = facts.max_user_namespaces if kind == "user" else facts.max_net_namespaces
    if limit == 0:
        return Cause(
            f"{kind}-limit-zero", f"The machine's limit of {words} is zero ({name}).", sysctl(name, 15000)
        )
    meaning = (
        f"The machine's limit of {words} is used up ({name} is {limit}), or that of a container around it."
    )
    larger = max(15000, 2 * (limit or 0))
    return Cause(f"{kind}-limit-used-up", meaning, "# end what holds them, or:\n" + sysctl(name, larger))


def _apparmor(facts: Facts) -> Cause:
    name = "kernel.apparmor_restrict_unprivileged_userns"
    if facts.container:
        return Cause(
            "apparmor",
            "AppArmor takes the rights away in user namespaces, on the machine that this container runs on (Ubuntu's"
            " default since 24.04).",
            "# on that machine, not in the container:\n" + sysctl(name, 0),
        )
    lines = 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile labkit "%s" flags=(unconfined) {\\n  userns,\\n}\\n'
    return Cause(
        "apparmor",
        "AppArmor takes the rights away in user namespaces of ordinary programs (Ubuntu's default since 24.04).",
        "# for this Python only, and whatever it runs:\n"
        f"printf '{lines}' {shlex.quote(facts.executable)} | sudo tee /etc/apparmor.d/labkit\n"
        "sudo apparmor_parser --replace /etc/apparmor.d/labkit   # then start JupyterLab again\n"
        f"# or for every program of this machine:\n{sysctl(name, 0)}",
    )


def _filtered(facts: Facts) -> Cause:
    kind = facts.container
    if kind in FLAGS:
        meaning = f"This is a {kind.title()} container, whose seccomp filter forbids namespaces."
        return Cause(f"seccomp-{kind}", meaning, f"start it with: {kind} run {FLAGS[kind]} ...")
    if kind in ("Flatpak", "snap"):
        meaning = f"This Python runs inside a {kind} application, whose seccomp filter forbids namespaces."
        return Cause(
            f"seccomp-{kind.lower()}",
            meaning,
            f"start JupyterLab from an ordinary terminal: {facts.environment.start}",
        )
    if kind:
        return Cause(
            f"seccomp-{kind.lower()}",
            f"This is a container ({kind}) whose seccomp filter forbids namespaces.",
            f"let its administrator allow unshare and clone for it ({KUBERNETES})",
        )
    return Cause(
        "seccomp",
        "A seccomp filter is on this process: it runs in a sandbox, or in a service with restrictions.",
        "start JupyterLab from an ordinary terminal; for a systemd service: RestrictNamespaces=no",
    )


def sysctl(name: str, value: int) -> str:
    """The command that sets a kernel setting now, and the one that keeps it."""
    return (
        f"sudo sysctl -w {name}={value}   # then restart Python (0, 0) in the notebook\n"
        f"echo {name}={value} | sudo tee -a /etc/sysctl.d/60-labkit.conf   # to keep it after a restart"
    )

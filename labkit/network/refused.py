"""Say once where the kernel keeps its own network settings, and a run can differ from what a lesson says."""

from __future__ import annotations

import errno
import os
import warnings
from collections.abc import Iterable, Sequence

from labkit.network.core import Core
from labkit.network.settings import FORWARD6, forwarding
from labkit.words import say

_said = False


def warn_of_refused(core: Core, settings: Iterable[tuple[str, object]]) -> None:
    """Warn, once in a process, of settings that each host should have and that this machine refuses to write.

    `settings` are (name, value), of one name the values in order of preference backwards. What the kernel has not
    at all, and what happens to have one of the wanted values, makes no difference.
    """
    global _said
    accepted: dict[str, list[str]] = {}
    for name, value in settings:
        accepted.setdefault(name, []).append(str(value))
    told = core.ready["refused"]
    refused = {name: reason for name, _, reason in told if name in accepted}
    if _said or not refused:
        return
    missing, differing = os.strerror(errno.ENOENT), []
    for name, reason in refused.items():
        wanted = accepted[name]
        if reason != missing and (has := " ".join(core.sysctl(core.names[0], name).split())) not in wanted:
            differing.append(f"{name} is {has} and not {wanted[-1]}: {reason}")
    if not os.path.isdir("/proc/sys/net"):
        differing.append("there is no /proc/sys/net")
    if differing:
        _said = True
        differing.sort(key=lambda words: "tcp" not in words)  # a run's segments show these
        more = f"; and {len(differing) - 3} more" if len(differing) > 3 else ""
        warnings.warn(
            "this machine refuses to write the network settings of each host, so some runs can differ from the text"
            f" ({'; '.join(differing[:3])}{more}); `python -m labkit doctor` says what mends it",
            stacklevel=3,
        )


def warn_of_no_router(core: Core, routers: Sequence[str], ipv6: bool) -> None:
    """Warn where the machine refuses to let hosts forward: then segments are apart."""
    asked = {forwarding("eth0"): say("IPv4"), **({FORWARD6: say("IPv6")} if ipv6 else {})}
    for name, what in asked.items() if core.ready["refused"] else ():
        still = [host for host in routers if core.sysctl(host, name) != "1"]
        if still:
            warnings.warn(
                say(
                    "this machine refuses to write {name}, so nothing of {what} is forwarded by {hosts}, and hosts "
                    "reach those on their own segment alone; `python -m labkit doctor` says what mends it",
                    name=name,
                    hosts=", ".join(still),
                    what=what,
                ),
                stacklevel=3,
            )

"""A host's own counts of what its TCP has met, by the kernel's names.

Source: /proc/net/netstat, whose lines come in pairs, names and numbers; the kernel documentation's snmp_counter says
what they count, and `nstat -az` prints them with "TcpExt" before their names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.words import say

if TYPE_CHECKING:
    from labkit.network.host import Host


def counter(host: Host, name: str) -> int:
    """How often has this happened on the host since the network was made?  `counter(server, "ListenOverflows")`

    Raises KeyError for a name that the kernel does not count.
    """
    text = host.run(["cat", "/proc/net/netstat"], check=True).stdout
    return parsed(text, name)


def parsed(text: str, name: str) -> int:
    """A count from the text of /proc/net/netstat.  Raises KeyError for a name that is not in it."""
    rows = [line.split() for line in text.splitlines()]
    counts = {
        column: int(value)
        for head, values in zip(rows[::2], rows[1::2], strict=True)
        for column, value in zip(head[1:], values[1:], strict=True)
    }
    if name not in counts:
        near = sorted(known for known in counts if name.lower() in known.lower())
        raise KeyError(
            say(
                "the kernel counts no {name!r}; names that hold it: {near}",
                name=name,
                near=", ".join(near) or say("none"),
            )
        )
    return counts[name]

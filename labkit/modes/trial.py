"""Try, in a process of its own, what the wire's helper does first: namespaces, and a cable in them.

It uses the helper's own code, so that what it finds possible is possible. Run by `labkit.modes.mode`.
"""

from __future__ import annotations

from labkit.wire import namespaces


def refused() -> str:
    """What the machine refuses, in words; "" if nothing. The process is in a network of its own afterwards."""
    try:
        namespaces.enter_own_namespaces()
        wire = namespaces.current_network()
        host = namespaces.new_network()
    except (namespaces.NotPermitted, OSError) as error:
        return f"{error.args[-1]}"
    try:
        namespaces.open_tap(
            "eth1"
        )  # closed by our end, which nobody waits for: it takes the kernel some 30 ms
    except OSError as error:
        return _without_tap(host, wire, error)
    return ""


def _without_tap(host: int, wire: int, why: OSError) -> str:
    from labkit.wire.ports import PacketPort

    try:
        PacketPort(host, wire, 0, 64).close()
    except OSError as error:
        return f"no cable can be made: /dev/net/tun: {why.strerror}; veth: {error.strerror or error}"
    return ""


def main() -> None:
    """Print what is refused."""
    print(refused(), flush=True)

"""Which network, and which of its hosts, somebody means who writes "client" or "client@chat"."""

from __future__ import annotations

from collections.abc import Sequence

from labkit.modes.mode import NAMESPACES, current
from labkit.network.doors.door import Door
from labkit.version import __version__
from labkit.words import say


class Unclear(LookupError):
    """It names none, or several; the message says what there is."""


def name_of(door: Door, among: Sequence[Door] = ()) -> str:
    """What the network is called: by its number where it has no name, or another of them has it too."""
    name = door.told["name"]
    shared = any(other.told["name"] == name for other in among if other is not door)
    return name if name and not shared else str(door.pid)


def maker_of(door: Door) -> str:
    """Who made it, in words."""
    told = door.told
    if told["notebook"] is None:
        return say("{program} (process {pid})", program=told["program"], pid=told["process"])
    if told["notebook"]:
        return say("{notebook}, cell [{cell}]", notebook=told["notebook"], cell=told["cell"])
    return say("a notebook (process {pid}), cell [{cell}]", pid=told["process"], cell=told["cell"])


def none_runs() -> str:
    """That none runs, and why none can where this machine has no hosts."""
    mode = current()
    if mode.name != NAMESPACES:
        return say(
            "no network with hosts runs here: the mode is {mode} ({why}); `labkit doctor` says what gives more",
            mode=mode.name,
            why=mode.why,
        )
    return say(
        "no network of yours runs here. Make one in a notebook, Network('client', 'server'); one that is private is "
        "not listed, nor one of another user or in another container"
    )


def check_version(door: Door) -> None:
    """Raise Unclear where another labkit has made it, which may ask otherwise."""
    if door.told["labkit"] != __version__:
        raise Unclear(
            say(
                "that network was made by labkit {theirs}, and this is labkit {ours}: use the environment that the "
                "notebook's kernel has",
                theirs=door.told["labkit"],
                ours=__version__,
            )
        )


def the_network(doors: Sequence[Door], name: str) -> Door:
    """The one of that name or number.  Raises Unclear."""
    if not doors:
        raise Unclear(none_runs())
    found = [door for door in doors if name in (door.told["name"], str(door.pid))]
    if len(found) == 1:
        return found[0]
    if found:
        raise Unclear(
            say(
                "several networks are called {name!r}; give the number of the one that you mean: {choices}",
                name=name,
                choices="; ".join(f"{door.pid} ({maker_of(door)})" for door in found),
            )
        )
    raise Unclear(
        say(
            "no network that runs is called {name!r}; there is {choices}",
            name=name,
            choices=", ".join(name_of(door, doors) for door in doors),
        )
    )


def the_host(doors: Sequence[Door], place: str) -> tuple[Door, int, str]:
    """(network, number of the host, its name) of "client@chat", or of "client" where one network alone has it.

    Raises Unclear.
    """
    if not doors:
        raise Unclear(none_runs())
    host, _, network = place.partition("@")
    among = [the_network(doors, network)] if network else list(doors)
    found = [
        (door, number, name)
        for door in among
        for number, (name, *_) in enumerate(door.told["hosts"])
        if name == host
    ]
    if len(found) == 1:
        return found[0]
    if found:
        choices = "; ".join(f"{host}@{name_of(door, doors)} ({maker_of(door)})" for door, *_ in found)
        raise Unclear(
            say("several networks have a host {host!r}; say which: {choices}", host=host, choices=choices)
        )
    known = "; ".join(
        f"{name_of(door, doors)}: {', '.join(name for name, *_ in door.told['hosts'])}" for door in among
    )
    raise Unclear(say("no host is called {host!r}; there are {known}", host=host, known=known))

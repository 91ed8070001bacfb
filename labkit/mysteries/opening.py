"""The network of `mystery(seed)`: something hidden is wrong in it, to be found with the real tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.explain.explaining import explain
from labkit.mysteries.drawing import draw
from labkit.mysteries.hiding import call, hide
from labkit.mysteries.kinds import KINDS, LEVELS
from labkit.mysteries.verdict import Verdict
from labkit.network.network import Network
from labkit.sockets.sending import send_places
from labkit.words import filled, look_up, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from labkit.background.completed import Completed

CALLED_S = 20


class Mystery(Network):
    """A network with a hidden fault: `client` and `router` on "lan", the router and two servers on "wan".

        net = mystery(7)
        net.reproduce()                                       # what the one who complains does, and how it ends
        with net.capture() as trace:
            net.reproduce()
        net.verdict(kind="wrong-address", where="depot")

    It has all that a `Network` has: captures, socket tables, counters, routes, terminals, programs.  The service that
    is complained of runs on one server, one that is well on the other (`net.well` names its host and port): to
    compare is a method.  Hosts ask for MAC addresses as usual (`arp=True`).

    What is wrong stands in none of these objects: see `labkit.mysteries`.  But a capture of ours tells more than one
    on a host would: what became of each frame, and by which rule.

    seed, level  of which it was made
    complaint    what its user says, in short lines
    kinds        what it may be, at this level: {name: in words}
    """

    seed: int
    level: int

    def __init__(self, seed: int, level: int, titled: Callable[[str], str]) -> None:
        case = draw(seed, level)
        servers = sorted((case.server, case.other))
        self.seed, self.level = seed, level
        self.complaint, self.well = filled(case.complaint), (case.other, case.other_port)
        self._titled = titled  # what gives a lesson's title: lessons are above us
        self._tries = self._hinted = 0
        super().__init__(lan=["client", "router"], wan=["router", *servers], delay_ms=1, arp=True)
        try:
            self._core.cables.check(say("a mystery"))
            hide(self, self._core, case)
        except BaseException:
            self.close()
            raise

    @property
    def kinds(self) -> dict[str, str]:
        """What may be wrong, at this level: {the name for a verdict: in words}."""
        return {name: KINDS[name].title for name in LEVELS[self.level]}

    def reproduce(self) -> Completed:
        """Do what the one who complains does, from the client; returns how it ended.

        A program on the client, `labkit.mysteries.programs.caller`; its status is 1 where it gave up.
        """
        case = draw(self.seed, self.level)
        return self["client"].run(call(case, self[case.server].address), timeout=CALLED_S)

    def hint(self) -> str:
        """The next of three hints, each says more; then the last again."""
        hints = draw(self.seed, self.level).wrong.hints
        self._hinted = min(self._hinted + 1, len(hints))
        return say(
            "Hint {n} of {all}: {hint}",
            n=self._hinted,
            all=len(hints),
            hint=look_up(hints[self._hinted - 1]),
        )

    def verdict(self, *, kind: str, where: str) -> Verdict:
        """Is this wrong, and there?

        kind    a name of `net.kinds`
        where   a host's name, or that of a segment

        Where both are right it makes one more attempt under a capture, if a capture tells it, and says what `explain`
        makes of that.  Raises ValueError for a kind or a place that there is not.
        """
        if kind not in LEVELS[self.level]:
            raise ValueError(
                say(
                    "there is no kind {kind!r} at this level; there are {kinds}",
                    kind=kind,
                    kinds=", ".join(LEVELS[self.level]),
                )
            )
        places = [*self._core.names, *(each.name for each in self.segments)]
        if where not in places:
            raise ValueError(
                say(
                    "where is a host or a segment, of {places} (got {where!r})",
                    places=", ".join(places),
                    where=where,
                )
            )
        case = draw(self.seed, self.level)
        self._tries += 1
        right, lesson = (kind == case.kind, where == case.where), self._titled(KINDS[kind].lesson)
        if not all(right) or not case.wrong.explained:
            return Verdict(kind, where, *right, self._tries, lesson)
        with self.capture() as trace:
            self.reproduce()
        return Verdict(kind, where, *right, self._tries, lesson, explain(trace))

    def __repr__(self) -> str:
        if self.closed:
            return super().__repr__()
        host, port = self.well
        return say(
            "{complaint}\n<Mystery {seed}, level {level}: client - lan - router - wan - {servers};\n"
            " {host}, port {port}, is well>",
            complaint=self.complaint,
            seed=self.seed,
            level=self.level,
            servers=", ".join(self._core.names[2:]),
            host=host,
            port=port,
        )


send_places(Mystery)

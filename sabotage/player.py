"""Sabotages of the ladder player: of its scripts, which only a browser's tests can notice, and of its packet list."""

from __future__ import annotations

from sabotage.runner import Sabotage

_SAYS = ("tests/browser/test_player_says.py",)
_FILTER = ("tests/browser/test_panel_packets.py",)
_LIST = ("tests/unit/panels/test_packets.py",)

SABOTAGES = (
    Sabotage(
        "player-clock-early",
        "the player's clock tells the time of the step before",
        "labkit/panels/player/player.js",
        "return this.view.moments[at][0];",
        "return this.view.moments[Math.max(0, at - 1)][0];",
        _SAYS,
    ),
    Sabotage(
        "player-clock-digits",
        "the player's clock rounds to whole milliseconds",
        "labkit/panels/player/player.js",
        "minimumFractionDigits: view.digits, maximumFractionDigits: view.digits",
        "minimumFractionDigits: 0, maximumFractionDigits: 0",
        _SAYS,
    ),
    Sabotage(
        "player-words-of-the-next",
        "the player says what happens in the step after",
        "labkit/panels/player/player.js",
        "const words = moment ? moment[2] :",
        "const words = moment ? (view.moments[at + 1] ?? moment)[2] :",
        _SAYS,
    ),
    Sabotage(
        "player-ends-one-early",
        "both ends beside the player are as they were a step before",
        "labkit/panels/player/ends.js",
        "const at = Math.max(0, place(each.times, time) - 1);",
        "const at = Math.max(0, place(each.times, time) - 2);",
        _SAYS,
    ),
    Sabotage(
        "player-buffers-swapped",
        "the player shows what waits to be received as sent and not acknowledged",
        "labkit/panels/player/ends.js",
        "const [, state, unacked, waiting, early, next, acked, expects, writing] =",
        "const [, state, waiting, unacked, early, next, acked, expects, writing] =",
        _SAYS,
    ),
    Sabotage(
        "player-early-hidden",
        "bytes that came out of order lie over those in order",
        "labkit/panels/player/ends.js",
        'each.receive.more.setAttribute("x", share(waiting));',
        'each.receive.more.setAttribute("x", 0);',
        _SAYS,
    ),
    Sabotage(
        "player-numbers-swapped",
        "the player takes what is acknowledged for what is sent next",
        "labkit/panels/player/ends.js",
        "[`sends next seq ${next}`, `acknowledged up to ${acked}`,",
        "[`sends next seq ${acked}`, `acknowledged up to ${next}`,",
        _SAYS,
    ),
    Sabotage(
        "player-flies-late",
        "what flies is drawn at its arrival as long as it is under way",
        "labkit/panels/player/ladder.js",
        "(y - y1) / (y2 - y1))) : 1;",
        "(y - y1) / (y2 - y1) + 1)) : 1;",
        _SAYS,
    ),
    Sabotage(
        "player-too-fast",
        "the player plays ten times as fast as it says",
        "labkit/panels/player/playing.js",
        "this.time += passed * 1e6 /",
        "this.time += passed * 1e7 /",
        _SAYS,
    ),
    Sabotage(
        "player-waits-long",
        "the player crosses an idle time in its own length",
        "labkit/panels/player/playing.js",
        "* passed / IDLE) :",
        "* passed / (10 * IDLE)) :",
        _SAYS,
    ),
    Sabotage(
        "filter-not-equal-of-any",
        "ip.addr != keeps a frame of which one address differs",
        "labkit/panels/player/packets/filter.js",
        "all.length > 0 && all.every(test)",
        "all.length > 0 && all.some(test)",
        _FILTER,
    ),
    Sabotage(
        "filter-or-before-and",
        "a filter joins by || before &&",
        "labkit/panels/player/packets/filter.js",
        """const JOINS = { "||": "or", or: "or", "&&": "and", and: "and" };""",
        """const JOINS = { "||": "and", or: "and", "&&": "or", and: "or" };""",
        _FILTER,
    ),
    Sabotage(
        "filter-network-ignored",
        "a filter takes a network for the one address that it begins with",
        "labkit/panels/player/packets/tokens.js",
        "rest: BigInt(found.bits - Number(length ?? found.bits))",
        "rest: 0n",
        _FILTER,
    ),
    Sabotage(
        "kept-frames-without-1970",
        "the file of the frames that are shown begins in 1970",
        "labkit/panels/player/packets/keeping.js",
        "BigInt(list.epoch) + BigInt",
        "BigInt(0) + BigInt",
        _FILTER,
    ),
    Sabotage(
        "stream-said-twice",
        "what was sent again is said again in a followed stream",
        "labkit/panels/player/packets/conversations.py",
        "start, captured = self.expected - begin, len(segment.payload)",
        "start, captured = 0, len(segment.payload)",
        _LIST,
    ),
    Sabotage(
        "list-streams-from-one",
        "tcp.stream counts connections from 1",
        "labkit/panels/player/packets/columns.py",
        '"tcp.stream": segment.flow - 1,',
        '"tcp.stream": segment.flow,',
        _LIST,
    ),
)

"""Write a decoder, and have it tortured."""

from __future__ import annotations

import gc
from functools import partial
from time import thread_time
from typing import Any

from labkit.learn.checking.check import started
from labkit.learn.kit.exercise import Exercise, Variants
from labkit.learn.kit.tale import NotStarted, Tale
from labkit.lessons.framing.layout import LAYOUTS, Layout, told
from labkit.torture import torture
from labkit.words import say

MANY = 10_000, 80_000  # messages: 60 and 480 kB
LARGE = 70_000  # bytes of a payload, where the length can say it
SLOWER = 16  # times, for eight times as many: between 8 and 64
SLOW_S = 0.1
TRIES = 3
PATIENCE_S = 60  # what is copied for each message takes seconds, and minutes where a machine is overloaded
_MESSAGES = ((1, b"hello"), (2, b""), (7, b"\0\0\0\1"))


def _typed_decoder(layout: Layout, tale: Tale, decoder: Any) -> None:
    feed = getattr(decoder, "feed", None)
    if not isinstance(decoder, type) or feed is None:
        tale.fail(
            "check the class that has feed(data), by its name without brackets (got {decoder!r})",
            decoder=decoder,
        )
    if not started(feed):
        raise NotStarted
    whole = b"".join(map(layout.frame, _MESSAGES))
    found = tale.call(_fed, decoder, [whole], shown=say("feed(all three messages at once)"))
    if found == [payload for _, payload in _MESSAGES]:
        tale.fail("feed should return pairs (type, payload), but returned the payloads alone")
    if found is None:
        tale.fail("feed should return a list of messages, [] if none is whole yet, but returned None")
    if isinstance(found, list) and found == list(_MESSAGES[:1]):
        tale.fail(
            "feed({whole!r}) should return three messages, but returned only the first:\n"
            "what recv gives may hold several; take messages off the front as long as whole ones are there",
            whole=whole,
        )
    tale.expect(f"feed({whole!r})", found, list(_MESSAGES))
    result = torture(decoder, _MESSAGES, encode=layout.frame)
    if not result.ok:
        tale.fail("the torture test found a split that breaks it:\n{result!r}", result=result)
    tale.did("the torture test: {head}\n(tried: {tries})", head=result.head, tries=result.tries)
    large = LARGE if 256**layout.width > LARGE else 256**layout.width - 2
    many = [(1, bytes(300)), (2, b"x" * large)]
    result = torture(decoder, many, encode=layout.frame)
    if not result.ok:
        tale.fail(
            "two messages of 300 and {large:,} bytes: {problem}\n"
            "a length has {width} bytes: int.from_bytes(held[{at}:{end}], {order!r})",
            problem=result.problem,
            large=large,
            width=layout.width,
            at=layout.length_at or "",
            end=layout.length_at + layout.width,
            order=layout.order,
        )
    tale.did("messages of 300 and {large:,} bytes, cut in many ways: right", large=large)
    _costs(tale, layout, decoder)


def _costs(tale: Tale, layout: Layout, decoder: Any) -> None:
    """Eight times as many messages in one feed take some eight times as long, not far more."""
    few, many = MANY
    shown = say("feed(many small messages)")
    few_s = min(
        tale.call(_processor_s, layout, decoder, few, shown=shown, seconds=PATIENCE_S) for _ in range(TRIES)
    )
    for _ in range(TRIES):  # a busy machine makes one slow, but not each
        many_s = tale.call(_processor_s, layout, decoder, many, shown=shown, seconds=PATIENCE_S)
        if many_s < SLOW_S or many_s < few_s * SLOWER:
            break
    else:
        tale.fail(
            "eight times as many small messages in one feed took {times:.0f} times as long:\n"
            "what is left is copied for each message; count a start up, and cut once, behind the last",
            times=many_s / few_s,
        )
    tale.did("{n:,} small messages in one feed: it took about as long for each as for the first few", n=many)


def _processor_s(layout: Layout, decoder: Any, count: int) -> float:
    """The processor time of one feed of so many messages, without that of the garbage collector.

    The collector looks at all that a notebook holds, and more often the more messages there are.
    """
    one, stream = decoder(), layout.frame((1, b"x")) * count
    collecting = gc.isenabled()
    gc.disable()
    try:
        begun = thread_time()
        one.feed(stream)
        return thread_time() - begun
    finally:
        if collecting:
            gc.enable()


def _fed(decoder: Any, pieces: list[bytes]) -> Any:
    one, found = decoder(), None
    for piece in pieces:
        found = one.feed(piece)
    return found


def _exercise(layout: Layout) -> Exercise:
    at, kind = layout.length_at, layout.type_at
    places = {
        "header": layout.header,
        "besides": layout.besides,
        "order": layout.order,
        "at": at or "",
        "end": at + layout.width,
        "kind": kind,
        "from_at": f"start + {at}" if at else "start",
        "to_end": f"start + {at + layout.width}",
        "the_kind": f"start + {kind}" if kind else "start",
        "behind": f"start + {layout.header}",
    }
    return Exercise(
        id="typed-decoder",
        title="Decode messages with a length and a type, however they are cut",
        story=partial(_typed_decoder, layout),
        hints=(
            "Put what has come behind what you hold, then go through the whole messages until there is none. What is"
            " left is the beginning of the next: keep it, and cut only once.",
            say(
                "A header is {header} bytes: with fewer you know nothing. At start = 0 the length is in"
                " held[{at}:{end}], the type is held[{kind}], and the whole message has {besides} + length bytes; there"
                " the next one starts. `while`, not `if`.",
                **places,
            ),
            say(
                "self.held += data; messages, start = [], 0\n"
                "  while len(self.held) >= start + {header}:\n"
                '      end = start + {besides} + int.from_bytes(self.held[{from_at}:{to_end}], "{order}")\n'
                "      if len(self.held) < end: break\n"
                "      messages.append((self.held[{the_kind}], bytes(self.held[{behind}:end]))); start = end\n"
                "  del self.held[:start]; return messages",
                **places,
            ),
        ),
        place=2,
        steps=4,
        given=0,
    )


EXERCISE = Variants(LAYOUTS, told, _exercise).exercise()

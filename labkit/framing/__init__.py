"""Messages out of a stream of bytes, and into one: sans-I/O decoders and encoders.  Pure.

TCP carries bytes, not messages (RFC 9293 section 2.2): where one ends must stand in the bytes.  A decoder is fed
pieces as `recv` gives them, cut anywhere, and returns the messages that are whole; it opens no socket and waits
for nothing, so that one class serves blocking sockets, threads, selectors, asyncio and tests.

    Lines(delimiter=b"\\n", *, encoding=None, errors="strict", max_size=MAX_SIZE)
        bytes up to a delimiter of one byte or more; str with an encoding
    LengthPrefixed(length_size=4, *, byteorder="big", includes_itself=False, max_size=MAX_SIZE)
        [length][payload]: payloads, as bytes; a length of 1, 2, 4 or 8 bytes
    TypedMessages(*, length_size=4, type_size=1, byteorder="big", includes_itself=False, includes_type=False,
                  max_size=MAX_SIZE)
        [length][type][payload]: Typed(type, payload)
    NumberedMessages(*, byteorder="big", max_size=MAX_SIZE)
        [type][id][length][payload], the first three in 1 + 4 + 4 bytes: Numbered(type, id, payload)

All have the same verbs:

    decoder.feed(data)       a list of the messages that these bytes (bytes, bytearray, memoryview) make whole
    decoder.eof()            the stream has ended: None between two messages, raises CutMessage inside one
    decoder.encode(message)  the bytes that carry a message
    decoder.unfinished       the bytes held that are no whole message yet
    decoder.failed           None, or the error after which the decoder reads no more

A stream that cannot be read on raises FramingError (MessageTooLong, CutMessage); `error.messages` holds what the same
`feed` had decoded before it, as `asyncio.IncompleteReadError.partial` does: an error can be neither overlooked nor told
a feed late, and no message is lost.  After it `feed` and `eof` raise again: nobody knows where the next message begins.

No length that a peer sends makes the decoder set memory aside: one above `max_size` is refused when its header is
read, and what is held grows only as bytes arrive.  `max_size` counts a message's own bytes, without header and
delimiter.
"""

from labkit.framing.decoder import MAX_SIZE
from labkit.framing.errors import CutMessage, FramingError, MessageTooLong
from labkit.framing.headers import LengthPrefixed, Numbered, NumberedMessages, Typed, TypedMessages
from labkit.framing.lines import Lines

__all__ = [
    "MAX_SIZE",
    "CutMessage",
    "FramingError",
    "LengthPrefixed",
    "Lines",
    "MessageTooLong",
    "Numbered",
    "NumberedMessages",
    "Typed",
    "TypedMessages",
]

"""Messages that say their length first, alone or with a type, or with a type and a number."""

from __future__ import annotations

import operator
import struct
from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeAlias

from labkit.framing.decoder import MAX_SIZE, Decoder, _bytes
from labkit.framing.errors import FramingError, MessageTooLong

_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}
_ORDERS = {"big": ">", "little": "<"}

ByteOrder: TypeAlias = Literal["big", "little"]


class Typed(NamedTuple):
    """A message of TypedMessages: `type` says what the `payload` means."""

    type: int
    payload: bytes


class Numbered(NamedTuple):
    """A message of NumberedMessages: an answer bears the `id` of its question, so that many can be under way."""

    type: int
    id: int
    payload: bytes


class _Headed(Decoder):
    """A header of fixed size that holds, among its fields, the payload's length."""

    _fields: tuple[str, ...]  # in the header's order, one of them "length"
    _sizes: tuple[int, ...]
    _counted = 0  # bytes that the length counts beside the payload
    _message: Callable[[tuple[int, ...], bytes], Any] | None = (
        None  # a message of fields and payload; None: payload
    )

    def __init__(self, byteorder: ByteOrder, max_size: int) -> None:
        super().__init__(max_size)
        if byteorder not in _ORDERS:
            raise ValueError(f"byteorder is 'big' (the network's) or 'little' (got {byteorder!r})")
        self.byteorder = byteorder
        self._header = struct.Struct(_ORDERS[byteorder] + "".join(_CODES[size] for size in self._sizes))
        self._place = self._fields.index("length")
        self._length_size = self._sizes[self._place]
        self._most = min(self.max_size, 256**self._length_size - 1 - self._counted)
        self._need = self._header.size  # bytes that must be held before there is something to read

    def _promising(self, new: int) -> bool:
        return len(self._held) >= self._need

    def _read(self, data: bytes, messages: list[Any]) -> int:
        unpack, size, place = self._header.unpack_from, self._header.size, self._place
        counted, most, message = self._counted, self._most, self._message
        begin, end = 0, len(data)
        while (start := begin + size) <= end:
            fields = unpack(data, begin)
            length = fields[place] - counted
            if not 0 <= length <= most:
                self._refuse_length(data[begin:start], fields[place])
            stop = start + length
            if stop > end:
                self._need = stop - begin
                return begin
            messages.append(data[start:stop] if message is None else message(fields, data[start:stop]))
            begin = stop
        self._need = size
        return begin

    def _refuse_length(self, header: bytes, said: int) -> None:
        if said < self._counted:
            raise FramingError(
                f"the next header says length {said:,}, but a length here counts {self._counted} bytes beside the "
                "payload and cannot be less; does the peer count them too? (includes_itself, includes_type)"
            )
        length = said - self._counted
        before = sum(self._sizes[: self._place])
        field = header[before : before + self._length_size]
        other: ByteOrder = "little" if self.byteorder == "big" else "big"
        swapped = int.from_bytes(field, other) - self._counted
        if self._length_size > 1 and all(32 <= byte < 127 for byte in field):
            hint = f"those bytes are the text {field!r}: does the peer speak another protocol?"
        elif 0 <= swapped <= self._most:
            hint = (
                f"read in {other}-endian order it would be {swapped:,}: do both ends use the same byte order?"
            )
        else:
            hint = "a hostile or confused peer: close the connection"
        raise MessageTooLong(
            f"the next header says that {length:,} bytes follow; at most {self.max_size:,} are accepted (max_size); "
            + hint,
            length=length,
            max_size=self.max_size,
        )

    def _missing(self, there: int) -> tuple[str, int]:
        size = self._header.size
        if there < size:
            return f"the stream ended after {there} of the {size} bytes of a header: a message was cut", size
        return (
            f"the stream ended after {there - size:,} of the {self._need - size:,} bytes of a payload: "
            "a message was cut"
        ), self._need

    def _join(self, payload: Any, **fields: int) -> bytes:
        payload = _bytes(payload, "encode() takes a payload as bytes")
        if len(payload) > self._most:
            why = "(max_size)" if self._most == self.max_size else f"by a {self._length_size}-byte length"
            raise MessageTooLong(
                f"the payload has {len(payload):,} bytes; at most {self._most:,} are accepted {why}",
                length=len(payload),
                max_size=self._most,
            )
        fields["length"] = len(payload) + self._counted
        for name, size in zip(self._fields, self._sizes, strict=True):
            _whole(name, fields[name], 256**size - 1)
        return self._header.pack(*(fields[name] for name in self._fields)) + payload


class LengthPrefixed(_Headed):
    """Messages `[length][payload]`, given and taken as bytes.

    length_size: 1, 2, 4 or 8 bytes.  byteorder: "big" or "little".  includes_itself: the length counts its own
    bytes too.  max_size: the most bytes of a payload.
    """

    _fields = ("length",)

    def __init__(
        self,
        length_size: int = 4,
        *,
        byteorder: ByteOrder = "big",
        includes_itself: bool = False,
        max_size: int = MAX_SIZE,
    ) -> None:
        self._sizes = (_size("length_size", length_size),)
        self._counted = length_size if includes_itself else 0
        super().__init__(byteorder, max_size)

    def encode(self, message: bytes) -> bytes:
        """The payload behind its length.  Raises MessageTooLong."""
        return self._join(message)


class TypedMessages(_Headed):
    """Messages `[length][type][payload]`, given as Typed(type, payload).

    length_size, type_size: 1, 2, 4 or 8 bytes.  byteorder: "big" or "little", for both.  includes_itself,
    includes_type: the length counts its own bytes, or the type's, beside the payload's.  max_size: the most bytes of
    a payload.
    """

    _fields = ("length", "type")

    def __init__(
        self,
        *,
        length_size: int = 4,
        type_size: int = 1,
        byteorder: ByteOrder = "big",
        includes_itself: bool = False,
        includes_type: bool = False,
        max_size: int = MAX_SIZE,
    ) -> None:
        self._sizes = (_size("length_size", length_size), _size("type_size", type_size))
        self._counted = length_size * bool(includes_itself) + type_size * bool(includes_type)
        super().__init__(byteorder, max_size)

    def encode(self, message: tuple[int, bytes]) -> bytes:
        """The bytes of (type, payload).  Raises MessageTooLong, and ValueError for a type that has no room."""
        type_, payload = _parts(message, Typed)
        return self._join(payload, type=type_)

    def _message(self, fields: tuple[int, ...], payload: bytes) -> Typed:
        return _new(Typed, (fields[1], payload))


class NumberedMessages(_Headed):
    """Messages `[type][id][length][payload]`, a header of 1 + 4 + 4 bytes, given as Numbered(type, id, payload).

    The length counts the payload.  byteorder: "big" or "little".  max_size: the most bytes of a payload.
    """

    _fields = ("type", "id", "length")
    _sizes = (1, 4, 4)

    def __init__(self, *, byteorder: ByteOrder = "big", max_size: int = MAX_SIZE) -> None:
        super().__init__(byteorder, max_size)

    def encode(self, message: tuple[int, int, bytes]) -> bytes:
        """The bytes of (type, id, payload).  Raises MessageTooLong, and ValueError for a type or id without room."""
        type_, id_, payload = _parts(message, Numbered)
        return self._join(payload, type=type_, id=id_)

    def _message(self, fields: tuple[int, ...], payload: bytes) -> Numbered:
        return _new(Numbered, (fields[0], fields[1], payload))


_new = tuple.__new__  # half the time of calling the class, once for each message


def _size(name: str, size: Any) -> int:
    if type(size) is not int or size not in _CODES:
        raise ValueError(f"{name} is 1, 2, 4 or 8 bytes (got {size!r})")
    return size


def _whole(name: str, value: Any, most: int) -> None:
    try:
        fits = 0 <= operator.index(value) <= most
    except TypeError:
        fits = False
    if not fits:
        raise ValueError(f"{name} is a whole number from 0 to {most:,} (got {value!r})")


def _parts(message: Any, kind: type[tuple]) -> tuple[Any, ...]:
    fields: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]  # a NamedTuple has them
    wanted = f"{kind.__name__}({', '.join(fields)})"
    if not isinstance(message, tuple) or len(message) != len(fields):
        raise ValueError(f"encode() takes a {wanted}, or a tuple of the same (got {message!r:.60})")
    return message

"""What the lesson's exercises have to say about what a learner's code gave or raised."""

from __future__ import annotations

from labkit.words import say

# Raised by the code itself, whatever has come: a remark about ids would lead astray.
_SLIPS = (NameError, AttributeError, TypeError)


def is_error(found: object) -> bool:
    """Is it an error as a value, an exception or its class: one that was returned, where it should be raised?"""
    return isinstance(found, BaseException) or (isinstance(found, type) and issubclass(found, BaseException))


def about(error: BaseException, why: str) -> str:
    """What to add to an error that ask() raised: *why* something else was to come, unless the error tells its own."""
    if isinstance(error, BlockingIOError):
        return say("settimeout(0) does not wait at all; the first wait is first_s")
    if isinstance(error, UnicodeDecodeError):
        return say("ask() returns bytes, as they came: do not decode")
    return "" if isinstance(error, _SLIPS) else why


def about_value(found: object, why: str) -> str:
    """The same of what it returned."""
    return say("ask() returns bytes, as they came: do not decode") if isinstance(found, str) else why

"""What the lesson's exercises have to say about what a learner's code gave or raised."""

from __future__ import annotations


def is_error(found: object) -> bool:
    """Is it an error as a value, an exception or its class: one that was returned, where it should be raised?"""
    return isinstance(found, BaseException) or (isinstance(found, type) and issubclass(found, BaseException))

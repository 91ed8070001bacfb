"""The standard streams, shared by the notebook and by what runs beside it: each writes to its own.

A proxy stands for ``sys.stdout`` and ``sys.stderr``, and for whatever takes their place: ``redirect_stdout``,
``%%capture`` and pytest put a stream of their own there, meaning their own prints.  So a stream that the notebook
puts there is the notebook's, and one that a service's code puts there is that code's alone.
"""

from __future__ import annotations

import sys
import types
from contextvars import ContextVar

from labkit.running.output import writer_here

NAMES = ("stdout", "stderr")
# The streams that code beside the notebook put there for itself: (name, stream), the last of a name counts.
_own: ContextVar = ContextVar("labkit_own_streams", default=())


class Router:
    """Stands for a standard stream: writes to the context's Output, or to the stream that was there."""

    def __init__(self, stream, name: str):
        self._labkit_stream = stream
        self._labkit_name = name
        self._labkit_patch = None

    def _labkit_target(self):
        stream = self._labkit_stream
        if getattr(stream, "closed", False):  # a test's capture that has ended
            current = getattr(sys, self._labkit_name)
            stream = current if not isinstance(current, Router) else current._labkit_stream
            if getattr(stream, "closed", False):
                stream = getattr(sys, f"__{self._labkit_name}__")
        return stream

    def _labkit_plain_write(self, text):
        return self._labkit_target().write(text)

    @property
    def write(self):
        """Write text where the running code's prints belong."""
        own = _own_stream(self._labkit_name)
        if own is not None:
            return own.write
        writer = writer_here()
        if writer is not None:
            return writer.write
        return self._labkit_patch or self._labkit_plain_write

    @write.setter
    def write(self, patch):
        # IPython puts a function of its own here while a cell runs, which calls the one that was here.
        self._labkit_patch = None if patch == self._labkit_plain_write else patch

    def writelines(self, lines):
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self):
        """Flush the stream beneath."""
        own = _own_stream(self._labkit_name)
        if own is not None:
            own.flush()
        elif writer_here() is None:
            self._labkit_target().flush()

    def __getattr__(self, name):
        own = _own_stream(self._labkit_name)
        return getattr(self._labkit_stream if own is None else own, name)

    def __setattr__(self, name, value):
        if name.startswith("_labkit_") or name == "write":
            super().__setattr__(name, value)
        else:
            setattr(self._labkit_stream, name, value)

    def __iter__(self):
        return iter(self._labkit_stream)

    def __repr__(self):
        return repr(self._labkit_stream)


class _Sys(types.ModuleType):
    """``sys``, of which a standard stream that is put in place is routed."""

    def __setattr__(self, name, value):
        if name in NAMES:
            if writer_here() is not None:
                _put_own(name, value)
                return
            if value is not None and not isinstance(value, Router):
                value = Router(value, name)
        super().__setattr__(name, value)


def _own_stream(name: str):
    return next((stream for of, stream in reversed(_own.get()) if of == name), None)


def _put_own(name: str, value) -> None:
    """Code beside the notebook puts a stream there, or puts back what it found."""
    streams = list(_own.get())
    if isinstance(value, Router):
        last = max((place for place, (of, _) in enumerate(streams) if of == name), default=None)
        if last is not None:
            del streams[last]
    else:
        streams.append((name, value))
    _own.set(tuple(streams))


def install() -> None:
    """See to it that the standard streams are routed; called whenever something starts beside the notebook."""
    if not isinstance(sys, _Sys):
        sys.__class__ = _Sys
    for name in NAMES:
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, Router):
            types.ModuleType.__setattr__(sys, name, Router(stream, name))

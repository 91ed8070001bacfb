"""The calls of a host's socket that move data: what is noted of them, at as little cost as can be.

Each is one entry on the timeline, made and ended here; the state is looked up only where it can have changed.
"""

from __future__ import annotations

from _socket import MSG_PEEK
from _socket import socket as _kernel
from time import monotonic_ns as now

from labkit.sockets import timeline

_SIZES = {
    "send": timeline.size_sent,
    "sendall": timeline.size_sent,
    "sendto": timeline.size_sent_to,
    "sendmsg": timeline.size_of_parts,
    "recv": timeline.size_asked,
    "recv_into": timeline.size_of_buffer,
    "recvfrom": timeline.size_asked,
    "recvfrom_into": timeline.size_of_buffer,
    "recvmsg": timeline.size_asked,
    "recvmsg_into": timeline.size_of_buffers,
}
_FLAGS = {"recv": 1, "recvfrom": 1}  # where the flags stand among the arguments; for the other recvs third


def methods() -> dict:
    """{name: method} of `HostSocket`, from send() to recvmsg_into()."""
    return {name: _noted(name, size) for name, size in _SIZES.items()}


def _sendto(sock, data, *rest):
    if not rest:
        return _kernel.sendto(sock, data)  # the kernel's class says what is missing
    if sock._port:
        sock._take_port()
    return _kernel.sendto(sock, data, *rest[:-1], sock._resolved(rest[-1]))


def _looked(asked, flags):
    """What a recv asked for; one that looks at the bytes and leaves them in the queue is told from the others."""
    return f"{asked}, MSG_PEEK" if isinstance(flags, int) and flags & MSG_PEEK else asked


def _noted(name, size):
    """A method that moves data: the state is looked up only where nothing came or an error did."""
    system_call = _sendto if name == "sendto" else getattr(_kernel, name)
    receives = name.startswith("recv")
    flags = _FLAGS.get(name, 2)
    received = {"recv": len, "recv_into": int, "recvfrom": timeline.came, "recvmsg": timeline.came}.get(
        name, timeline.came_into
    )

    def method(self, *args, **kwargs):
        again = self._again
        entry = [
            self._host,
            name,
            size(args),
            now(),
            None,
            None,
            "",
            "",
            "",
            self._local,
            self._peer,
            self._id,
        ]
        if receives and (kwargs or len(args) > flags):
            entry[2] = _looked(entry[2], kwargs.get("flags", args[flags] if len(args) > flags else 0))
        if again is None:
            self._note(entry)
        try:
            result = system_call(self, *args, **kwargs)
        except BaseException as error:
            self._fail(entry, error)
            raise
        entry[4] = now()
        if receives:
            got = entry[5] = received(result)
            if not got or (got.__class__ is tuple and not got[0]):
                self._nothing_came(entry)
        else:
            entry[5] = result
            if self._local is None:
                self._whereabouts()
                entry[9] = self._local
        if again is not None:
            self._again = None
            self._note(entry)
        return result

    method.__name__ = name
    method.__qualname__ = f"HostSocket.{name}"
    method.__doc__ = getattr(_kernel, name).__doc__
    return method

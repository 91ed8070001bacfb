"""A connection with small buffers on which two threads write, and what its reader makes of the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from labkit.framing import FramingError, LengthPrefixed
from labkit.sockets.small import limit, listening

if TYPE_CHECKING:
    from labkit.network.network import Network
    from labkit.sockets.hostsocket import HostSocket

PORT = 8001
SEND_BUFFER = 100_000  # a third of it is more than the receiver's kernel takes
RECEIVE_BUFFER = 10_000
QUIET_S = 5.0


class Received(NamedTuple):
    """What a client has read.

    stream     all bytes, in order
    messages   what they are, by a length of 4 bytes before each message
    error      what was wrong with the stream; "" if nothing
    """

    stream: bytes
    messages: list[bytes]
    error: str


def subscriber(net: Network) -> tuple[HostSocket, HostSocket]:
    """A connection from the host client to the host server: (the accepted socket, the client's)."""
    client, server = net.hosts
    with listening(server, PORT, send=SEND_BUFFER) as listener:
        caller = client.socket()
        try:
            limit(caller, receive=RECEIVE_BUFFER)
            caller.settimeout(QUIET_S)
            caller.connect(listener.getsockname())
            return listener.accept()[0], caller
        except BaseException:
            caller.close()
            raise


def receive(caller: HostSocket, length: int) -> Received:
    """Read so many bytes, and take them as messages of 1,000,000 bytes at most."""
    stream = bytearray()
    while len(stream) < length:
        if not (data := caller.recv(length - len(stream))):
            break
        stream += data
    decoder, messages, error = LengthPrefixed(max_size=1_000_000), [], ""
    try:
        for at in range(len(stream)):  # byte by byte: what was whole before a fault is told, too
            messages += decoder.feed(stream[at : at + 1])
        decoder.eof()
    except FramingError as wrong:
        error = str(wrong)
    return Received(bytes(stream), messages, error)

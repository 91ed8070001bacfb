"""What a port says where the machine does not give it what it needs."""

import errno
import socket

import pytest

from labkit.wire.ports import _Ring


def test_a_ring_that_the_kernel_refuses_is_told_to_who_waits_for_it():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as no_packet_socket:
        ring = _Ring(no_packet_socket.fileno(), 512)
        with pytest.raises(OSError, match="making a packet socket's ring") as caught:
            ring.wait()
    assert caught.value.errno == errno.ENOPROTOOPT

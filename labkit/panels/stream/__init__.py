"""The byte stream viewer: drag the ends of the recvs."""

"""Draw README's picture anew, from a live run: python -m tools.picture"""

from __future__ import annotations

from pathlib import Path

from labkit import Network, ladder

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "handshake.svg"


def conversation():
    """A connection, five bytes, and both ends closing: the trace of it."""
    with Network("client", "server", delay_ms=10) as net:
        client, server = net.hosts
        with net.capture() as trace, server.socket() as listener, client.socket() as caller:
            listener.bind((server.address, 8080))
            listener.listen()
            caller.connect((server.address, 8080))
            conn, _ = listener.accept()
            with conn:
                caller.sendall(b"hello")
                conn.recv(1000)
                caller.close()
                conn.recv(1000)
    return trace


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    ladder(conversation()).save(PICTURE)
    print(f"wrote {PICTURE.name}, {PICTURE.stat().st_size / 1000:.0f} kB")

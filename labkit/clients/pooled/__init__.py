"""A pool of connections: at most so many, lent to one at a time, looked at before they are lent again.

`python -m labkit.clients.pooled` asks a server the same questions twice: with a connection for each, and with a pool.
"""

from labkit.clients.pooled.pool import Pool, PoolClosed, PoolFull

__all__ = ["Pool", "PoolClosed", "PoolFull"]

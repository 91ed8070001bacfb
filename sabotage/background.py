"""Sabotages of what runs beside the notebook: services, tasks, processes."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "process-stays-here",
        "Process ignores the host that it should run on",
        "labkit/background/processes.py",
        "where: Place = host if host is not None else _ThisMachine(descriptors)",
        "where: Place = _ThisMachine(descriptors)",
        ("solutions/ipc",),
    ),
    Sabotage(
        "a-handshake-fails-in-silence",
        "a TLS handshake that fails on an event loop is told to nobody",
        "labkit/background/serving/tls.py",
        "                failed(self._service, error, peer)\n        except",
        "                pass\n        except",
        ("tests/network/background/test_tls.py",),
    ),
    Sabotage(
        "who-awaits-is-not-woken",
        "a task that has ended wakes nobody who awaits it",
        "labkit/background/awaiting.py",
        "            wake()\n",
        "            pass\n",
        ("tests/network/background/test_tasks.py",),
    ),
    Sabotage(
        "connection-errors-vanish",
        "a handler's ConnectionError is nobody's",
        "labkit/background/services.py",
        "if isinstance(error, Stopped) or",
        "if isinstance(error, (Stopped, ConnectionError)) or",
        ("tests/network/background/test_failures.py",),
    ),
    Sabotage(
        "datagram-errors-vanish",
        "what a handler of datagrams raises is nobody's",
        "labkit/background/serving/threads.py",
        "                service.handler_failed(error)\n",
        "                pass\n",
        ("tests/network/background/test_failures.py",),
    ),
    Sabotage(
        "datagram-holder-unknown",
        "a taken port of datagrams names who has the TCP port",
        "labkit/sockets/explaining.py",
        '"tcp" if self._tcp else "udp"',
        '"tcp"',
        ("tests/network/background/test_failures.py",),
    ),
    Sabotage(
        "threads-left-behind",
        "a thread that is started on a host is at the machine",
        "labkit/sockets/carrying.py",
        "        if place.here() is None or self.ident is not None:\n",
        "        if True:\n",
        ("tests/network/sockets/test_inside.py",),
    ),
)

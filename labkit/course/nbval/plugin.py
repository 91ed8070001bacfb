"""The pytest plugin: `pytest --nbval` compares notebooks with labkit's pictures, and tests get a `network`.

It is there as soon as labkit and pytest are installed (the entry point pytest11), and loads nothing of labkit's rooms,
of Jupyter's or of nbval's before a notebook is collected or the fixture is asked for.

A notebook that passes strictly on every run prints nothing that depends on which of several threads is first.  labkit
tells in one order what it tells of things that run at once: `Tasks(...).results()` and `.output` task by task, and at
a service's end the lines that nobody has read connection by connection (those of background tasks in the order in
which these were begun).  The author sees to the rest: `service.output` is in order of time, so print it sorted, or
after clients that called one after another; of a task print `result()`, not the task, which may be done or not; flows
and ports in a capture of several tasks come in the order in which these happened to call, so ask for one client's
(`turns(trace, client=address)`, `trace.select(flow=...)`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from labkit.network.network import Network


def pytest_configure(config: pytest.Config) -> None:
    """Look after the notebooks, where this run has any: with nbval installed, and asked for."""
    if any(getattr(config.option, name, False) for name in ("nbval", "nbval_lax")):
        from labkit.course.nbval import notebook

        config.pluginmanager.register(notebook, notebook.__name__)


@pytest.fixture
def network() -> Iterator[Callable[..., Network]]:
    """Make networks that are closed when the test ends: `network("client", "server", delay_ms=5)`.

    It takes what `labkit.Network` takes; without names, and without segments, the hosts are client and server.  What
    failed beside the test (the handler of a server, a background task) and was shown to nobody is raised at its end, as
    a ServiceError or a TaskError.  Where no hosts can be made the test is skipped, or fails: see
    `labkit.course.nbval.machine`.
    """
    from labkit.course.nbval.machine import need_hosts
    from labkit.network.network import Network

    need_hosts()
    with contextlib.ExitStack() as opened:

        def make(*hosts: str, **options: Any) -> Network:
            if not hosts and options.keys() <= (Network.__init__.__kwdefaults__ or {}).keys():
                hosts = ("client", "server")
            return opened.enter_context(Network(*hosts, **options))

        yield make

"""stop() may come from any thread at any moment, also as the server ends by itself."""

from __future__ import annotations

import asyncio

import pytest

from labkit.servers import chat, monitored


@pytest.mark.parametrize("kind", [chat.Server, monitored.Server])
def test_a_stop_that_comes_as_its_loop_goes_does_no_harm(kind):
    gone = asyncio.new_event_loop()
    gone.close()
    seen = iter([gone])

    class Ending(kind):
        @property
        def _loop(self):
            return next(seen, None)  # it is there when stop() looks, and not a moment later

        @_loop.setter
        def _loop(self, loop):
            pass

    Ending().stop()

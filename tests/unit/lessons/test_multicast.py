"""From how many members on one multicast is cheaper than a unicast to each."""

from __future__ import annotations

from collections import Counter

import pytest

from labkit.lessons.multicast.loads import break_even


@pytest.mark.parametrize(("unicasts", "found"), [((10, 30, 50), 2), ((10, 20, 20), None), ((21, 40, 60), 1)])
def test_break_even(unicasts, found):
    assert break_even([(Counter(a=each), Counter(a=15, b=5)) for each in unicasts]) == found

"""What `labkit explain` says of what really happened on the wire: one variant of each scene that is over soon.

`make bench BENCH_ARGS=explain` plays all of them in eight variants each.
"""

from __future__ import annotations

import pytest
from undisturbed import undisturbed

from bench.explained.faulty import FAULTY
from bench.explained.healthy import HEALTHY
from labkit.explain import explain

SLOW = """
    syn_lost syn_ack_lost full_backlog filtered slow_syn_ack cut_off kept_alive nobody_there delayed_past_the_timer
    nobody_reads small_window narrow_path last_lost one_way_now_and_then large_ones_vanish never_closed asked_in_vain
    deep_queue forgotten_in_silence forgotten_and_refused queue_for_accept_is_full idle idle_and_remembered
    slow_producer bad_link small_send_buffer a_path_that_becomes_longer
"""


def soon(scenes):
    """Those that are over soon, by name."""
    return pytest.mark.parametrize(
        "scene", [scene for scene in scenes if scene.name not in SLOW.split()], ids=lambda scene: scene.name
    )


@soon(FAULTY)
def test_what_happened_is_found_and_nothing_else(scene):
    found = explain(undisturbed(scene, 0))
    assert scene.kind in found.kinds
    assert {finding.kind for finding in found.faults} <= {scene.kind} | scene.allowed
    for account in found.accounts:
        assert sum(account.spent.values()) == account.whole


@soon(HEALTHY)
def test_nothing_is_found_in_healthy_traffic(scene):
    found = {finding.kind for finding in explain(undisturbed(scene, 1)).faults}
    assert found <= scene.allowed | {"window-limited"}  # on a busy machine a reader is slow, and that is seen

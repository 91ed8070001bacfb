"""Something is done when somebody else's module is loaded, whoever loads it."""

from __future__ import annotations

import sys

from labkit.running import imports


def test_what_waits_for_a_module_is_done_once_and_in_turn(tmp_path, monkeypatch):
    (tmp_path / "waited_for.py").write_text("value = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = []
    imports.when_loaded("waited_for", lambda module: found.append(module.value))
    imports.when_loaded("waited_for", lambda module: found.append(module.value + 1))
    assert found == []
    import waited_for  # type: ignore[import-not-found]

    assert found == [1, 2]
    imports.when_loaded("waited_for", lambda module: found.append(module is waited_for))
    assert found == [1, 2, True]
    monkeypatch.delitem(sys.modules, "waited_for")

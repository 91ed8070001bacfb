"""The kernels that notebooks are compared in: they begin or say why not, and leave nothing behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from nbval.kernel import CURRENT_ENV_KERNEL_NAME

from labkit.course.nbval.notebook import Kernel

SECONDS = 60  # for a kernel's start on a busy machine


def test_a_kernel_that_has_died_is_removed_too_and_stopping_twice_is_as_good_as_once(tmp_path):
    kernel = Kernel(CURRENT_ENV_KERNEL_NAME, str(tmp_path), SECONDS)
    folder = Path(kernel._folder.name)
    assert (folder / "kernel.json").exists()
    os.kill(kernel.km.provisioner.pid, signal.SIGKILL)
    kernel.km.provisioner.process.wait(SECONDS)
    assert not kernel.is_alive()
    kernel.stop()
    kernel.stop()
    assert not folder.exists()


def test_a_kernel_that_is_not_installed_is_named_with_the_cure(tmp_path):
    with pytest.raises(RuntimeError, match=r"names the kernel 'another'.*--nbval-current-env"):
        Kernel("another", str(tmp_path), SECONDS)


def test_a_kernel_that_does_not_start_says_what_it_said(tmp_path, monkeypatch):
    broken = tmp_path / "IPython"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ImportError('broken on purpose')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="broken on purpose"):
        Kernel(CURRENT_ENV_KERNEL_NAME, str(tmp_path), SECONDS)


def test_a_kernel_that_dies_in_a_cell_is_not_waited_for(tmp_path):
    kernel = Kernel(CURRENT_ENV_KERNEL_NAME, str(tmp_path), SECONDS)
    try:
        asked = kernel.execute_cell_input("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
        with pytest.raises(RuntimeError, match="the kernel died"):
            kernel.await_reply(asked, timeout=None)  # where it were waited for, this would never end
    finally:
        kernel.stop()

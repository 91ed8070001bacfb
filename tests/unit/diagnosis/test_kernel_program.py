"""The program of a notebook's kernel: the doctor finds the one that Jupyter would start, without loading Jupyter."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from jupyter_client import kernelspec

from labkit.diagnosis import environment


def spec(folder, program):
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(
        json.dumps({"argv": [program, "-m", "one"], "display_name": "One", "language": "python"})
    )


@pytest.mark.parametrize(
    ("there", "found"),
    [
        (["first/python3", "second/python3", "ipython/kernels/python3"], "first/python3"),
        (["first/other", "second/Python3"], "second/Python3"),
        (["first/python3/deeper", "ipython/kernels/python3"], "ipython/kernels/python3"),
        (["first/other"], None),
    ],
)
def test_it_is_the_one_that_jupyter_starts(tmp_path, monkeypatch, there, found):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    for module in ("jupyter_core.paths", "jupyter_client.kernelspec"):
        folders = [str(tmp_path / name) for name in ("none", "first", "second")]
        monkeypatch.setattr(f"{module}.jupyter_path", lambda _, folders=folders: folders)
    (tmp_path / "ipython").mkdir()
    for name in there:
        spec(tmp_path / name, f"/of/{name}")
    program = environment._program_of_kernels()
    assert program == kernelspec.KernelSpecManager().get_kernel_spec("python3").argv[0]
    assert program == (f"/of/{found}" if found else sys.executable)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"argv": []}', '{"argv": "python"'])
def test_a_file_that_is_no_kernels_says_nothing(tmp_path, monkeypatch, text):
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda _: [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    spec(tmp_path / "python3", "python")
    (tmp_path / "python3" / "kernel.json").write_text(text)
    assert environment.jupyter() == ""


def test_neither_jupyter_nor_ipython_is_loaded_for_it():
    code = "import sys; from labkit.diagnosis import environment as e; print(e.jupyter(), *sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"jupyter_client", "IPython", "zmq"} & set(said.split())

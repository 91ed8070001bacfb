"""The environment that Python runs in: its packages, the lock that it was made of, and whose labkit it loads."""

from __future__ import annotations

import os
import sys
import zlib
from typing import NamedTuple


class Versions(NamedTuple):
    """Those that will do: from `least` on and, where there is one, below `below`."""

    least: tuple[int, ...]
    below: tuple[int, ...] = ()

    def will_do(self, found: tuple[int, ...]) -> bool:
        return self.least <= found and (not self.below or found < self.below)

    def __str__(self) -> str:
        """As pip wants it: ">=6.31,<7"."""
        bounds = ((">=", self.least), ("<", self.below))
        return ",".join(sign + ".".join(map(str, bound)) for sign, bound in bounds if bound)


# What pyproject.toml asks for; a test keeps the two in step.
PACKAGES = {
    "anywidget": Versions((0, 11)),
    "cryptography": Versions((44,)),
    "ipykernel": Versions((6, 31), (7,)),
    "ipywidgets": Versions((8, 1, 5)),
    "jupyterlab": Versions((4, 4)),
    "matplotlib": Versions((3, 10)),
    "scapy": Versions((2, 6, 1)),
    "redis": Versions((8, 0)),
    "trustme": Versions((1, 2)),
}
_RECIPE = ("requirements.lock", "pyproject.toml", os.path.join("tools", "environment"))


class Environment(NamedTuple):
    """packages   the version of each package that the lessons use, None where it is missing
    kind       "package" (labkit is installed, and no checkout), else "conda", "lab" (made by tools/environment) or ""
    pins       "right", or "other" where it was made of another lock than the checkout has; "" where nothing says
    elsewhere  is this another labkit than that of the checkout in which we stand?
    jupyter    "right", or "other" where JupyterLab and its notebooks have different Pythons; "" where nothing says
    """

    packages: dict[str, str | None]
    kind: str
    pins: str
    elsewhere: bool
    jupyter: str

    @property
    def start(self) -> str:
        """The command that opens the lessons."""
        return "labkit lab" if self.kind == "package" else "make lab"


def look() -> Environment:
    """Look at the environment of this process, and at the checkout around the current folder."""
    ours = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    stamp = os.path.join(sys.prefix, ".labkit")
    conda = os.path.isdir(os.path.join(sys.prefix, "conda-meta"))
    around = checkout(os.getcwd())
    return Environment(
        packages=installed(),
        kind="package"
        if checkout(ours) is None
        else "conda"
        if conda
        else "lab"
        if os.path.isfile(stamp)
        else "",
        pins=pins(stamp, ours),
        elsewhere=around is not None and around != ours,
        jupyter=jupyter(),
    )


def installed() -> dict[str, str | None]:
    """The version of each package that the lessons use."""
    from importlib import metadata

    found: dict[str, str | None] = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


def checkout(folder: str) -> str | None:
    """The checkout of this project in which a folder lies."""
    folder = os.path.realpath(folder)
    while True:
        if all(os.path.exists(os.path.join(folder, name)) for name in (*_RECIPE, "labkit")):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def pins(stamp: str, ours: str) -> str:
    """Was the environment with this stamp made of the lock that our checkout has? (See tools/environment.)"""
    try:
        with open(stamp, encoding="utf-8") as file:
            made_of = file.readline().split()[:2]
        together = b""
        for name in _RECIPE:
            with open(os.path.join(ours, name), "rb") as file:
                together += file.read()
    except OSError:
        return ""
    return "right" if made_of == [str(cksum(together)), str(len(together))] else "other"


def cksum(data: bytes) -> int:
    """The checksum of POSIX's cksum(1), by zlib's, which is the same from the other end of each byte."""
    length = len(data)
    while length:
        data += bytes([length & 0xFF])
        length >>= 8
    mirrored = data.translate(bytes(int(f"{value:08b}"[::-1], 2) for value in range(256)))
    return int(f"{zlib.crc32(mirrored, 0xFFFFFFFF):032b}"[::-1], 2)


def jupyter() -> str:
    """Have JupyterLab and its notebooks the same Python?  Asked of a kernel's parent; elsewhere, of Jupyter."""
    if "ipykernel" in sys.modules:
        return _server_of_this_kernel()
    try:
        program = _program_of_kernels()
    except (ImportError, OSError, ValueError, LookupError, TypeError):  # a file that is no kernel's, too
        return ""
    # A bare "python" means: the one that JupyterLab runs on.
    return "right" if not os.path.isabs(program) or _same_environment(program) else "other"


def _program_of_kernels() -> str:
    """The program that notebooks run on, looked up as jupyter_client's KernelSpecManager does, which loads all of
    IPython for that.  Raises LookupError where there is none."""
    from importlib.util import find_spec
    from json import load

    from jupyter_core.paths import jupyter_path

    ipython = os.environ.get("IPYTHONDIR") or os.path.expanduser(os.path.join("~", ".ipython"))
    for folder in (*jupyter_path("kernels"), os.path.join(ipython, "kernels")):
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            path = os.path.join(folder, name, "kernel.json")
            if name.lower() == "python3" and os.path.isfile(path):
                with open(path, encoding="utf-8") as file:
                    return str(load(file)["argv"][0])
    if find_spec("ipykernel") is None:
        raise LookupError("no kernel")
    return sys.executable  # the kernel that needs no file


def _server_of_this_kernel() -> str:
    try:
        with open(f"/proc/{os.getppid()}/cmdline", encoding="utf-8") as file:
            words = file.read().split("\0")
    except OSError:
        return ""
    if not os.path.isabs(words[0]) or not any(
        os.path.basename(word).startswith("jupyter") for word in words[1:]
    ):
        return ""
    return "right" if _same_environment(words[0]) else "other"


def _same_environment(program: str) -> bool:
    """Does this interpreter, as it was called, belong to our environment?"""
    return os.path.realpath(os.path.dirname(os.path.dirname(program))) == os.path.realpath(sys.prefix) or (
        sys.prefix == sys.base_prefix and os.path.realpath(program) == os.path.realpath(sys.executable)
    )

"""A notebook kernel that races for no port, and leaves nothing of the learner's own behind."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager, KernelManager

from labkit.learn.varying.handed import VARIABLE


class OwnKernelSpec(KernelSpecManager):
    """This environment's Python, whatever kernels the user has installed beside it."""

    def get_kernel_spec(self, kernel_name: str):
        """The specification of this interpreter's ipykernel, for any name."""
        import ipykernel.kernelspec

        spec = ipykernel.kernelspec.get_kernel_dict()
        return self.kernel_spec_class(resource_dir=ipykernel.kernelspec.RESOURCES, **spec)


def manager(
    folder: Path, *, awaited: bool, name: str = "python3", specs: KernelSpecManager | None = None
) -> KernelManager | AsyncKernelManager:
    """A kernel manager whose sockets lie in `folder` (made by `folder_for_sockets`).

    awaited: is it one for coroutines?  name: which kernel of `specs`; without them, this environment's.

    A kernel's TCP ports are chosen by its parent and taken later by the kernel, so that two kernels
    started at once can be given the same one: 1 start in 40 failed. Unix sockets have names of their own.
    """
    kind = AsyncKernelManager if awaited else KernelManager
    options = {} if sys.platform == "win32" else {"transport": "ipc", "ip": str(folder / "kernel")}
    return kind(
        kernel_name=name,
        kernel_spec_manager=specs or OwnKernelSpec(),
        connection_file=str(folder / "kernel.json"),
        **options,
    )


def folder_for_sockets() -> tempfile.TemporaryDirectory:
    """A new folder with a short name: a Unix socket's path has at most 107 characters."""
    base = "/tmp" if os.path.isdir("/tmp") else None
    return tempfile.TemporaryDirectory(prefix="labkit-", dir=base, ignore_cleanup_errors=True)


def surroundings() -> dict[str, str]:
    """The environment variables of a kernel that must not see, nor write, the user's own progress, nor have the user's
    variants of exercises: what is stored has the lesson's own."""
    return {**os.environ, "LABKIT_PROGRESS": "off", VARIABLE: "0"}

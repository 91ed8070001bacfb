"""What importing labkit does in a notebook: where the mode lacks something, what a lesson's next cells need of it must
come from their recordings."""

from __future__ import annotations

from labkit.notebook.graded import graded, tell_all_on_stdout
from labkit.notebook.kernel import kernel_shell


def arrive() -> None:
    """Let plots follow the page, and install the player of recordings, in a kernel whose machine does not allow the
    full mode.

    Where nbgrader runs the notebook, see to it that nothing that is told costs points.  In a lesson that the learner
    takes up again, say how to run again what was run before.
    """
    shell = kernel_shell()
    if shell is None:
        return
    from labkit.plots.theme import follow_page

    follow_page(shell)
    if graded():
        tell_all_on_stdout()
    from labkit.learn.progressing.resume import welcome

    welcome()
    from labkit.modes.mode import current

    mode = current()
    if mode.name != "namespaces":
        from labkit.recordings.player import install

        install(shell, mode)

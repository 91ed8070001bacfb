"""The byte stream viewer in JupyterLab: the browser draws the picture, the kernel reads with the decoders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from labkit.notebook.widgets.files import script, style
from labkit.panels.stream.facts import answer_of, facts_of
from labkit.pictures.bytestream.picture import CSS as BYTES

if TYPE_CHECKING:
    from labkit.panels.stream.panel import StreamViewer


class StreamWidget(anywidget.AnyWidget):
    """The widget of a `StreamViewer`.

    facts   the stream, sent once;  cuts: where the recvs end, moved by the browser alone
    answer  what the decoders make of the stream, and with which cuts

    The browser sends {ask: worst}, and gets {cuts, said}: what came of the search, and the cuts to move to, if any.
    """

    _esm = script(__file__, "grid", "brackets", "cutting", "cuts", "handles", "readings", "stream")
    _css = style(__file__, "stream") + BYTES
    facts = traitlets.Dict().tag(sync=True)
    cuts = traitlets.List(traitlets.Int()).tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)

    def __init__(self, viewer: StreamViewer) -> None:
        self._viewer = viewer
        super().__init__(
            facts=facts_of(viewer.given),
            cuts=list(viewer.cuts),
            answer=answer_of(viewer.cuts, viewer.read()),
        )
        self.on_msg(self._asked)

    @traitlets.observe("cuts")
    def _moved(self, change: Any) -> None:
        # ipywidgets holds back what is moved meanwhile, and then sends the last of it only.
        if tuple(change["new"]) != self._viewer.cuts:
            self._viewer.cuts = tuple(change["new"])
            self.answer = answer_of(self._viewer.cuts, self._viewer.read())

    def _asked(self, _: Any, content: Any, __: Any) -> None:
        if content != {"ask": "worst"}:
            return
        found, said = self._viewer.readers.worst()
        self.send({"cuts": found and list(found), "said": said})

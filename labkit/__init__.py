"""labkit: the network in the notebook. Real kernel hosts in namespaces, a wire of our own, every frame captured."""

import sys

from labkit.lazy import face
from labkit.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from labkit.background.completed import ProgramError
    from labkit.background.failures import ServiceError, TaskError
    from labkit.background.many import Tasks
    from labkit.background.processes import Process
    from labkit.diagnosis.doctor import doctor
    from labkit.explain.explaining import explain
    from labkit.learn import check, glossary, hint, order, predict, progress, quiz, recall, reveal, variant
    from labkit.learn.mystery import mystery
    from labkit.network.boxes.rules import Allow
    from labkit.network.host import Host
    from labkit.network.link import FaultNeverMatched
    from labkit.network.network import Network
    from labkit.packets.segment import Segment
    from labkit.pictures.ladders import ladder
    from labkit.plots.sequence import time_sequence
    from labkit.traces.trace import Trace
    from labkit.traces.turns import turns
    from labkit.wire.faults import Blackhole, Corrupt, Delay, Drop, Duplicate, Reorder, Rewrite

_PUBLIC = {
    "Network": "labkit.network.network",
    "Host": "labkit.network.host",
    "Drop": "labkit.wire.faults",
    "Delay": "labkit.wire.faults",
    "Duplicate": "labkit.wire.faults",
    "Reorder": "labkit.wire.faults",
    "Corrupt": "labkit.wire.faults",
    "Rewrite": "labkit.wire.faults",
    "Blackhole": "labkit.wire.faults",
    "Allow": "labkit.network.boxes.rules",
    "FaultNeverMatched": "labkit.network.link",
    "Tasks": "labkit.background.many",
    "ServiceError": "labkit.background.failures",
    "TaskError": "labkit.background.failures",
    "ProgramError": "labkit.background.completed",
    "Process": "labkit.background.processes",
    "Trace": "labkit.traces.trace",
    "Segment": "labkit.packets.segment",
    "turns": "labkit.traces.turns",
    "explain": "labkit.explain.explaining",
    "mystery": "labkit.learn.mystery",
    "ladder": "labkit.pictures.ladders",
    "time_sequence": "labkit.plots.sequence",
    "predict": "labkit.learn",
    "reveal": "labkit.learn",
    "check": "labkit.learn",
    "hint": "labkit.learn",
    "glossary": "labkit.learn",
    "quiz": "labkit.learn",
    "order": "labkit.learn",
    "progress": "labkit.learn",
    "recall": "labkit.learn",
    "variant": "labkit.learn",
    "doctor": "labkit.diagnosis.doctor",
}

__getattr__, __dir__, __all__ = face(__name__, _PUBLIC)

if "ipykernel" in sys.modules:
    from labkit.recordings.arrival import arrive

    arrive()

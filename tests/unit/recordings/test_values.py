"""What a recording keeps of values, what it makes stubs of, and what it refuses to read."""

from __future__ import annotations

import collections
import io
import pickle
import pickletools
import re
import socket
import sys
import types
from importlib import import_module

import pytest
from call_samples import call as said

from labkit.modes.needs import Unavailable
from labkit.network.boxes.rules import Allow
from labkit.network.boxes.tables import Translation, Translations
from labkit.packets.frame import Arrival, Frame, Hit
from labkit.recordings import store, values
from labkit.recordings.stub import OnlyRecorded, Recorded
from labkit.recordings.tables import Tables, calls, frames
from labkit.recordings.values import BadValues, Reader, Stubs, dump, dump_tables
from labkit.traces.trace import Trace
from labkit.wire.faults import Blackhole, Drop, Rewrite

MADE = "Linux 6.18, 2026-11-21"


def there_and_back(**variables):
    tables = Tables()
    data = dump(variables, tables, Stubs())
    return Reader(dump_tables(tables), MADE, {}).load(data)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [1, "two", b"three", 4.5, True, (6, {7}), {"eight": frozenset({9})}, bytearray(b"x")],
        range(3),
        collections.Counter("banana"),
        collections.defaultdict(list, a=[1]),
        collections.deque([1, 2]),
        socket.SOCK_STREAM,
    ],
    ids=repr,
)
def test_a_value_comes_back_as_it_was(value):
    back = there_and_back(value=value)["value"]
    assert back == value and type(back) is type(value)


def test_an_error_comes_back_with_its_words():
    back = there_and_back(error=OSError(98, "Address already in use"))["error"]
    assert type(back) is OSError and back.strerror == "Address already in use"


def test_what_two_names_share_they_share_again():
    rows = [1]
    back = there_and_back(one=rows, both=(rows, rows))
    assert back["both"][0] is back["both"][1] is back["one"]


@pytest.mark.parametrize(
    "value",
    [
        Rewrite(strip=("mss", "TS"), ttl=1, sender="client"),
        Blackhole(mtu=1400, to="server"),
        Drop(icmp="time-exceeded", after=2, until_s=1.5),
        Allow(tcp=(80, 443), to="server"),
        Allow(icmp="echo-request"),
        Translations([Translation("tcp", ("10.0.1.1", 5), ("10.0.2.1", 6), ("10.0.2.2", 80), "FIN", 0.5)]),
    ],
    ids=repr,
)
def test_what_stands_for_middle_boxes_comes_back(value):
    back = there_and_back(value=value)["value"]
    assert back == value and repr(back) == repr(value) and type(back) is type(value)


FRAMES = (
    Frame(1, 1_000, "client", "server", (Arrival("server", 1_500),), "delivered", (), b"abc", 3),
    Frame(2, 1_200, "server", "client", (), "dropped", (Hit("dropped", Drop(data=1)),), b"abcd", 4),
)
CALLS = (
    said("client", "connect", "10.0.0.2:8080", 900, 1_700, local=("10.0.0.1", 40_000)),
    said("server", "accept", "", 950, None),
)


def test_tables_give_their_rows_back():
    tables = Tables()
    places = [tables.place(item) for item in (*FRAMES, *CALLS, *FRAMES)]
    assert places == [0, 1, 0, 1, 0, 1]
    of_frames, of_calls = tables.columns()
    assert tuple(frames(of_frames)) == FRAMES and tuple(calls(of_calls)) == CALLS


def test_a_trace_keeps_its_frames_and_calls():
    trace = Trace(FRAMES, hosts=("client", "server"), addresses={"10.0.0.1": "client"}, calls=CALLS, missed=1)
    back = there_and_back(trace=trace)["trace"]
    assert back == trace and back.calls == CALLS


def test_a_captured_trace_comes_back_as_a_trace():
    class Captured(Trace):
        def __init__(self):
            super().__init__(FRAMES)
            self.core = types.SimpleNamespace(socket=print)  # nothing that a recording keeps

    back = there_and_back(trace=Captured())["trace"]
    assert type(back) is Trace and back.frames == FRAMES


def test_what_only_lived_becomes_a_stub_inside_whatever_holds_it():
    with socket.socket() as sock:
        back = there_and_back(
            callers=[sock, sock], by_name={"ann": sock}, thing=types, call=len, made=(n for n in ())
        )
    first, second = back["callers"]
    assert first is second is back["by_name"]["ann"]
    assert isinstance(first, Recorded) and f"recorded on {MADE}" in repr(first)
    assert all(isinstance(back[name], Recorded) for name in ("thing", "call", "made"))


@pytest.mark.parametrize(
    "use",
    [
        lambda stub: stub.recv(1),
        lambda stub: stub(),
        lambda stub: stub.__enter__(),
        lambda stub: list(stub),
        lambda stub: len(stub),
        lambda stub: stub[0],
        lambda stub: bool(stub),
        lambda stub: setattr(stub, "x", 1),
        lambda stub: delattr(stub, "x"),
        lambda stub: 1 in stub,
        lambda stub: stub + 1,
        lambda stub: stub < stub,
    ],
)
def test_a_stub_refuses_every_use_and_says_what_to_do(use):
    stub = Recorded("a socket of client", "<HostSocket client>", {}, MADE)
    with pytest.raises(OnlyRecorded) as caught:
        use(stub)
    said = str(caught.value)
    for words in ("a socket of client", MADE, "undo the change", "doctor"):
        assert words in said, said
    assert isinstance(caught.value, Unavailable)


def test_a_stub_shows_itself_and_can_be_told_from_others():
    one, two = (Recorded("a socket", f"<socket {n}>", {}, MADE) for n in (1, 2))
    assert one != two and len({one, two, one}) == 2 and "<socket 1>" in f"{one} {one!r}"
    assert not hasattr(one, "_repr_html_")


def test_a_host_keeps_the_facts_that_stay_true():
    class Host:
        name, number, address, address6, mac = "client", 1, "10.0.0.1", None, "02:00:00:00:00:01"

    Host.__module__ = "labkit.network.network"
    back = there_and_back(client=Host())["client"]
    assert (back.name, back.number, back.address) == ("client", 1, "10.0.0.1")
    with pytest.raises(OnlyRecorded, match="the host client"):
        back.socket()


class Opcodes:
    """Pickles that no dump writes: GLOBAL names anything."""

    @staticmethod
    def calling(module: str, name: str, argument: str) -> bytes:
        return f"c{module}\n{name}\n(V{argument}\ntR.".encode()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("posix", "system"),
        ("builtins", "eval"),
        ("builtins", "getattr"),
        ("builtins", "__import__"),
        ("labkit.network.network", "Network"),
        ("labkit.background.processes", "Process"),
        ("labkit", "doctor"),
        ("subprocess", "Popen"),
        ("socket", "socket"),
        ("__main__", "anything"),
        ("labkit.traces.trace", "Trace.load"),
    ],
)
def test_a_file_that_names_what_it_must_not_is_refused_and_nothing_is_called(module, name, tmp_path):
    mark = tmp_path / "called"
    reader = Reader(dump_tables(Tables()), MADE, {"anything": lambda _: mark.touch()})
    with pytest.raises(BadValues, match=f"{module}.{name}"):
        reader.load(Opcodes.calling(module, name, f"touch {mark}"))
    assert not mark.exists()


def test_a_lessons_own_function_can_be_named():
    serve = object()
    reader = Reader(dump_tables(Tables()), MADE, {"serve": serve})
    file = io.BytesIO()

    class Pickler(pickle.Pickler):
        def persistent_id(self, thing):
            return ("main", "serve") if thing is len else None

    Pickler(file).dump({"serve": len})
    assert reader.load(file.getvalue()) == {"serve": serve}


@pytest.mark.parametrize(
    "data",
    [b"", b"no pickle", pickle.dumps([1]), pickle.dumps({"a": 1})[:-3], b"\x80\x04\x95"],
)
def test_damaged_bytes_are_refused(data):
    with pytest.raises(BadValues):
        Reader(dump_tables(Tables()), MADE, {}).load(data)
    with pytest.raises(BadValues):
        Reader(data, MADE, {})


def test_every_class_that_may_be_named_exists():
    for module, name in sorted(values.ALLOWED):
        assert isinstance(values._Unpickler(b"", lambda _: None).find_class(module, name), type)


@pytest.mark.parametrize("name", values.CLASSES)
def test_a_name_of_the_recordings_own_is_a_class_of_ours(name):
    module, _, qualname = values.CLASSES[name].rpartition(".")
    kind = getattr(import_module(module), qualname)
    assert isinstance(kind, type) and (kind.__module__, kind.__qualname__) == (module, qualname)


def test_no_recording_says_where_a_class_lies():
    for lesson in store.names():
        content = store.read(store.load(lesson))
        said = {
            word
            for data in (content.tables, *content.values)
            for _, word, _ in pickletools.genops(data)
            if isinstance(word, str)
        }
        assert [word for word in said if re.match(r"labkit(\.\w+)+$", word)] == []


def test_a_class_that_moves_leaves_recordings_as_they_are(monkeypatch):
    data = dump({"fault": Drop(nth=2)}, Tables(), Stubs())
    moved = types.ModuleType("labkit_moved")
    moved.Lost = type("Lost", (Drop,), {"__module__": "labkit_moved", "__qualname__": "Lost"})
    monkeypatch.setitem(sys.modules, "labkit_moved", moved)
    monkeypatch.setitem(values.CLASSES, "Drop", "labkit_moved.Lost")
    assert type(Reader(dump_tables(Tables()), "Linux", {}).load(data)["fault"]) is moved.Lost

"""`labkit explain`: captures of any program, on the terminal."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest
from wire_samples import Talk, bulk

from labkit.__main__ import main

GOLDEN = Path(__file__).parents[2] / "golden"


def test_one_capture(capsys):
    assert main(["explain", str(GOLDEN / "lost-segment.pcapng")]) == 1
    said = capsys.readouterr().out
    assert said.startswith("1 connection, 1 finding\n\n1. loss, mended fast")


def test_a_capture_in_which_nothing_is_amiss(tmp_path, capsys):
    Talk().open().trace().save(tmp_path / "x.pcapng", epoch_ns=0)
    assert main(["explain", str(tmp_path / "x.pcapng")]) == 0
    assert capsys.readouterr().out.startswith("1 connection: nothing unusual")


def test_a_folder_gives_a_table(tmp_path, capsys):
    Talk().open().trace().save(tmp_path / "a.pcapng", epoch_ns=0)
    bulk().trace().save(tmp_path / "b.pcapng", epoch_ns=0)
    (tmp_path / "c.pcapng.gz").write_bytes(gzip.compress((tmp_path / "b.pcapng").read_bytes()))
    (tmp_path / "notes.txt").write_text("not a capture")
    assert main(["explain", str(tmp_path)]) == 1
    rows = [line.split() for line in capsys.readouterr().out.replace(str(tmp_path), "").splitlines()]
    assert rows == [
        ["file", "found"],
        ["/a.pcapng", "nothing", "unusual"],
        ["/b.pcapng", "loss,", "mended", "fast", "8", "ms"],
        ["/c.pcapng.gz", "loss,", "mended", "fast", "8", "ms"],
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="links take a right there")
def test_a_link_to_nowhere_is_left_out_of_a_folder_and_a_name_too_long_is_told(tmp_path, capsys):
    Talk().open().trace().save(tmp_path / "a.pcapng", epoch_ns=0)
    for name, target in (("b.pcapng", "gone"), ("c.pcapng", "x" * 300), ("d", "y" * 300)):
        (tmp_path / name).symlink_to(target)
    assert main(["explain", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split() == ["file", "found", f"{tmp_path}/a.pcapng", "nothing", "unusual"]
    assert main(["explain", "z" * 300]) == 2
    assert "File name too long" in capsys.readouterr().err


def test_as_json_and_as_a_page(tmp_path, capsys):
    page = tmp_path / "page.html"
    assert main(["explain", str(GOLDEN / "loopback.pcap"), "--json", "--html", str(page)]) == 1
    (told,) = json.loads(capsys.readouterr().out)
    assert told["file"].endswith("loopback.pcap")
    assert {finding["kind"] for finding in told["findings"]} == {
        "refused",
        "udp-unreachable",
        "checksum-later",
    }
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "it is empty"), (b"hello\nyou\n", "it is text"), (None, "No such file")],
)
def test_what_cannot_be_read(tmp_path, capsys, content, said):
    path = tmp_path / "x.pcap"
    if content is not None:
        path.write_bytes(content)
    assert main(["explain", str(path), str(GOLDEN / "lost-segment.pcapng")]) == 2
    told = capsys.readouterr()
    assert said in told.err and "loss, mended fast" in told.out


def test_a_capture_that_breaks_off(tmp_path, capsys):
    whole = (GOLDEN / "lost-segment.pcapng").read_bytes()
    (tmp_path / "x.pcapng").write_bytes(whole[:-30])
    assert main(["explain", str(tmp_path / "x.pcapng")]) == 1
    assert "(it breaks off: later frames are not in it)" in capsys.readouterr().out


def test_a_folder_without_captures_and_a_page_that_cannot_be_written(tmp_path, capsys):
    assert main(["explain", str(tmp_path)]) == 2
    assert "no capture in" in capsys.readouterr().err
    assert main(["explain", str(GOLDEN / "loopback.pcap"), "--html", str(tmp_path / "no" / "x.html")]) == 2
    assert "cannot be written: No such file" in capsys.readouterr().err


def test_a_page_takes_the_place_of_a_page_and_of_nothing_else(tmp_path, capsys):
    page, capture = tmp_path / "page.html", tmp_path / "a.pcapng"
    Talk().open().trace().save(capture, epoch_ns=0)
    content = capture.read_bytes()
    assert main(["explain", "--html", str(capture), str(capture)]) == 2  # as of `--html *.pcapng`
    assert f"{capture} cannot be written: it is there, and is no page" in capsys.readouterr().err
    assert capture.read_bytes() == content
    for before in ("", "<!DOCTYPE html>\nold"):
        page.write_text(before)
        assert main(["explain", "--html", str(page), str(capture)]) == 0
        assert page.read_text(encoding="utf-8").endswith("</html>\n")

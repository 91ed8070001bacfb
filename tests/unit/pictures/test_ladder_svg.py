"""SVG, HTML and PNG: well formed, accessible, the same each time, right in both themes."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from ladder_samples import NAMES, Talk, handshake, sample

from labkit.drawing import style
from labkit.pictures.ladders import ladder

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", NAMES)
def test_svg_is_well_formed_and_accessible(name):
    root = ElementTree.fromstring(ladder(sample(name)).svg)
    assert root.get("role") == "img"
    ids = root.get("aria-labelledby").split()
    assert [root.find(f"{SVG}{tag}").get("id") for tag in ("title", "desc")] == ids
    assert root.find(f"{SVG}desc").text.count(" to ") >= 2


def test_a_copy_that_was_lost_is_told():
    description = ElementTree.fromstring(ladder(sample("copies_lost")).svg).find(f"{SVG}desc").text
    assert "sender to left and far: UDP" in description
    assert ", dropped by Drop(to='near', nth=1) on the way to near" in description


def test_a_frame_that_is_still_on_its_way_is_drawn():
    talk = Talk("client", "server")
    talk.tcp(0, 1, 2, "S", 0, lost="in flight")
    picture = ladder(talk.trace())
    assert "…" in repr(picture)
    description = ElementTree.fromstring(picture.svg).find(f"{SVG}desc").text
    assert "client to server: SYN" in description


def test_words_can_be_selected_and_searched():
    words = "".join(ElementTree.fromstring(ladder(sample("hello")).svg).itertext())
    for said in ("connect(10.0.0.2:8080)", "SYN, ACK", "seq 1:6", '"hello"', "TIME-WAIT", "10.1"):
        assert said in words


def test_same_trace_same_picture_and_other_trace_other_ids():
    one, two = ladder(sample("hello")), ladder(sample("hello"))
    assert one.svg == two.svg and one == two
    ids = {re.search(r'aria-labelledby="(\w+)', ladder(sample(name)).svg)[1] for name in NAMES}
    assert len(ids) == len(NAMES)


def test_markup_in_names_and_data_is_only_text():
    talk = Talk("<b>&", "server")
    talk.tcp(0, 1, 2, "P.", 1, 1, b"<script>alert(1)</script>"[:18])
    for shown in (ladder(talk.trace(), title="<i>"), ladder(talk.trace())):
        assert "<script" not in shown.svg and "<b>" not in shown.svg and "<i>" not in shown.svg
        assert "<script" not in shown._repr_mimebundle_()["text/html"]
        ElementTree.fromstring(shown.svg)


def test_bundle_has_the_text_and_marked_html():
    bundle = ladder(sample("hello"))._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/plain"] == repr(ladder(sample("hello")))
    assert bundle["text/html"].startswith('<div class="labkit-ladder">')
    assert len(bundle["text/html"]) < 40_000


class Sanitized(HTMLParser):
    """What remains visible after JupyterLab's sanitizer (sanitize-html): it drops tags it does not know but
    keeps their text, except for NO_TEXT, and drops attributes without a value."""

    KNOWN, NO_TEXT = ("div", "img"), ("script", "style", "textarea", "option")
    ATTRIBUTES = ("class", "hidden", "style", "alt", "src")

    def __init__(self, removed):
        super().__init__()
        self.stack, self.visible = [], []
        self.kept = set(self.ATTRIBUTES) - removed

    def handle_starttag(self, tag, attributes):
        kept = {
            name: value for name, value in attributes if tag in self.KNOWN and name in self.kept and value
        }
        hidden = "hidden" in kept or kept.get("style") == "display:none"
        if tag == "img" and not any(self.stack) and not hidden:
            self.visible.append("<img>")
        if tag != "img":
            self.stack.append(hidden or tag in self.NO_TEXT)

    def handle_endtag(self, tag):
        self.stack.pop()

    def handle_data(self, data):
        if data.strip() and not any(self.stack):
            self.visible.append(data)


@pytest.mark.parametrize("removed", [set(), {"hidden"}, {"style"}])
def test_sanitized_only_the_still_picture_shows(removed):
    page = Sanitized(removed)
    page.feed(ladder(sample("hello"))._repr_mimebundle_()["text/html"])
    assert page.visible == ["<img>"]


def test_the_still_picture_is_a_whole_one():
    html = ladder(sample("hello"))._repr_mimebundle_()["text/html"]
    assert re.search(r'<img class="still" alt="[^"]+" src="data:image/svg\+xml,%3Csvg[^"<>]+"></div>$', html)


def test_themes_and_print():
    svg = ladder(sample("hello")).svg
    assert "body[data-jp-theme-light=false]" in svg and "@media print" in svg
    assert f"var(--jp-layout-color0,var(--vscode-editor-background,{style.PAPER}))" in svg
    assert style.HOST_COLOURS[1] in svg and style.HOST_COLOURS_DARK[1] in svg


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("colours", "paper"), [
    ((*style.HOST_TEXT_COLOURS, style.INK, style.MUTED), style.PAPER),
    ((*style.HOST_COLOURS_DARK, style.INK_DARK, style.MUTED_DARK), style.PAPER_DARK),
])  # fmt: skip
def test_text_is_legible(colours, paper):
    assert all(contrast(colour, paper) >= 4.5 for colour in colours)


def test_colours_go_by_the_order_of_hosts():
    assert [style.colour_of(n) for n in (0, 1, 6)] == ["#0072B2", "#D55E00", "#0072B2"]


def test_a_host_keeps_its_colour_when_others_are_not_drawn():
    trace = sample("multicast")
    carol = trace.hosts.index("carol")
    shown = ladder(trace, hosts=["carol", "sender"]).svg
    assert set(re.findall(r'class="host n h(\d)"[^>]*>(\w+)<', shown)) == {
        (str(carol), "carol"),
        ("0", "sender"),
    }
    lifelines = [int(n) for n in re.findall(r'class="lifeline l h(\d)"', shown)]
    assert lifelines == [carol, 0]


def test_saving(tmp_path):
    shown = ladder(sample("handshake"))
    assert shown.save(tmp_path / "x.svg").read_text(encoding="utf-8") == shown.svg + "\n"
    assert shown.save(tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    assert shown.save(tmp_path / "x.txt").read_text(encoding="utf-8") == shown.text + "\n"
    with pytest.raises(ValueError, match=r"as .svg, .png or .txt \(got 'x.gif'\); write save\('x.svg'\)"):
        shown.save(tmp_path / "x.gif")


@pytest.mark.parametrize("name", NAMES)
def test_png_can_be_drawn_of_each(name):
    small, large = ladder(sample(name)).png(48), ladder(sample(name)).png(96)
    assert small.startswith(b"\x89PNG") and len(large) > len(small)


def test_png_takes_dollar_signs_as_they_are():
    talk = Talk("client", "server")
    done = handshake(talk)
    talk.tcp(done + 1, 1, 2, "P.", 1, 1, b"$x_1$ costs $5")
    assert ladder(talk.trace()).png(48).startswith(b"\x89PNG")


@pytest.mark.parametrize("width", [0, -3, "wide", 99999])
def test_absurd_width_is_refused(width):
    with pytest.raises(ValueError, match="width is a number of pixels from 120 to 4000"):
        ladder(sample("hello"), width=width)


def test_nothing_heavy_is_imported_for_text_and_svg():
    code = """
import sys
from labkit.pictures.ladders import ladder
from labkit.traces.trace import Trace
shown = ladder(Trace((), hosts=("a", "b")))
shown.svg, shown.text
print("matplotlib" in sys.modules)
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"

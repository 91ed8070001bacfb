"""The site (`make site`) in a browser that reaches a plain file server on this machine, and nothing else: its questions
answer, its panels live, by mouse and by keys, without a kernel; pages fit a phone, and axe finds nothing serious."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from browser import watching
from browser.driving import CHROMIUM, ROOT, START
from playwright.sync_api import Browser, Page, expect

HTML = ROOT / "build" / "site" / "html"
MADE_OF = ("docs", "notebooks", "tools/site")
PAGES = sorted(str(path.relative_to(HTML)) for path in HTML.rglob("*.html"))
# One page of each kind goes through axe.
KINDS = ("index", "lessons/16_ipc", "panels", "reference/labkit-framing", "handbook/testing")
SERVE = """
import functools, http.server, sys
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *said): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=sys.argv[1]))
print(server.server_port, flush=True)
server.serve_forever()
"""

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: sudo apt install chromium"),
    pytest.mark.skipif(not PAGES, reason="no site: make site"),
]


def test_the_site_is_of_today():
    made = (HTML / "index.html").stat().st_mtime
    newer = [
        path
        for folder in MADE_OF
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.stat().st_mtime > made
    ]
    assert not newer, f"make site: {newer[0].relative_to(ROOT)} is newer than the site"


@pytest.fixture(scope="module")
def address(network) -> Iterator[str]:
    """A file server and nothing more, in the network of the tests, which has no way out."""
    server = subprocess.Popen(
        [*network, sys.executable, "-c", SERVE, str(HTML)], stdout=subprocess.PIPE, text=True
    )
    try:
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """opened("panels", theme="dark", width=370): a page of the site.  Fails if it complains, or asks anything off this
    machine."""
    contexts, watches = [], []

    def open_(name: str, theme: str = "light", width: int = 1280, root: str = address) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
        )
        context.set_default_timeout(START * 1000)
        contexts.append(context)
        watches.append(watching.Watch(context))
        page = context.new_page()
        page.goto(f"{root}/{name}.html")
        return page

    yield open_
    for context in contexts:
        context.close()
    faults = [fault for watch in watches for fault in watch.faults]
    assert all(watch.requests for watch in watches), "nobody saw the page being asked for"
    assert not faults, "\n".join(faults)


def test_a_prediction_answers_by_mouse_and_by_keys(opened):
    page = opened("lessons/02_handshake")
    by_mouse, by_keys = page.locator("form[data-ask=predict]").all()[:2]
    by_mouse.get_by_role("button", name="Commit").click()
    expect(by_mouse).to_contain_text("Choose first.")
    by_mouse.get_by_label("b) listen()").check()
    by_mouse.get_by_role("button", name="Commit").click()
    expect(by_mouse).to_contain_text("✗ You predicted “listen()”. The experiment gave “connect()”.")
    expect(by_mouse).to_contain_text("Why “connect()”: The caller begins")
    expect(by_mouse.get_by_label("c) connect()")).to_be_disabled()

    by_keys.get_by_label("a) 1").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(by_keys.get_by_role("status").first).to_contain_text(
        "✓ You predicted 2, and that is what happened."
    )


def test_what_an_experiment_gave_is_folded_until_it_is_asked_for(opened):
    page = opened("lessons/02_handshake")
    folded = page.locator("details[data-revealed=first-segment]")
    expect(folded.get_by_text("The experiment gave")).to_be_hidden()
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(folded.get_by_text("The experiment gave")).to_be_visible()


def test_a_quiz_is_checked_and_checked_again(opened):
    page = opened("lessons/02_handshake")
    quiz = page.locator("form[data-ask=quiz]")
    count = quiz.locator("fieldset").count()
    for fieldset in quiz.locator("fieldset").all():
        right = fieldset.get_attribute("data-right")
        fieldset.locator(f"input:not([value={right}])").first.check()
    check = quiz.get_by_role("button", name="Check")
    check.click()
    expect(quiz.locator(".said")).to_contain_text(f"0 of {count} right. Think again")
    for fieldset in quiz.locator("fieldset").all():
        fieldset.locator(f"input[value={fieldset.get_attribute('data-right')}]").focus()
        page.keyboard.press("Space")
    check.focus()
    page.keyboard.press("Enter")
    expect(quiz.locator(".said")).to_have_text(f"{count} of {count} right.")
    expect(quiz.locator(".told").first).to_contain_text("✓")


def test_what_needs_a_kernel_says_so(opened):
    page = opened("lessons/01_sockets")
    notes = page.locator(".labkit-kernel")
    expect(notes.filter(has_text="needs a network that runs")).to_have_count(1)
    expect(notes.filter(has_text="needs hosts that run")).to_have_count(1)
    check = notes.filter(has_text="This check runs what you write").first
    check.get_by_text("Hint 1").click()
    expect(check.locator("details p").first).to_be_visible()


def test_the_player_steps_and_tells_a_frame(opened):
    page = opened("lessons/00_start")
    player = page.get_by_role("group", name="Ladder player")
    expect(page.locator(".labkit-still")).to_be_hidden()
    player.get_by_role("button", name="forth", exact=False).or_(player.locator("button").nth(3)).first.click()
    said = player.locator(".lkp-said").first
    expect(said).not_to_have_text("Before the first step.")
    told = said.inner_text()
    page.keyboard.press("ArrowRight")
    expect(said).not_to_have_text(told)
    expect(player).to_contain_text("Transmission Control Protocol")
    expect(player).to_contain_text("SYN-SENT")


def test_the_state_machine_is_walked_by_mouse_and_by_keys(opened):
    page = opened("panels")
    walk, journey = page.locator(".lkp-machine").all()
    walk.get_by_role("button", name="active OPEN").click()
    expect(walk.get_by_role("status")).to_contain_text("SYN-SENT")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(walk.get_by_role("status")).not_to_contain_text("SYN-SENT.")
    journey.get_by_role("button", name="Next").focus()
    page.keyboard.press("Enter")
    expect(journey.get_by_role("status")).to_contain_text("1 of 6.")


def test_a_stream_is_read_anew_wherever_it_is_cut(opened):
    page = opened("panels")
    viewer = page.locator(".lkp-stream")
    first = viewer.locator("section").first
    expect(first).to_contain_text("✓ right")
    viewer.get_by_role("button", name="The worst cut").click()
    expect(first).to_contain_text("✗ wrong")
    handle = viewer.get_by_role("slider").first
    at = int(handle.get_attribute("aria-valuenow"))
    handle.focus()
    page.keyboard.press("ArrowLeft")
    expect(handle).to_have_attribute("aria-valuenow", str(at - 1))
    expect(first).to_contain_text("✓ right")
    page.keyboard.press("Delete")
    expect(viewer.locator("tbody tr")).to_have_count(2)


def test_every_cut_of_the_lesson_s_stream_is_known(opened):
    """What the page says of a cut is what the lab's own decoder says of it, and a learner's broken one."""
    page = opened("lessons/05_framing")
    state = json.loads(page.locator(".labkit-alone > script").inner_text())
    size = len(state["facts"]["bytes"])
    dice = random.Random(17)
    cuts = [sorted(dice.sample(range(1, size), dice.randrange(size))) for _ in range(200)]
    told = page.evaluate(
        """([state, every]) => every.map((cuts) => read(state.ways, state.fed, cuts, state.facts.bytes.length)
            .readings.map(({ right, rows }) => [right, rows.flatMap(([, , out]) => out)]))""",
        [state, cuts],
    )
    whole = ["b'hello'", "b''", "b'5'"]
    assert all(good == [True, whole] for _, good in told)
    assert {fast[0] for fast, _ in told} == {True, False}
    assert all(right == (out == whole) for (right, out), _ in told)


def test_panels_live_on_a_page_that_is_opened_from_a_disk(opened):
    page = opened("panels", root=HTML.as_uri())
    expect(page.locator(".labkit-alive")).to_have_count(4)
    page.locator(".lkp-machine").first.get_by_role("button", name="passive OPEN").click()
    expect(page.locator(".lkp-machine").first.get_by_role("status")).to_contain_text("LISTEN")


def test_the_search_finds_a_word(opened):
    page = opened("index")
    page.get_by_role("textbox", name="Search").or_(page.get_by_role("searchbox")).first.fill("retransmission")
    page.keyboard.press("Enter")
    page.locator("#search-results li a").nth(3).wait_for()  # they come one after another


def test_the_glossary_shows_what_is_typed(opened):
    page = opened("glossary")
    page.get_by_label("Show only terms with").fill("time-wait")
    expect(page.locator(".labkit-find [role=status]")).to_contain_text(" of ")
    expect(page.get_by_role("heading", name="TIME-WAIT", exact=False).first).to_be_visible()
    expect(page.get_by_role("heading", name="multicast", exact=False).first).to_be_hidden()


def test_every_page_fits_a_phone(opened):
    page = opened("index", width=370)
    root = page.url.rsplit("/", 1)[0]
    wide = {}
    for name in PAGES:
        page.goto(f"{root}/{name}", wait_until="load")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[name] = over
    assert not wide


def test_ladders_follow_the_page_s_theme(opened):
    ink = {}
    for theme in ("light", "dark"):
        page = opened("index", theme=theme)
        ink[theme] = page.locator("svg.lk").first.evaluate("each => getComputedStyle(each).fill")
    assert ink["light"] != ink["dark"]


def test_paper_has_pictures_and_no_controls(opened):
    page = opened("lessons/00_start")
    page.emulate_media(media="print")
    expect(page.locator(".labkit-still")).to_be_visible()
    expect(page.locator(".labkit-live")).to_be_hidden()
    expect(page.locator(".sidebar-drawer")).to_be_hidden()


@pytest.mark.parametrize("name", KINDS)
def test_axe_finds_nothing_serious(opened, accessible, name):
    dark = KINDS.index(name) % 2
    page = opened(name, theme="dark" if dark else "light", width=370 if dark else 1280)
    accessible(page, "html")

"""How TCP's state machine looks: its style sheet."""

from __future__ import annotations

LABEL, NAME, SIGN, LEGEND = 11.5, 12.5, 11.0, 12.0
"""Font sizes in pixels: of an arrow's words, a state's name, a host's sign in a state, the legend."""


CSS = (
    f".machine .words{{font-size:{LABEL}px;fill:var(--muted)}}.machine .name{{font-size:{NAME}px;font-weight:700}}"
    f".machine .head{{font-size:15px;font-weight:700}}.machine .who{{font-size:{SIGN}px;font-weight:700}}"
    ".machine .name,.machine .sign text{stroke:none}"
    ".machine path{fill:none;stroke-width:1.3}.machine .faint{stroke:var(--muted);opacity:.75}"
    ".machine polygon.faint{fill:var(--muted);stroke:none}.machine path.dotted{stroke-dasharray:2 3}"
    ".machine .bar{stroke:var(--muted);stroke-width:1}"
    ".machine .trail{visibility:hidden}.machine .on0>.t0,.machine .on1>.t1,.machine .trail.key{visibility:visible}"
    ".machine .trail path{stroke:var(--c);stroke-width:2.4}.machine .trail polygon{fill:var(--c)}"
    ".machine .t1 path{stroke-dasharray:6 4}"
    ".machine .now0>.t0 path,.machine .now1>.t1 path{stroke-width:4.4}"
    ".machine .on0>.faint,.machine .on1>.faint{visibility:hidden}"
    ".machine .on0>.words,.machine .on1>.words{fill:var(--ink)}"
    ".machine .now0>.words,.machine .now1>.words{fill:var(--ink);font-weight:700}"
    ".machine .now0>.bar,.machine .now1>.bar{stroke:var(--ink);stroke-width:1.6}"
    ".machine .exit:not(.on0):not(.on1){visibility:hidden}"
    ".machine .box{fill:var(--paper);stroke:var(--ink);stroke-width:1.3}"
    ".machine .apart .box{stroke:var(--faint)}.machine .apart .name{fill:var(--muted);font-weight:400}"
    ".machine .ring{fill:none;stroke:none}"
    ".machine .lit0 .r0,.machine .lit1 .r1{stroke:var(--c);stroke-width:3.2;fill:var(--c);fill-opacity:.12}"
    ".machine .lit1 .r1{stroke-dasharray:7 4}"
    ".machine .both .r1{stroke-width:3.2;fill-opacity:0}"
    ".machine .lit .name{transform:translateY(-9px)}"
    ".machine .sign{visibility:hidden}.machine .lit0 .s0,.machine .lit1 .s1{visibility:visible}"
    ".machine .both .s0{transform:translateX(-32px)}.machine .both .s1{transform:translateX(32px)}"
    ".machine .s0 rect{fill:var(--t)}.machine .s0 text{fill:var(--paper)}"
    ".machine .s1 rect{fill:var(--paper);stroke:var(--t);stroke-width:1.3;stroke-dasharray:4 2}"
    ".machine .s1 text,.machine .legend .who{fill:var(--t)}"
    ".machine .e0{--c:var(--c0);--t:var(--u0)}.machine .e1{--c:var(--c1);--t:var(--u1)}"
    ".machine .state:focus{outline:none}.machine .state:focus-visible .box{stroke:var(--t1);stroke-width:5}"
)
"""What the drawing adds to the pictures' style sheet (`ladders.svg.CSS`)."""

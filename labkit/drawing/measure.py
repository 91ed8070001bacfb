"""How wide is a text, without a browser?

Advance widths of DejaVu Sans in thousandths of the font size. Of the fonts in the pictures' list it is the
widest, so what is laid out with it fits whichever of them a reader's machine has; matplotlib ships it.
"""

from __future__ import annotations

from unicodedata import combining, east_asian_width


def _widths(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split()))


_NORMAL = _widths("""
    318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636
    636 636 337 337 838 838 838 531 1000 684 686 698 770 632 575 775 752 295 295 656 557 863 748 787
    603 787 695 635 611 732 684 989 685 611 685 390 337 390 838 500 500 613 635 550 635 615 352 635
    634 278 278 579 278 974 634 612 635 635 411 521 392 634 592 818 592 592 525 636 337 636 838
""")
_BOLD = _widths("""
    348 456 521 838 696 1002 872 306 457 457 523 838 380 415 380 365 696 696 696 696 696 696 696 696
    696 696 400 400 838 838 838 580 1000 774 762 734 830 683 683 821 837 372 372 775 637 995 837 850
    733 850 770 720 682 812 774 1103 771 724 725 457 365 457 838 500 500 675 716 593 716 678 435 716
    712 343 343 665 343 1042 712 687 716 716 493 595 478 712 652 924 645 652 582 712 365 712 838
""")


def text_width(text: str, size: float, bold: bool = False) -> float:
    """The most that `text` takes in pixels at a font size in pixels."""
    table = _BOLD if bold else _NORMAL
    total = 0
    for letter in text:
        place = ord(letter) - 32
        if 0 <= place < 95:
            total += table[place]
        elif not combining(letter):
            total += 1000 if letter == "…" or east_asian_width(letter) in "WF" else 840
    return total * size / 1000


def shortened(text: str, room: float, size: float, bold: bool = False) -> str:
    """`text`, or its beginning and an ellipsis, at most `room` pixels wide."""
    if text_width(text, size, bold) <= room:
        return text
    while text and text_width(text + "…", size, bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, room: float, size: float) -> list[str]:
    """`text` in lines of whole words, each at most `room` pixels wide; a longer word is a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def columns(text: str) -> int:
    """How many columns a text takes in a terminal."""
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def cut(text: str, room: int) -> str:
    """`text`, or its beginning and an ellipsis, at most `room` columns wide."""
    if columns(text) <= room:
        return text
    while text and columns(text) > room - 1:
        text = text[:-1]
    return text.rstrip() + "…"

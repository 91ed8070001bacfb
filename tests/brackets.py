"""Asides in brackets, paragraph by paragraph of a lesson's text.

What a bracket holds is no aside where it only names: code, a manual page, a link, an RFC or another source with its
section, a number with its unit.  All else is a thought of its own, which leads away from the sentence around it.
"""

from __future__ import annotations

import re

_CODE = "<code>"
_NAMED = re.compile(
    rf"""
    (?:part\ of\ )?RFCs?\ \d+ (?:\ now)?
    | (?:sections?|appendix|chapters?|volume|version|part|code|KB)\ [\w.]+
    | \d[\d.,]* (?:\ (?:%|ms|s|bytes|[kM]B|[kM]bit/s))?
    | (?:SHLD|MUST|MAY|PEP|IEEE)[-\ ]\d+
    | {_CODE} (?:\ in\ (?:its|the\ kernel's|(?:{_CODE}\ of\ )?its\ kernel)?\ ?(?:source|{_CODE})?)?
    | \[.*\] | <quote>
    | [a-z][\w-]*\(\d\) | ip-sysctl | the\ same
    | [A-Z][\w.'-]* (?:\ [A-Z\d][\w.'-]*)* (?:\ and\ others)?            # whose it is, or who said it
    """,
    re.VERBOSE,
)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of prose: no code, no table, no head; nor what is to be read on, with what it is about."""
    text = re.sub(r"\A---.*?^---$|^(`{3,}).*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    found = [paragraph.strip() for paragraph in re.split(r"\n\s*\n", text)]
    return [each for each in found if each and not each.startswith(("|", "#", "**Read on.**"))]


def asides(paragraph: str) -> list[str]:
    """What stands in brackets and is an aside."""
    plain = re.sub(r"`[^`]+`|\$[^$]+\$", _CODE, paragraph)
    plain = re.sub(r"\]\([^)]*\)", "]", plain)  # where a link leads to
    plain = re.sub(r'"[^"]*"|\*[^*]+\*', "<quote>", plain)
    pages = re.sub(r"(\w)\((\d)\)", r"\1<\2>", " ".join(plain.split()))
    held = re.findall(r"\(([^()]*)\)", pages)
    return [each for each in (re.sub(r"<(\d)>", r"(\1)", one) for one in held) if not _names_only(each)]


def _names_only(held: str) -> bool:
    return all(
        _NAMED.fullmatch(part.strip()) for part in re.split(r"[,;:]| and (?!others)", held.removesuffix("."))
    )

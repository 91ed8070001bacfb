"""Start here."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card("start", "Start here", "what this is, what your machine allows, the lessons")

"""The glossary."""

from __future__ import annotations

from labkit.learn.kit.lesson import Card

CARD = Card("glossary", "Glossary", "every term of the lessons, explained once")

"""Text becomes acts: who did what to whom, how far it got, and which words say so. Nothing leaves the machine."""

from __future__ import annotations

from comity.coding.article import Act, Article
from comity.coding.coder import filtered, read
from comity.coding.lines import LONGEST_LINE, LONGEST_TEXT, Refused, articles, items
from comity.coding.parse import model
from comity.coding.parse_ru import installed as parses_russian
from comity.coding.relation import Item, Verdict, classify
from comity.coding.text import LANGUAGES

__all__ = [
    "LANGUAGES",
    "LONGEST_LINE",
    "LONGEST_TEXT",
    "Act",
    "Article",
    "Item",
    "Refused",
    "Verdict",
    "articles",
    "classify",
    "filtered",
    "items",
    "model",
    "parses_russian",
    "read",
]

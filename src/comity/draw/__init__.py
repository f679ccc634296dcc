"""Drawings: SVG in Python, pure functions from plain values to text. Colours are classes, so one drawing serves light and dark."""

from comity.draw.bars import Bar, bars, cut
from comity.draw.chance import chance, chance_ruler
from comity.draw.fan import Blade, fan
from comity.draw.interval import Mark, interval, marks, ruler
from comity.draw.kept import kept
from comity.draw.line import Step, line
from comity.draw.map import Tied, map
from comity.draw.shares import Share, shares

__all__ = [
    "Bar", "Blade", "Mark", "Share", "Step", "Tied", "bars", "chance", "chance_ruler", "cut", "fan", "interval",
    "kept", "line", "map", "marks", "ruler", "shares",
]  # fmt: skip

"""A whole cut in parts: who delivered a partner's arms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from comity.draw.svg import drawing, link, tag, text
from comity.numerals import percent

WIDTH, HEIGHT = 72.0, 16.0


class Share(NamedTuple):
    """One part."""

    colour: int | None  # whose it is; None for everybody else
    share: float  # 0-1
    words: str


def shares(parts: Sequence[Share], opens: str, words: str) -> str:
    """One bar; a part wide enough carries its share as a number."""
    x, drawn = 0.0, []
    for part in parts:
        width = part.share * WIDTH
        colour = "other" if part.colour is None else f"c{part.colour}"
        drawn.append(tag("rect", x=x, y=0, width=width, height=HEIGHT, class_=f"part {colour}"))
        if part.share >= 0.3:
            drawn.append(text(percent(part.share), x + width / 2, HEIGHT - 4, class_="inside", text_anchor="middle"))
        x += width
    return drawing(WIDTH, HEIGHT, words, link(opens, words, *drawn), class_="shares")

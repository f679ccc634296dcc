"""Elements as text, everything escaped: names and sentences in a drawing were written by strangers."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def tag(name: str, *inside: str, **attributes: object) -> str:
    """One element. ``class_`` is written class, ``data_plot`` data-plot; numbers are cut to one decimal.

    >>> tag("rect", class_="bar c0", width=3.14159, height=2.0)
    '<rect class="bar c0" width="3.1" height="2"/>'
    """
    given = "".join(f' {k.rstrip("_").replace("_", "-")}="{_value(v)}"' for k, v in attributes.items())
    return f"<{name}{given}>{''.join(inside)}</{name}>" if inside else f"<{name}{given}/>"


def text(words: str, x: float, y: float, **attributes: object) -> str:
    """Words at a place."""
    return tag("text", escape(words), x=x, y=y, **attributes)


def title(words: str) -> str:
    """What a pointer held still, and a screen reader, is told of the element around it."""
    return tag("title", escape(words))


def link(address: str, words: str, *inside: str) -> str:
    """A drawing that opens a page; the words are its name for those who do not see it."""
    return tag("a", *inside, title(words), href=address, aria_label=words)


def drawing(width: float, height: float, words: str, *inside: str, class_: str) -> str:
    """A whole picture: its size in its own units, its name in words."""
    return tag(
        "svg",
        *inside,
        xmlns="http://www.w3.org/2000/svg",
        class_=class_,
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="group",
        aria_label=words,
    )


def axis(width: float, edge: float, words: str, ticks: Iterable[tuple[float, str]]) -> str:
    """The axis of the cells below it: a line with a word at each tick's place."""
    drawn = [
        tag("path", d=f"M{x:.1f} 12v3", class_="rule") + text(word, x, 10, class_="tick", text_anchor="middle")
        for x, word in ticks
    ]
    line = tag("path", d=f"M{edge} 15H{width - edge}", class_="rule")
    return drawing(width, 16, words, line, *drawn, class_="ruler")


def number(value: float) -> str:
    """A coordinate with one decimal at most."""
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def _value(value: object) -> str:
    return number(value) if isinstance(value, float) else escape(str(value), quote=True)

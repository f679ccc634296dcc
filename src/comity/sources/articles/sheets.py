"""A PDF's pages become paragraphs, as whoever reads them sees them.

A PDF knows letters and where they stand, no sentence. Lines of one paragraph are joined, with the words that were parted at their ends;
headings, lines of a date, items of a list and rows of a table stand apart, told by size, face, distance, indent and what
would still have fitted on the line before; running heads and page numbers are left out, and footnotes follow at the end.
Order is that in which the letters were printed, which of columns is the reading order as a rule.

Why no library: pypdf gives letters and places; the layout analysis of pdfminer.six (20260107) joined the items of lists and the rows of tables,
read the second column first, and took the wide spaces of lines set even for columns (six PDFs as in the tests, right of two).
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from pypdf import PageObject, PdfReader

PAGES = 300
SAME = 0.07  # share by which the sizes of two letters differ that count as one
APART = 1.2  # times the usual distance of lines of a size, from which on a paragraph ends
# Share of the letters of a block's widest line from which on a line is full: letters differ in width, and spaces in lines set even.
FULL = 0.85
LOOSE = 0.7  # the same for a line that ends in the middle of a sentence, which is worse to part
LETTER = 0.45  # of the size of a letter: its usual width
GAP = 0.6  # of the size of a letter: the least room between two cells of a row
NOTE = 0.93  # of the size of the body, below which a line may be a footnote
EDGE = 3  # lines at the top and at the bottom of a page that may be its running head or foot
HEADLINE = 5  # lines from which on large letters are no headline
REPEATED = 3  # pages on which a line must stand there to be one
_BULLET = re.compile(r"[•·▪■●○◦‣⁃➢➤✓\uf0a7\uf0b7\uf0d8]|[-–—*]\s")
_NUMBERED = re.compile(r"(?:\(?\d{1,2}(?:\.\d{1,2})*[.)]|\(?[a-z][)])\s")
_NUMBER_ONLY = re.compile(r"\W*(?:page|стр\.?|sayfa|s\.)?\s*(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|/|из)\s*\d{1,4})?\W*", re.IGNORECASE)  # fmt: skip
_LEADER = re.compile(r"(?:\.\s?){4,}")
_ENDED = re.compile(r"[.!?:;…。！？؟۔][\"'”’»)\]]*$")
# A title that the program gave which made the file, or none.
_NO_TITLE = re.compile(r"^\W*$|^microsoft |^untitled|^\(?anonymous|\.(?:docx?|pptx?|indd|odt|pdf|tex|qxp|qxd|rtf|p65)\W*$", re.IGNORECASE)  # fmt: skip
_WORD_ENDED = re.compile(r"[^\W\d][.,;:!?”\"’)]+$")
_PARTED = re.compile(r"(\w+)-$")
_HAN = re.compile(r"[぀-鿿]")
_SHAPES = re.compile(
    "[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]+"
)  # letters as they look: ligatures, Arabic joined ones
# Every glyph of a page is seen: what a font calls a soft hyphen is a hyphen there.
_SEEN = str.maketrans({"\xad": "-", "‐": "-", "\xa0": " "})


class Sheets(NamedTuple):
    """What a PDF says, and what it says of itself."""

    title: str | None
    made: date | None
    text: str  # paragraphs, an empty line between two


class Piece(NamedTuple):
    """Letters that were printed at once."""

    text: str
    x: float  # points from the left
    y: float  # points from below
    size: float
    face: str


class Line(NamedTuple):
    """What stands on one line of a page or column."""

    page: int
    text: str
    x: float
    y: float
    size: float
    faces: frozenset[str]
    cells: tuple[float, ...]  # where it begins, and where it does so again behind a gap
    marked: bool  # whether it begins with the small number of a footnote


def read(content: bytes, longest: int) -> Sheets:
    """The text of a PDF, up to so many letters; empty for a scan without one."""
    reader = PdfReader(io.BytesIO(content))
    pages: list[list[Line]] = []
    length = 0
    for number, sheet in enumerate(reader.pages[:PAGES]):
        pages.append(_lines(sheet, number))
        length += sum(len(line.text) for line in pages[-1])
        if length > longest:
            break
    about = reader.metadata
    made = about.creation_date if about else None
    title = str(about.title or "") if about else ""
    lines = [line for page in _without_heads(pages) for line in page]
    title = _headline(lines) if _NO_TITLE.search(title) else title
    return Sheets(title or None, made.date() if made else None, _text(lines)[:longest])


def _text(lines: Sequence[Line]) -> str:
    words, pitches = _whole_words(lines), _pitches(lines)
    return "\n\n".join(_joined(one, words) for part in _parted(lines) for one in _paragraphs(part, pitches))


def _headline(lines: Sequence[Line]) -> str:
    """What the first page says in the largest letters, if these are larger than the usual."""
    first = [line for line in lines if line.page == 0]
    size = max((line.size for line in first), default=0.0)
    large = [line for line in first if line.size > size * (1 - SAME)]
    return " ".join(line.text for line in large) if len(large) < min(HEADLINE, len(first)) else ""


def _whole_words(lines: Sequence[Line]) -> Counter[str]:
    """The words of a text as it writes them, without those that the end of a line parts."""
    found: Counter[str] = Counter()
    cut = False
    for line in lines:
        words = re.findall(r"\w+(?:-\w+)*", line.text.casefold())
        parted = bool(_PARTED.search(line.text))
        found.update(words[cut : len(words) - parted])
        cut = parted
    return found


def _lines(sheet: PageObject, number: int) -> list[Line]:
    rows: list[list[Piece]] = [[]]

    def told(text: str, cm: list[float], tm: list[float], font: dict[str, Any] | None, size: float) -> None:
        x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = abs((tm[0] * tm[3] - tm[1] * tm[2]) * (cm[0] * cm[3] - cm[1] * cm[2])) ** 0.5
        for n, part in enumerate(text.split("\n")):
            if n:
                rows.append([])
            if part:
                rows[-1].append(Piece(part, x, y, size * scale, _face(font)))

    sheet.extract_text(visitor_text=told)
    return [line for row in rows if (line := _line(row, number))]


def _face(font: dict[str, Any] | None) -> str:
    """The name of a font, without the letters that name which part of it a page needs."""
    return str((font or {}).get("/BaseFont")).rpartition("+")[2]


def _line(row: list[Piece], page: int) -> Line | None:
    inked = [p for p in row if p.text.strip()]
    if not inked:
        return None
    size = max(inked, key=lambda p: len(p.text)).size
    around = zip([None, *row[:-1]], row, [*row[1:], None], strict=True)
    marks = [piece for before, piece, after in around if _is_mark(before, piece, after, size)]
    text = _spelled("".join(p.text for p in row if p not in marks))
    kept = [p for p in inked if p not in marks and re.search(r"\w", p.text)] or inked
    cells = (
        kept[0].x,
        *(two.x for one, two in pairwise(kept) if two.x - one.x > size * (GAP + LETTER * len(one.text.strip()))),
    )
    return Line(page, text, inked[0].x, kept[0].y, size, frozenset(p.face for p in kept), cells, inked[0] in marks)


def _spelled(text: str) -> str:
    """Letters as they are written elsewhere, with one space between words."""
    plain = _SHAPES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text.translate(_SEEN))
    return re.sub(r"\s+", " ", plain).strip()


def _is_mark(before: Piece | None, piece: Piece, after: Piece | None, size: float) -> bool:
    """Whether a piece is the raised number of a footnote: small, or drawn by itself close behind a word's stop or before a letter."""
    if not piece.text.isdigit() or len(piece.text) > 3:
        return False
    behind = bool(before and _WORD_ENDED.search(before.text))
    leading = before is None and after is not None and after.text[0].isalpha()
    return piece.size < size * 0.8 or behind or leading


def _without_heads(pages: list[list[Line]]) -> list[list[Line]]:
    """The same pages without running heads, running feet and page numbers."""
    edges = [_edges(page) for page in pages]
    seen = Counter(key for edge in edges for key in {_alike(line) for line in edge})
    least = min(REPEATED, max(2, len(pages)))
    return [
        [line for line in page if line not in edge or not (seen[_alike(line)] >= least or _NUMBER_ONLY.fullmatch(line.text))]
        for page, edge in zip(pages, edges, strict=True)
    ]  # fmt: skip


def _edges(page: list[Line]) -> set[Line]:
    ordered = sorted(page, key=lambda line: line.y)
    return {*ordered[:EDGE], *ordered[-EDGE:]}


def _alike(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _parted(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The body, and the footnotes: from a line that begins with a raised number on, or a small one with a number, down the page."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[round(line.size, 1)] += len(line.text)
    small = NOTE * max(letters, key=letters.__getitem__, default=0.0)
    body: list[Line] = []
    notes: list[Line] = []
    part, last = body, None
    for line in lines:
        if line.marked or (line.size < small and re.match(r"\d{1,3}\s", line.text)):
            part = notes
        elif not (last and _below(last, line) and _same(last, line)):
            part = body
        part.append(line)
        last = line
    return body, notes


def _pitches(lines: Sequence[Line]) -> dict[int, float]:
    """The usual distance from one line to the next, by the size of the letters in whole points."""
    found: dict[int, list[float]] = {}
    for one, two in pairwise(lines):
        if _same(one, two) and one.page == two.page and 0 < one.y - two.y < 3 * one.size:
            found.setdefault(round(one.size), []).append(one.y - two.y)
    return {size: median(gaps) for size, gaps in found.items() if len(gaps) > EDGE}


def _same(one: Line, two: Line) -> bool:
    return abs(one.size - two.size) <= SAME * max(one.size, two.size)


def _below(one: Line, two: Line) -> bool:
    return one.page == two.page and one.y - two.y > 0


def _blocks(lines: Sequence[Line], pitches: dict[int, float]) -> Iterator[list[Line]]:
    """Lines of one size and face that stand at the usual distance below each other."""
    block: list[Line] = []
    for line in lines:
        if block:
            last = block[-1]
            far = last.y - line.y > APART * pitches.get(round(line.size), 1.5 * line.size)
            other = not (last.faces & line.faces) and not line.text[0].islower()
            if not _below(last, line) or far or other or not _same(last, line):
                yield block
                block = []
        block.append(line)
    if block:
        yield block


def _paragraphs(lines: Sequence[Line], pitches: dict[int, float]) -> Iterator[list[Line]]:
    paragraph: list[Line] = []
    wide = 0
    for block in _blocks(lines, pitches):
        first = block[0]
        if paragraph and (_below(paragraph[-1], first) or not _goes_on(paragraph[-1], first, wide)):
            yield paragraph
            paragraph = []
        wide = max(len(line.text) for line in block)
        for line in block:
            if paragraph and line is not first and _begins(paragraph, line, wide):
                yield paragraph
                paragraph = []
            paragraph.append(line)
    if paragraph:
        yield paragraph


def _goes_on(last: Line, line: Line, wide: int) -> bool:
    """Whether a paragraph goes on at the top of the next column or page."""
    alike = _same(last, line) and bool(last.faces & line.faces)
    open_end = not _ENDED.search(last.text) and not _BULLET.match(line.text)
    return alike and open_end and (line.text[0].islower() or not _room(last, line, wide))


def _begins(paragraph: list[Line], line: Line, wide: int) -> bool:
    """Whether a line begins a paragraph, though it stands at the usual distance below the one before."""
    last = paragraph[-1]
    ended = bool(_ENDED.search(last.text))
    if _NUMBERED.match(line.text) and (ended or _NUMBERED.match(paragraph[0].text)):
        return True
    if line.marked or _BULLET.match(line.text) or _LEADER.search(last.text) or _row(last, line):
        return True
    if line.text[0].islower():
        return False
    room = _room(last, line, wide) and not last.text.endswith((",", "-"))
    left = line.x - last.x
    item = len(paragraph) == 1 and bool(_BULLET.match(last.text) or _NUMBERED.match(last.text))
    indented = left > 0.8 * line.size and ended and not item
    outdented = -left > 0.8 * line.size and len(paragraph) > 1
    return room or indented or outdented


def _room(last: Line, line: Line, wide: int) -> bool:
    """Whether the first word of a line would have fitted on the line before."""
    fits = len(last.text) + 1 + len(line.text.split(maxsplit=1)[0]) < FULL * wide
    return fits and (bool(_ENDED.search(last.text)) or len(last.text) < LOOSE * wide)


def _row(one: Line, two: Line) -> bool:
    """Whether both are rows of a table: the cells of the one with fewer all begin where cells of the other do."""
    few, many = sorted((one.cells, two.cells), key=len)
    return len(few) > 1 and all(any(abs(a - b) <= 1 for b in many) for a in few)


def _joined(paragraph: Iterable[Line], words: Counter[str]) -> str:
    text = ""
    for line in paragraph:
        text = f"{text}{_between(text, line.text)}{line.text}" if not _fused(text, line.text, words) else text[:-1] + line.text  # fmt: skip
    return text


def _between(text: str, more: str) -> str:
    if not text or _PARTED.search(text) or (_HAN.match(text[-1]) and _HAN.match(more)):
        return ""
    return " "


def _fused(text: str, more: str, words: Counter[str]) -> bool:
    """Whether the hyphen at the end of a line only parts a word: not where the text elsewhere writes it, or its halves as words."""
    parted, rest = _PARTED.search(text), re.match(r"[^\W\d_]+", more)
    if not parted or not rest or not more[0].islower():
        return False
    one, two = parted[1].casefold(), rest[0].casefold()
    if words[one + two]:
        return True
    return not words[f"{one}-{two}"] and not (words[one] > 1 and words[two] > 1)

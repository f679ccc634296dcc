"""What was read and how it is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from comity.states import name_of
from comity.terminal.write import bare, footer, heading, many, readings, reasons, title

if TYPE_CHECKING:
    from comity.flow import Updated
    from comity.health import Check
    from comity.intake import Failure
    from comity.pages.evidence import Evidence
    from comity.pages.revisions import Revisions
    from comity.pages.sources import Sources

REVISIONS = 15  # how many of a comparison fit
ALIKE = 3  # failures of one reason that have a line each
_ADDRESSES = re.compile(r"^(?:https?:\S+: )+")


def sources(page: Sources) -> RenderableType:
    """Every source."""
    parts: list[RenderableType] = [title("Sources", page.about)]
    for s in page.sources:
        parts += [heading(f"{s.name}: {s.title}", s.state), Text(f"{s.publisher}; {s.licence}. {s.terms}")]
        parts += [
            Text(
                f"{len(s.files)} files, {s.reports} reports, {s.acts} acts, {s.numbers} numbers; newest {s.newest or '-'}"
            )
        ]
        parts += [
            Padding(Text(f"{f.path}: {f.kept} of {f.rows} rows kept{reasons(f.skipped)}"), (0, 2)) for f in s.files[:10]
        ]
        parts += [Padding(Text(f"limit: {limit}", style="dim"), (0, 2)) for limit in s.limits]
    return Group(*parts, footer(page.about))


def revisions(page: Revisions) -> RenderableType:
    """Each edition beside the one before it."""
    parts: list[RenderableType] = [title("Revisions", page.about)]
    for c in page.comparisons:
        days = " to ".join(str(e.generated or e.retrieved.date()) for e in (c.before, c.after))
        parts += [heading(f"{c.source}: {days}", f"{len(c.revisions)} changed, {c.same} alike, through {c.through}")]
        grid = bare()
        for r in c.revisions[:REVISIONS]:
            pair = f"{name_of(r.supplier)} to {name_of(r.recipient)}"
            grid.add_row(pair, str(r.year), *("-" if v is None else f"{v:.1f}" for v in (r.before, r.after)))
        parts += [grid]
        if len(c.revisions) > REVISIONS:
            parts += [Text(f"{REVISIONS} largest of {len(c.revisions)}; --json has all", style="dim")]
    if not page.comparisons:
        parts += [Text("Fewer than two editions of one layout are read, so nothing can be compared.")]
    parts += [heading("Editions", f"{len(page.editions)}")]
    parts += [Text(f"{e.file}: {e.layout}, {e.numbers} pair-years, {e.total:.0f} TIV") for e in page.editions]
    return Group(*parts, footer(page.about))


def evidence(page: Evidence) -> RenderableType:
    """What one id rests on."""
    parts: list[RenderableType] = [title(page.headline, page.about)]
    if page.sum:
        s = page.sum
        parts += [
            Text(f"{s.strength:.2f} acts in the next 12 months ({s.low:.2f} to {s.high:.2f}), {s.view} view"),
            Text(
                f"= (prior {s.prior_mean:g} x {s.borrowed:.2f} x {s.prior_years:g} years + weights {s.weights:.2f}) / {s.years:.2f} years"
            ),
        ]
    if page.reading:
        parts += [readings([page.reading])]
    for w in page.weights[:20]:
        parts += [Text(f"{w.opens}  weight {w.presence:.2f}, bilateral {w.bilateral:.2f}  {w.date_to} {w.text}")]
    for m in page.measures[:20]:
        parts += [Text(f"{m.name} {m.subject} {m.period_end}: {m.value}  ({m.source}, {m.file} {m.position})")]
    for r in page.statements:
        parts += [
            heading(
                r.report,
                f"{r.coded}; reliability {r.reliability}, credibility {r.credibility}, belief {r.belief:.2f}"
                if r.belief is not None
                else r.coded,
            ),
            Text(
                f"{f'{r.before}[{r.mark}]{r.after}' if r.mark else r.text}\n{r.publisher or 'no publisher named'}, {r.published or 'no date'}; {r.address or 'no address'}\n{r.source}: {r.file} {r.position}{f', from {r.fetched}' if r.fetched else ''}"
            ),
            *(
                Text(
                    f"{v.kind} by {v.author}, {v.when:%Y-%m-%d}: {v.why or ''} {'' if v.others else 'was '}{v.was or ' '.join(v.others)}",
                    style="yellow",
                )
                for v in r.verdicts
            ),
        ]
    return Group(*parts, footer(page.about))


def updated(done: Updated) -> RenderableType:
    """What an update did, file by file."""
    parts: list[RenderableType] = [
        heading("Read", f"{len(done.read)} {many('file', len(done.read))} now, {done.known} known before")
    ]
    rows = done.read.sort("source", "layout", "path").iter_rows(named=True)
    for (source, layout), found in groupby(rows, key=lambda r: (r["source"], r["layout"])):
        files = list(found)
        total, kept = sum(r["rows"] for r in files), sum(r["kept"] for r in files)
        skipped: dict[str, int] = {}
        for r in files:
            for reason, n in json.loads(r["skipped"]).items():
                skipped[reason] = skipped.get(reason, 0) + n
        parts += [
            Text(
                f"{source} {layout}: {len(files)} {many('file', len(files))}, {kept} of {total} rows kept{reasons(skipped)}"
            )
        ]
    if done.coded.articles:
        how = "" if done.coded.parsed else "; English by word order, for want of its parser"
        parts += [
            Text(f"{done.coded.acts} acts read in {done.coded.articles} {many('article', done.coded.articles)}{how}")
        ]
    if done.failures:
        parts += [heading("Failed", f"{len(done.failures)} {many('file', len(done.failures))}; the rest is read")]
        parts += [Text(line, style="red") for line in _failed(done.failures)]
    if done.unread:
        parts += [
            heading("Nobody's", f"{len(done.unread)} {many('file', len(done.unread))} that no source here reads"),
            Text(", ".join(_folders(done.unread)), style="dim"),
        ]
    parts += [heading("Changed", ""), Text(", ".join(done.changed) or "nothing")]
    return Group(*parts)


def _failed(failures: Sequence[Failure]) -> Iterator[str]:
    """A line each; more than three of one reason share one line."""
    found: dict[str, list[Failure]] = {}
    for one in failures:
        found.setdefault(_ADDRESSES.sub("", one.why), []).append(one)
    for reason, alike in found.items():
        if len(alike) > ALIKE:
            yield f"{len(alike)} of {', '.join(dict.fromkeys(f.source for f in alike))}: {reason}"
        else:
            yield from map(_line, alike)


def _line(one: Failure) -> str:
    """Source, file and reason, each once: most reasons begin with the file."""
    path = "" if one.why.startswith(one.path) else one.path
    return ": ".join(word for word in (one.source, path, one.why) if word)


def _folders(names: Iterable[str]) -> Iterable[str]:
    """File names gathered by their first folder: how many there are, or the only one."""
    for folder, found in groupby(names, key=lambda name: name.partition("/")[0]):
        inside = list(found)
        yield inside[0] if len(inside) == 1 else f"{folder}/ ({len(inside)} files)"


def checks(found: Sequence[Check]) -> RenderableType:
    """What the doctor found."""
    grid = bare()
    for c in found:
        mark = Text("ok" if c.ok else "look", style="green" if c.ok else "yellow")
        grid.add_row(mark, c.check, c.says if c.ok else f"{c.says} -> {c.next}")
    return grid

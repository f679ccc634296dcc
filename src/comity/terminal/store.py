"""What was read and how it is kept."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from comity.numerals import drawn, many, number, percent, short, signed, span, thousand, whole
from comity.states import name_of
from comity.terminal.write import Grid, bare, footer, heading, readings, reasons, title
from comity.ties import DRAWS

if TYPE_CHECKING:
    import polars as pl

    from comity.flow import Updated
    from comity.health import Check
    from comity.intake import Failure
    from comity.pages.compare import Side
    from comity.pages.evidence import Evidence, Statement, Sum
    from comity.pages.foreseen import Foreseen, Then
    from comity.pages.revisions import Revisions
    from comity.pages.risk import Forecast
    from comity.pages.sources import Sources

REVISIONS = 15  # how many of a comparison fit
SHOWN = 20  # how many weights and numbers of one id are shown
ALIKE = 3  # failures of one reason that have a line each
_ADDRESSES = re.compile(r"^(?:https?:\S+: )+")


def sources(page: Sources) -> RenderableType:
    """Every source."""
    parts: list[RenderableType] = [title("Sources", page.about)]
    for s in page.sources:
        parts += [heading(f"{s.name}: {s.title}", s.state), Text(f"{s.publisher}; {s.licence}. {s.terms}")]
        parts += [Text(f"failed on {f.known}: {f.path}: {f.why}") for f in s.failures[:10]]
        parts += [
            Text(
                f"{many(len(s.files), 'file')}, {many(s.reports, 'report')}, {many(s.acts, 'act')}, {many(s.numbers, 'number')}; newest {s.newest or '-'}"
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
            grid.add_row(pair, str(r.year), *map(number, (r.before, r.after)))
        parts += [grid]
        if len(c.revisions) > REVISIONS:
            parts += [Text(f"{REVISIONS} largest of {len(c.revisions)}; --json has all", style="dim")]
    if not page.comparisons:
        parts += [Text("Fewer than two editions of one layout are read, so nothing can be compared.")]
    parts += [heading("Editions", str(len(page.editions)))]
    parts += [Text(f"{e.file}: {e.layout}, {e.numbers} pair-years, {number(e.total, 0)} TIV") for e in page.editions]
    return Group(*parts, footer(page.about))


def evidence(page: Evidence) -> RenderableType:
    """What one id rests on."""
    acts = (f"{w.opens}  weight {number(w.presence, 2)}, bilateral {number(w.bilateral, 2)}  {span(w.date_from, w.date_to)} {w.text}" for w in page.weights[:SHOWN])  # fmt: skip
    numbers = (f"{m.name} {m.subject} {m.period_end}: {whole(m.value)}  ({m.source}, {m.file} {m.position})" for m in page.measures[:SHOWN])  # fmt: skip
    sides = (f"{name_of(c.partner)}, {c.instrument}: {_side(c.mine)} beside {_side(c.theirs)}; {drawn(c.chance, DRAWS)}, {c.verdict}" for c in page.compared)  # fmt: skip
    months = (f"{m.month:%Y-%m}: {number(m.seen, 1)} seen, {number(m.expected, 2)} expected = {number(m.exposure, 4)} x {number(m.acts, 2)} / {number(m.watched, 3)}" for m in page.months)  # fmt: skip
    return Group(
        title(page.headline, page.about),
        *(
            [Text(f"{page.act.instrument}, also told as {', '.join(page.act.also)}")]
            if page.act and page.act.also
            else ()
        ),
        *(_sum(page.sum) if page.sum else ()),
        *([readings([page.reading])] if page.reading else ()),
        *(_foreseen(page.foreseen, page.before) if page.foreseen else ()),
        *(_forecast(page.forecast) if page.forecast else ()),
        *map(
            Text,
            (*sides, *months, *acts, *_more(len(page.weights), "act"), *numbers, *_more(len(page.measures), "number")),
        ),
        *(part for r in page.statements for part in _statement(r)),
        footer(page.about),
    )


def _more(there: int, noun: str) -> list[str]:
    """How many are left out of a list that is cut, and where they are."""
    return [f"and {many(there - SHOWN, noun)} more (--json)"] if there > SHOWN else []


def _side(side: Side) -> str:
    return f"{number(side.strength)} ({number(side.low)} to {number(side.high)})"


def _sum(s: Sum) -> Iterator[Text]:
    """How a tie's strength is put together."""
    yield Text(
        f"{number(s.strength, 2)} acts in the next 12 months ({number(s.low, 2)} to {number(s.high, 2)}), {s.view} view"
    )
    prior = f"prior {number(s.prior_mean, 3)} x {number(s.borrowed, 2)} x {s.prior_years} years"
    yield Text(f"= ({prior} + weights {number(s.weights, 2)}) / {number(s.years, 2)} years")
    seen, due = sum(other.seen for other in s.lent), sum(other.due for other in s.lent)
    yield Text(
        f"{number(s.borrowed, 2)} = (({s.floor:g} + {number(seen, 2)} seen of other instruments) / ({s.floor:g} + {number(due, 2)} due)) ^ {s.power:g}"
    )
    if s.assumed:
        yield Text(f"not this case's own: {'; '.join(s.assumed)}", style="yellow")


def _foreseen(f: Foreseen, before: list[Then]) -> Iterator[RenderableType]:
    """Where a reading should go, what that is made of, and what the reading was."""
    yield Text(f"today {short(f.value)}, {f.state}{f'; not looked ahead: {f.lacks}' if f.lacks else ''}")
    for h in f.horizons:
        yield Text(f"{h.months} months: {short(h.median)} ({short(h.low)} to {short(h.high)}); {h.verdict}")
        yield Text(f"  = {short(h.middle)}, {percent(h.back)} of the way to its own mean {short(h.own)}, and what {h.changes} past changes of its own ({percent(h.weight)} of the weight) and {h.others} of others added; the ends put out by what earlier forecasts of its kind missed", style="dim")  # fmt: skip
    for t in before:
        yield Text(
            f"{t.day}: {f'{short(t.value)} ({short(t.low)} to {short(t.high)})' if t.value is not None else t.state}"
        )


def _forecast(f: Forecast) -> Iterator[RenderableType]:
    """How a chance of rupture is put together, feature by feature."""
    year = f.chances[1]
    yield Text(f"{thousand(year.probability)} in 1,000 within a year ({thousand(year.low)} to {thousand(year.high)}), base rate {thousand(year.base_rate)}")  # fmt: skip
    if f.before.text:
        yield Text(f"This tie was {f.before.text}.", style="yellow")
    made = f"{thousand(f.ceiling)} / (1 + exp(-x))"
    over = f"mean of {made} over x around it, spread {number(f.unread, 3)}" if f.unread else made
    yield Text(f"x = {number(f.start, 3)} of a tie average in everything {signed(f.log_odds - f.start, 3)} = {number(f.log_odds, 3)}; {over}")  # fmt: skip
    grid = Grid()
    for word in ("what was seen", "value", "average", "spread", "weight", "adds"):
        grid.add_column(word, justify="left" if word == "what was seen" else "right", no_wrap=word != "what was seen")
    for t in f.terms:
        value = "not read" if t.value is None else f"{number(t.value, 3)}{'*' if t.guessed else ''}"
        adds = number(None) if t.value is None else signed(t.contribution, 3)
        said = Text.assemble(t.title, (f"\n{t.means}", "dim"))
        grid.add_row(said, value, number(t.average, 3), number(t.spread, 3), number(t.weight, 3), adds)
    yield grid
    own = f"({f.own.ruptures} + {f.own.added:.0f} x {f.own.rate:.5f}) / ({f.own.years} + {f.own.added:.0f})"
    yield Text(f"interval: the same at x - and + 1.645 x {number(f.error, 3)}, the standard error of the weights{' with what is unread' * bool(f.unread)}; it always holds the chance")  # fmt: skip
    yield Text(f"adds = weight x (value - average) / spread; * the mean of the day's ties, for want of its own\npatron's own rate of {name_of(f.patron)}: log odds of {own}; {percent(f.prior_share)} of its weight is the world's")  # fmt: skip
    yield Text(f"What it is worth, by its backtest: {f.worth}.", style="yellow")
    worth = {h.months: h.worth for h in f.horizons}
    for c in f.chances:
        if c.months in worth:
            yield Text(f"Within {c.months} months {thousand(c.probability)} ({thousand(c.low)} to {thousand(c.high)}), which follows from the year; as a probability {worth[c.months]}.")  # fmt: skip


def _statement(r: Statement) -> Iterator[RenderableType]:
    """One report, where it stands, and what analysts said of it."""
    graded = f"; publisher {r.reliability}, report {r.credibility}, {percent(r.belief)} believed" if r.belief is not None else ""  # fmt: skip
    yield heading(r.report, f"{r.coded}{graded}")
    yield Text(f"{r.before}[{r.mark}]{r.after}" if r.mark else str(r.text))
    yield Text(f"{r.publisher or 'no publisher named'}, {r.published or 'no date'}; {r.address or 'no address'}")
    yield Text(f"{r.source}: {r.file} {r.position}{f', from {r.fetched}' if r.fetched else ''}")
    for v in r.verdicts:
        said = " ".join(v.others) if v.others else f"was {v.was}"
        yield Text(f"{v.kind} by {v.author}, {v.when:%Y-%m-%d}: {v.why or ''} {said}", style="yellow")


def updated(done: Updated) -> RenderableType:
    """What an update did, file by file."""
    parts: list[RenderableType] = [heading("Read", f"{many(len(done.read), 'file')} now, {done.known} known before")]
    parts += map(Text, _read(done.read))
    if done.coded.articles:
        how = "" if done.coded.parsed else "; English by word order, for want of its parser"
        parts += [Text(f"{many(done.coded.acts, 'act')} read in {many(done.coded.articles, 'article')}{how}")]
    if done.failures:
        parts += [heading("Failed", f"{many(len(done.failures), 'file')}; the rest is read")]
        parts += [Text(line, style="red") for line in _failed(done.failures)]
    if done.unread:
        parts += [
            heading("Nobody's", f"{many(len(done.unread), 'file')} that no source here reads"),
            Text(", ".join(_folders(done.unread)), style="dim"),
        ]
    if done.manuals:
        parts += [
            heading("Passed over", f"{many(len(done.manuals), 'paper')} taken for manuals of data, not for articles"),
            Text(", ".join(done.manuals), style="dim"),
            Text(
                "A PDF beside the files of a data set, or named like a codebook. --source articles reads it.",
                style="dim",
            ),
        ]
    parts += [heading("Changed", ""), Text(", ".join(done.changed) or "nothing")]
    return Group(*parts)


def _read(files: pl.DataFrame) -> Iterator[str]:
    """A line a source and layout: how many files, and what came of their rows."""
    rows = files.sort("source", "layout", "path").iter_rows(named=True)
    for (source, layout), group in groupby(rows, key=lambda r: (r["source"], r["layout"])):
        found = list(group)
        total, kept = sum(r["rows"] for r in found), sum(r["kept"] for r in found)
        skipped: Counter[str] = Counter()
        for r in found:
            skipped.update(json.loads(r["skipped"]))
        left = f"{kept} of {total} rows kept{reasons(skipped)}"
        yield f"{source} {layout}: {many(len(found), 'file')}, {left}"


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

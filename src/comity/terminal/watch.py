"""What changed, what is new, what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from comity.numerals import many, number, percent, short, signed
from comity.pages.words import named
from comity.states import called, name_of
from comity.terminal.write import CHANGES, Grid, acts, bare, footer, heading, lined, title
from comity.watch.alert import HARD, RATE, TONE

if TYPE_CHECKING:
    from comity.pages.alerts import Alerts, Noticed
    from comity.pages.digest import Digest
    from comity.pages.foreseen import Foreseen, Kind
    from comity.pages.outlook import Outlook
    from comity.pages.worth import Worth

SHOWN, TIES, READINGS = 40, 20, 24  # how much of a list fits


def alerts(page: Alerts) -> RenderableType:
    """Open alerts that are part of no wider one, what needs an answer first."""
    by_id = {a.id: a for a in page.alerts}
    tops = [by_id[id] for group in page.groups for id in group.open]
    closed = sum(len(group.closed) for group in page.groups)
    why = ", ".join(f"{why} ({n})" for why, n in Counter(m.why for m in page.mute).most_common())
    grid = bare("whole", "whole", "whole", "fold")
    for alert in tops[:SHOWN]:
        grid.add_row(*_alert(alert))
    return Group(
        title("Alerts", page.about),
        heading(
            f"Raised from {page.start} to {page.end}",
            f"{min(SHOWN, len(tops))} of {len(tops)} shown, {closed} closed, {page.before} earlier",
        ),
        grid,
        Text(f"\n{many(len(page.mute), 'stream')} not monitorable by absence: {why}.", style="yellow")
        if page.mute
        else "",
        footer(page.about),
    )


def _alert(a: Noticed) -> tuple[str, Text, Text, Text]:
    """The day, the channel, the status, and the change with what belongs to it."""
    more = f"{many(len(a.parts), 'part')}; " if a.parts else ""
    yearly = a.channel in {RATE, TONE} and a.false_alarm_rate
    rate = f"{short(a.false_alarm_rate)} false alarms a year; " if yearly else ""
    said = f"{a.author}: {a.note}; " if a.note else ""
    style = "red" if a.channel == HARD else "bold" if a.sure and a.channel == RATE else ""
    told = Text.assemble(a.text, (f" ({more}{rate}{said}{a.id})", "dim"))
    return str(a.raised), Text(a.channel, style=style), Text(a.status, style="dim"), told


def digest(page: Digest) -> RenderableType:
    """The period in one page."""
    kinds = ", ".join(f"{n} {k}" for k, n in page.instruments.items())
    newest = f"; the newest of all on {page.newest}" if page.newest else ""
    parts: list[RenderableType] = [
        title(f"New since {page.start}", page.about),
        Text(f"{many(page.acts, 'act')} became known{': ' if kinds else ''}{kinds}{newest}."),
    ]
    if page.alerts or page.feeds:
        parts.append(heading("Alerts", f"{len(page.alerts)} in the period"))
        parts += [Text(f"{a.raised} {a.channel}: {a.text}") for a in (*page.feeds, *page.alerts[:CHANGES])]
    for p in page.partners:
        beside = ", ".join(
            [
                f"{p.cooperation} counted with the patron (the period before: {p.before})",
                *(f"{n} with {called(c)}" for c, n in p.rivals.items()),
            ]
        )
        parts += [heading(name_of(p.partner), f"{beside}; {p.pressure} of pressure"), acts(p.acts[:CHANGES])]
    if page.others:
        parts += [heading("Other acts", many(len(page.others) + page.others_more, "act")), acts(page.others[:CHANGES])]
    return Group(*parts, footer(page.about))


def outlook(page: Outlook) -> RenderableType:
    """The patron's ties ahead, and what such forecasts were worth."""
    counts = ("last year", "3 months", "12 months", "24 months", "own mean, 12")
    grid = lined(("held by", "partner", "by", *counts), counts)
    for t in page.ties[:TIES]:
        spans = [f"{number(h.mean)} ({number(h.low, 0)} to {number(h.high, 0)})" for h in t.horizons]
        grid.add_row(name_of(t.with_), name_of(t.partner), t.instrument, str(t.year), *spans, number(t.horizons[1].own))
    worth = bare()
    for w in page.worth:
        if w.of is None:
            worth.add_row(*_worth(w, "last year"))
    nothing = f"No tie has an act on record: of {page.left_out} nothing but the prior could be said."
    return Group(
        title("Acts expected on record", page.about),
        Text(page.answer.text if page.answer else nothing),
        grid if page.ties else "",
        heading("What such forecasts were worth", "on this case's own ten years"),
        worth,
        *_readings(page, [k for k in page.kinds if not k.part and k.indicator != "I1"], READINGS),
        footer(
            page.about, f"{min(TIES, len(page.ties))} of {len(page.ties)} ties shown; --readings has every reading."
        ),
    )


def foreseen(page: Outlook) -> RenderableType:
    """Every reading ahead, and what such forecasts were worth; then those that were not looked ahead, and why."""
    every = sum(len(k.readings) for k in page.kinds)
    lacks = [(k.indicator, f) for k in page.kinds for f in k.readings if f.lacks]
    return Group(
        title("Readings ahead", page.about),
        *_readings(page, page.kinds, every),
        *([heading("Not looked ahead", many(len(lacks), "reading"))] if lacks else []),
        *(Text(f"{indicator} {named(f.subject)}, {f.state}: {f.lacks}", style="dim") for indicator, f in lacks),
        footer(page.about),
    )


def _readings(page: Outlook, kinds: Sequence[Kind], most: int) -> Iterator[RenderableType]:
    """Some kinds of reading ahead, under what forecasts of each kind and of all were worth."""
    ahead = sum(len([f for f in k.readings if f.horizons]) for k in kinds)
    yield heading(
        "Readings ahead",
        f"{min(most, ahead)} of {sum(len(k.readings) for k in page.kinds)}; by their own past, median and 5 to 95 %",
    )
    worth = bare()
    for w in page.readings_worth:
        worth.add_row(*_worth(w, "last value"))
    yield worth
    left = most
    for k in kinds:
        looked = [f for f in k.readings if f.horizons][:left]
        left -= len(looked)
        if looked:
            yield heading(f"{k.indicator} {k.name}{', ' if k.part else ''}{k.part}", f"past forecasts: {k.verdict}")
            yield _kind(looked)


def _kind(readings: Sequence[Foreseen]) -> Grid:
    """Readings of one kind, a line each."""
    grid = Grid(header_style="bold")
    for name, width in (("about", 26), ("today", 6), *((f"{n} months", 18) for n in (3, 12, 24))):
        grid.add_column(name, justify="left" if name == "about" else "right", min_width=width)
    for f in readings:
        spans = [f"{short(h.median)} ({short(h.low)} to {short(h.high)})" for h in f.horizons]
        grid.add_row(named(f.subject.partition(":")[0]), short(f.value), *spans, *["-"] * (3 - len(spans)))
    return grid


def _worth(w: Worth, last: str) -> tuple[str, str, str, str]:
    """What forecasts of one horizon were worth."""
    shares = [signed(100 * share) for share in (w.gain, w.low, w.high) if share is not None]
    gain = (
        "{}% of its error saved ({} to {}%), {} inside 5 to 95 %".format(*shares, percent(w.covered)) if shares else ""
    )
    crps = f"CRPS {number(w.crps, 3)}; own mean {number(w.own, 3)}, {last} {number(w.last, 3)}"
    return f"{w.months} months", crps if w.n else "no forecast yet", w.verdict, gain

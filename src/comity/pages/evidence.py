"""What does this number rest on? An act, report, tie, reading, chance, comparison, alert, source or measure, down to the file and row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from comity.errors import NotFound
from comity.gravity import gravity, said
from comity.pages.about import About, about, filled, says
from comity.pages.alerts import Expected, months
from comity.pages.cells import today
from comity.pages.compare import BESIDE, Compared, compared
from comity.pages.foreseen import AHEAD, Foreseen, Then, ahead_of, before
from comity.pages.query import Query
from comity.pages.risk import OPENS, Forecast, forecast
from comity.pages.told import Given, Told, coded, given, safe_url, told, with_pair
from comity.pages.words import named
from comity.press import marked
from comity.sources import catalogue
from comity.sources.casebook.read import BORROWED
from comity.states import called, name_of
from comity.tables import WORLD, subject_of
from comity.ties import BILATERAL, lending, priors

if TYPE_CHECKING:
    from comity.flow import Picture

SOURCE = "source"  # before its name, in the id of what a source gave
NEWEST = 200  # reports and numbers of a source that are shown


@dataclass(frozen=True)
class Statement:
    """One report, whole: what it says, who says it, how it was coded, and where it stands in which file."""

    report: str = says("id of the report")
    act: str | None = says("id of the act that it tells of")
    source: str = says("name of the source that read it")
    url: str | None = says("address of the page that states it; null unless it is http or https")
    address: str | None = says("the address as the source gives it, whatever it is")
    publisher: str | None = says("who published that page")
    published: date | None = says("when the page was published")
    known: date = says("day from which it counts")
    retrieved: datetime | None = says("when the file was fetched or last changed")
    lang: str | None = says("language of the page")
    text: str | None = says("the claim in one sentence")
    before: str | None = says(
        "of a sentence read by our coder: its words before the act; the whole of it in other reports"
    )
    mark: str | None = says("the words in which the coder saw the act")
    after: str | None = says("the words after them")
    voice: str | None = says("whose words the page repeats; null where they are its own")
    actors: list[str] = says("who acted")
    recipients: list[str] = says("to or with whom")
    date_from: date = says("first day on which it may have happened")
    date_to: date = says("last day on which it may have happened")
    polarity: int = says("+1 cooperation, -1 pressure, 0 neither")
    instrument: str = says("what kind of act it was coded as")
    stage: str = says("how far it got")
    modality: str = says("how the report speaks of it")
    belief: float | None = says("probability that it is right about an act of this kind, 0-1")
    reliability: str | None = says("reliability of the publisher, A to F (Admiralty; F cannot be judged)")
    credibility: int | None = says("credibility of this report, 1 to 6 (Admiralty; 6 cannot be judged)")
    coder: str = says("what turned the claim into columns")
    coder_version: str | None = says("version of that coder")
    coded: str = says("by hand, by machine, by machine and confirmed by an analyst, or rejected by one")
    verdicts: list[Given] = says("what analysts said of it, newest first")
    raw: str | None = says("SHA-256 of the raw file")
    file: str | None = says("name of the raw file")
    fetched: str | None = says("address that the raw file was fetched from; null for a file given by hand")
    position: str | None = says("where in the raw file")


@dataclass(frozen=True)
class Weight:
    """What one act adds to one tie today."""

    opens: str = says("id of the tie, as in KAZ-TUR:arms")
    act: str = says("id of the act")
    date_from: date = says("first day on which the act may have happened")
    date_to: date = says("last day on which the act may have happened")
    text: str = says("what happened")
    belief: float = says("probability that it took place, 0-1")
    presence: float = says("its weight in the presence view, in acts: belief x decay / temper")
    bilateral: float = says("its weight in the bilateral-equivalent view: the same x 1/(n-1)")
    share: float = says("its share of the tie's strength today in the view asked for, 0-1")


@dataclass(frozen=True)
class Lent:
    """What another instrument of the pair lends to a tie."""

    opens: str = says("id of its tie")
    seen: float = says("sum of the weights of its acts")
    due: float = says("what its prior mean would have brought in the years watched")


@dataclass(frozen=True)
class Sum:
    """How a tie's strength is put together: (prior_mean x borrowed x prior_years + weights) / years."""

    opens: str = says("id of the tie")
    view: str = says("presence or bilateral")
    strength: float = says("expected acts in the next 12 months")
    low: float = says("5 % bound")
    high: float = says("95 % bound")
    prior_mean: float = says("acts a year expected of a pair like this before any evidence")
    borrowed: float = says(
        "factor on it for what the pair does by its other instruments: ((floor + all seen) / (floor + all due)) ^ power"
    )
    lent: list[Lent] = says("what each other instrument lends, most seen first")
    floor: float = says("independent acts that are added to both sides")
    power: float = says("how far the others are followed, 0-1")
    prior_years: float = says("evidence-years that this belief is worth")
    weights: float = says("sum of the weights of its acts")
    years: float = says(
        "evidence-years in memory, prior included: strength = (prior_mean x borrowed x prior_years + weights) / years"
    )
    half_life: float = says("years after which an act weighs half")
    temper: float = says("how many ruled acts carry the information of one")
    prior_share: float = says("prior_years / years")
    spread: float = says(
        "how much wider than its Gamma the interval is in variance, for doubt about half-life, temper and detection"
    )
    why_prior: str = says("what the prior mean rests on")
    assumed: list[str] = says("what of a case of your own is assumed from the built-in case; empty for that itself")


@dataclass(frozen=True)
class Read:
    """The value of one indicator for one subject."""

    opens: str = says("id of the reading, as in I2:TUR-KAZ")
    indicator: str = says("id of the indicator; /method/{id} explains it")
    subject: str = says("what it is about")
    value: float | None = says(
        "the number as the method card has it, mostly the median of draws; null when not measurable"
    )
    low: float | None = says("5 % bound")
    high: float | None = says("95 % bound")
    coverage: float | None = says("evidence present over evidence expected, 0-1")
    state: str = says("observed, none reported, not covered or source failed")
    note: str | None = says("what was dropped or widened, and why")
    newest: date | None = says("last day of the newest act or number that it rests on")


@dataclass(frozen=True)
class Measured:
    """One slow number as a source gives it."""

    measure: str = says("id of the measure")
    subject: str = says("a state, or a directed pair giver>taker")
    name: str = says("what is measured")
    period_end: date = says("last day of the period measured")
    value: float | None = says("the number; null when the source has none")
    low: float | None = says("lower bound given by the source")
    high: float | None = says("upper bound given by the source")
    known: date = says("day on which it was public")
    vintage: date | None = says("when the source generated the edition read")
    source: str = says("name of the source")
    raw: str | None = says("SHA-256 of the raw file")
    file: str | None = says("name of the raw file")
    fetched: str | None = says("address that the raw file was fetched from; null for a file given by hand")
    position: str | None = says("where in the raw file")


@dataclass(frozen=True)
class Evidence:
    """Everything behind one id."""

    about: About = says("header")
    id: str = says("the id asked for")
    kind: str = says("act, report, tie, reading, outlook, chance, comparison, alert, source or measure")
    headline: str = says("what it is, in one line")
    act: Told | None = says("the act that it is or tells of", default=None)
    sum: Sum | None = says("how the tie's strength is put together", default=None)
    reading: Read | None = says("the reading itself", default=None)
    foreseen: Foreseen | None = says("a reading ahead, and how its fan is put together", default=None)
    before: list[Then] = says("what that reading was, quarter by quarter, newest first", default_factory=list)
    forecast: Forecast | None = says("how the chance of a rupture is put together", default=None)
    compared: list[Compared] = says(
        "the patron beside a rival, tie by tie, likeliest ahead first", default_factory=list
    )
    months: list[Expected] = says("what an alert saw and expected, month by month", default_factory=list)
    statements: list[Statement] = says("the reports behind it, most believed first", default_factory=list)
    measures: list[Measured] = says("the measures behind it", default_factory=list)
    weights: list[Weight] = says(
        "what each act weighs today: of this tie's acts, or of this act in every tie", default_factory=list
    )
    moves: list[Read] = says("the readings that use it", default_factory=list)


def evidence(picture: Picture, id: str, query: Query) -> Evidence:
    """The act, report, alert or measure with this id; a tie (``KAZ-TUR:arms``), reading (``I2:TUR-KAZ``), its outlook
    (``outlook:I2:TUR-KAZ``), chance (``risk:KAZ-TUR``),
    the comparisons with a rival (``beside:RUS``), or what a source gave (``source:casebook``, of one tie ``source:casebook:KAZ-TUR:arms``, of one month ``source:casebook:2025-03``).

    Raises ``NotFound`` when the picture, as known on its day, has nothing of that name.
    """
    acts, reports = picture.acts, picture.reports
    if len(found := acts.filter(pl.col("act") == id)):
        return _of_act(picture, id, "act", found, query)
    if len(found := acts.filter(pl.col("reports").list.contains(id))):
        return _of_act(picture, id, "report", found, query)
    if len(found := pl.concat([reports, picture.rejected]).filter(pl.col("report") == id)):
        return _page(picture, query, id, "report", found["text"][0] or id, statements=_statements(picture, [id]))
    if len(found := picture.measures.filter(pl.col("measure") == id)):
        row = found.row(0, named=True)
        numbers = measured(picture, pl.col("measure") == id)
        return _page(picture, query, id, "measure", f"{row['name']}, {row['subject']}", measures=numbers)
    return _of_number(picture, id, query)


def _of_act(picture: Picture, id: str, kind: str, found: pl.DataFrame, query: Query) -> Evidence:
    line = told(found, picture.reports)[0]
    ids = [id] if kind == "report" and line.act != id else list(found["reports"][0])
    text = picture.reports.filter(pl.col("report") == id)["text"].item(0) if kind == "report" else None
    return _page(
        picture, query, id, kind, text or line.text,
        act=line,
        statements=_statements(picture, ids),
        weights=weighed(picture, pl.col("act") == line.act, query.view),
        moves=[read(r) for r in picture.readings.filter(pl.col("used").list.contains(line.act)).iter_rows(named=True)],
    )  # fmt: skip


def _of_number(picture: Picture, id: str, query: Query) -> Evidence:
    left, _, right = id.partition(":")
    if not right:  # to find the alerts takes most of what this page costs
        alert = picture.called.get(id, id)
        if len(raised := picture.alerts.filter(pl.col("alert") == alert)):
            return _of_alert(picture, alert, raised.row(0, named=True), query)
    if left == BESIDE and (sides := [c for c in compared(picture, query) if c.rival == right]):
        sides.sort(key=lambda c: -1 if c.chance is None else c.chance, reverse=True)
        headline = f"{name_of(picture.case.roles.patron)} beside {called(right)}"
        return _page(picture, query, id, "comparison", headline, compared=sides)
    if left == SOURCE and right.partition(":")[0] in catalogue():
        return _of_source(picture, id, *right.partition(":")[::2], query)
    if left == AHEAD and (fan := ahead_of(picture, *right.partition(":")[::2])):
        indicator, _, subject = right.partition(":")
        headline = f"{indicator}, {subject}: the next months"
        return _page(picture, query, id, "outlook", headline, foreseen=fan, before=before(picture, indicator, subject))
    if left == OPENS:
        return _page(
            picture, query, id, "chance", f"{named(right)}: the chance of a rupture", forecast=forecast(picture, right)
        )
    reading = picture.readings.filter(pl.col("indicator") == left, pl.col("subject") == right)
    if len(reading):
        row = reading.row(0, named=True)
        used = picture.acts.filter(pl.col("act").is_in(row["used"] or []))
        ids = [r for reports in used["reports"] for r in reports]
        return _page(
            picture, query, id, "reading", f"{left}, {right}",
            reading=read(row),
            statements=_statements(picture, ids),
            measures=measured(picture, pl.col("measure").is_in(row["used"] or [])),
        )  # fmt: skip
    a, _, b = left.partition("-")
    pair = (pl.col("a") == min(a, b)) & (pl.col("b") == max(a, b))
    mine = pair & (pl.col("instrument") == right)
    every = today(picture, query.view).filter(pair)
    tie = every.filter(mine)
    if tie.is_empty():
        raise NotFound(
            f"nothing is known here under the id {id[:60]!r}; it may have become known after {picture.as_of}"
        )
    found = weighed(picture, mine, query.view)
    ids = list(picture.acts.filter(pl.col("act").is_in([w.act for w in found]))["reports"].explode())
    return _page(
        picture, query, id, "tie", subject_of(a, b, right),
        sum=_sum(picture, tie.row(0, named=True), every.filter(~mine), found),
        statements=_statements(picture, ids),
        weights=found,
        moves=[read(r) for r in picture.readings.filter(pl.col("subject").is_in([f"{a}-{b}:{right}", f"{b}-{a}:{right}"])).iter_rows(named=True)],
    )  # fmt: skip


def _of_alert(picture: Picture, id: str, row: dict[str, Any], query: Query) -> Evidence:
    acts = picture.acts.filter(pl.col("act").is_in(row["evidence"]))
    return _page(
        picture, query, id, "alert", row["text"],
        months=months(picture, id, row["subject"]),
        statements=_statements(picture, list(acts["reports"].explode())),
        measures=measured(picture, pl.col("measure").is_in(row["evidence"])),
    )  # fmt: skip


def _of_source(picture: Picture, id: str, name: str, part: str, query: Query) -> Evidence:
    """The newest that a source gave, in one month, of one tie or at all."""
    reports, numbers = (t.filter(pl.col("source") == name) for t in (picture.reports, picture.measures))
    if part[:1].isdigit():
        reports = reports.filter(pl.col("known").dt.strftime("%Y-%m") == part)
    elif part:
        pair, _, instrument = part.partition(":")
        mine = with_pair(picture.acts, *pair.partition("-")[::2])["reports"].explode()
        reports = reports.filter(pl.col("instrument") == instrument, pl.col("report").is_in(mine.implode()))
    numbers = numbers.clear() if part else numbers
    total = f"{len(reports):,} reports" + (f" and {len(numbers):,} numbers" if len(numbers) else "")
    most = f"; below are the newest {NEWEST}" if max(len(reports), len(numbers)) > NEWEST else ""
    return _page(
        picture, query, id, "source", f"{catalogue()[name].card.title}: {total}{f' of {named(part)}' if part else ''}{most}",
        statements=_statements(picture, list(reports.sort("known", "report", descending=True)["report"][:NEWEST])),
        measures=measured(picture, pl.col("measure").is_in(list(numbers.sort("date", "measure", descending=True)["measure"][:NEWEST]))),
    )  # fmt: skip


def _page(picture: Picture, query: Query, id: str, kind: str, headline: str, **parts: Any) -> Evidence:
    return Evidence(about(picture, query), id, kind, headline, **parts)


def _statements(picture: Picture, ids: list[str]) -> list[Statement]:
    acts = picture.acts.select("act", report="reports").explode("report")
    rows = (
        pl.concat([picture.reports, picture.rejected])
        .filter(pl.col("report").is_in(ids))
        .join(acts, on="report", how="left")
        .join(_files(picture), on="raw", how="left")
        .sort(["belief", "known", "report"], descending=[True, False, False], nulls_last=True)
    )
    return [
        filled(
            Statement,
            r,
            actors=r["actors"] or [],
            recipients=r["recipients"] or [],
            **_parts(r["text"], r["position"]),
            url=safe_url(r["url"]),
            address=r["url"],
            fetched=safe_url(r["fetched"]),
            coded=coded(r["coder"]),
            verdicts=given(picture.verdicts, r["report"]),
        )
        for r in rows.iter_rows(named=True)
    ]


def _files(picture: Picture) -> pl.DataFrame:
    """Each raw file's name, and the address that it came from."""
    return picture.files.select("raw", file="path", fetched="url").unique("raw", keep="first", maintain_order=True)


def _parts(text: str | None, position: str | None) -> dict[str, Any]:
    """A sentence before, in and after the words of its act."""
    span = marked(position)
    if not text or span is None:
        return {"before": text or None, "mark": None, "after": None}
    start, end = span
    return {"before": text[:start], "mark": text[start:end], "after": text[end:]}


def measured(picture: Picture, which: pl.Expr) -> list[Measured]:
    """Slow numbers, newest first, with the file that they stand in."""
    rows = (
        picture.measures.filter(which)
        .join(_files(picture), on="raw", how="left")
        .sort("date", "name", "measure", descending=True)
    )
    return [
        filled(Measured, r, period_end=r["date"], fetched=safe_url(r["fetched"])) for r in rows.iter_rows(named=True)
    ]


def newest(picture: Picture, which: pl.Expr) -> list[Measured]:
    """Of slow numbers the newest of each subject and name; those of a state alone before those of its pairs."""
    last = pl.col("date").max().over("subject", "name") == pl.col("date")
    found = measured(replace(picture, measures=picture.measures.filter(which).filter(last)), pl.lit(value=True))
    return sorted(found, key=lambda m: (">" in m.subject, m.name, m.subject))


def weighed(picture: Picture, which: pl.Expr, view: str) -> list[Weight]:
    """What acts weigh in ties today, heaviest first."""
    acts = picture.acts.select("act", "date_from", "date_to", "text", "belief")
    mass = today(picture, view).select("a", "b", "instrument", total="alpha")
    rows = (
        picture.weights.filter(which)
        .join(acts, on="act")
        .join(mass, on=["a", "b", "instrument"])
        .sort([view, "act"], descending=[True, False])
    )
    return [
        filled(Weight, r, opens=subject_of(r["a"], r["b"], r["instrument"]), share=r[view] / r["total"])
        for r in rows.iter_rows(named=True)
    ]


def _assumed(picture: Picture, tie: dict[str, Any]) -> list[str]:
    """Numbers behind a tie that were judged or fitted for the built-in case and that this case does not give itself."""
    if picture.case.built_in:
        return []
    among = [tie["a"], tie["b"], WORLD]
    looked = picture.coverage.filter(
        pl.col("source") == "casebook", pl.col("a").is_in(among), pl.col("b").is_in(among),
        pl.col("instrument") == tie["instrument"], pl.col("basis").str.contains(BORROWED, literal=True),
    )  # fmt: skip
    level = ["level before any evidence"] if "casebook" in gravity()[tie["instrument"]].history else []
    return [
        *sorted(set(looked["basis"])),
        f"{', '.join([*level, 'temper', 'belief by grade of publisher'])} ({BORROWED})",
    ]


def _sum(picture: Picture, tie: dict[str, Any], others: pl.DataFrame, weighed: list[Weight]) -> Sum:
    prior, lends = priors()[tie["instrument"]], lending()
    return filled(
        Sum,
        tie,
        opens=subject_of(tie["a"], tie["b"], tie["instrument"]),
        lent=sorted(map(_lent, others.iter_rows(named=True)), key=lambda other: -other.seen),
        floor=lends["floor"],
        power=lends["weight"],
        prior_mean=tie["prior"],
        prior_years=prior.years,
        weights=sum(w.bilateral if tie["view"] == BILATERAL else w.presence for w in weighed),
        years=tie["beta"],
        half_life=prior.half_life,
        temper=prior.temper,
        why_prior=said(tie["a"], tie["b"], tie["instrument"]),
        assumed=_assumed(picture, tie),
    )


def _lent(tie: dict[str, Any]) -> Lent:
    years = priors()[tie["instrument"]].years
    seen, due = tie["alpha"] - tie["prior"] * tie["borrowed"] * years, tie["prior"] * (tie["beta"] - years)
    return Lent(subject_of(tie["a"], tie["b"], tie["instrument"]), max(seen, 0.0), max(due, 0.0))


def read(row: dict[str, Any]) -> Read:
    """A row of the reading table as pages tell it."""
    return filled(Read, row, opens=f"{row['indicator']}:{row['subject']}")

"""The whole arrow in one place: raw files -> reports -> acts -> ties -> readings, for one case as known on one day.

``update`` reads what is new into the lake; ``picture`` weaves what the lake holds. Weaving is a pure function of the
evidence and the day, so a picture of last year is made the same way as today's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import polars as pl

from comity import acts, cut, fetch, indicators, mark, press, ties, watch
from comity.cases import Case
from comity.engine import POLARS, checked
from comity.errors import ComityError, UsageError
from comity.lake import Batch, Lake, RawFile, raw_file
from comity.rupture import risk as rupture
from comity.rupture.risk import Outlook
from comity.sources import Source, attempted, catalogue
from comity.tables import (
    ACT,
    ALERT,
    COVERAGE,
    FAILURE,
    FILE,
    MEASURE,
    READING,
    REMARK,
    REPORT,
    TABLES,
    TIE,
    VERDICT,
    identity,
)
from comity.threads import threads
from comity.verdicts import judged
from comity.watch.alert import TONE
from comity.watch.outlook import Fan, Past, fans, grid, past
from comity.watch.shift import Silent, silent

Progress = Callable[[str, int, int], None]  # what is being done, how many files are done, of how many
# Raw files are stored in groups: one commit a group, little lost by a kill, 700 MiB of memory for a month of mentions.
GROUP_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Picture:
    """All that is known about a case on one day; each frame is the table of ``tables.py`` with that name."""

    case: Case
    as_of: date
    built: datetime | None  # when the newest evidence was found; null without evidence
    vintage: str  # 12 hex digits: changes when any file read changes, or a reader
    reports: pl.DataFrame
    acts: pl.DataFrame
    coverage: pl.DataFrame
    measures: pl.DataFrame
    ties: pl.DataFrame
    readings: pl.DataFrame
    files: pl.DataFrame
    lake: Lake | None = None  # where the rest of the world is read from; none for a picture held in memory only
    raised: pl.DataFrame = field(default_factory=ALERT.empty)  # alerts that a watch wrote down by that day
    remarks: pl.DataFrame = field(default_factory=REMARK.empty)  # what analysts said of them by that day
    verdicts: pl.DataFrame = field(default_factory=VERDICT.empty)  # what analysts said of reports by that day
    rejected: pl.DataFrame = field(default_factory=REPORT.empty)  # the reports that they rejected: these count nowhere

    @cached_property
    def alerts(self) -> pl.DataFrame:
        """Table ``alert``, newest first: what the evidence gives, and what a watch raised from the stream of the world."""
        found = watch.find(self.acts, self.reports, self.coverage, self.measures, self.case.roles, self.as_of)
        only_raised = self.raised.filter(~pl.col("alert").is_in(found["alert"].implode()), pl.col("channel") == TONE)
        return pl.concat([found, only_raised]).sort("raised", "alert", descending=True)

    @cached_property
    def threads(self) -> pl.DataFrame:
        """Table ``thread``: which acts are stages of one deal."""
        return threads(self.acts)

    @cached_property
    def weights(self) -> pl.DataFrame:
        """What each counted act weighs today in each tie."""
        return ties.weights(self.acts, self.as_of)

    @cached_property
    def mute(self) -> list[Silent]:
        """Streams of acts whose silence says nothing."""
        return silent(self.acts, self.coverage, self.case.roles, self.as_of)

    @cached_property
    def ahead(self) -> tuple[list[Fan], list[Past]]:
        """Every tie ahead, and what such forecasts were worth on this case's own history."""
        made = grid(self.acts, self.coverage, self.ties, self.case.roles, self.as_of)
        return fans(made), past(made)


class Live(NamedTuple):
    """That an update is to fetch, and how."""

    since: date | None = None  # from this day on; from where the last update ended when null
    told: fetch.Told = lambda name, have, total: None


class Failure(NamedTuple):
    """A file that could not be fetched, or that a source recognised and could not read."""

    source: str
    path: str
    why: str


@dataclass(frozen=True)
class Updated:
    """What an update did."""

    read: pl.DataFrame  # table FILE: files read now
    known: int  # files read by an earlier run
    failures: list[Failure]
    unread: list[str]  # names of files that no chosen source recognised
    changed: list[str]  # derived tables that are not what they were
    coded: press.Coded  # articles that the coder read now


def update(
    case: Case,
    lake: Lake,
    as_of: date,
    folder: Path | None = None,
    only: Sequence[str] = (),
    progress: Progress = lambda what, done, total: None,
    engine: str = POLARS,
    live: Live | None = None,
) -> Updated:
    """Fetch what is due if ``live``, read the case's evidence and every file under ``folder`` that a source recognises, weave.

    Idempotent and resumable: a file whose bytes the same reader has read is passed over, so a second run changes
    nothing and a killed run is finished by the next. A file that cannot be read stops no other. ``only`` names the
    sources that may read ``folder``; ``engine`` is ``polars`` or a Spark master, for the tables that can be large.
    """
    sources, engine = catalogue(), checked(engine)
    if strange := set(only) - set(sources):
        raise UsageError(f"no source {', '.join(sorted(strange))}; there are {', '.join(sources)}")
    chosen = {name: source for name, source in sources.items() if not only or name in only}
    paths, shut = _open(_files(folder)) if folder else ([], [])
    found = [*claimed(_files(case.folder), sources), *claimed(paths, chosen)]
    names = {path for path, *_ in found}
    with lake.writing():
        missed = _fetched(case, lake, chosen, live) if live else []
        fresh, strange_files, passed = _kept(lake, sources)
        read, known, failures = absorb(lake, [*found, *fresh], progress)
        failures = [*shut, *missed, *strange_files, *failures]
        told = [{**f._asdict(), "known": as_of} for f in failures]
        lake.replace(FAILURE, FAILURE.frame(told).sort("source", "path", "why"), case.name)
        coded = press.code(lake, progress)
        progress("weaving", len(found), len(found))
        changed = _weave(case, lake, as_of, _remembered(case, lake), engine)
    unread = sorted(str(p.relative_to(folder)) for p in paths if p not in names and folder)
    return Updated(read, known + passed, failures, unread, changed, coded)


def _fetched(case: Case, lake: Lake, chosen: dict[str, Source], live: Live) -> list[Failure]:
    """Fetch what is due of every source that is fetched; what did not come."""
    errands = [
        fetch.Errand(name, source.plan, (source.card.licence, source.card.attribution))
        for name, source in chosen.items()
        if source.plan
    ]
    came = fetch.errand(lake.root, lake.raw, errands, live.since, case.folder, live.told)
    return [Failure(m.wanted.source, m.wanted.name or m.wanted.url, m.why) for m in came if isinstance(m, fetch.Missed)]


def _kept(lake: Lake, sources: dict[str, Source]) -> tuple[list[tuple[Path, Source, str]], list[Failure], int]:
    """Fetched files that are not read yet, those that their source does not recognise, and how many were read before."""
    fresh: list[tuple[Path, Source, str]] = []
    strange: list[Failure] = []
    passed = 0
    for name, source in sources.items():
        paths = fetch.files(lake.raw, name)
        read = lake.names(name, source.card.reader) if paths else frozenset()
        for path in paths:
            if path.name in read:  # a fetched file never changes: its name is enough
                passed += 1
            elif layout := source.layout(path):
                fresh.append((path, source, layout))
            else:
                why = "what came is laid out as nothing that this source knows; its publisher may have changed it"
                strange.append(Failure(name, path.name, why))
    return fresh, strange, passed


def picture(case: Case, lake: Lake, as_of: date) -> Picture:
    """What the lake holds of a case, as known on ``as_of``. Nothing known later moves a number.

    The stored acts, ties and readings serve where they were woven from what there is now, for that day, by this program;
    else they are woven here.
    """
    kept = {
        t.name: lake.read(t, case.name).filter(pl.col("known") <= as_of).collect() for t in (REPORT, MEASURE, COVERAGE)
    }
    kept["report"] = kept["report"].sort("report")  # the store adds them in the order in which they came
    files = lake.ledger().sort("source", "path", "raw")
    given = _verdicts(case, lake, as_of)
    made = _stored(case, lake, mark.of(case, lake, as_of, _retired(case, lake), press.coder_version()))
    failed = _failed(case, lake, as_of)
    whole = woven(case, as_of, kept["report"], kept["measure"], kept["coverage"], files, given, made, failed)
    return replace(
        whole,
        lake=lake,
        raised=lake.read(ALERT, case.name).filter(pl.col("raised") <= as_of).collect(),
        remarks=lake.read(REMARK, case.name).filter(pl.col("when").dt.date() <= as_of).collect(),
    )


def _stored(case: Case, lake: Lake, now: mark.Mark) -> Made | None:
    """The case's acts, ties and readings as they were woven, if from what there is now; None while another update weaves."""
    before, last = lake.woven(case.name), mark.last(case, lake)
    if last is None or last.name != now.name:
        return None
    made = Made(*(lake.read(t, case.name).collect() for t in (ACT, TIE, READING)))
    return made if lake.woven(case.name) == before else None


def _verdicts(case: Case, lake: Lake, as_of: date) -> pl.DataFrame:
    return lake.read(VERDICT, case.name).filter(pl.col("when").dt.date() <= as_of).collect()


def _failed(case: Case, lake: Lake, as_of: date) -> dict[str, str]:
    """The sources that the last update could not read a file of, and why; the first reason of each."""
    rows = lake.read(FAILURE, case.name).filter(pl.col("known") <= as_of, pl.col("source") != "").collect()
    return dict(reversed(rows.select("source", "why").rows()))


def outlook(picture: Picture) -> Outlook:
    """How likely each tie at risk in the world is to break, those of the case among them; the last few are kept."""
    return _outlook(picture.lake, picture.vintage, picture.as_of, picture.case.pairs)


@lru_cache(maxsize=4)
def _outlook(lake: Lake | None, vintage: str, as_of: date, pairs: frozenset[tuple[str, str]]) -> Outlook:
    return rupture.stored(lake, as_of, sorted(pairs))


class Made(NamedTuple):
    """What is woven from evidence."""

    acts: pl.DataFrame
    ties: pl.DataFrame
    readings: pl.DataFrame


def woven(
    case: Case,
    as_of: date,
    reports: pl.DataFrame,
    measures: pl.DataFrame,
    coverage: pl.DataFrame,
    files: pl.DataFrame,
    verdicts: pl.DataFrame | None = None,
    made: Made | None = None,
    failed: Mapping[str, str] | None = None,
) -> Picture:
    """A picture from its evidence alone: reports, as analysts judged them, -> acts -> ties -> readings.

    The last three are as they were ``made``, if they were. ``failed`` says why a source could not be read.
    """
    given = VERDICT.empty() if verdicts is None else verdicts
    known, rejected = judged(reports.filter(pl.col("known") <= as_of), given)
    made = made or _measured(case, as_of, acts.merge(known), measures, coverage, failed or {})
    return Picture(
        case=case,
        as_of=as_of,
        built=files["retrieved"].max() if len(files) else None,  # type: ignore[arg-type]
        vintage=identity(*files.select(pl.col("raw") + pl.col("reader").cast(pl.String))["raw"].sort())[:12],
        reports=known,
        acts=made.acts,
        coverage=_seen(coverage, as_of),
        measures=measures.filter(pl.col("known") <= as_of),
        ties=made.ties,
        readings=made.readings,
        files=files,
        verdicts=given,
        rejected=rejected,
    )


def _measured(
    case: Case,
    as_of: date,
    done: pl.DataFrame,
    measures: pl.DataFrame,
    coverage: pl.DataFrame,
    failed: Mapping[str, str],
) -> Made:
    """Acts -> ties -> readings."""
    seen = _seen(coverage, as_of)
    strengths = ties.weave(done, seen, as_of, case.pairs)
    slow = measures.filter(pl.col("known") <= as_of)
    evidence = indicators.Evidence(case.roles, as_of, done, strengths, seen, slow, case.weights, failed)
    return Made(done, strengths, indicators.measure_all(evidence))


def _seen(coverage: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """What was covered by a day."""
    return coverage.filter(pl.col("date_from") <= as_of).with_columns(
        pl.min_horizontal("date_to", pl.lit(as_of)).alias("date_to")
    )


def is_built(case: Case, lake: Lake) -> bool:
    """Whether the case was ever woven from evidence in this lake, its bundled files included as they are now."""
    readers = {name: source.card.reader for name, source in catalogue().items()}
    done = lake.read(FILE, case.name).collect()
    read = {
        raw
        for raw, source, reader in done.select("raw", "source", "reader").iter_rows()
        if readers.get(source) == reader
    }
    told = len(lake.read(REPORT, case.name).head(1).collect()) > 0
    return told and mark.present(case, lake) and _bundled(case) <= read


def stamp(case: Case, lake: Lake) -> tuple[tuple[str, int], ...]:
    """The version of the case's evidence in the lake: a picture made under the same stamp is still good."""
    return lake.stamp(case.name)


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))


def _open(paths: Iterable[Path]) -> tuple[list[Path], list[Failure]]:
    """The files that this user may read, and why not the others."""
    mine: list[Path] = []
    shut: list[Failure] = []
    for path in paths:
        try:
            with path.open("rb"):
                mine.append(path)
        except OSError as error:
            why = f"cannot be read ({error.strerror or error}); check that it is yours"
            shut.append(Failure("", path.name, why))
    return mine, shut


def claimed(paths: Iterable[Path], sources: dict[str, Source]) -> Iterator[tuple[Path, Source, str]]:
    """Each file with the source and layout that recognise it; files of nobody are left out."""
    for path in paths:
        found = ((source, source.layout(path)) for source in sources.values())
        if claim := next(((s, layout) for s, layout in found if layout), None):
            yield path, *claim


def absorb(
    lake: Lake, files: list[tuple[Path, Source, str]], progress: Progress = lambda what, done, total: None
) -> tuple[pl.DataFrame, int, list[Failure]]:
    """Read files that were claimed into the lake: their ledger rows, how many were known before, and what failed."""
    ledgers, known = [FILE.empty()], 0
    failures: list[Failure] = []
    done = {name: lake.done(name, reader) for name, reader in {(s.card.name, s.card.reader) for _, s, _ in files}}
    for source, layout, paths in _groups(files):
        progress(f"{paths[0].name} ...", sum(map(len, ledgers)) + known + len(failures), len(files))
        tried = [(path, attempted(path, _identified)) for path in paths]
        lost = [Failure(source.card.name, path.name, str(raw)) for path, raw in tried if isinstance(raw, ComityError)]
        raws = {raw.sha256: raw for _, raw in tried if isinstance(raw, RawFile)}
        new = [raw for sha256, raw in raws.items() if sha256 not in done[source.card.name]]
        known += len(paths) - len(lost) - len(new)
        failures += lost
        found = list(zip(new, source.read_many(new, layout), strict=True))
        failures += [
            Failure(source.card.name, raw.path.name, str(error))
            for raw, error in found
            if isinstance(error, ComityError)
        ]
        if items := [(raw, batch) for raw, batch in found if isinstance(batch, Batch)]:
            ledgers.append(lake.store(source.card.name, source.card.reader, items))
    return pl.concat(ledgers), known, failures


def _identified(path: Path) -> RawFile:
    """A file's identity, with the address and the time on its card if it was fetched."""
    raw, card = raw_file(path), fetch.card_of(path)
    return raw._replace(url=card.found, retrieved=datetime.fromisoformat(card.retrieved)) if card else raw


def _groups(files: list[tuple[Path, Source, str]]) -> Iterator[tuple[Source, str, list[Path]]]:
    """Files of one layout of one source, together at most so large that a kill costs little."""
    ordered = sorted(files, key=lambda c: (c[1].card.name, c[2]))
    for (_, layout), alike in groupby(ordered, key=lambda c: (c[1].card.name, c[2])):
        group: list[Path] = []
        size = 0
        for path, source, _ in alike:
            if group and size > GROUP_BYTES:
                yield source, layout, group
                group, size = [], 0
            group.append(path)
            size += path.stat().st_size
        yield source, layout, group


def _bundled(case: Case) -> frozenset[str]:
    """SHA-256 of the evidence files in the case's folder as they are now."""
    return frozenset(raw_file(path).sha256 for path, *_ in claimed(_files(case.folder), catalogue()))


def _retired(case: Case, lake: Lake, now: frozenset[str] | None = None) -> frozenset[str]:
    """Files that an earlier release bundled with the case and this one does not: their rows count no more."""
    return frozenset(lake.read(FILE, case.name).collect()["raw"]) - (now or _bundled(case))


def _remembered(case: Case, lake: Lake) -> frozenset[str]:
    """The same, with the files of today written down as bundled."""
    now = _bundled(case)
    retired = _retired(case, lake, now)
    ever = pl.col("raw").is_in(now | retired)
    lake.replace(FILE, lake.ledger().filter(ever).sort("source", "raw", "reader"), case.name)
    return retired


def _weave(case: Case, lake: Lake, as_of: date, retired: frozenset[str], engine: str) -> list[str]:
    """Cut the case's evidence out of the lake, weave it, and put every derived table in place; nothing when it is there.

    Where the last weaving was of the same case by the same program, and the lake has only grown since, what is cut out and
    merged is what is new.
    """
    now, last = mark.of(case, lake, as_of, retired, press.coder_version()), mark.last(case, lake)
    if last and last.name == now.name:
        return []
    lake.weaved(case.name, "")  # from here to the end the tables may be of two makings
    onward = last is not None and last.same == now.same and last.as_of <= now.as_of
    grown = onward and last is not None and all(lake.grown(TABLES[name], v) for name, v in last.versions.items())
    read = press.derived(lake, case.states, case.folder)
    found = (cut.added if grown else cut.whole)(case, lake, engine, retired, read)
    given = _verdicts(case, lake, as_of)
    if onward and last and given.is_empty():
        done = _merged(case, lake, last, as_of, found)
    else:
        known = lake.read(REPORT, case.name).filter(pl.col("known") <= as_of).collect()
        done = acts.merge(judged(known, given).reports)
    failed = _failed(case, lake, as_of)
    made = zip((ACT, TIE, READING), _measured(case, as_of, done, found.measures, found.coverage, failed), strict=True)
    changed = found.changed + [table.name for table, frame in made if lake.replace(table, frame, case.name)]
    cut.mark(case, lake)
    lake.weaved(case.name, now.written())
    return changed


def _merged(case: Case, lake: Lake, last: mark.Mark, as_of: date, found: cut.Cut) -> pl.DataFrame:
    """The acts as known on a day, from those of the last weaving: of its day or an earlier one."""
    then = date.fromisoformat(last.as_of)
    reports = lake.read(REPORT, case.name).filter(pl.col("known") <= as_of)
    due = reports.filter(pl.col("known") > then).collect()  # they were there and not yet known
    news = pl.concat([found.news.filter(pl.col("known") <= as_of), due]).unique("report")
    return acts.merge_again(reports, news, found.gone, lake.read(ACT, case.name).collect())

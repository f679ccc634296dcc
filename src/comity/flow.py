"""The whole arrow in one place: raw files -> reports -> acts -> ties -> readings, for one case as known on one day.

``update`` reads what is new into the lake; ``picture`` weaves what the lake holds. Weaving is a pure function of the
evidence and the day, so a picture of last year is made the same way as today's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path

import polars as pl

from comity import acts, cut, intake, mark, press, ties, watch
from comity import history as past_readings
from comity.cases import Case
from comity.engine import POLARS, checked
from comity.errors import UsageError
from comity.lake import Lake, reading
from comity.rupture import risk as rupture
from comity.rupture.risk import Outlook
from comity.sources import catalogue
from comity.tables import ACT, COVERAGE, FAILURE, FILE, HISTORY, MEASURE, READING, REMARK, REPORT, TABLES, TIE, VERDICT
from comity.verdicts import judged, rulings
from comity.watch import readings as readings_ahead
from comity.watch.alert import TONE
from comity.watch.outlook import Fan, fans, grid, past
from comity.watch.shift import Silent, silent
from comity.watch.worth import Past
from comity.weaving import Made, measured, seen


@dataclass(frozen=True)
class Picture:
    """All that is known about a case on one day; each frame is the table of ``tables.py`` with that name."""

    case: Case
    as_of: date
    built: datetime | None  # when the newest evidence was found; null without evidence
    vintage: str  # 12 hex digits: changes when any file that was read for these rows changes, or a reader
    reports: pl.DataFrame
    acts: pl.DataFrame
    coverage: pl.DataFrame
    measures: pl.DataFrame
    ties: pl.DataFrame
    readings: pl.DataFrame
    files: pl.DataFrame
    newer: int = 0  # of the files: read since the rows above were cut, for another case, and in none of them
    lake: Lake | None = None  # where the rest of the world is read from; none for a picture held in memory only
    book: watch.Book = field(
        default_factory=watch.Book
    )  # alerts that a watch wrote down until today: each keeps its name
    remarks: pl.DataFrame = field(default_factory=REMARK.empty)  # what analysts said of them by that day
    verdicts: pl.DataFrame = field(default_factory=VERDICT.empty)  # what analysts said of reports by that day
    rejected: pl.DataFrame = field(default_factory=REPORT.empty)  # the reports that they rejected: these count nowhere
    failures: pl.DataFrame = field(default_factory=FAILURE.empty)  # files that did not come or broke what was promised
    given: past_readings.Given | None = None  # the evidence before analysts judged it
    past: pl.DataFrame | None = None  # table ``history``, where it was asked for already
    reckoning: str | None = None  # why it is empty where a server still makes it, or could not

    @cached_property
    def alerts(self) -> pl.DataFrame:
        """Table ``alert``, newest first: what the evidence gives, and what a watch raised from the stream of the world."""
        return watch.renamed(self._found, self.called).sort("raised", "alert", descending=True)

    @cached_property
    def called(self) -> dict[str, str]:
        """Other ids of these alerts, each with the one in the table: an act may have had another name."""
        return watch.names(self._found, self.acts, self.book)

    @cached_property
    def _found(self) -> pl.DataFrame:
        found = watch.find(self.acts, self.reports, self.coverage, self.measures, self.case.roles, self.as_of)
        tone = self.book.raised.filter(pl.col("raised") <= self.as_of, pl.col("channel") == TONE)
        return pl.concat([found, tone.filter(~pl.col("alert").is_in(found["alert"].implode()))])

    @cached_property
    def weights(self) -> pl.DataFrame:
        """What each counted act weighs today in each tie."""
        return ties.weights(self.acts, self.coverage, self.as_of)

    @cached_property
    def mute(self) -> list[Silent]:
        """Streams of acts whose silence says nothing."""
        return silent(self.acts, self.reports, self.coverage, self.case.roles, self.as_of, self.alerts)

    @cached_property
    def ahead(self) -> tuple[list[Fan], list[Past]]:
        """Every tie ahead, and what such forecasts were worth on this case's own history."""
        made = grid(self.acts, self.coverage, self.ties, self.case.roles, self.as_of)
        return fans(made), past(made)

    @cached_property
    def history(self) -> pl.DataFrame:
        """Table ``history``: what the readings were at the end of each quarter of 15 years. Made anew it takes a while."""
        return remembered(self).past if self.past is None else self.past  # type: ignore[return-value]

    @cached_property
    def readings_ahead(self) -> tuple[list[readings_ahead.Fan], dict[readings_ahead.Key | None, list[Past]]]:
        """Every reading ahead, and what such forecasts were worth, by kind and of all."""
        tried = readings_ahead.tried(self.history)
        return readings_ahead.fans(tried, self.readings), readings_ahead.past(tried)


@dataclass(frozen=True)
class Updated:
    """What an update did."""

    read: pl.DataFrame  # table FILE: files read now
    known: int  # files read by an earlier run
    failures: list[intake.Failure]
    unread: list[str]  # names of files that no chosen source recognised
    manuals: list[str]  # names of papers that describe data, and are not read as articles
    changed: list[str]  # derived tables that are not what they were
    coded: press.Coded  # articles that the coder read now


def update(
    case: Case,
    lake: Lake,
    as_of: date,
    folder: Path | None = None,
    only: Sequence[str] = (),
    progress: intake.Progress = lambda what, done, total: None,
    engine: str = POLARS,
    live: intake.Live | None = None,
) -> Updated:
    """Fetch what is due if ``live``, read the case's evidence and every file under ``folder`` that a source recognises, weave.

    Idempotent and resumable: a file whose bytes the same reader has read is passed over, so a second run changes
    nothing and a killed run is finished by the next. A file that cannot be read stops no other. ``only`` names the
    sources that may read ``folder``; without it, what there looks like the manual of a data set is passed over. ``engine`` is ``polars`` or a Spark master, for the tables that can be large.
    """
    sources, engine = catalogue(), checked(engine)
    if strange := set(only) - set(sources):
        raise UsageError(f"no source {', '.join(sorted(strange))}; there are {', '.join(sources)}")
    chosen = {name: source for name, source in sources.items() if not only or name in only}
    paths, shut = intake.readable(intake.files_in(folder)) if folder else ([], [])
    brought = list(intake.claimed(paths, chosen))
    apart = [] if only else intake.manuals(brought)
    found = [
        *intake.claimed(intake.files_in(case.folder), sources),
        *(claim for claim in brought if claim.path not in apart),
    ]
    names = {path for path, *_ in [*found, *brought]}
    with reading(lake), lake.writing():
        mark.claim(case, lake)
        missed = intake.fetched(case, lake, chosen, live) if live else []
        fresh, strange_files, passed = intake.kept(lake, sources)
        read, known, failures = intake.absorb(lake, [*found, *fresh], progress)
        failures = [*shut, *missed, *strange_files, *(wrong := intake.unlike(case, found)), *failures]
        tried = {source.card.name for _, source, _ in [*found, *fresh]} | {one.source for one in wrong}
        tried |= {name for name, source in chosen.items() if source.plan and live}
        _keep_failures(case, lake, as_of, failures, tried)
        coded = press.code(lake, progress)
        progress("weaving", len(found), len(found))
        changed = _weave(case, lake, as_of, _remembered(case, lake), engine)
    unread, passed_over = (
        sorted(p.relative_to(folder).as_posix() for p in some if folder)
        for some in ([p for p in paths if p not in names], apart)
    )
    return Updated(read, known + passed, failures, unread, passed_over, changed, coded)


def picture(case: Case, lake: Lake, as_of: date) -> Picture:
    """What the lake holds of a case, as known on ``as_of``. Nothing known later moves a number.

    The stored acts, ties and readings serve where they were woven from what there is now, for that day, by this program;
    else they are woven here. Raises ``StoreError`` where the store's case of this name is another's.
    """
    with reading(lake):
        mark.own(case, lake)
        reports, measures, coverage = (
            lake.read(t, case.name).filter(pl.col("known") <= as_of).collect() for t in (REPORT, MEASURE, COVERAGE)
        )
        reports = reports.sort("report")  # the store adds them in the order in which they came
        files = lake.ledger().sort("source", "path", "raw")
        given = _verdicts(case, lake, as_of)
        now, last = mark.of(case, lake, as_of, _retired(case, lake), press.coder_version()), mark.last(case, lake)
        made = _stored(case, lake, now)
        failures = _failures(case, lake, as_of)
        whole = woven(
            case, as_of, reports, measures, coverage, files, given, made, _reasons(failures), (last or now).read
        )
        return replace(
            whole,
            lake=lake,
            failures=failures,
            book=watch.book_of(lake, case.name),
            remarks=lake.read(REMARK, case.name).filter(pl.col("when").dt.date() <= as_of).collect(),
        )


def remembered(picture: Picture, progress: intake.Progress = lambda what, done, total: None) -> Picture:
    """The picture with its history, which is read from the store or made and kept there."""
    given = picture.given
    if picture.past is not None or given is None:
        return replace(picture, past=HISTORY.empty() if picture.past is None else picture.past)
    with reading(picture.lake):
        return replace(picture, past=past_readings.history(picture.case, picture.lake, given, picture.as_of, progress))


def _stored(case: Case, lake: Lake, now: mark.Mark) -> Made | None:
    """The case's acts, ties and readings as they were woven, if from what there is now; None while another update weaves."""
    before, last = lake.noted(case.name, mark.NAME), mark.last(case, lake)
    if last is None or last.name != now.name:
        return None
    made = Made(*(lake.read(t, case.name).collect() for t in (ACT, TIE, READING)))
    return made if lake.noted(case.name, mark.NAME) == before else None


def _verdicts(case: Case, lake: Lake, as_of: date) -> pl.DataFrame:
    return lake.read(VERDICT, case.name).filter(pl.col("when").dt.date() <= as_of).sort("when", "target").collect()


def _keep_failures(case: Case, lake: Lake, as_of: date, failures: list[intake.Failure], tried: set[str]) -> None:
    """Write down what failed; of a source that was not tried this time, what failed before."""
    before = lake.read(FAILURE, case.name).filter(~pl.col("source").is_in([*tried, ""])).collect()
    now = FAILURE.frame([{**f._asdict(), "known": as_of} for f in failures])
    lake.replace(FAILURE, pl.concat([before, now]).unique().sort(pl.all()), case.name)


def _failures(case: Case, lake: Lake, as_of: date) -> pl.DataFrame:
    """The files that could not be fetched or read when their source was last tried."""
    return lake.read(FAILURE, case.name).filter(pl.col("known") <= as_of, pl.col("source") != "").collect()


def _reasons(failures: pl.DataFrame) -> dict[str, str]:
    """Why each source failed, by its first file."""
    return dict(reversed(failures.select("source", "why").rows()))


def outlook(picture: Picture) -> Outlook:
    """How likely each tie at risk in the world is to break, those of the case among them; the last few are kept."""
    known = picture.lake.version(MEASURE) if picture.lake else None
    return _outlook(picture.lake, known, picture.as_of, picture.case.pairs)


@lru_cache(maxsize=4)
def _outlook(lake: Lake | None, known: int | None, as_of: date, pairs: frozenset[tuple[str, str]]) -> Outlook:
    return rupture.stored(lake, as_of, sorted(pairs))


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
    read: mark.Read | None = None,
) -> Picture:
    """A picture from its evidence alone: reports, as analysts judged them, -> acts -> ties -> readings.

    The last three are as they were ``made``, if they were. ``failed`` says why a source could not be read; ``read`` which
    of the files the rows are from, if not all.
    """
    read = read or mark.read_of(files)
    given = VERDICT.empty() if verdicts is None else verdicts
    known, rejected = judged(reports.filter(pl.col("known") <= as_of), given)
    made = made or measured(case, as_of, acts.merge(known, rulings(given)), measures, coverage, failed or {})
    return Picture(
        case=case,
        as_of=as_of,
        built=datetime.fromisoformat(read.built) if read.built else None,
        vintage=read.vintage,
        reports=known,
        acts=made.acts,
        coverage=seen(coverage, as_of),
        measures=measures.filter(pl.col("known") <= as_of),
        ties=made.ties,
        readings=made.readings,
        files=files,
        newer=len(files) - read.files,
        verdicts=given,
        rejected=rejected,
        given=past_readings.Given(reports, measures, coverage, given),
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
    return mark.present(case, lake) and _bundled(case) <= read


def stamp(case: Case, lake: Lake) -> tuple[tuple[str, int], ...]:
    """The version of the case's evidence in the lake: a picture made under the same stamp is still good."""
    return tuple(table for table in lake.stamp(case.name) if table[0] != HISTORY.name)


def _bundled(case: Case) -> frozenset[str]:
    """SHA-256 of the evidence files in the case's folder as they are now."""
    return frozenset(
        intake.identified(claim.path).sha256 for claim in intake.claimed(intake.files_in(case.folder), catalogue())
    )


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
    lake.note(case.name, mark.NAME, "")  # from here to the end the tables may be of two makings
    onward = last is not None and last.same == now.same and last.as_of <= now.as_of
    grown = onward and last is not None and all(lake.grown(TABLES[name], v) for name, v in last.versions.items())
    read = press.derived(lake, case.states, case.folder)
    found = (cut.added if grown else cut.whole)(case, lake, engine, retired, read)
    given = _verdicts(case, lake, as_of)
    if onward and last and given.is_empty():
        done = _merged(case, lake, last, as_of, found)
    else:
        known = lake.read(REPORT, case.name).filter(pl.col("known") <= as_of).collect()
        done = acts.merge(judged(known, given).reports, rulings(given))
    failed = _reasons(_failures(case, lake, as_of))
    made = zip((ACT, TIE, READING), measured(case, as_of, done, found.measures, found.coverage, failed), strict=True)
    changed = found.changed + [table.name for table, frame in made if lake.replace(table, frame, case.name)]
    cut.mark(case, lake)
    lake.note(case.name, mark.NAME, now.written())
    return changed


def _merged(case: Case, lake: Lake, last: mark.Mark, as_of: date, found: cut.Cut) -> pl.DataFrame:
    """The acts as known on a day, from those of the last weaving: of its day or an earlier one."""
    then = date.fromisoformat(last.as_of)
    reports = lake.read(REPORT, case.name).filter(pl.col("known") <= as_of)
    due = reports.filter(pl.col("known") > then).collect()  # they were there and not yet known
    news = pl.concat([found.news.filter(pl.col("known") <= as_of), due]).unique("report")
    return acts.merge_again(reports, news, found.gone, lake.read(ACT, case.name).collect())

"""Pages: every field says what it is, every number can be opened, every view is a link, nothing known later shows."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from comity import pages
from comity.acts import parties
from comity.cases import Case
from comity.errors import UsageError
from comity.flow import Picture, picture, woven
from comity.indicators import catalogue
from comity.lake import Lake
from comity.pages import NotFound, Query, documented, parse, to_json
from comity.pages.alerts import widest
from comity.pages.evidence import Evidence
from comity.pages.sources import _months
from comity.pages.told import safe_url
from comity.rupture import published as rupture
from comity.scenarios.replay import published as replayed
from comity.tables import COVERAGE, REPORT
from comity.ties import VIEWS
from comity.vocabulary import INSTRUMENTS, TIES

PAGES: dict[str, Callable[[Picture, Query], Any]] = {
    "overview": pages.overview,
    "map": pages.map,
    "timeline": pages.timeline,
    "digest": pages.digest,
    "alerts": pages.alerts,
    "outlook": pages.outlook,
    "claims": pages.claims,
    "chronicle": pages.chronicle,
    "scenario": pages.scenario,
    "scenario of two shocks": lambda w, q: pages.scenario(w, q.replace(shocks=("coercion:RUS->KAZ", "soft_power:CHN->all:0.5"), holds=("joint_plant",), months=12)),
    "effects": pages.effects,
    "risk": pages.risk,
    "scores": pages.scores,
    "sources": pages.sources,
    "revisions": pages.revisions,
    "methods": pages.methods,
    **{f"tie TUR-{p}": lambda w, q, p=p: pages.tie(w, "TUR", p, q) for p in ("KAZ", "TKM", "AZE", "RUS")},
    **{f"state {p}": lambda w, q, p=p: pages.state(w, p, q) for p in ("KAZ", "TUR", "RUS")},
    **{f"method {id}": lambda w, q, id=id: pages.method(w, id, q) for id in catalogue()},
    "evidence of a tie": lambda w, q: pages.evidence(w, "KAZ-TUR:exercise", q),
    "evidence of a reading": lambda w, q: pages.evidence(w, w.readings.filter(pl.col("value").is_not_null())["indicator"][0] + ":" + w.readings.filter(pl.col("value").is_not_null())["subject"][0], q),
    "evidence of an act": lambda w, q: pages.evidence(w, w.acts["act"][-1], q),
    "evidence of a report": lambda w, q: pages.evidence(w, w.reports["report"][0], q),
}  # fmt: skip


@pytest.fixture(scope="module")
def then(case: Case, lake: Lake) -> Picture:
    """The built-in case as known on an earlier day."""
    return picture(case, lake, date(2021, 3, 1))


@pytest.fixture(scope="module")
def nothing(case: Case, picture: Picture) -> Picture:
    """The built-in case without any evidence."""
    without = (frame.clear() for frame in (picture.reports, picture.measures, picture.coverage, picture.files))
    return woven(case, picture.as_of, *without)


@pytest.fixture(scope="module")
def made(picture: Picture) -> Callable[[str], Any]:
    """Each page of the built-in case, made once."""
    return cache(lambda name: PAGES[name](picture, Query()))


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner)
    elif isinstance(value, float):
        yield value


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_plain_json_under_its_own_names(name: str, made: Callable[[str], Any]) -> None:
    page = made(name)
    out = to_json(page)
    assert all(math.isfinite(n) for n in numbers(out))
    assert json.loads(json.dumps(out, allow_nan=False)) == out
    assert {"case", "as_of", "built", "vintage", "digest", "software", "query"} <= set(out)
    assert dataclasses.is_dataclass(page)
    with pytest.raises(dataclasses.FrozenInstanceError):
        page.about = None


@pytest.mark.parametrize("name", PAGES)
def test_every_field_of_a_page_says_what_it_is(name: str, made: Callable[[str], Any]) -> None:
    fields = dict(documented(type(made(name))))
    assert all(meaning.strip() for meaning in fields.values())
    assert len(fields) >= 8


@pytest.mark.parametrize("name", PAGES)
def test_an_empty_picture_is_a_page_and_not_an_error(name: str, nothing: Picture, picture: Picture) -> None:
    if name.startswith("evidence"):
        with pytest.raises(NotFound):
            pages.evidence(nothing, picture.acts["act"][0], Query())
        return
    assert to_json(PAGES[name](nothing, Query()))


@pytest.mark.parametrize("name", [n for n in PAGES if not n.startswith(("evidence", "method"))])
def test_a_page_of_an_earlier_day_names_nothing_known_later(name: str, then: Picture, picture: Picture) -> None:
    text = json.dumps(to_json(PAGES[name](then, Query(as_of=then.as_of))))
    later = picture.reports.filter(pl.col("known") > then.as_of)["report"]
    assert len(later) > 100
    assert not [id for id in later if id in text]


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(instruments=("dialogue",), start=date(2023, 1, 1)),
        Query(partners=("KAZ",), start=date(2023, 1, 1)),
    ],
    ids=str,
)
def test_every_alert_that_the_digest_names_is_on_the_page_of_alerts_asked_the_same(
    query: Query, picture: Picture
) -> None:
    listed = {alert.id for alert in pages.alerts(picture, query).alerts}
    named = {line.id for line in pages.digest(picture, query).alerts}
    assert named
    assert named <= listed


@pytest.mark.parametrize("query", [Query(), Query(instruments=("dialogue",))], ids=str)
def test_the_digest_counts_the_same_acts_over_as_many_days_before(query: Query, picture: Picture) -> None:
    """Asked for the days before its own, it counts what it called the period before."""
    start, end = date(2025, 7, 1), date(2026, 6, 30)  # 365 days
    now = pages.digest(picture, query.replace(start=start, end=end))
    then = pages.digest(picture, query.replace(start=date(2024, 7, 1), end=date(2025, 6, 30)))
    assert sum(p.before for p in now.partners) > 0
    assert [p.before for p in now.partners] == [p.cooperation for p in then.partners]


@pytest.mark.parametrize("query", [Query(), Query(partners=("KAZ",)), Query(instruments=("dialogue",))], ids=str)
def test_every_act_that_the_digest_counts_stands_with_a_partner_or_under_the_others(
    query: Query, picture: Picture
) -> None:
    """Britain's accord with Kazakhstan, and a sanction of the United States on Türkiye, concern no patron with a partner."""
    page = pages.digest(picture, query.replace(start=date(2024, 7, 1), end=date(2025, 6, 30)))
    theirs, others = {act.act for p in page.partners for act in p.acts}, {act.act for act in page.others}
    unseen = sum(p.more for p in page.partners) + page.others_more
    assert not theirs & others
    assert 0 < len(theirs | others) <= page.acts <= len(theirs | others) + unseen
    assert bool(others) is not bool(query.partners)


def test_the_time_axis_begins_with_the_case_and_never_more_than_fifteen_years_back(picture: Picture) -> None:
    def first(since: date) -> date:
        case = dataclasses.replace(picture.case, since=since)
        return pages.timeline(dataclasses.replace(picture, case=case), Query()).first

    assert first(date(2018, 5, 1)) == date(2018, 5, 1)
    assert first(date(1992, 1, 1)) == date(2012, 1, 1)  # known on 30 June 2026
    assert first(date(2027, 1, 1)) == date(2012, 1, 1)  # a day to come says nothing


def test_alerts_before_and_in_a_period_are_counted_alike(picture: Picture) -> None:
    """Parts of wider alerts stand under them, before the period as in it."""
    every = widest(picture.alerts)
    for start in (date(2015, 1, 1), date(2020, 1, 1), date(2026, 6, 30)):
        assert pages.alerts(picture, Query(start=start)).before == len(
            widest(picture.alerts.filter(pl.col("raised") < start))
        )
    assert pages.alerts(picture, Query(start=date(2026, 6, 30))).before <= len(every) < len(picture.alerts)


def test_alerts_before_a_period_are_those_that_the_page_of_all_shows(picture: Picture) -> None:
    query = Query(start=date(2025, 1, 1), partners=("KAZ",))
    ever = pages.alerts(picture, query.replace(start=date(1900, 1, 1), end=date(2024, 12, 31)))
    tops = [id for group in ever.groups for id in (*group.open, *group.closed)]
    assert 0 < len(tops) < pages.alerts(picture, query.replace(partners=())).before
    assert pages.alerts(picture, query).before == len(tops)


@pytest.mark.parametrize("view", VIEWS)
def test_the_evidence_of_a_tie_is_of_its_two_states_and_its_instrument(picture: Picture, view: str) -> None:
    acts = {act["act"]: act for act in picture.acts.iter_rows(named=True)}
    told = {report: act for act in acts.values() for report in act["reports"]}
    cells = [(row.state, cell) for row in pages.overview(picture, Query(view=view)).partners for cell in row.ties]
    assert sum(len(cell.evidence) for _, cell in cells) > 500
    for state, cell in cells:
        assert {told[report]["instrument"] for report in cell.evidence} <= {cell.instrument}
        assert all({state, cell.with_} <= {*parties(told[report])} for report in cell.evidence)
    dossier = pages.tie(picture, "KAZ", "TUR", Query(view=view))
    assert dossier.weights
    assert all(w.opens == f"KAZ-TUR:{acts[w.act]['instrument']}" for w in dossier.weights)


def test_comparisons_that_the_lead_counts_open_tie_by_tie(picture: Picture) -> None:
    query = Query(partners=("KAZ", "UZB", "KGZ"))
    parts = [p for s in pages.overview(picture, query).sentences for p in s.parts if "/beside:" in str(p.opens)]
    assert parts
    for part in parts:
        sides = pages.evidence(picture, str(part.opens).removeprefix("/evidence/"), query).compared
        told = [c for c in sides if c.chance is not None]
        assert part.text == f"{sum(c.verdict == 'patron likely ahead' for c in told)} of {len(told)} comparisons"
        assert [c.chance for c in told] == sorted((c.chance for c in told), reverse=True)
        for side in (sides[0].mine, sides[0].theirs):
            opened = pages.evidence(picture, side.opens, Query()).sum
            assert (opened.strength, opened.low, opened.high) == (side.strength, side.low, side.high)


def test_what_an_alert_counts_and_expects_adds_up_month_by_month(picture: Picture) -> None:
    query = Query(start=date(2024, 5, 1))
    shifts = [a for a in pages.alerts(picture, query).alerts if a.channel == "rate shift"]
    assert len(shifts) > 3
    for alert in shifts:
        opened = pages.evidence(picture, alert.id, Query())
        for m in opened.months:
            assert m.expected == pytest.approx(m.exposure * m.acts / m.watched)
        seen, expected = (sum(getattr(m, n) for m in opened.months) for n in ("seen", "expected"))
        assert f" {seen:.0f} acts since {opened.months[0].month:%B %Y} where {expected:.1f} were expected" in alert.text
        assert alert.size == pytest.approx(seen / expected)
        assert {t.act for t in opened.statements} == set(alert.evidence)


def test_all_instruments_in_one_number_add_up_from_the_strengths_that_it_opens(picture: Picture) -> None:
    page = pages.factors(picture, Query())
    for held in page.weighted:
        for whole in held.holders:
            opened = pages.tie(picture, whole.with_, held.partner, Query(view="bilateral")).strengths
            parts = {s.instrument: s.strength for s in opened if s.view == "bilateral"}
            total = sum(page.weights[k] * math.log1p(s / page.strong[k]) for k, s in parts.items())
            assert whole.value == pytest.approx(total)
            assert whole.low <= whole.value <= whole.high
    assert sum(len(held.holders) for held in page.weighted) > 10


def test_the_reports_that_a_source_gave_open(picture: Picture) -> None:
    for source in pages.sources(picture, Query()).sources:
        opened = pages.evidence(picture, f"source:{source.name}", Query())
        assert f": {source.reports:,} reports" in opened.headline
        assert len(opened.statements) == min(source.reports, 200)
    looked = [c for c in pages.tie(picture, "KAZ", "TUR", Query()).coverage if c.reports]
    assert len(looked) > 5
    for cell in looked:
        opened = pages.evidence(picture, f"source:{cell.source}:KAZ-TUR:{cell.instrument}", Query())
        assert len(opened.statements) == min(cell.reports, 200)
        assert {s.instrument for s in opened.statements} == {cell.instrument}


@pytest.mark.parametrize("instrument", ["basing", "arms"])
def test_a_sum_of_ties_lies_inside_its_interval_also_where_it_is_most_likely_nothing(
    instrument: str, picture: Picture
) -> None:
    arcs = pages.map(picture, Query(instruments=(instrument,))).arcs
    assert min(arc.strength for arc in arcs) < 0.02  # so skew that nine tenths lie below the mean
    assert [arc for arc in arcs if not arc.low <= arc.strength <= arc.high] == []


def test_what_nobody_said_was_agreed_is_no_promise(picture: Picture) -> None:
    deal = next(p for p in pages.overview(picture, Query()).unseen)
    imagined = picture.acts.with_columns(
        modality=pl.when(pl.col("act") == deal.act.act).then(pl.lit("hypothetical")).otherwise("modality")
    )
    shown = pages.overview(replace(picture, acts=imagined), Query())
    assert deal.act.act not in {p.act.act for p in shown.unseen}
    assert shown.promised < pages.overview(picture, Query()).promised


def test_every_number_of_the_overview_opens_its_evidence(picture: Picture) -> None:
    page = pages.overview(picture, Query())
    cells = [cell for row in page.partners for cell in row.ties]
    assert len(cells) > 100
    shown = set(picture.reports["report"])
    for cell in cells:
        assert set(cell.evidence) <= shown
        assert len(cell.evidence) == cell.reports
    for cell in cells[:: len(cells) // 25]:
        behind = pages.evidence(picture, cell.opens, Query())
        assert behind.sum is not None
        assert {s.report for s in behind.statements} == set(cell.evidence)


def test_a_strength_is_the_sum_that_its_evidence_page_shows(picture: Picture) -> None:
    for partner in ("KAZ", "UZB", "AZE"):
        for view in ("presence", "bilateral"):
            tie = f"{min(partner, 'TUR')}-{max(partner, 'TUR')}:exercise"
            behind: Evidence = pages.evidence(picture, tie, Query(view=view))
            total = behind.sum
            assert total is not None
            weights = sum(getattr(w, view) for w in behind.weights)
            assert total.strength == pytest.approx(
                (total.prior_mean * total.borrowed * total.prior_years + weights) / total.years, rel=1e-9
            )
            assert total.strength == pytest.approx(picture.ties.filter(
                pl.col("view") == view, pl.col("a") == min(partner, "TUR"), pl.col("b") == max(partner, "TUR"),
                pl.col("instrument") == "exercise", pl.col("month") == pl.col("month").max())["strength"].item())  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_what_a_tie_borrows_is_the_sum_that_its_evidence_page_shows(view: str, picture: Picture) -> None:
    query, factors = Query(view=view), []
    for row in pages.overview(picture, query).partners:
        for cell in row.ties:
            total = pages.evidence(picture, cell.opens, query).sum
            seen, due = (sum(getattr(other, side) for other in total.lent) for side in ("seen", "due"))
            assert total.borrowed == pytest.approx(
                ((total.floor + seen) / (total.floor + due)) ** total.power, rel=1e-6
            )
            assert cell.opens not in {other.opens for other in total.lent}
            assert len(total.lent) == len(TIES) - 1
            factors.append(total.borrowed)
    assert max(factors) > 1.5
    assert min(factors) < 0.9


def test_every_mean_of_the_outlook_is_the_product_that_it_shows_and_its_rate_opens(picture: Picture) -> None:
    ties = pages.outlook(picture, Query()).ties
    assert len(ties) > 20
    for t in ties:
        assert 0 < t.watched <= 1.01
        assert t.rate == pytest.approx(pages.evidence(picture, t.opens, Query()).sum.strength)
        for h in t.horizons:
            assert h.mean == pytest.approx(t.rate * t.told * t.watched * h.months / 12)
            assert h.median == nbinom.ppf(0.5, t.size, t.size / (t.size + h.mean))


def test_what_a_tie_risks_without_a_shock_opens_its_forecast(picture: Picture) -> None:
    page = pages.scenario(picture, Query(months=12))
    for b in page.breaks:
        found = pages.evidence(picture, b.opens, Query()).forecast
        assert b.base.value == pytest.approx(found.chances[1].probability, rel=0.1)


def test_wherever_a_chance_of_rupture_stands_it_says_what_such_chances_are_worth(picture: Picture) -> None:
    of_ties, of_shocks = rupture.verdict("rupture"), replayed.told()
    assert "not surely better than persistence" in of_ties
    assert "no better than forecasts without the shock" in of_shocks
    assert pages.risk(picture, Query()).worth == of_ties
    assert pages.evidence(picture, "risk:KAZ-TUR", Query()).forecast.worth == of_ties
    assert of_ties[1:] in pages.brief(picture, Query()).worth
    others = [(h.months, h.target, h.worth) for h in pages.risk(picture, Query()).horizons]
    assert others == [tuple(o) for o in rupture.others()]
    assert [(o.months, o.target) for o in rupture.others()] == [(3, "rupture_3m"), (24, "rupture_24m")]
    assert pages.evidence(picture, "risk:KAZ-TUR", Query()).forecast.horizons == pages.risk(picture, Query()).horizons
    answers = {v.question: v.answer.text for v in pages.scenario(picture, Query()).verdicts}
    assert of_shocks[1:] in answers["What are such answers worth?"]
    first = pages.overview(picture, Query()).questions[0]
    assert "in 1,000" in first.answer.text
    assert of_shocks[1:] in first.answer.text


@pytest.mark.parametrize(("months", "target"), [(3, "rupture_3m"), (12, "rupture"), (24, "rupture_24m")])
def test_what_if_quotes_the_score_of_its_own_months(picture: Picture, months: int, target: str) -> None:
    answer = pages.scenario(picture, Query(months=months)).verdicts[-1].answer
    assert f"within {months} months: {rupture.verdict(target)}." in answer.text
    assert [p.opens for p in answer.parts if p.opens] == ["/effects#replay", f"/scores#{target}"]


def test_what_if_over_months_that_were_never_scored_says_so(picture: Picture) -> None:
    answer = pages.scenario(picture, Query(months=18)).verdicts[-1].answer
    assert "within 18 months were never scored; those within 3, 12 and 24 months were." in answer.text
    assert "Brier" not in answer.text.partition("without a shock")[2]


def test_what_became_known_last_stands_first_in_the_digest(picture: Picture) -> None:
    page = pages.digest(picture, Query(start=date(2024, 7, 1), end=date(2025, 6, 30)))
    for acts in (*(p.acts for p in page.partners), page.others):
        order = [(a.belief >= 0.5, a.known, a.date_to) for a in acts]
        assert order == sorted(order, reverse=True) or acts is page.others
        assert [a.known for a in page.others] == sorted((a.known for a in page.others), reverse=True)


def test_the_period_before_is_that_of_which_the_digest_counts(picture: Picture) -> None:
    page = pages.digest(picture, Query())
    earlier = pages.digest(picture, Query(start=page.before, end=page.start - timedelta(days=1)))
    assert {p.partner: p.before for p in page.partners} == {p.partner: p.cooperation for p in earlier.partners}


def test_every_report_behind_a_tie_of_the_overview_is_among_its_evidence(picture: Picture) -> None:
    out = to_json(pages.overview(picture, Query()))
    assert [row["state"] for row in out["partners"]] == ["KAZ", "UZB", "TKM", "KGZ", "TJK", "AZE"]
    named = {id for row in out["partners"] for tie in row["ties"] for id in tie["evidence"]}
    assert set() < named <= {line["id"] for line in out["evidence"]}


@pytest.mark.parametrize("partner", ["KAZ", "UZB", "TKM"])
def test_a_tie_is_the_same_from_either_side(picture: Picture, partner: str) -> None:
    one, other = (to_json(pages.tie(picture, a, b, Query())) for a, b in (("TUR", partner), (partner, "TUR")))
    assert {r["instrument"]: r["strength"] for r in one["strengths"]} == {
        r["instrument"]: r["strength"] for r in other["strengths"]
    }


def test_what_is_asked_for_and_not_there_is_said(picture: Picture) -> None:
    assert pages.tie(picture, "TUR", "BRA", Query()).totals == []
    assert pages.state(picture, "BRA", Query()).held_by == []
    with pytest.raises(UsageError, match="given twice"):
        pages.tie(picture, "TUR", "TUR", Query())
    with pytest.raises(UsageError, match="partners"):
        pages.overview(picture, Query(partners=("BRA",)))
    with pytest.raises(NotFound):
        pages.evidence(picture, "<script>", Query())
    with pytest.raises(NotFound):
        pages.method(picture, "I99", Query())


# One query string for every page.

words = st.lists(st.sampled_from(sorted(INSTRUMENTS)), unique=True, max_size=4).map(tuple)
days = st.none() | st.dates(date(1992, 1, 1), date(2026, 1, 1))


@given(
    words,
    st.lists(st.sampled_from(["KAZ", "UZB", "TKM"]), unique=True).map(tuple),
    days,
    st.sampled_from(["presence", "bilateral"]),
)
def test_every_view_is_a_link_that_brings_it_back(instruments, partners, day, view: str) -> None:
    query = Query(as_of=day, instruments=instruments, partners=partners, view=view)
    again = parse(query.pairs())
    assert parse(again.pairs()) == again
    assert (set(again.instruments), set(again.partners)) == (set(instruments), set(partners))
    assert (again.as_of, again.view) == (day, view)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("as_of", "2024-02-31"),
        ("as_of", "yesterday"),
        ("instruments", "parade"),
        ("view", "sideways"),
        ("lang", "tlh"),
        ("colour", "red"),
    ],
)
def test_a_wrong_word_in_the_address_is_named(key: str, text: str) -> None:
    with pytest.raises(UsageError, match=key):
        parse([(key, text)])


def test_a_period_that_ends_before_it_begins_is_said() -> None:
    with pytest.raises(UsageError):
        parse([("from", "2024-05-01"), ("to", "2024-04-01")])


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "http://", "", None, "http://[::1"]
)
def test_an_address_that_is_no_web_page_never_becomes_a_link(url: str | None) -> None:
    assert safe_url(url) is None


def test_pages_open_with_their_answer(picture: Picture) -> None:
    risk = pages.risk(picture, Query())
    top = max((t for t in risk.ties if "TUR" in (t.a, t.b) and {t.a, t.b} & {*picture.case.roles.held}), key=lambda t: t.chances[1].probability)  # fmt: skip
    assert f"/risk#{top.a}-{top.b}" in [part.opens for part in risk.answer[0].parts]
    claims = pages.claims(picture, Query())
    assert sum(claims.counts.values()) == len(claims.claims)
    kazakhstan = pages.state(picture, "KAZ", Query()).answer
    arc = next(a for a in pages.map(picture, Query()).arcs if (a.patron, a.partner) == ("TUR", "KAZ"))
    assert kazakhstan is not None
    assert kazakhstan.text.startswith(f"Acts expected in the next 12 months: with Türkiye {arc.strength:.1f} ({arc.low:.1f} to {arc.high:.1f})")  # fmt: skip
    assert pages.state(picture, "CHL", Query()).answer is None
    outlook = pages.outlook(picture, Query())
    most = max((t for t in outlook.ties if t.with_ == "TUR"), key=lambda t: t.horizons[1].mean)
    assert outlook.answer is not None
    assert outlook.answer.parts[1].opens == f"/evidence/{most.opens}"


def test_months_show_gaps_volume_and_who_tells_in_which_languages() -> None:
    """Ten days of May by a quarter of the files, all of June; two publishers; nothing in July, the month of the as-of day."""
    told = [(date(2026, 5, 3), "one", "tr"), (date(2026, 6, 3), "one", None), (date(2026, 6, 9), "two", "ru"), (date(2026, 6, 9), "one", "ru")]  # fmt: skip
    reports = REPORT.frame([{"known": day, "publisher": publisher, "lang": lang} for day, publisher, lang in told])
    spans = [(date(2026, 5, 1), date(2026, 5, 10), 0.05), (date(2026, 6, 1), date(2026, 6, 30), 0.2)]
    coverage = COVERAGE.frame([{"instrument": "exercise", "date_from": a, "date_to": b, "detection": d} for a, b, d in spans])  # fmt: skip
    july, june, may, april, *_, first = _months(reports, coverage, {"exercise": 0.2}, date(2026, 7, 9))
    assert (july.covered, july.reports, july.publishers) == (0.0, 0, {})
    assert (june.covered, june.reports) == (1.0, 3)
    assert june.publishers == {"one": pytest.approx(2 / 3), "two": pytest.approx(1 / 3)}
    assert june.languages == {"ru": pytest.approx(2 / 3), "not said": pytest.approx(1 / 3)}
    assert may.covered == pytest.approx(10 * 0.25 / 31)
    assert (april.reports, first.month) == (0, date(2025, 8, 1))
    assert _months(reports, coverage, {}, date(2030, 1, 1))[0].month == date(2026, 6, 1)
    assert _months(reports, COVERAGE.empty(), {}, date(2026, 7, 9))[0].covered is None


def test_of_publishers_that_told_as_much_the_first_by_name_are_named() -> None:
    reports = REPORT.frame([{"known": date(2026, 6, 3), "publisher": name} for name in "hgfedcbaa"])
    june = _months(reports, COVERAGE.empty(), {}, date(2026, 6, 9))[0]
    assert list(june.publishers) == ["a", "b", "c"]

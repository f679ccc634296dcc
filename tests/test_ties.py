"""Ties: the filter is the one that the method page states, and uneven search does not make a patron strong."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import gamma

from comity import ties
from comity.flow import Picture
from comity.gravity import gravity
from comity.lake import Lake
from comity.tables import ACT, COVERAGE, TIE, WORLD, expect
from comity.vocabulary import TIES

AS_OF = date(2024, 12, 31)


def act(day: date, name: str = "x", known: date | None = None, **columns: object) -> dict[str, object]:
    return {
        "act": name,
        "date_from": day,
        "date_to": day,
        "known": known or day,
        "actors": ["TUR"],
        "recipients": ["KAZ"],
        "instrument": "exercise",
        "stage": "executed",
        "polarity": 1,
        "modality": "actual",
        "belief": 1.0,
        "reports": [name],
        "publishers": ["somebody"],
        **columns,
    }


def covered(detection: float = 1.0, a: str = WORLD, b: str = WORLD, **columns: object) -> list[dict[str, object]]:
    return [
        {"source": "s", "a": a, "b": b, "instrument": k, "detection": detection, "basis": "", "raw": "r"}
        | {"date_from": date(1980, 1, 1), "date_to": date(2030, 12, 31), "known": date(1980, 1, 1)}
        | columns
        for k in TIES
    ]


def now(table: pl.DataFrame, instrument: str = "exercise", view: str = "presence") -> dict[str, float]:
    row = table.filter(pl.col("instrument") == instrument, pl.col("view") == view).sort("month")[-1]
    return row.to_dicts()[0]


def tie(alpha: float, beta: float) -> dict[str, object]:
    """A tie without doubts."""
    return {"a": "KAZ", "b": "TUR", "instrument": "arms", "alpha": alpha, "beta": beta, "spread": 1.0}


def alone(row: dict[str, object]) -> ties.Array:
    """The draws of a tie without its doubts."""
    return ties.drawn({**row, "spread": 1.0})


def expected(instrument: str = "exercise") -> float:
    """Prior mean of Kazakhstan and Türkiye, acts a year."""
    return float(ties.prior_means([("KAZ", "TUR")], AS_OF)[0, TIES.index(instrument)])


def test_one_act_last_month_moves_alpha_by_its_belief_over_the_temper() -> None:
    prior = ties.priors()["exercise"]
    table = ties.weave(ACT.frame([act(AS_OF, belief=0.6)]), COVERAGE.frame(covered(1e-9)), AS_OF)
    row = now(table)
    assert row["alpha"] == pytest.approx(expected() * prior.years + 0.6 / prior.temper)
    assert row["beta"] == pytest.approx(prior.years)
    assert row["strength"] == pytest.approx(row["alpha"] / row["beta"])


def test_acts_that_nobody_looked_for_raise_no_tie() -> None:
    acts = ACT.frame([act(AS_OF - timedelta(days=40 * n), f"{n}") for n in range(6)])
    found = ties.weave(acts, COVERAGE.empty(), AS_OF)
    nothing = ties.weave(ACT.empty(), COVERAGE.empty(), AS_OF, pairs=[("KAZ", "TUR")])
    assert [now(found, k)["strength"] for k in TIES] == [now(nothing, k)["strength"] for k in TIES]
    assert found["acts"].explode().drop_nulls().n_unique() == 6  # on record all the same
    watched = ties.weave(acts, COVERAGE.frame(covered(0.5)), AS_OF)
    assert now(watched)["strength"] > now(nothing)["strength"]


def test_an_act_in_a_month_that_nobody_watched_is_on_record_and_moves_nothing() -> None:
    """Watched to the end of June; the act of October was found by the way, that of May was watched."""
    prior = ties.priors()["exercise"]
    watch = COVERAGE.frame(covered(1.0, date_from=date(2024, 5, 1), date_to=date(2024, 6, 30)))
    acts = ACT.frame([act(date(2024, 5, 9), "may"), act(date(2024, 10, 9), "october")])
    row = now(ties.weave(acts, watch, AS_OF))
    days = (31 * prior.memory**7 + 30 * prior.memory**6) / 365.25  # May and June, seven and six months old
    assert row["alpha"] == pytest.approx(row["prior"] * row["borrowed"] * prior.years + prior.memory**7 / prior.temper)
    assert row["beta"] == pytest.approx(prior.years + days / prior.temper)
    weighed = dict(ties.weights(acts, watch, AS_OF).select("act", "presence").iter_rows())
    assert weighed == pytest.approx({"may": prior.memory**7 / prior.temper, "october": 0})
    assert ties.weave(acts, watch, AS_OF)["acts"].explode().drop_nulls().n_unique() == 2


def test_the_part_of_an_act_that_was_watched_is_what_counts() -> None:
    """Known to the quarter, of which one month was watched: a third of the act, on one month of exposure."""
    long = act(date(2024, 10, 1), date_to=date(2024, 12, 31))
    watch = COVERAGE.frame(covered(1.0, date_from=date(2024, 12, 1), date_to=AS_OF))
    assert ties.weights(ACT.frame([long]), watch, AS_OF)["presence"].item() == pytest.approx(
        1 / 3 / ties.priors()["exercise"].temper
    )


def test_acts_found_by_the_way_between_watched_months_do_not_double_a_tie() -> None:
    """One act a month for forty years, every second month watched, the acts of the others brought along: 12 a year, not 24."""
    every = ties.month_ends(AS_OF)
    watch = [row for day in every[::2] for row in covered(date_from=day.replace(day=1), date_to=day)]
    acts = ACT.frame([act(day, f"{day}") for day in every])
    found = now(ties.weave(acts, COVERAGE.frame(watch), AS_OF))
    prior = ties.priors()["exercise"]
    seen, years = found["alpha"] - found["prior"] * found["borrowed"] * prior.years, found["beta"] - prior.years
    assert seen / years == pytest.approx(12, rel=0.02)


def test_an_act_weighs_half_after_one_half_life() -> None:
    prior = ties.priors()["exercise"]
    months = round(12 * prior.half_life)
    year, month = divmod(AS_OF.year * 12 + AS_OF.month - 1 - months, 12)
    old = ties.weights(ACT.frame([act(date(year, month + 1, 15))]), COVERAGE.frame(covered()), AS_OF)["presence"].item()
    new = ties.weights(ACT.frame([act(AS_OF)]), COVERAGE.frame(covered()), AS_OF)["presence"].item()
    assert old / new == pytest.approx(0.5 ** (months / 12 / prior.half_life))


def test_silence_decays_to_the_prior_and_not_to_zero() -> None:
    busy = ACT.frame([act(date(1990, 1, 1) + timedelta(days=30 * i), f"a{i}") for i in range(60)])
    uncovered = now(ties.weave(busy, COVERAGE.empty(), AS_OF))
    assert uncovered["strength"] == pytest.approx(expected(), rel=0.35)
    assert uncovered["prior_share"] == pytest.approx(1.0)


def test_watched_silence_lowers_a_tie_below_the_prior() -> None:
    table = ties.weave(ACT.empty(), COVERAGE.frame(covered()), AS_OF, pairs=[("TUR", "KAZ")])
    assert now(table)["strength"] < expected() / 2
    unwatched = ties.weave(ACT.empty(), COVERAGE.empty(), AS_OF, pairs=[("TUR", "KAZ")])
    assert now(unwatched)["strength"] == pytest.approx(expected())


def test_full_coverage_for_ever_approaches_the_true_rate() -> None:
    acts = [act(date(1985, 1, 15) + timedelta(days=round(91.3 * i)), f"a{i}") for i in range(160)]  # four a year
    table = ties.weave(ACT.frame(acts), COVERAGE.frame(covered()), AS_OF)
    row = now(table)
    prior = ties.priors()["exercise"]
    seen = prior.span / prior.temper
    by_hand = (expected() * prior.years + 4 * seen) / (prior.years + seen)
    assert row["strength"] == pytest.approx(by_hand, rel=0.15)
    assert row["low"] < 4 < row["high"]


def test_presence_and_bilateral_views_differ_by_the_number_of_others() -> None:
    drill = act(AS_OF, actors=["TUR"], recipients=["AZE", "KAZ", "KGZ", "UZB"])
    weighed = ties.weights(ACT.frame([drill]), COVERAGE.frame(covered()), AS_OF)
    assert len(weighed) == 10  # every pair of five
    assert (weighed["bilateral"] / weighed["presence"]).to_list() == pytest.approx([1 / 4] * 10)


def test_arms_tie_the_seller_to_each_buyer_and_not_the_buyers() -> None:
    sale = act(AS_OF, instrument="arms", stage="delivered", recipients=["KAZ", "KGZ"])
    assert ties.weights(ACT.frame([sale]), COVERAGE.frame(covered()), AS_OF).select("a", "b").rows() == [
        ("KAZ", "TUR"),
        ("KGZ", "TUR"),
    ]


@pytest.mark.parametrize(
    "columns",
    [
        {"stage": "announced"},
        {"stage": "cancelled"},
        {"polarity": -1},
        {"modality": "planned"},
        {"instrument": "economy"},
    ],
)
def test_what_is_not_done_cooperation_counts_for_nothing(columns: dict[str, object]) -> None:
    assert ties.weights(ACT.frame([act(AS_OF, **columns)]), COVERAGE.frame(covered()), AS_OF).is_empty()


def test_an_act_dated_to_the_year_is_spread_over_its_months() -> None:
    year = act(date(2024, 1, 1), date_to=date(2024, 12, 31))
    prior = ties.priors()["exercise"]
    by_hand = sum(prior.memory**age for age in range(12)) / 12 / prior.temper
    assert ties.weights(ACT.frame([year]), COVERAGE.frame(covered()), AS_OF)["presence"].item() == pytest.approx(
        by_hand
    )


def test_strength_is_prior_plus_weights_over_beta() -> None:
    acts = ACT.frame([act(date(2010 + i, 5, 9), f"a{i}", belief=0.3 + i / 20) for i in range(14)])
    row = now(ties.weave(acts, COVERAGE.frame(covered(0.7)), AS_OF))
    prior = ties.priors()["exercise"]
    total = ties.weights(acts, COVERAGE.frame(covered()), AS_OF)["presence"].sum()
    told = expected() * row["borrowed"] * prior.years
    assert row["strength"] == pytest.approx((told + total) / row["beta"], rel=1e-6)


def test_other_instruments_raise_what_is_expected_of_one_by_the_formula_of_the_method_page() -> None:
    """One sale last month, arms and exercises watched for a month: floor .3, power .5, temper of arms 2.5."""
    sale = act(AS_OF, instrument="arms", stage="delivered")
    month = COVERAGE.frame(covered(date_from=date(2024, 12, 1), date_to=AS_OF))
    row = now(ties.weave(ACT.frame([sale]), month, AS_OF))
    watched = {k: 31 / 365.25 / ties.priors()[k].temper for k in TIES if k != "exercise"}
    due = sum(expected(k) * years for k, years in watched.items())
    by_hand = ((0.3 + 1 / 2.5) / (0.3 + due)) ** 0.5
    assert row["borrowed"] == pytest.approx(by_hand)
    assert row["prior"] == pytest.approx(expected())
    assert row["alpha"] == pytest.approx(expected() * by_hand * ties.priors()["exercise"].years)


def test_an_instrument_borrows_nothing_from_itself_nor_from_what_nobody_watched() -> None:
    drill = ACT.frame([act(AS_OF)])
    only = [row for row in covered() if row["instrument"] == "exercise"]
    assert now(ties.weave(drill, COVERAGE.frame(only), AS_OF))["borrowed"] == 1
    assert now(ties.weave(ACT.empty(), COVERAGE.empty(), AS_OF, pairs=[("KAZ", "TUR")]))["borrowed"] == 1


def test_watched_silence_of_the_others_lowers_what_is_expected_and_acts_of_other_pairs_do_not() -> None:
    others = ACT.frame([act(AS_OF, "s", instrument="dialogue", stage="talks", recipients=["UZB"])])
    quiet = ties.weave(others, COVERAGE.frame(covered()), AS_OF, pairs=[("TUR", "KAZ"), ("TUR", "UZB")])
    assert now(quiet.filter(pl.col("a") == "KAZ"))["borrowed"] < 1
    alone = ties.weave(ACT.empty(), COVERAGE.frame(covered()), AS_OF, pairs=[("TUR", "KAZ")])
    assert now(quiet.filter(pl.col("a") == "KAZ"))["borrowed"] == pytest.approx(now(alone)["borrowed"])


def test_nothing_known_later_leaks() -> None:
    acts = [
        act(date(2020, 3, 1), "old"),
        act(date(2020, 4, 1), "late", known=date(2025, 6, 1)),
        act(date(2026, 1, 1), "new"),
    ]
    coverage = COVERAGE.frame(covered())
    with_later = ties.weave(ACT.frame(acts), coverage, AS_OF)
    without = ties.weave(ACT.frame(acts[:1]), coverage, AS_OF)
    assert with_later.equals(without)


def test_sources_that_both_cover_a_month_miss_what_both_miss() -> None:
    half = COVERAGE.frame(covered(0.5) + covered(0.5, source="other"))
    months = [date(2024, 11, 30), date(2024, 12, 31)]
    years = ties.exposure(half, [("KAZ", "TUR")], months)
    assert years[1, 0, 0] == pytest.approx(0.75 * 31 / 365.25)


def test_two_files_of_one_source_are_one_look() -> None:
    """Each file holds December whole: the source still shows half of what happened, not all of it."""
    twice = COVERAGE.frame(covered(0.5, raw="first") + covered(0.5, raw="second"))
    years = ties.exposure(twice, [("KAZ", "TUR")], [date(2024, 11, 30), date(2024, 12, 31)])
    assert years[1, 0, 0] == pytest.approx(0.5 * 31 / 365.25)


def test_a_source_that_stopped_covers_nothing_later() -> None:
    stopped = COVERAGE.frame(covered(date_to=date(2024, 12, 10)))
    years = ties.exposure(stopped, [("KAZ", "TUR")], [date(2024, 11, 30), date(2024, 12, 31)])
    assert years[:, 0, 0] == pytest.approx([30 / 365.25, 10 / 365.25])


def test_unequal_search_does_not_make_one_patron_look_stronger() -> None:
    """Two patrons with the same true ties, one searched 18 times a pair and one 4 times.

    One search turns up a random 12 % of what there is to find. The method is told the searches and never the truth,
    which is drawn from the prior, so that shrinkage is right on average.
    """
    rng = np.random.default_rng(7)
    prior = ties.priors()["exercise"]
    flat = np.full((60, len(TIES)), 0.5)
    truth = rng.gamma(flat[:, 0] * prior.years, 1 / prior.years)
    rows, found = {}, {}
    for patron, searches in (("TUR", 18), ("RUS", 4)):
        detection = 1 - 0.88**searches
        acts, pairs = [], []
        for i, rate in enumerate(truth):
            days = rng.uniform(0, 365.25 * 30, size=rng.poisson(rate * 30))
            seen = days[rng.random(len(days)) < detection]
            partner = f"P{i:02d}"
            pairs.append((partner, patron))
            acts += [
                act(
                    date(1995, 1, 1) + timedelta(days=int(d)), f"{patron}{i}-{n}", actors=[patron], recipients=[partner]
                )
                for n, d in enumerate(seen)
            ]
        table = ties.weave(ACT.frame(acts), COVERAGE.frame(covered(detection)), AS_OF, pairs, flat)
        here = (pl.col("month") == AS_OF) & (pl.col("instrument") == "exercise") & (pl.col("view") == "presence")
        rows[patron] = table.filter(here).sort("a")
        found[patron] = len(acts)
    assert found["RUS"] < 0.5 * found["TUR"]  # raw counts would make Russia look half as strong
    strong = {patron: table["strength"].to_numpy() for patron, table in rows.items()}
    apart = strong["TUR"] - strong["RUS"]
    assert abs(apart.mean()) < 2 * apart.std() / len(apart) ** 0.5
    for table in rows.values():
        inside = (table["low"].to_numpy() <= truth) & (truth <= table["high"].to_numpy())
        assert inside.mean() >= 0.85
    drawn = {p: np.array([alone(row) for row in t.iter_rows(named=True)]) for p, t in rows.items()}
    low, high = np.quantile(drawn["TUR"] - drawn["RUS"], [0.05, 0.95], axis=1)
    assert ((low <= 0) & (high >= 0)).mean() >= 0.9


def test_what_is_kept_of_a_tie_gives_its_200_draws_to_the_last_bit(tmp_path: Path) -> None:
    acts = [act(date(2010 + i, 5, 9), f"a{i}", belief=0.3 + i / 20) for i in range(14)]
    woven = ties.weave(ACT.frame(acts), COVERAGE.frame(covered(0.7)), AS_OF)
    Lake(tmp_path).replace(TIE, woven, "case")
    kept = Lake(tmp_path).read(TIE, "case").collect()
    for before, after in zip(woven.iter_rows(named=True), kept.iter_rows(named=True), strict=True):
        if before["month"] == AS_OF:
            assert np.array_equal(ties.drawn(before), ties.drawn(after))


def test_a_state_without_size_is_given_the_mean_of_the_world() -> None:
    table = ties.weave(ACT.empty(), COVERAGE.empty(), AS_OF, pairs=[("NATO", "TUR")])
    assert now(table)["prior"] == pytest.approx(gravity()["exercise"].world)


def test_doubt_widens_the_interval_and_leaves_the_estimate() -> None:
    acts = [act(date(2010 + i, 5, 9), f"a{i}") for i in range(14)]
    row = now(ties.weave(ACT.frame(acts), COVERAGE.frame(covered(0.7)), AS_OF))
    drawn = ties.drawn(row)
    assert row["spread"] > 1
    assert np.var(drawn) == pytest.approx(row["spread"] * np.var(alone(row)), rel=0.1)
    assert row["strength"] == row["alpha"] / row["beta"]


def test_doubt_about_detection_moves_the_share_of_a_rate_that_is_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all pairs are alike it is the only doubt: spread = 1 + (d strength evidence)^2 / (alpha / beta^2)."""
    alike = {k: [(p.half_life, p.temper, 1.0)] for k, p in ties.priors().items()}
    monkeypatch.setattr(ties, "doubts", lambda: alike)
    acts = [act(date(2010 + i, 5, 9), f"a{i}") for i in range(14)]
    row = now(ties.weave(ACT.frame(acts), COVERAGE.frame(covered(0.7)), AS_OF))
    evidence = 1 - ties.priors()["exercise"].years / row["beta"]
    moved = 0.25 * row["strength"] * evidence
    assert evidence > 0.5
    assert row["spread"] == pytest.approx(1 + moved**2 / (row["alpha"] / row["beta"] ** 2))


def test_how_pairs_differ_widens_a_rate_by_the_mean_square_of_what_it_would_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the pairs are as the common ones, three in ten forget half as fast, two in ten bunch twice as much."""
    acts, look = ACT.frame([act(date(2010 + i, 5, 9), f"a{i}") for i in range(14)]), COVERAGE.frame(covered(0.7))
    common = ties.priors()
    kinds = [(1.0, 1.0, 0.5), (2.0, 1.0, 0.3), (1.0, 2.0, 0.2)]
    doubts = {k: [(h * p.half_life, t * p.temper, share) for h, t, share in kinds] for k, p in common.items()}
    strengths = []
    for h, t, _ in kinds:
        other = {k: p._replace(half_life=h * p.half_life, temper=t * p.temper) for k, p in common.items()}
        with monkeypatch.context() as patch:
            patch.setattr(ties, "priors", lambda other=other: other)
            strengths.append(now(ties.weave(acts, look, AS_OF))["strength"])
    monkeypatch.setattr(ties, "doubts", lambda: doubts)
    row = now(ties.weave(acts, look, AS_OF))
    differ = sum(share * (s - strengths[0]) ** 2 for (*_, share), s in zip(kinds, strengths, strict=True))
    detection = 0.25 * row["strength"] * (1 - common["exercise"].years / row["beta"])
    assert row["spread"] == pytest.approx(1 + (differ + detection**2) * row["beta"] ** 2 / row["alpha"])
    assert differ > 0
    rate = gamma(row["alpha"] / row["spread"], scale=row["spread"] / row["beta"])
    assert (row["low"], row["high"]) == pytest.approx(tuple(rate.ppf([0.05, 0.95])))


def test_a_series_has_a_row_a_quarter_for_fifteen_years_with_the_acts_that_entered_in_it() -> None:
    days = {date(2024, 8, 15): date(2024, 9, 30), date(2024, 9, 30): date(2024, 9, 30), date(2024, 10, 1): AS_OF}
    table = ties.weave(ACT.frame([act(day, f"{day}") for day in days]), COVERAGE.frame(covered()), AS_OF)
    rows = table.filter(pl.col("instrument") == "exercise", pl.col("view") == "presence").sort("month")
    assert rows["month"].to_list()[-3:] == [date(2024, 6, 30), date(2024, 9, 30), AS_OF]
    assert len(rows) == 15 * 4
    shown = {id: month for month, ids in rows.select("month", "acts").iter_rows() for id in ids}
    assert shown == {f"{day}": month for day, month in days.items()}


def test_a_tie_tells_its_exposure_in_years_and_what_company_leaves_of_an_act() -> None:
    """A drill of five last month, watched at .7: in the bilateral view a quarter of it."""
    drill = act(AS_OF, actors=["TUR"], recipients=["AZE", "KAZ", "KGZ", "UZB"])
    month = [row for row in covered(0.7, date_from=date(2024, 12, 1)) if row["instrument"] == "exercise"]
    table = ties.weave(ACT.frame([drill]), COVERAGE.frame(month), AS_OF, pairs=[("KAZ", "TUR")])
    prior = ties.priors()["exercise"]
    for view, share in (("presence", 1), ("bilateral", 1 / 4)):
        row = now(table, view=view)
        assert row["exposure"] == pytest.approx(0.7 * 31 / 365.25)
        assert row["prior_share"] == pytest.approx(prior.years / row["beta"])
        assert row["alpha"] == pytest.approx(expected() * prior.years + share / prior.temper)
    every = COVERAGE.frame(covered(0.7, date_from=date(2024, 12, 1)))
    quiet = ties.weave(ACT.empty(), every, AS_OF, pairs=[("KAZ", "TUR")])
    assert [now(quiet, k)["exposure"] for k in TIES] == pytest.approx([0.7 * 31 / 365.25] * len(TIES))


def test_a_source_on_one_state_covers_its_pairs_and_no_other() -> None:
    own = COVERAGE.frame(covered(0.5, a="KAZ"))
    years = ties.exposure(own, [("KAZ", "TUR"), ("TUR", "UZB")], [date(2024, 11, 30), date(2024, 12, 31)])
    assert years[1, :, 0] == pytest.approx([0.5 * 31 / 365.25, 0])


def test_draws_are_the_even_quantiles_of_the_rate() -> None:
    drawn = np.sort(ties.drawn(tie(2.5, 3.0)))
    assert drawn == pytest.approx(gamma(2.5, scale=1 / 3).ppf((np.arange(200) + 0.5) / 200))


def test_a_rate_nobody_watched_carries_no_doubt_about_detection() -> None:
    row = now(ties.weave(ACT.empty(), COVERAGE.empty(), AS_OF, pairs=[("KAZ", "TUR")]))
    assert row["spread"] == pytest.approx(1)


@pytest.mark.parametrize("instrument", TIES)
def test_how_pairs_differ_adds_up_to_all_pairs(instrument: str) -> None:
    shares = [share for *_, share in ties.doubts()[instrument]]
    assert len(shares) == 9
    assert sum(shares) == pytest.approx(1, abs=0.01)


def test_no_evidence_gives_no_ties() -> None:
    assert ties.weave(ACT.empty(), COVERAGE.empty(), AS_OF).is_empty()
    expect(ties.weave(ACT.empty(), COVERAGE.empty(), AS_OF), TIE)


@given(st.floats(0.01, 200), st.floats(0.05, 100))
def test_the_interval_of_the_draws_holds_the_median(alpha: float, beta: float) -> None:
    drawn = ties.drawn(tie(alpha, beta))
    low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95])
    assert low <= middle <= high
    assert drawn.mean() == pytest.approx(alpha / beta, rel=0.25, abs=1e-3)


@pytest.mark.parametrize("instrument", TIES)
def test_every_prior_keeps_the_estimate_inside_its_interval(instrument: str) -> None:
    table = ties.weave(ACT.empty(), COVERAGE.frame(covered()), AS_OF, pairs=[("TUR", "KAZ")])
    row = now(table, instrument)
    assert row["low"] <= row["strength"] <= row["high"]


def test_two_ties_of_one_strength_are_drawn_in_orders_of_their_own() -> None:
    one, other = ties.drawn(tie(2.0, 1.0)), ties.drawn(tie(2.0, 1.0) | {"instrument": "exercise"})
    assert np.array_equal(np.sort(one), np.sort(other))
    assert not np.array_equal(one, other)


def test_what_was_watched_is_where_there_is_exposure(picture: Picture) -> None:
    ends, pairs = ties.month_ends(picture.as_of), sorted(set(picture.ties.select("a", "b").iter_rows()))
    looked = ties.exposure(picture.coverage, pairs, ends) > 0
    assert 0 < looked.mean() < 1
    assert np.array_equal(ties._watched(picture.coverage, pairs, ends), looked)

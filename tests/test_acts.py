"""Acts: reports of one act become one, and belief counts independent voices only."""

import random
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import acts
from comity.flow import Picture
from comity.tables import REPORT


def report(
    name: str, text: str = "Türkiye and Kazakhstan held the drill Steppe Shield", **columns: Any
) -> dict[str, Any]:
    day = columns.pop("day", date(2023, 5, 9))
    return {
        "report": name,
        "source": "casebook",
        "publisher": f"publisher of {name}",
        "raw": f"file {name}",
        "coder": "hand",
        "date_from": day,
        "date_to": day,
        "known": day,
        "actors": ["TUR"],
        "recipients": ["KAZ"],
        "instrument": "exercise",
        "stage": "executed",
        "polarity": 1,
        "modality": "actual",
        "belief": 0.8,
        "text": text,
        **columns,
    }


def merged(*rows: dict[str, Any]) -> pl.DataFrame:
    return acts.merge(REPORT.frame(list(rows)))


def test_two_independent_reports_of_one_drill_are_one_act_believed_more() -> None:
    found = merged(report("a"), report("b", "The drill Steppe Shield was held by Kazakhstan and Türkiye"))
    assert found["reports"].to_list() == [["a", "b"]]
    assert found["belief"].item() == pytest.approx(1 - 0.2 * 0.2)


def test_one_publisher_repeating_itself_is_one_voice() -> None:
    found = merged(report("a", publisher="AA"), report("b", publisher="AA", belief=0.5))
    assert found["belief"].item() == pytest.approx(0.8)
    assert found["publishers"].to_list() == [["AA"]]


def test_forty_machine_readings_of_one_story_are_one_voice() -> None:
    rows = [report(f"g{i:02d}", "CAMEO 062", coder="gdelt", source="gdelt", belief=0.15) for i in range(40)]
    found = merged(*rows)
    assert found["belief"].item() == pytest.approx(0.15)
    assert len(found["reports"].item()) == 40


def test_a_machine_reading_of_the_same_days_joins_the_hand_coded_act() -> None:
    found = merged(report("a"), report("g", "CAMEO 062", coder="gdelt", belief=0.15))
    assert found["belief"].item() == pytest.approx(1 - 0.2 * 0.85)
    assert found["text"].item().endswith("Steppe Shield")


@pytest.mark.parametrize(("days", "acts_"), [(3, 1), (4, 2)])
def test_a_machine_reading_of_vague_days_joins_no_act(days: int, acts_: int) -> None:
    """A record that may be of any day of a week is no second voice for a drill of one of them."""
    wide = {"date_from": date(2023, 5, 9), "date_to": date(2023, 5, 9 + days)}
    assert len(merged(report("a"), report("g", "CAMEO 062", coder="gdelt", **wide))) == acts_


def test_what_the_surest_report_leaves_out_is_filled_from_the_others() -> None:
    found = merged(report("a", belief=0.9, platform=None), report("b", platform="Anka", place="Osh"))
    assert found.select("platform", "place", "forum").row(0) == ("Anka", "Osh", None)


@pytest.mark.parametrize(
    ("mine", "other", "acts_"),
    [
        ({}, {}, 1),
        ({"value_usd": 5.0}, {"value_usd": 5.0}, 1),
        ({"value_usd": 5.0}, {"value_usd": 6.0}, 2),
        ({"platform": "Anka"}, {"platform": "Aksungur"}, 2),
        ({"platform": "Anka"}, {}, 1),
        ({"platform": "TB2"}, {"platform": "Bayraktar TB2", "date_to": date(2023, 5, 31)}, 1),  # "in May"
        ({"platform": "TB2"}, {"platform": "Bayraktar Akıncı"}, 2),
        ({}, {"date_to": date(2023, 5, 19)}, 1),
        ({}, {"date_to": date(2023, 5, 20)}, 2),  # "this month" is no day to be joined by
    ],
)
def test_sentences_that_our_coder_read_are_one_act_unless_what_they_name_keeps_them_apart(
    mine: dict[str, Any], other: dict[str, Any], acts_: int
) -> None:
    one = report("a", "They trained together in the hills", coder="comity", **mine)
    assert len(merged(one, report("b", "Курсанты прибыли на полигон", coder="comity", **other))) == acts_


def ended(name: str, text: str, instrument: str = "rupture", **columns: Any) -> dict[str, Any]:
    """France ended something with Mali, as our coder read it."""
    sides = {"actors": ["FRA"], "recipients": ["MLI"], "polarity": -1, "stage": "ended", "coder": "comity"}
    return report(name, text, instrument=instrument, **{**sides, **columns})


FORCE = {"text": "The last 2,400 soldiers left Gao", "instrument": "basing", "belief": 0.6}


def test_a_rupture_and_the_tie_that_was_ended_are_one_act_of_that_name() -> None:
    """Told as a rupture, and surer of that; the report that says what was ended names the act and speaks for it."""
    for names in ("ab", "ba"):
        (act,) = merged(ended(names[0], "They break with Bamako", belief=0.8), ended(names[1], **FORCE)).to_dicts()
        assert (act["act"], act["instrument"], act["text"]) == ("a", "basing", FORCE["text"])
        assert act["reports"] == ["a", "b"]
        assert act["belief"] == pytest.approx(1 - 0.2 * 0.4)


@pytest.mark.parametrize(
    ("columns", "acts_"),
    [
        ({}, 1),
        ({"stage": "suspended"}, 1),
        ({"date_to": date(2023, 5, 19)}, 1),
        ({"date_to": date(2023, 5, 20)}, 2),  # "this month"
        ({"day": date(2023, 5, 10)}, 2),
        ({"actors": ["MLI"], "recipients": ["FRA"]}, 2),  # one sends home, the other leaves
        ({"actors": ["FRA", "MLI"], "recipients": []}, 1),
        ({"recipients": ["MLI", "NER"]}, 2),
        ({"stage": "announced"}, 2),  # a threat
        ({"stage": "refused"}, 2),
        ({"modality": "planned"}, 2),
        ({"polarity": 1, "stage": "executed"}, 2),
        ({"instrument": "coercion"}, 2),
        ({"instrument": "alliance_shift"}, 2),
    ],
)
def test_a_rupture_is_the_end_of_a_tie_only_if_the_same_party_ended_it_then(
    columns: dict[str, Any], acts_: int
) -> None:
    other = {"instrument": "basing", **columns}
    assert len(merged(ended("a", "They break"), ended("b", "Troops left", **other))) == acts_


def test_ends_of_two_ties_on_one_day_are_two_acts_of_which_a_rupture_joins_one() -> None:
    two = [ended("b", "The accord is void", "agreement"), ended("c", "The base is shut", "basing")]
    assert merged(*two)["reports"].to_list() == [["b"], ["c"]]
    assert sorted(merged(ended("a", "They break"), *two)["reports"].to_list()) == [["a", "b"], ["c"]]
    assert sorted(merged(*two, ended("d", "They break, and the base is shut"))["reports"].to_list()) == [["b"], ["c", "d"]]  # fmt: skip


def test_a_hand_made_file_that_tells_of_rupture_and_tie_tells_of_two_acts() -> None:
    rows = [ended(name, "France broke with Mali", kind, coder="hand", raw="f") for name, kind in (("a", "rupture"), ("b", "basing"))]  # fmt: skip
    assert len(merged(*rows)) == 2
    assert len(merged(rows[0], rows[1] | {"raw": "g"})) == 1
    assert len(merged(rows[0], rows[1] | {"raw": "g", "text": "The last soldiers went home from Gao"})) == 2


def test_names_keep_two_drills_apart_and_no_ends_of_one_tie() -> None:
    """One sentence names the place, the other who speaks."""
    told = ("France handed over the camp of Kossei", "As Paris reshapes West Africa, its soldiers went home")
    for columns, acts_ in (({}, 1), ({"polarity": 1, "stage": "executed"}, 2), ({"value_usd": 2e6}, 1)):
        assert len(merged(*(ended(n, t, "basing", **columns) for n, t in zip("ab", told, strict=True)))) == acts_
    values = (ended(n, t, "basing", value_usd=v) for n, t, v in zip("ab", told, (1e6, 2e6), strict=True))
    assert len(merged(*values)) == 2


def test_merging_ends_again_gives_what_merging_them_anew_gives() -> None:
    rows = [
        ended(f"{day:02d}{n}", f"Words {n}", kind, day=date(2023, 5, day), known=date(2023, 5, day + n))
        for day in (2, 4, 9)
        for n, kind in enumerate(("rupture", "basing", "agreement"))
    ]
    whole = REPORT.frame(rows)
    for gone in range(len(rows)):
        fewer = REPORT.frame([row for n, row in enumerate(rows) if n != gone])
        assert again(whole, fewer).equals(acts.merge(whole))
        assert again(fewer, whole).equals(acts.merge(fewer))


def test_a_reprint_speaks_with_the_voice_that_it_prints() -> None:
    rows = [report(name, publisher=f"paper {name}", voice="AA", belief=0.5) for name in "ab"]
    assert merged(*rows)["belief"].item() == pytest.approx(0.5)


def test_reports_in_roughly_the_same_words_are_one_act_at_one_place_only() -> None:
    texts = (
        "Paratroopers jumped from helicopters over the range",
        "Helicopters dropped soldiers on the range at dawn",
    )
    assert acts.SIMILAR_WORDS_SAME_PLACE < acts.alike(*texts) < acts.SIMILAR_WORDS
    assert len(merged(*(report(n, t, place="Osh") for n, t in zip("ab", texts, strict=True)))) == 1
    assert len(merged(*(report(n, t, place=p) for n, t, p in zip("ab", texts, ("Osh", "Naryn"), strict=True)))) == 2


def test_a_value_in_dollars_tells_of_one_act_across_languages() -> None:
    texts = ("They signed for the vehicles", "Стороны подписали договор о поставке машин")
    for values, acts_ in (((2e6, 2e6), 1), ((2e6, 3e6), 2)):
        rows = [report(n, t, value_usd=v) for n, t, v in zip("ab", texts, values, strict=True)]
        assert len(merged(*rows)) == acts_


@pytest.mark.parametrize(("there", "acts_"), [("700", 1), ("900", 2)])
def test_a_number_tells_of_one_act_across_languages(there: str, acts_: int) -> None:
    texts = ("Some 700 paratroopers took part", f"В учениях приняли участие {there} десантников")
    assert len(merged(*(report(n, t) for n, t in zip("ab", texts, strict=True)))) == acts_


def test_two_rows_of_one_hand_made_file_are_two_acts() -> None:
    assert len(merged(report("a", raw="f"), report("b", raw="f"))) == 2


@pytest.mark.parametrize(
    "columns",
    [
        {"day": date(2023, 5, 10)},
        {"recipients": ["UZB"]},
        {"recipients": ["KAZ", "UZB"]},
        {"instrument": "training"},
        {"polarity": -1},
        {"modality": "planned"},
        {"text": "Ministers opened a naval academy wing in Aktau"},
    ],
)
def test_reports_that_differ_in_what_matters_are_two_acts(columns: dict[str, Any]) -> None:
    assert len(merged(report("a"), report("b", **columns))) == 2


def test_who_is_named_first_does_not_make_another_act() -> None:
    assert len(merged(report("a"), report("b", actors=["KAZ"], recipients=["TUR"]))) == 1


def test_a_sale_of_which_nobody_is_said_to_receive_ties_its_parties_and_else_sellers_to_buyers() -> None:
    def tied(**columns: Any) -> list[tuple[str, str, float]]:
        return [tuple(p) for p in acts.pairs(report("a", instrument="arms", **columns))]

    assert tied(actors=["TUR", "KAZ"], recipients=[]) == [("KAZ", "TUR", 1.0)]
    assert tied(actors=["TUR"], recipients=["KAZ", "UZB"]) == [("KAZ", "TUR", 0.5), ("TUR", "UZB", 0.5)]


@pytest.mark.parametrize("instrument", ["frictions", "agreement"])
def test_what_one_does_against_two_is_nothing_between_these_two(instrument: str) -> None:
    """A raid from one state on two others, or a pact that one of three breaks; what all three do together ties all."""

    def tied(polarity: int, recipients: list[str]) -> list[tuple[str, str]]:
        row = report("a", instrument=instrument, actors=["AFG"], recipients=recipients, polarity=polarity)
        return [(p.a, p.b) for p in acts.pairs(row)]

    assert tied(-1, ["CHN", "TJK"]) == [("AFG", "CHN"), ("AFG", "TJK")]
    assert tied(1, ["CHN", "TJK"]) == [("AFG", "CHN"), ("AFG", "TJK"), ("CHN", "TJK")]


def test_a_precise_report_narrows_a_vague_one() -> None:
    vague = report("a", date_from=date(2023, 1, 1), date_to=date(2023, 12, 31))
    found = merged(vague, report("b"))
    assert found.select("date_from", "date_to").row(0) == (date(2023, 5, 9), date(2023, 5, 9))


def test_later_reports_never_rename_an_act() -> None:
    early = report("zz", known=date(2023, 6, 1))
    late = report("aa", known=date(2024, 6, 1))
    assert merged(early)["act"].item() == merged(early, late)["act"].item() == "zz"


def test_the_same_platform_is_the_same_delivery_in_two_vintages() -> None:
    sale = {"instrument": "arms", "stage": "delivered", "platform": "Anka"}
    found = merged(report("a", "3 Anka", **sale), report("b", "Three unmanned aircraft", **sale))
    assert len(found) == 1


def test_an_order_and_its_delivery_in_two_editions_of_a_register_are_two_acts_though_most_words_are_alike() -> None:
    line = {"instrument": "arms", "coder": "sipri", "platform": "Bastion"}
    rows = [
        report(f"{stage}{edition}", f"Chad {said} 7 Bastion (APC) from France; order of 2019.", stage=stage, raw=edition, **line)
        for edition in ("2025", "2026")
        for stage, said in (("delivered", "began to receive"), ("signed", "ordered"))
    ]  # fmt: skip
    found = merged(*rows)
    assert {tuple(ids) for ids in found["reports"]} == {
        ("delivered2025", "delivered2026"),
        ("signed2025", "signed2026"),
    }


def test_no_reports_make_no_acts() -> None:
    assert acts.merge(REPORT.empty()).is_empty()


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 20), st.sampled_from(["hand", "gdelt"]), st.sampled_from("fgh")),
        max_size=25,
    )
)
def test_every_report_is_in_exactly_one_act(facts: list[tuple[int, int, str, str]]) -> None:
    rows = [
        report(
            f"r{i}",
            coder=coder,
            raw=raw,
            date_from=date.fromordinal(738000 + d),
            date_to=date.fromordinal(738000 + d + n),
        )
        for i, (d, n, coder, raw) in enumerate(facts)
    ]
    found = merged(*rows)
    told = sorted(r for reports in found["reports"].to_list() for r in reports)
    assert told == sorted(r["report"] for r in rows)
    assert all(start <= end for start, end in found.select("date_from", "date_to").iter_rows())


def again(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The acts of some reports, from those of others."""
    both = [now.filter(~now.hash_rows().is_in(before.hash_rows().implode())), before.filter(~before.hash_rows().is_in(now.hash_rows().implode()))]  # fmt: skip
    return acts.merge_again(now.lazy(), *both, acts.merge(before))


def test_merging_again_gives_what_merging_anew_gives(picture: Picture) -> None:
    """Reports come, go and change at random, some of them to other days; only where they do are they merged."""
    reports = picture.reports
    rng = random.Random(1)
    for _ in range(3):
        fewer = reports.filter(pl.Series([rng.random() < 0.9 for _ in range(len(reports))]))
        hit = pl.int_range(pl.len()) % 50 == rng.randrange(50)
        late = pl.when(hit).then(pl.col("date_to") + pl.duration(days=40)).otherwise("date_to")
        other = fewer.with_columns(belief=pl.when(hit).then(0.3).otherwise("belief"), date_to=late)
        assert again(reports, other).equals(acts.merge(reports))
        assert again(other, reports).equals(acts.merge(other))
    assert again(reports.head(0), reports).is_empty()


def test_only_what_hangs_together_by_days_is_merged_again() -> None:
    """Reports of one pair: May and June hang together over a report of both months, July does not."""
    days = {"may": (5, 5), "both": (5, 6), "june": (6, 6), "july": (7, 7)}
    rows = [report(name, date_from=date(2024, a, 2), date_to=date(2024, b, 20)) for name, (a, b) in days.items()]
    reports = REPORT.frame(rows)
    spans = acts._spans(reports.lazy())
    near = acts._near(spans, spans.filter(pl.col("report") == "may").collect())
    chained = acts._chained(near.with_columns(parties=acts._parties()), pl.Series(["may"]))
    assert set(chained["report"]) == {"may", "both", "june"}

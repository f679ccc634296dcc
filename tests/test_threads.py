"""Threads: stages of one deal are one thread, two deals are two, and nothing known later moves a link."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from comity.acts import parties
from comity.flow import Picture
from comity.tables import ACT
from comity.threads import Deals, ridden, seen, threads


def act(name: str, day: str, stage: str, text: str, **columns: Any) -> dict[str, Any]:
    when = date.fromisoformat(day)
    return {
        "act": name, "date_from": when, "date_to": when, "known": when, "actors": ["TUR"], "recipients": ["KGZ"],
        "instrument": "arms", "stage": stage, "polarity": 1, "modality": "actual", "belief": 0.8, "text": text,
        "reports": [name], "publishers": [name], **columns,
    }  # fmt: skip


def groups(*rows: dict[str, Any]) -> set[frozenset[str]]:
    found = threads(ACT.frame(list(rows)))
    return {frozenset(g["act"]) for _, g in found.group_by("thread")}


ANNOUNCED = act("a", "2021-03-01", "announced", "Kyrgyzstan said it would buy Bayraktar TB2 drones.", platform="Bayraktar TB2", actors=["KGZ"], recipients=["TUR"])  # fmt: skip
SIGNED = act("s", "2021-06-01", "signed", "Baykar signed a contract for Bayraktar TB2 drones.", platform="Bayraktar TB2", quantity=3.0)  # fmt: skip
DELIVERED = act("d", "2021-12-18", "delivered", "Three Bayraktar TB2 drones reached the border troops.", platform="TB2", quantity=3.0)  # fmt: skip


def test_announced_signed_and_delivered_are_one_thread() -> None:
    found = threads(ACT.frame([ANNOUNCED, SIGNED, DELIVERED]))
    assert set(found["thread"]) == {"a"}
    assert found.filter(pl.col("act") == "d")["beside"].item() == "s"
    assert "platform tb2" in found.filter(pl.col("act") == "d")["why"].item()


@pytest.mark.parametrize(
    "change",
    [
        {"platform": "Akinci"},  # another platform
        {"date_from": date(2021, 1, 1), "date_to": date(2021, 1, 9)},  # it came before it was promised
        {"date_from": date(2028, 1, 1), "date_to": date(2028, 1, 9)},  # more than five years later
        {"recipients": ["KAZ"]},  # another party
        {"instrument": "aid"},  # a gift, not a sale
        {"quantity": 6.0},  # more came than was ordered
        {"text": "A delegation toured the depot.", "platform": None, "quantity": None},  # nothing says that it is this
    ],
)
def test_what_differs_is_another_deal(change: dict[str, Any]) -> None:
    assert groups(SIGNED, DELIVERED) == {frozenset("sd")}
    assert groups(SIGNED, DELIVERED | change) == {frozenset("s"), frozenset("d")}


def deal(name: str, day: str, stage: str, text: str = "", **columns: Any) -> dict[str, Any]:
    """An act that says nothing but what its columns hold."""
    return act(name, day, stage, text, **columns)


def likeness(*rows: dict[str, Any]) -> float | None:
    return threads(ACT.frame(list(rows))).filter(pl.col("act") == rows[-1]["act"])["likeness"].item()


@pytest.mark.parametrize(
    ("both", "score"),
    [
        ({"platform": "TB2"}, 0.6),  # a designation with a number
        ({"platform": "Cobra", "value_usd": 1e8}, 0.3 + 0.3),
        ({"platform": "Cobra", "quantity": 40.0}, 0.3 + 0.3),
        ({"platform": "TB2", "value_usd": 1e8, "quantity": 3.0, "place": "Osh"}, 0.6 + 0.3 + 0.15),
        ({"platform": "Cobra", "place": "Osh"}, None),  # .45 is not enough
        ({"value_usd": 1e8, "place": "Osh"}, None),
        ({"quantity": 40.0}, None),  # forty of what
    ],
)
def test_what_two_stages_have_in_common_adds_up(both: dict[str, Any], score: float | None) -> None:
    found = likeness(deal("s", "2021-06-01", "signed", **both), deal("d", "2021-12-18", "delivered", **both))
    assert found == (None if score is None else pytest.approx(score))


def test_words_in_common_weigh_by_how_rare_they_were_so_far() -> None:
    """At the second act of two "turbines" stood in both, the others in one: ln(1 + 2/3)^2 / (ln(1 + 2/3)^2 + ln(2)^2) = .352."""
    cobra = {"platform": "Cobra"}
    signed, came = (deal(name, f"2021-0{n}-01", stage, text, **cobra) for n, (name, stage, text) in enumerate([("s", "signed", "turbines propellers"), ("d", "delivered", "turbines rotors")], 1))  # fmt: skip
    assert likeness(signed, came) == pytest.approx(0.3 + 0.352, abs=1e-3)


@pytest.mark.parametrize(
    ("promised", "come", "same"),
    [
        ({"platform": "Otokar Cobra"}, {"platform": "Cobra"}, True),
        ({"platform": "Otokar Cobra"}, {"platform": "Otokar Arma"}, False),
        ({"value_usd": 100.0}, {"value_usd": 109.0}, True),
        ({"value_usd": 100.0}, {"value_usd": 111.0}, False),
        ({"quantity": 40.0}, {"quantity": 43.0}, True),
        ({"quantity": 40.0}, {"quantity": 46.0}, False),  # more than was promised
    ],
)
def test_names_and_numbers_may_differ_by_a_little(promised: dict[str, Any], come: dict[str, Any], same: bool) -> None:
    other = {"platform": "Cobra", "value_usd": 50.0} if "value_usd" not in promised else {"platform": "Cobra"}
    signed, came = (deal(n, d, s, **(other | more)) for n, d, s, more in (("s", "2021-06-01", "signed", promised), ("d", "2021-12-18", "delivered", come)))  # fmt: skip
    assert (len(groups(signed, came)) == 1) is same


def test_an_act_joins_the_deal_that_it_is_most_like_and_not_the_first_that_it_might_be() -> None:
    first, second = (deal(f"s{n}", f"2021-0{n}-01", "signed", platform="TB2", value_usd=n * 100.0) for n in (1, 2))
    came = deal("d", "2021-12-18", "delivered", platform="TB2", value_usd=200.0)
    assert groups(first, second, came) == {frozenset({"s1"}), frozenset({"s2", "d"})}


@pytest.mark.parametrize(
    ("instrument", "day", "parts"),
    [("arms", "2023-10-01", 1), ("arms", "2024-04-01", 2), ("industry", "2021-10-01", 2)],
    ids=["within three years", "after more", "no series"],
)
def test_an_order_of_arms_is_delivered_in_parts(instrument: str, day: str, parts: int) -> None:
    rows = (deal(f"d{when}", when, "delivered", platform="TB2", instrument=instrument) for when in ("2021-02-01", day))
    assert len(groups(*rows)) == parts


def test_a_plan_is_a_stage_of_its_deal() -> None:
    planned = deal("p", "2021-06-01", "announced", platform="TB2", modality="planned")
    came = deal("d", "2021-12-18", "delivered", platform="TB2")
    assert groups(planned, came) == {frozenset("pd")}
    assert threads(ACT.frame([planned | {"modality": "hypothetical"}, came]))["act"].to_list() == ["d"]


def test_two_orders_of_one_platform_are_two_threads_and_each_delivery_goes_to_its_own() -> None:
    second = SIGNED | {"act": "s2", "quantity": 9.0, "text": "A contract for nine more Bayraktar TB2 drones was signed.", "date_from": date(2021, 9, 1), "date_to": date(2021, 9, 1), "known": date(2021, 9, 1)}  # fmt: skip
    came = DELIVERED | {"act": "d2", "quantity": 9.0, "text": "Nine more Bayraktar TB2 drones came.", "date_from": date(2022, 5, 1), "date_to": date(2022, 5, 1), "known": date(2022, 5, 1)}  # fmt: skip
    assert groups(SIGNED, second, DELIVERED, came) == {frozenset({"s", "d"}), frozenset({"s2", "d2"})}


def listed(name: str, stage: str, year: int, ordered: int, n: int = 1) -> dict[str, Any]:
    """A row of a yearly register: told of on one day of the next year, dated to the year."""
    said = f"Mali {'ordered' if stage == 'signed' else 'began to receive'} {n} Su-25 (ground-attack aircraft) from Russia; order of {ordered}."
    days = {"date_from": date(year, 1, 1), "date_to": date(year, 12, 31), "known": date(year + 1, 3, 15)}
    return act(name, f"{year}-01-01", stage, said, platform="Su-25", quantity=float(n)) | days


def test_a_delivery_that_names_the_year_of_its_order_belongs_to_no_order_of_another_year() -> None:
    first, second = listed("s20", "signed", 2020, 2020), listed("s22", "signed", 2022, 2022)
    assert groups(first, second, listed("d22", "delivered", 2022, 2020), listed("d23", "delivered", 2023, 2022)) == {
        frozenset({"s20", "d22"}), frozenset({"s22", "d23"}),
    }  # fmt: skip


def test_of_acts_known_on_one_day_an_order_stands_before_its_delivery_whatever_their_ids() -> None:
    came, one, two = listed("a", "delivered", 2022, 2022), listed("y", "signed", 2022, 2022), listed("z", "signed", 2022, 2022, 2)  # fmt: skip
    assert groups(came, one, two) == {frozenset("ay"), frozenset("z")}


def test_a_licence_in_the_line_of_an_order_is_no_deal_of_its_own() -> None:
    order = act("o", "2016-07-01", "signed", "Poland ordered 96 K-9 from South Korea; order of 2016.", platform="K-9")
    said = "Poland was to make 96 K-9 itself, with South Korea; order of 2016."
    licence = act("l", "2016-07-01", "signed", said, platform="K-9", instrument="industry")
    told = licence | {"act": "t", "text": "A plant for the K-9 was agreed."}  # by no register
    assert ridden([order, licence, told]) == {"l"}
    assert ridden([licence]) == set()
    assert ridden([order | {"platform": "K-10"}, licence]) == set()
    assert ridden([order | {"recipients": ["KAZ"]}, licence]) == set()


def test_a_drill_renewed_each_year_is_a_deal_a_year() -> None:
    rows = [
        act(
            f"{stage[0]}{year}",
            f"{year}-{month}-01",
            stage,
            f"The drill Steppe Shield {year} near Almaty.",
            instrument="exercise",
            place="Almaty",
        )
        for year in (2021, 2022, 2023)
        for month, stage in (("01", "announced"), ("05", "executed"))
    ]
    assert groups(*rows) == {frozenset({f"a{y}", f"e{y}"}) for y in (2021, 2022, 2023)}
    assert groups(rows[0], rows[5]) == {frozenset({"a2021"}), frozenset({"e2023"})}


def test_a_multilateral_offer_and_a_bilateral_signature_are_not_one() -> None:
    assert len(groups(ANNOUNCED | {"recipients": ["TUR", "KAZ"]}, SIGNED)) == 2


def test_talks_and_pressure_belong_to_no_thread() -> None:
    talk = act("t", "2021-01-01", "executed", "The ministers met.", instrument="dialogue")
    rupture = act("r", "2021-01-01", "suspended", "The programme was halted.", instrument="rupture", polarity=-1)
    assert threads(ACT.frame([talk, rupture, SIGNED]))["act"].to_list() == ["s"]
    assert threads(ACT.empty()).is_empty()


def test_nothing_known_later_moves_a_link(picture: Picture) -> None:
    whole = dict(threads(picture.acts).select("act", "thread").iter_rows())
    for day in (date(2015, 1, 1), date(2021, 1, 1), date(2024, 1, 1)):
        then = threads(picture.acts.filter(pl.col("known") <= day)).select("act", "thread")
        assert dict(then.iter_rows()).items() <= whole.items()
    assert len(set(whole.values())) < len(whole)


def test_a_delivery_of_another_deal_does_not_answer_for_this_one() -> None:
    other = act("o", "2021-05-01", "signed", "A contract for Cobra armoured vehicles.", platform="Otokar Cobra")
    rows = [SIGNED, other, DELIVERED]
    deals = Deals.among(ACT.frame(rows))
    done = [DELIVERED]
    assert seen(SIGNED, {"TUR", "KGZ"}, done, deals) == "d"
    assert seen(other, {"TUR", "KGZ"}, done, deals) is None
    loose = DELIVERED | {"act": "l", "platform": None, "text": "Some equipment was handed over.", "quantity": None}
    deals = Deals.among(ACT.frame([*rows, loose]))
    assert seen(other, {"TUR", "KGZ"}, [DELIVERED, loose], deals) == "l"  # it may belong to this deal
    early = loose | {"date_from": SIGNED["date_from"] - timedelta(400), "date_to": SIGNED["date_from"] - timedelta(400)}
    assert seen(other, {"TUR", "KGZ"}, [early], Deals.among(ACT.frame([*rows, early]))) is None


def test_the_threads_of_some_states_are_those_that_they_have_among_all(picture: Picture) -> None:
    asked = {"TUR", "KAZ"}
    theirs = [row["act"] for row in picture.acts.iter_rows(named=True) if asked <= {*parties(row)}]
    every = threads(picture.acts)
    assert threads(picture.acts, asked).equals(every.filter(pl.col("act").is_in(theirs)))
    assert 0 < len(every.filter(pl.col("act").is_in(theirs))) < len(every)


def test_the_documentation_counts_the_links_of_the_casebook(picture: Picture) -> None:
    found = threads(picture.acts)
    more = found.group_by("thread").len().filter(pl.col("len") > 1)
    page = (Path(__file__).parents[1] / "docs/method/measurement.md").read_text("utf-8")
    assert f"casebook alone, all {(more['len'] - 1).sum()} ({len(more)} threads)" in page

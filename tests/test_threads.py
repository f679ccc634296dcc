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
from comity.threads import Deals, seen, threads


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


def test_two_orders_of_one_platform_are_two_threads_and_each_delivery_goes_to_its_own() -> None:
    second = SIGNED | {"act": "s2", "quantity": 9.0, "text": "A contract for nine more Bayraktar TB2 drones was signed.", "date_from": date(2021, 9, 1), "date_to": date(2021, 9, 1), "known": date(2021, 9, 1)}  # fmt: skip
    came = DELIVERED | {"act": "d2", "quantity": 9.0, "text": "Nine more Bayraktar TB2 drones came.", "date_from": date(2022, 5, 1), "date_to": date(2022, 5, 1), "known": date(2022, 5, 1)}  # fmt: skip
    assert groups(SIGNED, second, DELIVERED, came) == {frozenset({"s", "d"}), frozenset({"s2", "d2"})}


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

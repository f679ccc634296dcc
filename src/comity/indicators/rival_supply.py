"""I9: who arms the partner?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from comity.indicators.card import NUMBER, SHARE, Card
from comity.indicators.evidence import COVERED, Evidence, Reading, gap
from comity.numerals import percent
from comity.scores import around
from comity.stocks import TYPICAL, VAGUE
from comity.stocks import shares as shares_of
from comity.tables import OBSERVED, WORLD
from comity.ties import Array

REGISTER = "tiv_delivered"
YEARS, BEFORE = 5, 15  # window, and how far back a supplier may have been known already
CARD = Card(
    "I9",
    "Rival supply pressure",
    "The share of a partner's arms that rivals delivered in the last five covered years; beside it the patron's share, the "
    "share of newcomers, and the effective number of suppliers.",
    f"shares s = TIV of a supplier / all TIV over {YEARS} years; suppliers = 1 / sum of s squared (Herfindahl); "
    f"interval from Dirichlet({VAGUE} + TIV / {TYPICAL:g}), one supplier not seen among them",
    "share of rivals, 0 to 1",
    "a high share of rivals is exposed; its effect on rupture has not been shown",
    (
        "TIV measures military worth, not price; small arms and most services are not in the register.",
        "A register line's TIV is spread evenly over its delivery years unless the edition gives it year by year.",
        "The value is the register's own share, among all suppliers that it names; few deliveries give a wide interval.",
        "Deliveries below 0.5 TIV, whose worth the register does not tell, and those of unknown suppliers are in no share.",
    ),
    "SIPRI arms transfers register and its TIV method; Herfindahl and Hirschman; Dirichlet with Jeffreys prior",
    f"a year of the {YEARS} that is due and not in the register lowers the coverage; below {percent(COVERED)} there is no reading",
    sources=("sipri",),
    parts=(("patron", "share, 0 to 1"), ("newcomers", "share, 0 to 1"), ("suppliers", "number, 1 and up")),
    ranges={"": SHARE, "suppliers": NUMBER},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Four readings a partner: rivals' share, patron's share, newcomers' share, effective suppliers."""
    register = evidence.measures.filter(pl.col("name") == REGISTER, pl.col("value") > 0)
    last = _last_year(evidence, register)
    for partner in evidence.roles.held:
        if last is None:
            yield gap(partner, 0.0, "no arms register has been read")
            continue
        mine = edition(register.filter(pl.col("subject").str.ends_with(f">{partner}")), evidence.as_of)
        yield from _of_partner(evidence, partner, mine, last)


def _of_partner(evidence: Evidence, partner: str, register: pl.DataFrame, last: int) -> Iterator[Reading]:
    coverage = max(0, YEARS - max(0, due(evidence.as_of) - last)) / YEARS
    window = register.filter(pl.col("date").dt.year().is_between(last - YEARS + 1, last))
    tiv = by_supplier(window)
    if coverage < COVERED or not tiv:
        why = (
            f"the register ends in {last}"
            if coverage < COVERED
            else f"no delivery recorded in {last - YEARS + 1}-{last}"
        )
        yield gap(partner, coverage, why)
        return
    earlier = register.filter(pl.col("date").dt.year().is_between(last - BEFORE + 1, last - YEARS))
    known = set(by_supplier(earlier))
    names, shares = list(tiv), np.array([*tiv.values(), 0.0]) / sum(tiv.values())
    drawn = shares_of(tiv, partner)
    groups = {
        partner: [*(s in evidence.roles.rivals for s in names), False],
        f"{partner}:patron": [*(s == evidence.roles.patron for s in names), evidence.roles.patron not in names],
        f"{partner}:newcomers": [*(s not in known for s in names), True],
    }
    note = f"{last - YEARS + 1}-{last}, {sum(tiv.values()):.0f} TIV from {', '.join(names)}"
    used = sorted(window["measure"])
    for subject, group in groups.items():
        ids = sorted({*used, *earlier["measure"]}) if subject.endswith("newcomers") else used
        yield _reading(subject, float(shares[group].sum()), drawn[:, group].sum(axis=1), coverage, note, ids)
    yield _reading(f"{partner}:suppliers", effective(shares), 1 / (drawn**2).sum(axis=1), coverage, note, used)


def edition(register: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The newest edition made by a day, or the oldest there is: two editions hold the same deliveries twice."""
    if register.is_empty():
        return register
    dated = register.with_columns(pl.col("vintage").fill_null(date.min))
    editions = sorted(set(dated.select("vintage", "raw").iter_rows()))
    by_then = [e for e in editions if e[0] <= as_of]
    vintage, raw = by_then[-1] if by_then else editions[0]
    return dated.filter(pl.col("vintage") == vintage, pl.col("raw") == raw)


def by_supplier(register: pl.DataFrame) -> dict[str, float]:
    """TIV by supplier, largest first."""
    table = register.group_by(supplier=pl.col("subject").str.split(">").list.first()).agg(pl.col("value").sum())
    return dict(table.sort("value", "supplier", descending=[True, False]).iter_rows())


def effective(shares: Array) -> float:
    """Effective number of suppliers: 1 / sum of squared shares."""
    return float(1 / np.sum(np.square(shares)))


def _reading(subject: str, value: float, drawn: Array, coverage: float, note: str, used: list[str]) -> Reading:
    return Reading(subject, *around(value, drawn), coverage, OBSERVED, note, used)


def due(as_of: date) -> int:
    """The last year that a register published every March would cover by now."""
    return as_of.year - 1 if (as_of.month, as_of.day) >= (3, 15) else as_of.year - 2


def _last_year(evidence: Evidence, register: pl.DataFrame) -> int | None:
    """The last year that the register says it covers, and not beyond what was due."""
    whole = evidence.coverage.filter(
        pl.col("source").is_in(set(register["source"])), pl.col("a") == WORLD, pl.col("known") <= evidence.as_of
    )
    ends = [day.year for day in whole["date_to"]]
    return min(max(ends), due(evidence.as_of)) if ends else None

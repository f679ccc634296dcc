"""One query string for every page: what the reader asks for, as one frozen value, so that every view is a link."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from comity.errors import UsageError
from comity.scenarios import catalogue
from comity.scenarios.card import ALL, HOLD, SHOCK
from comity.ties import PRESENCE, VIEWS
from comity.vocabulary import INSTRUMENTS

LANGUAGES = ("en",)
FIRST_YEAR = 1800  # no source tells of an earlier day; 24-06-30 is a typing mistake
KEYS = {
    "as_of": "nothing known after this day is shown",
    "instruments": "only these instruments, separated by commas; all when absent",
    "partners": "only these partners, by code; all of the case when absent",
    "rivals": "only these rivals beside the patron, by code; all of the case when absent",
    "from": "first day of the period looked at",
    "to": "last day of the period looked at",
    "view": "presence: a multilateral act counts 1 for each pair; bilateral: it counts 1/(n-1)",
    "lang": "language of the page",
    "scenario": "a scenario of the case by name",
    "shock": "shocks assumed, KIND:ACTOR->TARGET[:SIZE], separated by commas",
    "hold": "holds assumed, KIND[:PARTNER][:SIZE], separated by commas",
    "months": "how many months a scenario looks ahead; as many as its file says, or 24, when absent",
    "threshold": "chance of a first rupture under which a set of holds is enough; that without shocks when absent",
    "kind": "one more shock or hold, with actor, target and size, as a form sends it",
    "actor": "who does it; a hold is always the patron's",
    "target": "to whom; all for every partner",
    "size": "how much of it, 0 to 3; 1 when absent",
}
ASSUMED = ("scenario", "shock", "hold", "months", "threshold")  # the keys that only a scenario has


@dataclass(frozen=True)
class Query:
    """What the reader asks for; a field at its default is absent from the address."""

    as_of: date | None = None
    instruments: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    view: str = PRESENCE
    lang: str = "en"
    scenario: str = ""
    shocks: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    months: int | None = None
    threshold: float | None = None

    def replace(self, **changes: Any) -> Query:
        """The same question with some fields changed."""
        return dataclasses.replace(self, **changes)

    def pairs(self) -> list[tuple[str, str]]:
        """Key and value of each field that is not at its default, in the order of ``KEYS``."""
        values = {
            "as_of": self.as_of and self.as_of.isoformat(),
            "instruments": ",".join(self.instruments),
            "partners": ",".join(self.partners),
            "rivals": ",".join(self.rivals),
            "from": self.start and self.start.isoformat(),
            "to": self.end and self.end.isoformat(),
            "view": self.view if self.view != PRESENCE else "",
            "lang": self.lang if self.lang != "en" else "",
            "scenario": self.scenario,
            "shock": ",".join(self.shocks),
            "hold": ",".join(self.holds),
            "months": "" if self.months is None else str(self.months),
            "threshold": f"{self.threshold:g}" if self.threshold is not None else "",
        }
        return [(key, value) for key, value in values.items() if value]

    def to_query_string(self) -> str:
        """The address's query string without its question mark; empty when everything is at its default."""
        return urlencode(self.pairs(), safe=",:>")

    def plain(self) -> Query:
        """The same question without a scenario: what other pages are asked."""
        return self.replace(scenario="", shocks=(), holds=(), months=None, threshold=None)

    def link(self, path: str) -> str:
        """A path with this question behind it."""
        asked = self.to_query_string()
        return f"{path}?{asked}" if asked else path


def parse(items: Iterable[tuple[str, str]]) -> Query:
    """The question that a query string asks; a key may come twice, and an empty value is no value.

    Raises ``UsageError`` for a key or a value that this page does not know: a typing mistake in ``as_of`` must not
    quietly show another day.

    >>> parse([("instruments", "arms"), ("instruments", "exercise"), ("from", "2022")]).to_query_string()
    'instruments=exercise,arms&from=2022-01-01'
    """
    given: dict[str, list[str]] = {}
    for key, value in items:
        if key not in KEYS:
            raise UsageError(
                f"the address asks for {_shown(key)}, which no page knows; it may ask for {', '.join(KEYS)}"
            )
        given.setdefault(key, []).extend(part.strip() for part in value.split(",") if part.strip())
    as_of, start, end = (
        day(text, f"{key}=", first=key == "from") if (text := _one(key, given)) else None
        for key in ("as_of", "from", "to")
    )
    if start and end and start > end:
        raise UsageError(f"the period ends ({end}) before it starts ({start}); swap from= and to=")
    return Query(
        as_of=as_of,
        instruments=_words("instruments", given, INSTRUMENTS),
        partners=_codes("partners", given),
        rivals=_codes("rivals", given),
        start=start,
        end=end,
        view=_word("view", given, VIEWS),
        lang=_word("lang", given, LANGUAGES),
        scenario=_one("scenario", given) or "",
        **_assumed(given),
    )


def _assumed(given: Mapping[str, list[str]]) -> dict[str, Any]:
    """Shocks, holds, months and threshold; one more that a form sends is put with the others."""
    found = {side: list(dict.fromkeys(given.get(side, []))) for side in (SHOCK, HOLD)}
    if kind := _one("kind", given):
        if kind not in catalogue():
            raise UsageError(f"kind={_shown(kind)} is not known; choose from {', '.join(catalogue())}")
        size, side, target = _one("size", given), catalogue()[kind].card.side, _one("target", given) or ALL
        by = f"{(_one('actor', given) or '').upper()}->" if side == SHOCK else ""  # a hold is the patron's
        words = f"{kind}:{by}{target if target == ALL else target.upper()}" + (
            f":{size}" if size and size != "1" else ""
        )
        found[side].append(words)
    try:
        months, threshold = _one("months", given), _one("threshold", given)
        ahead = int(months) if months else None
        limit = float(threshold) if threshold else None
    except ValueError:
        raise UsageError("months= is a whole number, threshold= a chance between 0 and 1") from None
    if limit is not None and not 0 <= limit <= 1:
        raise UsageError(f"threshold={limit:g}: a chance lies between 0 and 1")
    return {"shocks": tuple(found[SHOCK]), "holds": tuple(found[HOLD]), "months": ahead, "threshold": limit}


def wanted(asked: Sequence[str], known: Sequence[str], key: str) -> tuple[str, ...]:
    """The codes asked for, or all that the case knows; ``UsageError`` for one that the case does not have."""
    if strange := [code for code in asked if code not in known]:
        raise UsageError(f"{key}={','.join(strange)}: this case knows {', '.join(known)}")
    return tuple(code for code in known if code in asked) if asked else tuple(known)


def _one(key: str, given: Mapping[str, list[str]]) -> str | None:
    values = list(dict.fromkeys(given.get(key, [])))
    if len(values) > 1:
        raise UsageError(f"{key} is asked for more than once: {', '.join(map(_shown, values))}; keep one")
    return values[0] if values else None


def day(text: str, where: str, *, first: bool) -> date:
    """A day as readers write it: whole, or a month or year for its ``first`` day or its last. ``UsageError`` says ``where``."""
    try:
        match [int(part) for part in text.split("-")]:
            case [year, *_] if year < FIRST_YEAR:
                pass
            case [year]:
                return date(year, 1, 1) if first else date(year, 12, 31)
            case [year, month]:
                begin = date(year, month, 1)
                return begin if first else (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            case [year, month, number]:
                return date(year, month, number)
    except (ValueError, OverflowError):
        pass
    raise UsageError(f"{where}{_shown(text)} is no date since {FIRST_YEAR}; write it as 2024-06-30, 2024-06 or 2024")


def _words(key: str, given: Mapping[str, list[str]], known: Iterable[str]) -> tuple[str, ...]:
    asked = given.get(key, [])
    if strange := [word for word in asked if word not in known]:
        raise UsageError(f"{key}={_shown(strange[0])} is not known; choose from {', '.join(known)}")
    return tuple(word for word in known if word in asked)


def _word(key: str, given: Mapping[str, list[str]], known: Sequence[str]) -> str:
    text = _one(key, given) or known[0]
    if text not in known:
        raise UsageError(f"{key}={_shown(text)} is not known; choose from {', '.join(known)}")
    return text


def _codes(key: str, given: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Codes as written; whether the case has them is for ``wanted`` to say."""
    return tuple(dict.fromkeys(code.upper() for code in given.get(key, [])))


def _shown(text: str) -> str:
    """What the reader typed, cut short, for a message."""
    return repr(text if len(text) <= 40 else text[:40] + "…")

"""Names in many scripts become codes on a given day: ISO 3166-1 alpha-3, our own codes where ISO has none, and organisations.

Names come from CLDR in fifteen languages and from the small tables in ``knowledge/``. An unknown name is an error that
names the row and the nearest names known; it is never a guess. A capital stands for its government ("Ankara said") and is
marked as a metonym, so that a reader may refuse it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from babel import Locale
from rapidfuzz import process

from comity.errors import UnknownState
from comity.knowledge import table

LANGUAGES = ["en", "tr", "ru", "kk", "ky", "uz", "uz_Cyrl", "tk", "tg", "az", "fa", "ar", "zh", "fr", "de", "uk"]
REGIONS = {
    "former Soviet Union": ((359, 359), (365, 373), (701, 705)),
    "Americas": ((2, 165),),
    "Europe": ((200, 399),),
    "Africa": ((400, 599),),
    "Middle East": ((600, 698),),
    "Asia and Oceania": ((700, 999),),
}
NAME, DEMONYM, CAPITAL = "name", "demonym", "capital"
FORMER, ORGANISATION, CODE = "former state", "organisation", "code"

# Where GDELT's CAMEO country codes are not ISO's. Its region codes (EUR, AFR, WST ...) are nobody's in ISO.
_CAMEO = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "KSV": "XKX", "SCG": "SRB", "YUG": "SRB"}
# Numbers of the Correlates of War project whose state depends on the day: (last day, code), the last one open.
_COW: dict[int, tuple[tuple[str, str], ...]] = {
    260: (("9999-12-31", "DEU"),),
    265: (("9999-12-31", "DDR"),),
    315: (("9999-12-31", "CSK"),),
    340: (("9999-12-31", "SRB"),),
    345: (("2003-02-03", "YUG"), ("2006-06-04", "SCG"), ("9999-12-31", "SRB")),
    365: (("1991-12-25", "SUN"), ("9999-12-31", "RUS")),
    678: (("9999-12-31", "YEM"),),
    680: (("9999-12-31", "YMD"),),
    817: (("9999-12-31", "VDR"),),
}


class Named(NamedTuple):
    """What a name stands for, and how: name, demonym, capital, former state, organisation or code."""

    code: str
    kind: str


class Former(NamedTuple):
    """A state that is no more."""

    name: str
    first: date
    last: date
    now: str  # who sits in its chair


def resolve(name: str, on: date | None = None, where: str = "") -> str:
    """The code that a name stands for on a day; see ``named``."""
    return named(name, on, where).code


def named(name: str, on: date | None = None, where: str = "") -> Named:
    """The code that a name stands for on a day, and how.

    Raises ``UnknownState`` naming ``where``: for a name that is unknown (with the nearest ones), that may mean two
    states, or that stands for a state which had ended by then.
    """
    said = f"{where}: " if where else ""
    if is_code(name.strip().upper()):
        return _still(Named(name.strip().upper(), CODE), on, said)
    plain = _plain(name)
    if plain in (twice := _ambiguous()):
        raise UnknownState(
            f"{said}{name!r} may be {' or '.join(f'{name_of(c)} ({c})' for c in twice[plain])}; say which"
        )
    for names in (_english, _others):
        if found := names().get(plain):
            return _still(found, on, said)
    near = process.extract(plain, list(_english()), limit=3, score_cutoff=75)
    hint = f"; did you mean {', '.join(dict.fromkeys(name_of(_english()[n].code) for n, *_ in near))}?" if near else ""
    raise UnknownState(f"{said}{name!r} is no state, organisation or bloc known here{hint}")


def known(code: str, where: str) -> str:
    """The same code; ``UnknownState`` naming ``where`` when it is none."""
    if is_code(code):
        return code
    try:
        hint = f"; write its code, {resolve(code)}"
    except UnknownState:
        near = process.extract(code, list(_alpha2()), limit=3, score_cutoff=60)
        hint = "; near it are " + ", ".join(n for n, *_ in near) if near else ""
    raise UnknownState(f"{where}: {code!r} is no code of a state or organisation{hint}")


def is_code(code: str) -> bool:
    """Whether a code is one of a state, past or present, or of an organisation."""
    return is_state(code) or code in _former() or code in _organisations()


def is_state(code: str) -> bool:
    """Whether a code is one of a present state or territory: ISO 3166-1 alpha-3 or one of our own."""
    return code in _alpha2() or code in _OWN


def alpha2_of(code: str) -> str | None:
    """ISO 3166-1 alpha-2 of a present state, where the standard gives it one."""
    return _alpha2().get(code)


@lru_cache(maxsize=1024)
def name_of(code: str) -> str:
    """The English name of a code; the code itself when it is nobody's."""
    if code in _OWN or code in _organisations():
        return _OWN.get(code) or _organisations()[code]
    if code in _former():
        return _former()[code].name
    return str(Locale.parse("en").territories.get(_alpha2().get(code, ""), code))


def called(code: str) -> str:
    """A state's name inside a sentence.

    >>> called("USA"), called("KAZ")
    ('the United States', 'Kazakhstan')
    """
    name = name_of(code)
    return f"the {name}" if _ARTICLE.search(name) else name


_ARTICLE = re.compile(r"^United |(Republic|Islands|Netherlands|Philippines|Maldives|Bahamas|Gambia|Union)$")


_OWN = {"XKX": "Kosovo", "ABK": "Abkhazia", "OST": "South Ossetia", "NCY": "Northern Cyprus", "TRN": "Transnistria", "ANT": "Netherlands Antilles"}  # fmt: skip


@cache
def blocs() -> tuple[str, ...]:
    """Every organisation whose members are known."""
    return tuple(dict.fromkeys(row["bloc"] for row in table("blocs")))


def family(code: str) -> str | None:
    """The family of a state's main official language; None where the knowledge file does not have it."""
    return {row["state"]: row["family"] for row in table("families")}.get(code)


def members(bloc: str, on: date) -> tuple[str, ...]:
    """The states in a bloc on a day, in alphabetical order; ``UnknownState`` for a bloc without a list."""
    if bloc not in blocs():
        raise UnknownState(f"{bloc!r} is no bloc with a list of members")
    inside = (
        row["members"].split(";")
        for row in table("blocs")
        if row["bloc"] == bloc and row["from"] <= on.isoformat() <= (row["to"] or "9999")
    )
    return tuple(sorted(code for codes in inside for code in codes))


class Country(NamedTuple):
    """How large a state is and where its capital lies; from Natural Earth, in the public domain."""

    population: float
    gdp_musd: float  # million US dollars, 2019
    lat: float
    lon: float


@cache
def countries() -> dict[str, Country]:
    """The states that Natural Earth's coarse map has, 172 of them; small islands and city states are not among them."""
    names = Country._fields
    return {row["code"]: Country(*(float(row[n]) for n in names)) for row in table("countries")}


def tongues(code: str) -> dict[str, float]:
    """Languages of a state and the share of its people who speak each, 0-1 (CLDR); empty where the knowledge file has none.

    Shares may add up to more than 1; scripts of one language are one.
    """
    return _tongues().get(code, {})


@cache
def _tongues() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in table("languages"):
        found.setdefault(row["state"], {})[row["language"]] = float(row["share"])
    return found


def from_cameo(code: str) -> str | None:
    """The state of a CAMEO country code as GDELT writes it; None for a region, for no country and for an empty field."""
    code = _CAMEO.get(code, code)
    return code if is_state(code) else None


def from_fips(code: str) -> str | None:
    """The state of a FIPS 10-4 country code, which GDELT uses for places; None for none. RB and RI are both Serbia."""
    return _codes("fips").get("RI" if code == "RB" else code)


def from_cow(number: int, on: date) -> str | None:
    """The state of a Correlates of War (or Gleditsch-Ward) number on a day; None for a number that is no state's."""
    if dated := _COW.get(number):
        return next(code for last, code in dated if on.isoformat() <= last)
    return _codes("cow").get(str(number))


def successor(code: str) -> str:
    """Who carries on a former state's ties (Russia the Soviet Union's); the same code for a state of today."""
    former = _former().get(code)
    return former.now if former else code


def region(code: str) -> str:
    """The part of the world a state lies in, by its Correlates of War number; ``elsewhere`` for one without a number.

    The states of the former Soviet Union are a region of their own, in Europe and Asia.
    """
    number = _numbers().get(successor(code))
    return next(
        (name for name, spans in REGIONS.items() if number and any(a <= number <= b for a, b in spans)), "elsewhere"
    )


@cache
def from_icews(name: str) -> str | None:
    """The state that an ICEWS name ends in, as Police (Uganda), or is; None for persons, organisations and whatever is no state."""
    inside = re.search(r"\(([^()]+)\)$", name)
    try:
        code = resolve(inside[1] if inside else name)
    except UnknownState:
        return None
    return code if is_state(code) else None


def from_sipri(name: str) -> str | None:
    """The state of a supplier or recipient as SIPRI spells it in any edition; None for unknown parties and non-state groups.

    SIPRI marks armed groups with * and organisations with **. Raises ``UnknownState`` for a name that is nobody's.
    """
    plain = name.strip()
    if plain.casefold().startswith("unknown") or (plain.endswith("*") and not plain.endswith("**")):
        return None
    bare = plain.rstrip("*")
    return _SIPRI[bare] if bare in _SIPRI else resolve(bare)


_SIPRI: dict[str, str | None] = {"Congo": "COG", "East Germany (GDR)": "DDR", "Yemen Arab Republic (North Yemen)": "YEM", "Katanga": None, "Biafra": None, "Regional Security System": None}  # fmt: skip


def _still(found: Named, on: date | None, said: str) -> Named:
    """The same, unless it is a state that had ended by that day."""
    former = _former().get(found.code)
    if former and on and on > former.last:
        raise UnknownState(
            f"{said}{former.name} ended on {former.last}, and this is of {on}; its seat is {name_of(former.now)}'s ({former.now})"
        )
    return found


def _plain(name: str) -> str:
    """A name without case, marks, apostrophes and articles, so that Türkiye, TURKIYE and turkiye are one."""
    folded = unicodedata.normalize("NFKD", name.replace("ı", "i").replace("İ", "i").casefold()).replace("ı", "i")
    kept = "".join(
        " " if c in "-–_,()" else c for c in folded if not unicodedata.combining(c) and c not in "'’ʻʼ`‘.\u200c"
    )
    words = kept.replace("&", " and ").split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


@cache
def _alpha2() -> dict[str, str]:
    return {row["code"]: row["alpha2"] for row in table("iso")}


@cache
def _organisations() -> dict[str, str]:
    return {row["code"]: row["name"] for row in table("organisations")}


@cache
def _former() -> dict[str, Former]:
    return {
        row["code"]: Former(
            row["name"].split(";")[0], date.fromisoformat(row["from"]), date.fromisoformat(row["to"]), row["now"]
        )
        for row in table("former")
    }


@cache
def _codes(system: str) -> dict[str, str]:
    return {row[system]: row["code"] for row in table("codes") if row[system]}


@cache
def _numbers() -> dict[str, int]:
    return {row["code"]: int(row["cow"]) for row in table("codes") if row["cow"]}


@cache
def _ambiguous() -> dict[str, list[str]]:
    return {_plain(row["name"]): row["codes"].split(";") for row in table("ambiguous")}


@cache
def _english() -> dict[str, Named]:
    """Names in English and those of our own tables; of two meanings the earlier kind wins."""
    return _gathered([*_listed(), *_cldr("en")])


@cache
def _others() -> dict[str, Named]:
    """Names in every other language, read when English does not know a name."""
    return _gathered(pair for told in _TOLD for lang in LANGUAGES[1:] for pair in told(lang))


def spellings() -> Iterator[tuple[str, Named, str]]:
    """Every spelling known here with what it stands for and its language; the language is empty for our own tables."""
    yield from ((name, meaning, "") for name, meaning in _listed())
    for lang in LANGUAGES:
        yield from ((name, meaning, lang) for told in _TOLD for name, meaning in told(lang))


def _gathered(pairs: Iterable[tuple[str, Named]]) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for name, meaning in pairs:
        found.setdefault(_plain(name), meaning)
    return {name: meaning for name, meaning in found.items() if name not in _ambiguous()}


def _listed() -> Iterator[tuple[str, Named]]:
    for file, column, kind in _LISTS:
        for row in table(file):
            yield from ((name, Named(row["code"], kind)) for name in row[column].split(";") if name)


# Knowledge file, its column, what a name in it is; of two meanings the earlier wins.
_LISTS = (
    ("names", "name", NAME),
    ("former", "name", FORMER),
    ("organisations", "name", ORGANISATION),
    ("organisations", "also", ORGANISATION),
    ("demonyms", "names", DEMONYM),
    ("capitals", "names", CAPITAL),
)


def _cldr(lang: str) -> Iterator[tuple[str, Named]]:
    territories = Locale.parse(lang).territories
    for code, alpha2 in [*_alpha2().items(), ("XKX", "XK")]:
        if name := territories.get(alpha2):
            yield from ((written, Named(code, NAME)) for written in _variants(name))
    yield from ((territories[code], Named(code, ORGANISATION)) for code in ("EU", "UN") if code in territories)


def _variants(name: str) -> Iterator[str]:
    """A name as CLDR has it, and as running text does: without the older one in brackets, without spaces around a dash or with one for it."""
    yield name
    if " (" in name:
        yield name.partition(" (")[0]
    if " - " in name or " – " in name:
        yield re.sub(" [-–] ", "-", name)
    elif "-" in name:
        yield name.replace("-", " ")


def _seats(lang: str) -> Iterator[tuple[str, Named]]:
    """Capitals for which CLDR has a time zone; not those whose name is also a state's ("Алжир", in Turkish "Cuba" for Juba)."""
    locale = Locale.parse(lang)
    names = set(locale.territories.values())
    for zone, code in _zones().items():
        city = _city(locale.time_zones, zone)
        if city and city not in names and not (city.isascii() and _plain(city) in _english()):
            yield city, Named(code, CAPITAL)


@cache
def _zones() -> dict[str, str]:
    """Time zones named after a capital, with its state."""
    capitals = {_plain(name): row["code"] for row in table("capitals") for name in row["names"].split(";")}
    english = Locale.parse("en").time_zones
    named = {
        zone: _city(english, zone) or zone.rpartition("/")[2].replace("_", " ")
        for zone in map(str, Locale.parse("ru").time_zones)
    }
    return {zone: capitals[plain] for zone, city in named.items() if (plain := _plain(city)) in capitals}


def _city(zones: Mapping[str, Mapping[str, str]], zone: str) -> str:
    return zones[zone].get("city", "") if zone in zones else ""


def _peoples(lang: str) -> Iterator[tuple[str, Named]]:
    for row in table("peoples") if lang in _PEOPLES else ():
        yield from ((name, Named(row["code"], DEMONYM)) for name in row[lang].split(";") if name)


_PEOPLES = {"ru", "de", "fr", "tr", "ar"}  # the columns of the knowledge file
_TOLD = (_cldr, _seats, _peoples)  # of two meanings the earlier wins

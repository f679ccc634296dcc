"""Names in many scripts become codes on a given day."""

from __future__ import annotations

import csv
import unicodedata
from datetime import date
from functools import cache
from importlib.resources import files

from babel import Locale

from comity.errors import UnknownState

LANGUAGES = "en tr ru kk ky uz uz_Cyrl tk tg az fa ar zh fr de uk".split()
ORGANISATIONS = {"OTS": "Organization of Turkic States", "CSTO": "Collective Security Treaty Organization", "SCO": "Shanghai Cooperation Organisation", "NATO": "NATO", "EU": "European Union", "CIS": "Commonwealth of Independent States"}


@cache
def _alpha2() -> dict[str, str]:
    rows = csv.DictReader(files("comity").joinpath("knowledge/iso.csv").read_text("utf-8").splitlines())
    return {row["code"]: row["alpha2"] for row in rows}


def is_state(code: str) -> bool:
    return code in _alpha2()


def known(code: str, where: str) -> str:
    if is_state(code) or code in ORGANISATIONS:
        return code
    raise UnknownState(f"{where}: {code!r} is no state or organisation")


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKD", name).casefold().replace("ı", "i").encode("utf-8").decode().split())


@cache
def _names() -> dict[str, str]:
    names = {}
    for language in LANGUAGES:
        territories = Locale.parse(language).territories
        for code, alpha2 in _alpha2().items():
            if alpha2 in territories:
                names.setdefault(_plain(territories[alpha2]), code)
    return names


def resolve(name: str, on: date | None = None, where: str = "") -> str:
    if is_state(name.upper()) or name.upper() in ORGANISATIONS:
        return name.upper()
    if code := _names().get(_plain(name)):
        return code
    raise UnknownState(f"{where}: {name!r} is no state known")


def name_of(code: str, lang: str = "en") -> str:
    return ORGANISATIONS.get(code) or Locale.parse(lang).territories.get(_alpha2().get(code, ""), code)

"""In which cases a name is met: the parts of it that stay, and the endings that may follow each, language by language.

Russian goes by Zaliznyak's classes: adjectives before the noun and the noun itself decline, what follows it stands still
("Организация тюркских государств"). The Turkic languages glue their endings to the name as it is; in a people's adjective
that is made of a state's name ("қазақстандық", "moldovalı") the capital letter goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from comity.coding.text import fold
from comity.knowledge import table
from comity.states import CAPITAL, DEMONYM, NAME

_OF_ANY_CLASS = {"leader", "company"}  # names of persons and firms
_BODIES = {"institution", "organisation"}
_TURKIC_LATIN, _TURKIC_CYRILLIC = ("tr", "az", "uz", "tk"), ("kk", "ky", "uz_Cyrl", "tg")


class Declined(NamedTuple):
    """One part of a name that does not change, folded, with the endings that it is met with."""

    lang: str  # whose endings they are; "plain" for none
    stem: str
    endings: frozenset[str]
    small: bool = False  # written without a capital letter, though the name has one


def declined(name: str, kind: str, lang: str) -> Iterator[Declined]:
    """Every way in which a name's script and language decline it."""
    plain = fold(name)
    first = plain[0]
    if "一" <= first <= "鿿":
        yield _as_it_is("zh", plain)
    elif "\u0600" <= first <= "\u06ff":
        arabic = lang in {"ar", ""} and kind == DEMONYM
        yield _as_it_is("ar" if arabic else "fa" if lang in {"fa", ""} else "plain", plain)
    elif "\u0400" <= first <= "\u04ff":
        yield from _cyrillic(name, plain, kind, lang)
    else:
        yield from _latin(name, plain, kind, lang)


def _as_it_is(group: str, plain: str) -> Declined:
    lang, endings = _group(group)
    return Declined(lang, plain, endings)


@cache
def _group(name: str) -> tuple[str, frozenset[str]]:
    return name.partition("-")[0], _endings()[name] | {""}


def _latin(name: str, plain: str, kind: str, lang: str) -> Iterator[Declined]:
    if kind == DEMONYM and lang in {"de", "fr"}:
        yield _as_it_is("de-people" if lang == "de" else "fr", plain)
        return
    if kind == DEMONYM and name[0].islower():  # written so in every language here but English
        yield from (_as_it_is(group, plain) for group in (*_TURKIC_LATIN, "de", "fr"))
        return
    yield _as_it_is("en" if kind == DEMONYM and not lang else "plain", plain)
    if name.isupper():
        yield from _abbreviated(("uz",), plain)
    elif lang in {"de", "fr"} and len(plain) > 3:
        yield _as_it_is(lang, plain)
    elif kind in _OF_ANY_CLASS | _BODIES and len(plain) > 3:
        yield from _body(plain, kind)
    elif lang in _TURKIC_LATIN or (lang == "" and kind in {NAME, DEMONYM, CAPITAL}):
        yield from _turkic(_TURKIC_LATIN if lang == "" else (lang,), plain, kind if lang else "")


def _body(plain: str, kind: str) -> Iterator[Declined]:
    """A person, firm or body: Azerbaijani and Uzbek have no apostrophe ("Əliyevin"), Turkish has none after a body ("Harp Okulunda")."""
    for group in ("az-body", "uz-body", "tr-body")[: 2 + (kind in _BODIES)]:
        lang, endings = _group(group)
        woman = {"a"} if plain.endswith(("ev", "ov")) else set()  # "Əliyeva" is another person
        yield Declined(lang, plain, endings - woman)


def _abbreviated(groups: tuple[str, ...], plain: str) -> Iterator[Declined]:
    """Most languages put a hyphen or an apostrophe before an abbreviation's ending; these do not ("ODKBga")."""
    if len(plain) > 2:
        yield from (_as_it_is(group, plain) for group in groups)


def _turkic(groups: tuple[str, ...], plain: str, kind: str) -> Iterator[Declined]:
    for group in groups:
        yield _as_it_is(group, plain)
        if kind == NAME and f"{group}-adj" in _endings():
            yield Declined(group, plain, _endings()[f"{group}-adj"], small=True)
        if group == "tk" and plain[-1] in _VOICED:
            yield Declined(group, plain[:-1] + _VOICED[plain[-1]], _endings()["tk-vowel"])


_VOICED = {"t": "d", "k": "g", "p": "b"}  # Turkmen writes what is heard before a vowel: Aşgabat, Aşgabada


def _cyrillic(name: str, plain: str, kind: str, lang: str) -> Iterator[Declined]:
    if name.isupper():
        yield _as_it_is("plain", plain)
        yield from _abbreviated(("uz_Cyrl", "ky", "kk"), plain)
        return
    if kind == DEMONYM and lang in {"ru", ""} and plain.endswith(("ий", "ый")):
        yield Declined("ru", plain[:-2], _endings()["ru-adj"])
        return
    if lang in {"ru", ""}:
        yield from (Declined("ru", stem, endings) for stem, endings in _russian(plain, kind))
    if lang == "" or lang in _TURKIC_CYRILLIC:
        yield from _turkic(_TURKIC_CYRILLIC if lang == "" else (lang,), plain, kind)
    elif lang != "ru":
        yield _as_it_is("plain", plain)


_BARE = frozenset({""})
_Stem = tuple[str, frozenset[str]]


def _russian(plain: str, kind: str) -> Iterator[_Stem]:
    if kind == DEMONYM:
        yield from _people(plain) if plain.endswith(("цы", "не", "ы", "и")) else [(plain, _BARE)]
    elif kind in _OF_ANY_CLASS:
        stem = plain[:-1] if plain[-1] in "аяйьеиыо" and len(plain) > 3 else plain
        yield from ((s, _endings()["ru"] | ({""} if s == plain else set())) for s in (stem, plain) if len(plain) > 3)
        yield plain, _BARE
    else:
        yield plain, _BARE
        yield from _phrase(plain)


def _phrase(plain: str) -> Iterator[_Stem]:
    """A name of several words: every form of those that decline before the last that does, and its stem with its endings."""
    first, _, rest = plain.partition(" ")
    if not rest:
        yield from _noun(first)
    elif first[-2:] in _ADJECTIVES and len(first) > 4:
        yield from ((f"{first[:-2]}{e} {stem}", es) for e in _ADJECTIVES[first[-2:]] for stem, es in _phrase(rest))
    elif rest.startswith(("и ", "- ")):  # Боснии и Герцеговины
        joint, _, other = rest.partition(" ")
        yield from ((f"{form} {joint} {stem}", es) for form in _forms(first) for stem, es in _phrase(other))
    else:  # Лиге арабских государств; Жогорку Кенешу
        yield from ((f"{form} {rest}", _BARE) for form in _forms(first))
        yield from ((f"{first} {stem}", es) for stem, es in _phrase(rest))


_HARD = ("ого", "ому", "ым", "ом")
_ADJECTIVES = {
    "ая": ("ая", "ой", "ую"),
    "яя": ("яя", "ей", "юю"),
    "ый": ("ый", *_HARD),
    "ой": ("ой", *_HARD),
    "ое": ("ое", *_HARD),
    "ий": ("ий", "ого", "ому", "им", "ом", "его", "ему", "ем"),
    "ые": ("ые", "ых", "ым", "ыми"),
    "ие": ("ие", "их", "им", "ими"),
    "вы": ("вы", "вых", "вым", "выми"),  # Соломоновы Острова
}


def _forms(noun: str) -> set[str]:
    return {stem + ending for stem, endings in _noun(noun) for ending in endings}


def _noun(word: str) -> Iterator[_Stem]:
    """A noun in the singular, or in the plural where it ends in -ы; other names in a vowel have one form (Чили, Марокко)."""
    if word == "египет":  # the one state with a vowel that flees; among towns those in -ец
        yield word, _BARE
        yield "египт", _endings()["ru-hard"]
    elif word == "острова":
        yield word[:-1], _endings()["ru-plural"] | {"а"}
    elif len(word) > 3 and word.endswith("ец"):
        yield word, _BARE
        yield word[:-2] + "ц", _endings()["ru-hard"]
    elif group := next((g for end, g in _CLASSES if word.endswith(end) and len(word) > len(end)), ""):
        yield word[:-1], _endings()[group]
    else:
        yield word, _BARE | (_endings()["ru-hard"] if word[-1] not in "аяеиоуыэюё'" else set())


_CLASSES = (
    *(("уа", ""), ("иа", ""), ("а", "ru-a"), ("я", "ru-ya"), ("й", "ru-y"), ("ь", "ru-soft"), ("ы", "ru-plural")),
    *((end, "ru-o") for end in ("ово", "ево", "ино", "тво")),
    *((end, "ru-e") for end in ("ье", "ие")),
)


def _people(plural: str) -> Iterator[_Stem]:
    """A people in every case of both numbers: иорданцы, иорданец; россияне, россиянин, россиянка; казахи, казах."""
    stem = plural[:-1]
    if plural.endswith("не"):
        yield stem, _endings()["ru-ane"]
    elif plural.endswith("цы"):
        yield stem, _endings()["ru-hard"] | _endings()["ru-plural"] - {""}
        yield stem[:-1].rstrip("йь") + "ец", _BARE
    else:
        yield stem, _endings()["ru-hard"] | _endings()["ru-plural"]
        if plural.endswith("ары"):  # болгары, болгарин
            yield stem, _endings()["ru-ane"]


@cache
def _endings() -> dict[str, frozenset[str]]:
    """The endings of each group, folded as the text is."""
    return {
        row["group"]: frozenset("" if e == "-" else fold(e) for e in row["endings"].split()) for row in table("endings")
    }

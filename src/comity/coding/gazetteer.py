"""Who is named in a text: states, their people, seats, leaders, firms and armed groups, by list and not by guess.

One Aho-Corasick pass finds every known spelling; what remains are spellings with a boundary before, a permitted ending
after, the right capital letters, and no longer spelling over them. A trap ("Georgia Tech", "turkey breast", "Indian
Ocean") is simply a longer spelling that stands for nobody, or for somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from comity import states
from comity.coding.declension import declined
from comity.coding.text import clean, dateline, fold, letters
from comity.coding.tongues import tongue
from comity.coding.words import Words
from comity.knowledge import table

NAME, DEMONYM, CAPITAL, LEADER, SURNAME, INSTITUTION = "name", "demonym", "capital", "leader", "surname", "institution"
COMPANY, GROUP, PLACE, ORGANISATION, EXERCISE = "company", "group", "place", "organisation", "exercise"
GROUPING, MEMBER = "grouping", "member"  # "the Central Asian states", and each of them
_FILES = (
    ("institutions", INSTITUTION),
    ("companies", COMPANY),
    ("exercises", EXERCISE),
    ("groupings", GROUPING),
    ("groups", GROUP),
    ("provinces", PLACE),
    ("cities", PLACE),
    ("leaders", LEADER),
)
LATEST = date(9998, 1, 1)  # members as they are known last, for a text without a day
_SHORT = {"US", "UK", "UN", "EU", "РФ", "ЕС"}  # of two letters, and safe in every language


class Mention(NamedTuple):
    """One place where a text names an actor."""

    start: int
    end: int
    code: str  # ISO 3166-1 alpha-3, our own code, or an organisation's
    kind: str
    ending: str = ""  # the case ending that followed the spelling
    form: str = ""  # the folded spelling


class _Form(NamedTuple):
    text: str  # as written
    code: str
    kind: str
    lang: str  # where its endings come from
    endings: frozenset[str]
    since: str = ""  # first day on which the spelling means this actor
    only: str = ""  # the one language in whose texts it is read, where elsewhere it may be another word


def mentions(text: str, lang: str = "en", on: date | None = None) -> list[Mention]:
    """Every actor named, in order; of overlapping spellings the longest."""
    folded = fold(text)
    forms, automaton = _automaton()
    found: list[tuple[int, int, int, _Form, str]] = []
    for number, start, end in automaton.find(folded):
        for form in forms[number]:
            ending = _fits(form, text, folded, start, end, lang, on)
            if ending is not None:
                found.append((start, -(end - start), form.code == "", form, ending))
                break
    if not found:
        return []
    return list(_told(list(_judged(list(_longest(found)), text, folded)), text, folded, on))


def _longest(found: list[tuple[int, int, int, _Form, str]]) -> Iterator[Mention]:
    upto = 0
    for start, minus, _, form, ending in sorted(found, key=lambda f: f[:3]):
        if start < upto:
            continue
        upto = start - minus + len(ending)
        yield Mention(start, start - minus, form.code, form.kind, ending, fold(form.text))


def _fits(form: _Form, text: str, folded: str, start: int, end: int, lang: str, on: date | None) -> str | None:
    """The ending after the spelling; None where the spelling does not stand here."""
    if (form.only and lang != form.only) or (lang != "en" and form.text in _homonyms(lang)):
        return None
    if start and folded[start - 1].isalnum() and not _glued(form, folded, start):
        return None
    written = text[start:end]
    if form.text.isupper() and len(form.text) <= 5:
        if not written.isupper() and not (form.text[0] > "ӿ"):
            return None
        if len(form.text) == 2 and form.text not in _SHORT and lang != "tr":
            return None
    elif (form.text[0].isupper() and not (written[0].isupper() and _capitals(form, written))) or (
        form.text[0].islower() and form.text[0] < "\u0250" and lang not in {form.lang, ""} and form.kind == DEMONYM
    ):
        return None
    if form.since and on and on.isoformat() < form.since:
        return None
    if (
        len(written) < 4
        and written.isascii()
        and lang in _PLAIN
        and not form.text.isascii()
        and form.kind in {CAPITAL, NAME, DEMONYM}
    ):
        return None  # "Sam" is not Şam, nor "Cad" Çad
    if form.lang == "zh" or form.text.endswith("-"):  # "Sino-Kazakh"
        return ""
    after = letters(folded, end)
    foreign = after and form.lang in _GLUING and lang != form.lang
    if foreign and (end - start < 5 or form.text.isupper() or form.kind in _WITHOUT_APOSTROPHE):
        return None  # "Maliye", "Romania"
    if after in form.endings or (not form.code and lang != "en"):  # "Hint Okyanusunda": a trap, in any case
        return after if not folded[end : end + 1].isdigit() else None
    return None


_WITHOUT_APOSTROPHE = {
    LEADER,
    COMPANY,
    INSTITUTION,
    ORGANISATION,
}  # whose endings are glued in their own language alone
_PLAIN = {"en", "fr", "de"}  # in which a short word without marks is a word of its own
_GLUING = {"tr", "az", "uz", "tk", "kk", "ky", "uz_Cyrl"}  # whose endings, on a short name, make other languages' words


def _capitals(form: _Form, written: str) -> bool:
    """Whether the last word is a name's too: a "Security council" is any state's, the "Security Council" is not."""
    at = form.text.rfind(" ") + 1
    return (
        not at
        or form.kind not in {INSTITUTION, ORGANISATION, EXERCISE}
        or written[at].isupper()
        or not form.text[at].isupper()
    )


def _glued(form: _Form, folded: str, start: int) -> bool:
    """Chinese has no spaces; Arabic glues and, in, to, by and the article to the word."""
    return form.lang == "zh" or (
        form.lang in {"ar", "fa"} and bool(re.search(r"(?:^|\s)[وبلف]?(?:ال|ل)?$", folded[max(0, start - 4) : start]))
    )


def _judged(found: list[Mention], text: str, folded: str) -> Iterator[Mention]:
    """Without traps, strangers of the same name, and names that the text around them makes somebody else's."""
    before: Mention | None = None
    for n, m in enumerate(found):
        between = text[before.end + len(before.ending) : m.start].strip() if before else None
        after = found[n + 1] if n + 1 < len(found) else None
        if m.kind == SURNAME and not _in_office(m, before, after, text):
            continue
        owner = before if before and between in {"", "'s", "’s"} and before.kind in {NAME, DEMONYM} else None
        before = m
        if not m.code or (m.kind == LEADER and between != "" and _stranger(m, text)) or _given_name(m, text):
            continue  # "Turkish President Erdoğan", "Турции Эрдоган" are no strangers
        if m.kind == INSTITUTION and owner and owner.code not in m.code:
            continue  # "Kazakhstan's National Guard"
        if _anothers(m, after, folded) or tongue(m.form, folded, m.start, m.end):
            continue
        for code in _in_context(m, folded).split(";"):  # a joint venture stands for two states
            if code:
                yield m._replace(code=code, kind=LEADER if m.kind == SURNAME else m.kind)


_ABSENT_BEFORE = re.compile(r"\bwithout\s+$")
_CONTRAST = re.compile(r"(?:;|\bbut|\bwhile|\bthough)\s+$")
_ABSENT = re.compile(
    r"(?:,| and [\w ]+)*\s+(?:stayed (?:out|away)|sat (?:it )?out|did not|was absent|observed|were observers|watched)"
)
_MEMBERS = re.compile(
    r"(?:'s?)?(?:\s+[\w-]+){0,3}?\s+(?:ministers|members?|states|leaders|presidents|countries|heads|chiefs|officers|secretaries|summit|meeting|council|drills?|exercises?)\b(?!\s+general)"
)
_BORDER = re.compile(r"(?:-\w+)?(?:'s)? (?:border|frontier|river|delta)\b")
_WITHIN = re.compile(r"\b(?:in|across|throughout|around|through|of|within)\s+(?:the\s+)?$")
_DATELINE = re.compile(r"[^.]{0,60}?\([\w .]+\)\s*-+\s|[\w ,.]{3,50}\s--\s")  # "ADDIS ABABA, May 15 (Xinhua) -- "
_INSIDE = re.compile(r"\b(?:in|at|for)\s+(?:the\s+)?$")
_NOT_WHO = {CAPITAL, PLACE, ORGANISATION, EXERCISE}
FEW = 12  # members of an organisation above which its name does not stand for each of them


def _told(found: list[Mention], text: str, folded: str, on: date | None) -> Iterator[Mention]:
    """Without those who were absent; beside an organisation whose members did something ("CSTO ministers"), they, unless two states are named."""
    begins = _dateline(text, folded) if found and found[0].start < 60 else 0
    if begins and len({m.code for m in found if m.start < begins and m.kind != INSTITUTION}) > 1:
        begins = 0  # "BISHKEK/DUSHANBE": of the two sides it tells
    if begins:
        several = len({m.code for m in found if m.start >= begins}) > 1
        found = [
            m if m.start >= begins else m._replace(kind=PLACE)
            for m in found
            if m.start >= begins or (m.kind != INSTITUTION and not several)
        ]
    absent = {m.code for m in found if _stayed_away(m, folded)}
    others = {
        m.code for m in found if m.kind not in _NOT_WHO and not _INSIDE.search(folded[max(0, m.start - 8) : m.start])
    }
    for m in found:
        if m.code in absent and _stayed_away(m, folded):
            continue
        if m.kind == EXERCISE and len(others) > 1 and (_LONGER.match(text[m.end :]) or _by_others(m, found, others)):
            continue  # "Khanjar Hadd" is another drill than Khanjar, where those who hold it are named
        if m.kind in {NAME, DEMONYM} and _LED.match(folded[m.end :]) and _led(m, found):
            continue
        yield m._replace(kind=PLACE) if _merely_where(m, folded) or _topic(m, folded, found, others) else m
        together = len(others) < 2 and (
            m.kind == EXERCISE or (m.kind == ORGANISATION and _MEMBERS.match(folded[m.end : m.end + 60]))
        )
        if together and m.code in states.blocs():
            everybody = states.members(m.code, on or LATEST)
            away = absent | _frozen(m.code, on or LATEST)
            yield from (m._replace(code=c, kind=MEMBER) for c in everybody if c not in away and len(everybody) <= FEW)


def _dateline(text: str, folded: str) -> int:
    """How many letters say where it was written, as any agency writes it."""
    line = _DATELINE.match(folded)
    return max(line.end() if line else 0, dateline(text))


_LONGER = re.compile(r" [A-Z][a-z]")


def _by_others(m: Mention, found: list[Mention], others: set[str]) -> bool:
    """Whether a drill of two is this time held by one of them with somebody else, who are named ("the Uzbek and Pakistani drill Druzhba")."""
    usual = {o.code for o in found if o.kind == EXERCISE and o.start == m.start}
    return len(usual) == 2 and bool(usual & others) and bool(others - usual) and m.code not in others


_NAMED_AFTER = re.compile(r" (?:accords?|agreements?|protocols?|process|format)\b")
_LED = re.compile(r"-(?:led|dominated|backed) ")


def _led(m: Mention, found: list[Mention]) -> bool:
    """Whether an organisation follows of which the name says only who leads it: "the Russian-led CSTO"."""
    return any(o.kind == ORGANISATION and 0 < o.start - m.end < 14 for o in found)


def _merely_where(m: Mention, folded: str) -> bool:
    """ "The Afghan border", "in Central Asia" and "the Minsk agreements" say where, not who."""
    if m.kind == CAPITAL:
        return bool(_NAMED_AFTER.match(folded[m.end : m.end + 24]))
    if m.kind == GROUPING:
        return bool(_WITHIN.search(folded[max(0, m.start - 16) : m.start])) and m.form.endswith("asia")
    return m.kind in {NAME, DEMONYM} and bool(_BORDER.match(folded[m.end : m.end + 24]))


_ABOUT = re.compile(
    r"\b(?:(?:war|campaign) (?:in|on|against)|(?:threats?|spill-?over|refugees|migrants|terrorism|smuggling) from|commander in)\s+(?:the\s+)?$"
)
_FAR = re.compile(r"(?:'s?|-led)\s+$")
_WAGED = re.compile(r" (?:operations?|campaigns?|wars?|offensives?|interventions?|missions?)\b")


def _topic(m: Mention, folded: str, found: list[Mention], others: set[str]) -> bool:
    """Whether two others deal with what comes from a state, or is done there ("a base for its war in Somalia", "France's Mali operation")."""
    if len(others - {m.code}) > 1 and _ABOUT.search(folded[max(0, m.start - 24) : m.start]):
        return True
    waged = m.kind == NAME and _WAGED.match(folded[m.end :]) and _FAR.search(folded[max(0, m.start - 6) : m.start])
    return bool(waged) and len({o.code for o in found if o.kind != PLACE} - {m.code}) > 1


def _frozen(bloc: str, on: date) -> set[str]:
    """Members that had frozen their part in a bloc on a day."""
    return {
        r["member"] for r in table("frozen") if r["bloc"] == bloc and r["from"] <= on.isoformat() <= (r["to"] or "9999")
    }


def _stayed_away(m: Mention, folded: str) -> bool:
    before, after = folded[max(0, m.start - 10) : m.start], folded[m.end + len(m.ending) : m.end + 50]
    return bool(_ABSENT_BEFORE.search(before) or (_CONTRAST.search(before) and _ABSENT.match(after)))


_OWN = re.compile(r" (?!\w+day\b)([A-Z][a-z]+)\b")
_COUNTERPART = re.compile(r"\b(?:mevkidas|hemkar|hamkasb)")
_LINKED = re.compile(r"\s*,\s*|\s*,?\s+(?:and|with|told|met|met with|hosted|received|called)\s+")


def _in_office(m: Mention, before: Mention | None, after: Mention | None, text: str) -> bool:
    """A surname alone is an office holder's after an office ("Minister Güler") or linked to another ("Mirzo and Shoigu")."""
    word = _BEFORE.search(text[max(0, m.start - 25) : m.start])
    own = _OWN.match(text[m.end :]) if not (after and after.start == m.end + 1) else None
    if own and fold(own.group(1)) not in _listed("title"):
        return False  # "President Michel Suleiman"
    if word and (fold(word.group(1)) in _listed("office")):
        return True
    if not word and _COUNTERPART.search(fold(text[m.end : m.end + 60])):
        return (
            True  # "Güler, Kazak mevkidaşı Kosanov'la görüştü": whose name opens a sentence, and who has a counterpart
        )
    people = {LEADER, SURNAME}
    if before and before.kind in people and _LINKED.fullmatch(text[before.end : m.start]):
        return True
    return bool(not word and after and after.kind in people and _LINKED.fullmatch(text[m.end : after.start]))


_OF = re.compile(r"\s+of\s+(?:the\s+)?")


def _anothers(m: Mention, after: Mention | None, folded: str) -> bool:
    """ "Minister Robles of Panama", "the KGB of Belarus": whose the name is follows."""
    named = after and after.kind in {NAME, CAPITAL} and after.code not in m.code
    return bool(
        after and named and m.kind in {SURNAME, LEADER, INSTITUTION} and _OF.fullmatch(folded[m.end : after.start])
    )


_BEFORE = re.compile(r"(?:^|[\s(\"'“])([^\W\d_][\w.'’-]*)\s+$")
_AFTER = re.compile(r"^\s+([^\W\d_][\w.'’-]*)")


def _stranger(m: Mention, text: str) -> bool:
    """A surname after another first name than the one known ("Neil Bush") is another person."""
    if " " in m.form:
        return False
    before = _BEFORE.search(text[max(0, m.start - 25) : m.start])
    return bool(before and before.group(1)[0].isupper() and not _title(before.group(1)))


def _title(word: str) -> bool:
    """Whether a capitalised word may stand before a surname without being a first name."""
    plain = fold(word).rstrip(".")
    if word.isupper() and "\u0400" <= word[0] <= "\u04ff":
        return True  # "глава МИД Лавров"
    if plain.endswith("'s"):
        return True
    return plain in _listed("title") or len(plain) < 3 or plain in _demonyms()


def _given_name(m: Mention, text: str) -> bool:
    """ "Jordan Smith", "Michael Jordan", "Rafael Grossi": a state's or firm's name that is a person's."""
    if m.form not in _listed("given"):
        return False
    after = _AFTER.match(text[m.end : m.end + 25])
    before = _BEFORE.search(text[max(0, m.start - 25) : m.start])
    follows = bool(after and after.group(1)[0].isupper() and fold(after.group(1)) not in _listed("title") | _demonyms())
    return (follows and m.kind in {NAME, COMPANY}) or bool(before and fold(before.group(1)) in _listed("first"))


def _in_context(m: Mention, folded: str) -> str:
    for row in _contexts().get(m.form, ()):
        if m.code == row["code"]:
            here = any(clue in folded for clue in row["clues"].split(";"))
            against = any(clue in folded for clue in row["unless"].split(";"))
            if here and not against:
                return row["instead"]
    return m.code


@cache
def _listed(use: str) -> frozenset[str]:
    return frozenset(row["word"] for row in table("words") if row["use"] == use)


@cache
def _homonyms(lang: str) -> frozenset[str]:
    """Spellings of other languages that are another word in this one: "казак" is a Kazakh in Kyrgyz, and a Cossack in Russian."""
    return frozenset(row["word"] for row in table("words") if row["use"] == "homonym" and row["lang"] == lang)


@cache
def _contexts() -> dict[str, list[dict[str, str]]]:
    """What another meaning of a name depends on, by its folded form."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in table("contexts"):
        found.setdefault(fold(row["form"]), []).append(row)
    return found


@cache
def _demonyms() -> frozenset[str]:
    return frozenset(fold(n) for row in table("demonyms") for n in row["names"].split(";"))


@cache
def _automaton() -> tuple[list[list[_Form]], Words]:
    by_text: dict[str, dict[tuple[object, ...], _Form]] = {}
    for form, plain in _forms():
        by_text.setdefault(plain, {}).setdefault((form.code, form.endings, form.text[0].islower(), form.only), form)
    return [list(forms.values()) for forms in by_text.values()], Words(by_text)


def _forms() -> Iterator[tuple[_Form, str]]:
    """Every spelling, longest knowledge first: traps win over what they contain because they are longer."""
    for row in table("traps"):
        yield from _declined(row["form"], row["code"], NAME, "" if row["form"][0] > "\u0250" else "en")
    ambiguous = {fold(row["name"]) for row in table("ambiguous")}
    for name, meaning, lang in states.spellings():
        kind = NAME if meaning.kind == states.FORMER else meaning.kind
        if fold(name) not in ambiguous and len(name) > 1:
            bare = name.removeprefix("the ").removeprefix("The ")
            yield from _declined(bare, states.successor(meaning.code), kind, lang)
    for row in table("organisations"):
        if len(row["code"]) > 2:  # "AU" and "C5" are too short to be safe; "UN" and "EU" are spelt out below
            yield from _declined(row["code"], row["code"], ORGANISATION, "")
    for file, kind in _FILES:
        for row in table(file):
            for name in row["names"].split(";"):
                yield from _declined(name, row["code"], kind, "", row.get("from", ""))
    for name, (code, since) in _surnames().items():
        yield _Form(name, code, SURNAME, "", frozenset({""}), since), fold(name)


_SURNAME_FIRST = {"CHN", "KOR", "PRK", "TWN", "VNM"}


def _surnames() -> dict[str, tuple[str, str]]:
    """The surname of every leader listed by full name, where it is only one state's and not a spelling of its own."""
    found: dict[str, set[tuple[str, str]]] = {}
    alone = set()
    for row in table("leaders"):
        for name in row["names"].split(";"):
            words = name.split()
            if len(words) == 1:
                alone.add(fold(name))
            elif all(w[0].isupper() for w in words) and name[0] < "\u0250":
                surname = words[0] if row["code"] in _SURNAME_FIRST else words[-1]
                if len(surname) > 2:
                    found.setdefault(surname, set()).add((row["code"], row["from"]))
    return {
        name: min(rows)
        for name, rows in found.items()
        if len({code for code, _ in rows}) == 1 and fold(name) not in alone
    }


def _declined(name: str, code: str, kind: str, lang: str, since: str = "") -> Iterator[tuple[_Form, str]]:
    """A spelling with the endings it may take, one for each way in which its script's languages decline."""
    only = lang if kind in {DEMONYM, CAPITAL} and name[0] < "\u0250" else ""
    for spelt in {name, clean(name).text}:  # with its vowel marks, and as a cleaned text has it
        for way in declined(spelt, kind, lang):
            written, what = (spelt.lower(), DEMONYM) if way.small else (spelt, kind)
            where = "ar" if way.lang == "ar" else lang or way.lang
            yield _Form(written, code, what, where, way.endings, since, only or (where if way.small else "")), way.stem

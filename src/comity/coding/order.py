"""Sentences without a parser: stems of the act list, and who stands where by case ending, preposition and order.

Every language but English is read this way, and English too where the parser is not installed. What it finds carries a
lower belief, because order deceives more often than grammar.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from comity.coding.clauses import Act, acts
from comity.coding.english import LAUNCHED, Event
from comity.coding.gazetteer import DEMONYM, PLACE, Mention
from comity.coding.roles import from_slots
from comity.coding.text import begins, fold, letters
from comity.coding.when import dated
from comity.coding.words import Words
from comity.knowledge import table
from comity.vocabulary import Modality

MOST = 3  # events of one sentence
_SUBJECT_LAST = {"fa", "tr", "kk", "ky", "uz", "uz_Cyrl", "az", "tk", "tg"}  # the verb closes the sentence


class _Stem(NamedTuple):
    text: str
    acts: tuple[Act, ...]


class _Found(NamedTuple):
    act: Act
    start: int
    end: int


def speaks(sentence: str, lang: str) -> bool:
    """Whether any word of the act list stands in a sentence: the cheap question before parsing."""
    _, automaton = _stems(_listed(lang))
    return bool(automaton.find(fold(sentence)))


def refers(sentence: str, lang: str) -> bool:
    """Whether a sentence points back to somebody: "they", "the two sides", "its hosts"."""
    return any(word in _anaphors(lang) for word in re.findall(r"[^\W\d_]+", fold(sentence)))


@cache
def _anaphors(lang: str) -> frozenset[str]:
    return frozenset(row["word"] for row in table("words") if row["use"] == "anaphor" and row["lang"] == lang)


def events(sentence: str, found: list[Mention], lang: str, context: tuple[str, ...] = ()) -> list[Event]:
    """The events of a sentence, the most specific word first."""
    folded = fold(sentence)
    modality, why = mood(folded, lang)
    made: list[Event] = []
    for told in _words(folded, lang)[:MOST]:
        around = slots(folded, found, lang, told.start)
        if told.act.plover == "ACCUSE":  # "accused France of arming Armenia": only the first is accused
            around["obj"] = around.get("obj", [])[:1]
        who = from_slots(around, told.act.roles)
        actors, recipients = completed(list(who.actors), list(who.recipients), found, around, told.act, context)
        if told.act.roles == "joint" and (both := the_two(folded, found, lang, context, around)):
            actors, recipients = [both[0]], [both[1]]
        plover, stage = told.act.plover, told.act.stage
        how, said = modality, why
        if how is Modality.PLANNED and past(folded, told.start, told.end, lang):  # the plan is another word's
            how, said = Modality.ACTUAL, ()
        if (
            how is Modality.ACTUAL
            and plover != "ACCUSE"
            and (charge := _pattern(lang, "charge"))
            and charge.search(folded)
        ):
            how, said = Modality.HYPOTHETICAL, ("accused",)  # of what the text does not vouch for
        if how is Modality.PLANNED and plover in LAUNCHED:
            plover, stage = "AGREE", "announced"
        made.append(
            Event(tuple(actors), tuple(recipients), plover, stage, told.act.instrument, how, told.start, told.end, False, (told.act.rule.split("+")[0], *said, "word order"), False, told.act.roles == "joint")
        )  # fmt: skip
    return made


def the_two(
    folded: str, found: list[Mention], lang: str, context: tuple[str, ...], around: dict[str, list[Mention]]
) -> tuple[str, ...]:
    """Those last spoken of, where a sentence tells of "the two countries" and names nobody else but as its place; none else."""
    if len(context) < 2 or not any(stands(folded, words) for words in _both(lang)):
        return ()
    where = [*around.get("in", ()), *(m for m in found if m.kind == PLACE)]
    return () if {m.code for m in found if m not in where} - {*context} else context


@cache
def _both(lang: str) -> tuple[str, ...]:
    return tuple(row["word"] for row in table("words") if row["use"] == "both" and row["lang"] == lang)


def past(folded: str, start: int, end: int, lang: str) -> bool:
    """Whether the word between two letters says that it was done: by its ending and, where nouns have the same, as the last of its clause."""
    pattern = _pattern(lang, "past")
    if pattern is None or not pattern.search(folded[start:end]):
        return False
    return lang == "ru" or not folded[end:].lstrip() or folded[end:].lstrip()[0] in _CLOSING


_CLOSING = frozenset('.,;:!?»")”')


@cache
def _pattern(lang: str, where: str) -> re.Pattern[str] | None:
    found = [row["head"] for row in table("turns") if row["lang"] == lang and row["where"] == where]
    return re.compile(found[0]) if found else None


def completed(
    actors: list[str],
    recipients: list[str],
    found: list[Mention],
    around: dict[str, list[Mention]],
    act: Act,
    context: tuple[str, ...],
) -> tuple[list[str], list[str]]:
    """Both sides: of a mutual act everybody named who is not merely its place; else the nearest name, else who was spoken of."""
    where = {m.code for m in around.get("in", [])}
    named = list(dict.fromkeys(m.code for m in found if m.kind != PLACE))
    if act.roles == "joint":
        everybody = list(dict.fromkeys([*actors, *recipients, *(c for c in named if c not in where)]))
        actors, recipients = everybody[:1], everybody[1:]
    if not actors:
        actors = [c for c in named if c not in recipients and c not in where][:1] or [
            c for c in context if c not in recipients
        ][:1]
    if not recipients:
        recipients = [c for c in [*named, *context] if c not in actors][:1]
    return actors, recipients


def _listed(lang: str) -> str:
    return lang if any(row["lang"] == lang for row in table("acts")) else "en"


def hits(folded: str, lang: str) -> Iterator[tuple[tuple[Act, ...], int, int]]:
    """Every place where a stem of the act list begins a word, with the lines that it may mean."""
    stems, automaton = _stems(_listed(lang))
    for number, start, end in automaton.find(folded):
        if begins(folded, start) and not (lang == "en" and letters(folded, end)):
            yield stems[number].acts, start, end


def _words(folded: str, lang: str) -> list[_Found]:
    """The words of the act list in a sentence; those whose condition is met first, and one for each meaning."""
    told: list[_Found] = []
    beside = _ARMED.sub(lambda army: " " * len(army[0]), folded)
    dates = dated(folded)
    for lines, start, end in hits(folded, lang):
        if any(first <= start < last for first, last in dates):
            continue
        act = next((a for a in lines if not a.wanted or any(stands(beside, w) for w in a.wanted)), None)
        if act and act.plover != "-":
            told.append(_Found(act, start, end + len(letters(folded, end))))
    told.sort(key=lambda f: (not f.act.wanted, f.act.plover == "REQUEST", f.start, -len(f.act.head)))
    seen: dict[tuple[str, str], _Found] = {}
    for one in told:
        seen.setdefault((one.act.plover, one.act.instrument), one)
    if any(f.act.wanted or f.act.instrument == "exercise" for f in seen.values()):
        seen = {
            k: f for k, f in seen.items() if f.act.wanted or f.act.instrument == "exercise" or f.act.plover != "CONSULT"
        }
    return list(seen.values())


_ARMED = re.compile(
    r"\b(?:l'|d')?arm(?:ees?|adas?|ate)\b"
)  # "forces armées", "Fuerzas Armadas": whoever receives, not what


def stands(folded: str, word: str) -> bool:
    """Whether a stem begins a word somewhere in a folded text; in Chinese, whether it is there."""
    at = folded.find(word)
    while at >= 0:
        if begins(folded, at):
            return True
        at = folded.find(word, at + 1)
    return False


def slots(folded: str, found: list[Mention], lang: str, at: int) -> dict[str, list[Mention]]:
    """Every actor by the slot that its ending, its preposition or its place in the sentence gives it."""
    stand: dict[str, list[Mention]] = defaultdict(list)
    for n, m in enumerate(found):
        stand[_slot(folded, m, lang, at, n, found)].append(m)
    if not stand.get("subj") and stand.get("gen"):
        stand["subj"] = stand.pop("gen")
    if lang == "ru" and stand.get("between"):
        stand["between"] += stand.pop("with", []) + stand.pop("by", [])
    passive = lang in _TURKIC or (lang == "ru" and _PARTICIPLE.search(letters(folded, at)))
    if passive and stand.get("by") and stand.get("subj"):  # what stands bare is what it was done to
        stand["obj"] += stand.pop("subj")
    if lang == "ar" and not stand.get("subj") and stand.get("obj"):  # the verb comes first, and then who does it
        stand["subj"] = [stand["obj"].pop(0)]
    stand.pop("gen", None)
    return dict(stand)


def _listed_with(folded: str, m: Mention, n: int, found: list[Mention], lang: str) -> Mention | None:
    """The next name of a Turkic list whose last name alone carries the case ("Polonya ile Bulgaristan'a")."""
    further = found[n + 1] if n + 1 < len(found) else None
    if further is None or not _LIST.fullmatch(folded[m.end : further.start]):
        return None
    return further if any(_ending(folded, further) in row["endings"].split() for row in _cases(lang)) else None


def _ending(folded: str, m: Mention) -> str:
    """The case ending of a name, glued on or after an apostrophe."""
    return m.ending or (letters(folded, m.end + 1) if folded[m.end : m.end + 1] == "'" else "")


_PARTICIPLE = re.compile(r"(?:[аяе]н|нят|крыт)[аоы]?$")
_LIST = re.compile(r"\s+(?:ve|ile|ve|we|bilen|va|bilan|ва|билан|мен|пен|бен|жана|жане|менен|және)\s+")
_TURKIC = {"tr", "az", "tk", "uz", "uz_Cyrl", "kk", "ky"}
_PHRASE = re.compile(r"[\w'-]+|[^\s\w]")
_CLAUSE = re.compile(r"\w+(?:dig|dug|tig|tug|acag|eceg|masi|mesi|gan|ган|ген|ған)\w*$")


def _tail(folded: str, m: Mention, lang: str, found: list[Mention]) -> str:
    """The slot of a Turkic noun phrase that a name opens: its last noun has the case ("Kırgız ordusuna"), or a word after it speaks."""
    nearest = min((o.start for o in found if o.start > m.start and o.code != m.code), default=len(folded))
    rest = folded[m.end + len(m.ending) : nearest]
    words = _PHRASE.findall(rest)[:6]
    if words and words[0] == "'":
        words = words[2:]
    for i, word in enumerate(words):
        if not word[0].isalnum():
            return ""
        for row in _cases(lang):
            if word in row["after"].split() and i:
                return row["slot"]
            if len(word) > 4 and word.endswith(tuple(row["tail"].split())) and row["tail"]:
                clause = row["slot"] == "obj" and any(_CLAUSE.match(w) for w in words[i + 1 : i + 3])
                return "subj" if clause else "objmod" if row["slot"] == "obj" else row["slot"]
    return ""


def _slot(folded: str, m: Mention, lang: str, at: int, n: int, found: list[Mention]) -> str:
    ending = _ending(folded, m)
    before = folded[max(0, m.start - 12) : m.start].split()
    after = folded[m.end + len(ending) : m.end + len(ending) + 24].strip("' ").split()
    joined = n and re.fullmatch(
        r"[\s,']*(?:ve|и|and|мен|va|va|ва|və|we|bilen|和|与|و|und|et)?\s*",
        folded[found[n - 1].end + len(found[n - 1].ending) : m.start],
    )
    if lang in _TURKIC and not ending and (further := _listed_with(folded, m, n, found, lang)):
        return _slot(folded, further, lang, at, n + 1, found)
    for row in _cases(lang):
        if row["after"] and after and after[0] in row["after"].split():
            return row["slot"]
        if row["before"] and (
            (before and before[-1] in row["before"].split())
            or (lang == "zh" and folded[m.start - 1 : m.start] in row["before"].split())
        ):
            if row["endings"] and ending and ending not in row["endings"].split():
                continue
            return row["slot"]
    open_ended = not ending or any(r["slot"] == "gen" and ending in r["endings"].split() for r in _cases(lang))
    if lang in _TURKIC and m.kind != PLACE and open_ended and (slot := _tail(folded, m, lang, found)):
        return slot
    if m.kind == DEMONYM and lang == "ru" and (slot := _adjective(ending, before, after)):
        return slot
    if m.kind == DEMONYM and lang != "en":
        return (
            "objmod" if m.start > found[0].start and lang == "ru" and m.start > at else "subj" if n == 0 else "objmod"
        )
    for row in _cases(lang):
        if ending and not row["before"] and ending in row["endings"].split():
            return "subj" if row["slot"] == "gen" and n == 0 else row["slot"]
    if joined and m.kind != PLACE:
        return _slot(folded, found[n - 1], lang, at, n - 1, found)
    if lang in _SUBJECT_LAST or m.start < at:
        return "subj" if m.kind != PLACE or n == 0 else "in"
    return "obj"


def _adjective(ending: str, before: list[str], after: list[str]) -> str:
    """The slot of a Russian adjective of a people: by its preposition, as a dative before a dative noun, or the doer in a bare instrumental."""
    word = before[-1] if before else ""
    if word in _BEFORE_PEOPLES:
        return _BEFORE_PEOPLES[word]
    if ending in {"ому", "ему"} or (ending in {"им", "ым"} and after and after[0].endswith(("ам", "ям", "ым", "им"))):
        return "to"
    return "by" if ending in {"ими", "ыми", "им", "ым"} and word not in {"над", "под"} else ""


_BEFORE_PEOPLES = {
    "для": "to",
    "к": "to",
    "ко": "to",
    "с": "with",
    "со": "with",
    "между": "between",
    "от": "from",
    "у": "from",
}


@cache
def _cases(lang: str) -> tuple[dict[str, str], ...]:
    return tuple(row for row in table("cases") if row["lang"] == lang)


def mood(folded: str, lang: str) -> tuple[Modality, tuple[str, ...]]:
    """How a folded sentence speaks, by its words alone, and the words."""
    for modality, pattern in _moods(lang):
        if found := pattern.search(folded):
            return modality, (f"{modality}: {found.group().strip()}",)
    return Modality.ACTUAL, ()


@cache
def _moods(lang: str) -> tuple[tuple[Modality, re.Pattern[str]], ...]:
    return tuple(
        (Modality(row["modality"]), re.compile(row["pattern"])) for row in table("moods") if row["lang"] == lang
    )


@cache
def _stems(lang: str) -> tuple[list[_Stem], Words]:
    pos = "STEM" if lang != "en" else "VERB"
    by_text: dict[str, list[Act]] = defaultdict(list)
    for head, lines in acts(lang, pos, further=lang != "en").items():
        for form in _inflected(head) if lang == "en" else (head,):
            by_text[form] += lines
    if lang == "en":
        for head, lines in acts("en", "NOUN").items():
            for form in (head, head + "s"):
                by_text.setdefault(form, lines)
    stems = [_Stem(text, tuple(sorted(lines, key=lambda a: not a.wanted))) for text, lines in by_text.items()]
    return stems, Words([s.text for s in stems])


def _inflected(head: str) -> set[str]:
    """The forms of an English verb, regular ones by rule."""
    stem = head[:-1] if head.endswith("e") else head
    forms = {head, head + "s", head + "es", stem + "ed", stem + "ing", stem + stem[-1] + "ed", stem + stem[-1] + "ing"}
    if head.endswith("y"):
        forms |= {head[:-1] + "ies", head[:-1] + "ied"}
    return forms | {past for past, present in _irregular() if present == head}


@cache
def _irregular() -> tuple[tuple[str, str], ...]:
    return tuple((a, b) for row in table("words") if row["use"] == "irregular" for a, b in [row["word"].split(":")])

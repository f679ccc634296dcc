"""Sentences without a parser: stems of the act list, and who stands where by case ending, preposition and order.

Every language but English is read this way, and English too where the parser is not installed. What it finds carries a
lower belief, because order deceives more often than grammar.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from comity.coding.clauses import Act, acts
from comity.coding.english import Event
from comity.coding.gazetteer import DEMONYM, PLACE, Mention
from comity.coding.roles import from_slots
from comity.coding.text import fold, letters
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


def events(sentence: str, found: list[Mention], lang: str, context: tuple[str, ...] = ()) -> list[Event]:
    """The events of a sentence, the most specific word first."""
    folded = fold(sentence)
    modality, why = _mood(folded, lang)
    made: list[Event] = []
    for told in _words(folded, lang)[:MOST]:
        slots = _slots(folded, found, lang, told)
        who = from_slots(slots, told.act.roles)
        actors, recipients = list(who.actors), list(who.recipients)
        if not recipients:
            recipients = [c for m in found if (c := m.code) not in actors and m.kind != PLACE][:1]
        if not recipients and len(context) > 1:
            recipients = [c for c in context if c not in actors][:1]
        plover, stage = told.act.plover, told.act.stage
        if modality is Modality.PLANNED and plover in {"COOPERATE", "AID", "CONSULT", "SUPPORT"}:
            plover, stage = "AGREE", "announced"
        made.append(
            Event(tuple(actors), tuple(recipients), plover, stage, told.act.instrument, modality, told.start, told.end, False, (told.act.rule.split("+")[0], *why, "word order"), False)
        )  # fmt: skip
    return made


def _listed(lang: str) -> str:
    known = {row["lang"] for row in table("acts")}
    return lang if lang in known else "en"


def _words(folded: str, lang: str) -> list[_Found]:
    """The words of the act list in a sentence; those whose condition is met first, and one for each meaning."""
    stems, automaton = _stems(_listed(lang))
    told: list[_Found] = []
    for number, start, end in automaton.find(folded):
        if start and folded[start - 1].isalnum() and lang != "zh":
            continue
        if lang == "en" and letters(folded, end):
            continue
        act = next((a for a in stems[number].acts if not a.wanted or any(_stands(folded, w) for w in a.wanted)), None)
        if act and act.plover != "-":
            told.append(_Found(act, start, end + len(letters(folded, end))))
    told.sort(key=lambda f: (not f.act.wanted, f.act.plover == "REQUEST", f.start, -len(f.act.head)))
    seen: dict[tuple[str, str], _Found] = {}
    for one in told:
        seen.setdefault((one.act.plover, one.act.instrument), one)
    if any(f.act.wanted or f.act.instrument == "exercise" for f in seen.values()):
        seen = {
            k: f
            for k, f in seen.items()
            if f.act.wanted or f.act.instrument == "exercise" or f.act.plover not in {"CONSULT"}
        }
    return list(seen.values())


def _stands(folded: str, word: str) -> bool:
    at = folded.find(word)
    while at >= 0:
        if at == 0 or not folded[at - 1].isalnum() or "一" <= word[0] <= "鿿":
            return True
        at = folded.find(word, at + 1)
    return False


def _slots(folded: str, found: list[Mention], lang: str, told: _Found) -> dict[str, list[Mention]]:
    """Every actor by the slot that its ending, its preposition or its place in the sentence gives it."""
    slots: dict[str, list[Mention]] = defaultdict(list)
    for n, m in enumerate(found):
        slots[_slot(folded, m, lang, told, n, found)].append(m)
    if not slots.get("subj") and slots.get("gen"):
        slots["subj"] = slots.pop("gen")
    if lang == "ru" and slots.get("between"):
        slots["between"] += slots.pop("with", []) + slots.pop("by", [])
    slots.pop("gen", None)
    return dict(slots)


def _slot(folded: str, m: Mention, lang: str, told: _Found, n: int, found: list[Mention]) -> str:
    ending = m.ending or (letters(folded, m.end + 1) if folded[m.end : m.end + 1] == "'" else "")
    before = folded[max(0, m.start - 12) : m.start].split()
    after = folded[m.end + len(ending) : m.end + len(ending) + 24].strip("' ").split()
    joined = n and re.fullmatch(
        r"[\s,']*(?:ve|и|and|мен|va|va|ва|və|we|bilen|和|与|و|und|et)?\s*",
        folded[found[n - 1].end + len(found[n - 1].ending) : m.start],
    )
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
    if m.kind in {DEMONYM} and lang != "en":
        return (
            "objmod"
            if m.start > _first(found) and lang == "ru" and m.start > told.start
            else "subj"
            if n == 0
            else "objmod"
        )
    for row in _cases(lang):
        if ending and not row["before"] and ending in row["endings"].split():
            if row["slot"] == "gen" and n == 0:
                return "subj"
            return row["slot"]
    if joined and m.kind not in {PLACE}:
        return _slot(folded, found[n - 1], lang, told, n - 1, found) if n else "subj"
    if lang in _SUBJECT_LAST or m.start < told.start:
        return "subj" if m.kind != PLACE or n == 0 else "in"
    return "obj"


def _first(found: list[Mention]) -> int:
    return found[0].start if found else 0


@cache
def _cases(lang: str) -> tuple[dict[str, str], ...]:
    return tuple(row for row in table("cases") if row["lang"] == lang)


def _mood(folded: str, lang: str) -> tuple[Modality, tuple[str, ...]]:
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
    for head, lines in acts(lang, pos).items():
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

"""Which instrument an event is: what its own word says, and the subject of the words around it.

The subject is read from ``knowledge/topics.csv``: stems by language and instrument. A stem inside the clause counts three
times one elsewhere in the sentence.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from comity.coding.text import fold
from comity.coding.words import Words
from comity.knowledge import table
from comity.vocabulary import INSTRUMENTS, TIES, code

COOPERATION = {"COOPERATE", "AID", "SUPPORT", "AGREE", "CONSULT"}
OWN_WORD = 4.0  # what the event's own word weighs beside a stem in its clause (1.0 each)
_FIRM = {"dialogue", "exercise", "isolation"}  # the word alone decides: a meeting about training is dialogue
# CAMEO roots of events that no instrument of ours covers.
_CAMEO = {"SUPPORT": "050", "AGREE": "030", "CONSULT": "040", "COOPERATE": "060", "AID": "070", "CONCEDE": "080", "RETREAT": "080", "REQUEST": "100", "ACCUSE": "110", "REJECT": "120", "THREATEN": "130", "PROTEST": "140", "MOBILIZE": "150", "SANCTION": "160", "COERCE": "170", "ASSAULT": "190"}  # fmt: skip


def instrument(plover: str, own: str, sentence: str, start: int, end: int, lang: str) -> tuple[str | None, str]:
    """The instrument of an event and the word that showed it; none for events outside the vocabulary."""
    if own in _FIRM:
        return own, ""
    scores = topics(sentence, start, end, lang)
    if own:
        scores[own] += OWN_WORD
    if plover not in COOPERATION | {"SANCTION", "REJECT", "REQUEST"} and not own:
        return None, ""
    wanted = {name: s for name, s in scores.items() if _possible(plover, own, name)}
    if plover == "SUPPORT" and "agreement" in scores:
        wanted["agreement"] = wanted.get("agreement", 0) + 1.5
    if not wanted:
        return own or ("agreement" if plover == "SUPPORT" and own else None), ""
    best = max(wanted, key=lambda name: (wanted[name], name in TIES))
    return (best, best if best != own else "") if wanted[best] >= 1 else (own or None, "")


def _possible(plover: str, own: str, name: str) -> bool:
    kind = INSTRUMENTS[name].kind
    if plover in COOPERATION:
        return kind != "pressure" or name == own or (name == "alliance_shift" and plover == "COOPERATE")
    return True


def topics(sentence: str, start: int, end: int, lang: str) -> dict[str, float]:
    """How much the words of a sentence speak of each instrument."""
    folded = fold(sentence)
    names, automaton = _automaton(lang if lang in {"en", "ru", "tr"} else "en")
    scores: dict[str, float] = defaultdict(float)
    seen: set[int] = set()
    for number, left, _right in automaton.find(folded):
        if (left and folded[left - 1].isalnum()) or number in seen:
            continue
        seen.add(number)
        scores[names[number]] += 1.0 if start <= left < end else 0.34
    return scores


@cache
def _automaton(lang: str) -> tuple[list[str], Words]:
    rows = [row for row in table("topics") if row["lang"] == lang]
    return [row["instrument"] for row in rows], Words([fold(row["stem"]) for row in rows])


def codes(plover: str, name: str | None, stage: str | None) -> tuple[str, str | None, str | None]:
    """PLOVER event, mode and CAMEO code: derived from instrument and stage where there are both."""
    if name and stage:
        event, mode, _, cameo = code(name, stage)
        return event, mode, cameo
    return plover, None, _CAMEO.get(plover)

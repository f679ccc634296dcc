"""English sentences: parsed words of the act list become events with parties, stage and mood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from comity.coding.allies import SENDING, foes
from comity.coding.amounts import platforms
from comity.coding.clauses import TRADED, Clause, Tree, clauses, speaker
from comity.coding.clocks import Clock, Place, earlier
from comity.coding.gazetteer import GROUPING, PLACE, Mention
from comity.coding.home import abroad, at_home, blamed
from comity.coding.mood import Mood, background, freed, governors, mood
from comity.coding.outcome import guest, seller, to_taker
from comity.coding.parse import Parsed
from comity.coding.roles import Parties, parties
from comity.coding.senses import sensed
from comity.coding.speech import pointed, tellers
from comity.coding.things import shared
from comity.coding.violence import struck
from comity.vocabulary import BROKEN, OVER, Modality

LAUNCHED = {"COOPERATE", "AID", "CONSULT", "SUPPORT"}  # such an act, planned, is announced: AGREE
_FRIENDLY = LAUNCHED - {"CONSULT"} | {"AGREE", "REQUEST"}  # no such act is with those against whom it is


@dataclass(frozen=True)
class Event:
    """What one clause says, before instrument, date and belief are added."""

    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    plover: str
    stage: str
    instrument: str
    modality: Modality
    start: int  # letters from the start of the sentence
    end: int
    hearsay: bool
    why: tuple[str, ...] = field(default=())
    grammar: bool = True  # both sides found by grammar, not by nearness
    mutual: bool = False  # of a word that does not say which side gives: "signed", "discussed"
    taken: bool = False  # whether its first party is to receive: "asked for", "turned down an offer of"
    guest: str = ""  # whose troops or base it tells of
    seller: str = ""  # of a mutual word, whose weapons it names or with whom the deal for them was made
    firm: bool = False  # its instrument stands whatever the sentence is about
    apart: tuple[Place, ...] = ()  # where dates of other deeds stand
    earlier: bool = False  # done before the news, nobody says when: "has already sold"


def events(
    tokens: Parsed, found: list[Mention], context: tuple[str, ...] = (), these: tuple[str, ...] = ()
) -> list[Event]:
    """The events of a parsed sentence, most certain first; ``context`` are the states last spoken of, for "the two sides", and ``these`` "the three"."""
    tree = Tree(tokens, found)
    starts = platforms(tree.text) if any(t.lemma in TRADED for t in tokens) else []
    tree.weapons = {t.i for t in tokens if any(t.start <= start < t.end for start in starts)} if starts else set()
    said = [struck(tree, pointed(tree, freed(tree, one))) for one in clauses(tree, further=True)]
    told = sensed(tree, [(c, mood(tree, c)) for c in said])
    clock = Clock(tree) if told else None
    made = [
        replace(e, apart=clock.apart(c, m.modality is Modality.PLANNED)) if clock else e
        for c, m in told
        if (e := _event(tree, c, m, told, context, these)) is not None
    ]
    return list(distinct(_turned(made)))


def _turned(made: list[Event]) -> Iterator[Event]:
    """A clause whose parties were the nearest names takes the direction that grammar gives an earlier clause of the same parties."""
    firm = [e for e in made if e.grammar and e.actors and e.recipients and e.actors != e.recipients]
    for event in made:
        everybody = {*event.actors, *event.recipients}
        other = next((e for e in firm if everybody <= {*e.actors, *e.recipients} and e.start < event.start), None)
        dealt = other is not None and other.mutual and event.instrument == "arms"  # who buys is said by that word alone
        if event.grammar or other is None or dealt or len(everybody) < 2:
            yield event
        else:
            yield replace(event, actors=other.actors, recipients=other.recipients)


def _event(
    tree: Tree,
    clause: Clause,
    how: Mood,
    told: list[tuple[Clause, Mood]],
    context: tuple[str, ...],
    these: tuple[str, ...],
) -> Event | None:
    if any(_governs(clause, other) for other, _ in told):
        return None  # "agreed to sell": the sale speaks for both
    if how.why == "tense" and any(_turns_down(tree, other, clause) for other, _ in told):
        return None
    clause = blamed(tree, clause, context)
    named = shared(tree, clause, _with_governor(clause, told), [other for other, _ in told])
    who, sure = _completed(tree, clause, named, context, these)
    if clause.act.roles == "take" and how.stage in {"suspended", "cancelled"}:
        who = Parties(who.recipients, who.actors)  # "dropped its plan to buy": the buyer breaks off
    stage, plover = clause.act.stage, clause.act.plover
    above = next((other for other, _ in told if _governs(other, clause)), None)
    if above is not None and clause.act.roles == "joint" and how.stage in {"asked", "offered", "refused"}:
        who = _first(who, [m.code for m in above.slots.get("subj", [])])
    if how.stage and above is not None:
        stage, plover = how.stage, "AGREE" if _lets_itself(above, clause) else above.act.plover
    elif how.stage and plover not in _CONFLICT:
        stage, plover = how.stage, _STAGED.get(how.stage, plover)
    if how.modality is Modality.PLANNED and plover in LAUNCHED:
        stage, plover = how.stage or "announced", "AGREE"
    why = (
        clause.act.rule.split("+")[0] + _with(clause),
        *((how.why,) if how.why else ()),
        *(() if sure else ("nearest names",)),
        *(("background",) if background(tree, clause) else ()),
    )
    return Event(
        tuple(dict.fromkeys(who.actors)), tuple(dict.fromkeys(who.recipients)), plover, stage, clause.act.instrument, how.modality, clause.start, clause.end, how.hearsay, why, sure, clause.act.roles == "joint", to_taker(tree, clause, stage), seller=seller(tree, clause), firm=clause.act.firm, earlier=earlier(tree, clause), guest=guest(tree, sure and clause.act.roles != "joint" and stage != "renewed")
    )  # fmt: skip


_CONFLICT = {"ASSAULT", "COERCE", "PROTEST", "MOBILIZE", "ACCUSE", "THREATEN"}
_STAGED = {"announced": "AGREE", "offered": "AGREE", "asked": "REQUEST", "refused": "REJECT", "suspended": "SANCTION", "cancelled": "SANCTION", "ended": "SANCTION"}  # fmt: skip


def _with(clause: Clause) -> str:
    matched = sorted(clause.act.wanted & clause.words)
    return f" + {matched[0].lstrip('=<')}" if matched else ""


def _governs(one: Clause, other: Clause) -> bool:
    """Whether a word only says how far another one got, so that both are one event."""
    return (
        one is not other
        and one.at.lemma in governors()
        and one.at.lemma not in {"accuse", "warn", "threaten", "deny", "fail"}
        and bool(other.under)
        and other.under[0] == one.at.lemma
        and (other.act.plover not in _CONFLICT or _troops_wanted(one, other))
        and not (other.at.dep == "acl" and other.at.tag == "VBN")  # "agreed on a truce at talks hosted by"
    )


def _first(who: Parties, asking: list[str]) -> Parties:
    """The parties to what is done together, first those of them who ask for it, offer or refuse it."""
    everybody = list(dict.fromkeys([*who.actors, *who.recipients]))
    first = [c for c in everybody if c in asking]
    return Parties(first, [c for c in everybody if c not in first]) if first and len(first) < len(everybody) else who


def _lets_itself(above: Clause, clause: Clause) -> bool:
    """ "Authorised its forces to fight alongside": a plan of its own, and nothing yielded."""
    return above.at.lemma in {"authorise", "authorize"} and clause.act.plover in LAUNCHED


def _troops_wanted(one: Clause, other: Clause) -> bool:
    """ "Asked Egypt to send troops", "refused to send troops"."""
    asked = governors()[one.at.lemma][0] in {"asked", "refused"}
    return asked and other.act.plover == "MOBILIZE" and other.at.lemma in SENDING


def _turns_down(tree: Tree, one: Clause, other: Clause) -> bool:
    """Whether a word refuses or breaks off what another one only names: "turned down a request to station drones"."""
    to_do = any(c.dep == "aux" and c.lemma == "to" for c in tree.children[other.at.i])
    above = [t.i for t in list(tree.path(other.at))[1:5]]
    return one.act.stage in BROKEN and to_do and other.at.dep in {"acl", "relcl", "pcomp"} and one.at.i in above


def _with_governor(clause: Clause, told: list[tuple[Clause, Mood]]) -> Parties:
    """The parties of a clause, what it lacks taken from the word above ("asked Russia to send troops")."""
    who = abroad(clause, parties(clause))
    above = next((other for other, _ in told if _governs(other, clause)), None)
    if above is None:
        return who
    over = parties(above)
    everybody = list(dict.fromkeys([*who.actors, *who.recipients]))
    if above.act.plover in {"REQUEST", "REJECT"}:
        enemies = [m.code for m in clause.slots.get("against", [])] if _troops_wanted(above, clause) else []
        others = [c for c in [*over.recipients, *everybody] if c not in {*over.actors, *enemies}]
        wanted = over.actors or _troops_wanted(above, clause)
        return Parties(over.actors, list(dict.fromkeys(others))) if wanted and others else who
    if len(everybody) < 2:
        everybody = list(dict.fromkeys([*over.actors, *over.recipients, *everybody]))
        return Parties(everybody[:1], everybody[1:])
    return who


_BOTH = ("two countries", "two sides", "two states", "two nations", "two leaders", "two ministers", "both sides", "both countries", "the sides", "the parties", "two presidents", "both leaders", "both parties", "each other", "bilateral")  # fmt: skip


def _completed(
    tree: Tree, clause: Clause, who: Parties, context: tuple[str, ...], these: tuple[str, ...]
) -> tuple[Parties, bool]:
    """The same, with a side that the grammar left empty taken from pronouns, "the two sides", "the three", or the nearest name."""
    against = foes(((t.text, t.start) for t in tree.tokens), [m for m, _ in tree.named]) if clause.act.plover in _FRIENDLY else set()  # fmt: skip
    who = Parties(*([c for c in side if c not in against] for side in who))
    if who.actors and who.recipients:
        return who, True
    several = _several_subject(tree, clause) if not who.actors else []
    together = list(these) if len(these) > 2 else several if not who.recipients else []
    if clause.act.roles == "joint" and together:
        return Parties(together[:1], together[1:]), False
    text = " ".join(t.text for t in tree.tokens).lower()
    order = list(
        dict.fromkeys(m.code for m, at in tree.named if m.kind not in {PLACE, GROUPING} and m.code not in against)
    )
    if any(words in text for words in _BOTH):
        everybody = list(dict.fromkeys([*who.actors, *who.recipients, *order, *context]))
        if len(everybody) > 1:
            return Parties(everybody[:1], everybody[1:2]), False
    if (home := at_home(tree, clause, who, context)) is not None:
        return home, False
    recipients = list(who.recipients)
    actors = list(who.actors) or [code for code in several if code not in recipients]
    if clause.act.stage in OVER and len(actors) > 1:
        return Parties(actors, actors), False  # "Zambia and Malawi called off a patrol": with each other
    lists = [
        (group[0][1].i, codes)
        for group in tree.lists
        if (codes := list(dict.fromkeys(m.code for m, _ in group if m.code not in against)))
    ]
    only_tell = tellers(tree, clause)
    before = [codes for at, codes in lists if at < clause.at.i and not set(codes) & {*recipients, *only_tell}]
    after = [codes for at, codes in lists if at > clause.at.i and not set(codes) & set(actors)]
    if not actors and _pronoun_subject(tree, clause):
        actors = (
            [c for c in order if c not in recipients][:1]
            if order and before
            else [c for c in context if c not in recipients][:1]
        )
    if not actors:
        actors = (
            (before or [[]])[-1]
            or [m.code for m in speaker(tree, clause.at) if m.code not in only_tell]
            or [c for c in context if c not in recipients][:1]
        )
    if not recipients:
        near = [*after, *reversed(before)]
        recipients = next((kept for codes in near if (kept := [c for c in codes if c not in actors])), [])
    if not recipients and actors and len(order) == 1 and _gives_somebody(tree, clause):
        recipients = [c for c in context if c not in actors][:1]
    if not recipients and actors and _on_the_other(tree):
        recipients = [c for c in context if c not in actors][:1]
    if not recipients and len(actors) > 1 and any(c.lemma == "together" for c in tree.reach(clause.at)):
        return Parties(actors[:1], actors[1:]), False  # "Peru and Chile said they will build it together"
    return Parties(actors, [c for c in recipients if c not in actors] or recipients), False


_GIVING = {"deliver", "hand", "send", "ship", "donate", "give", "provide", "supply", "transfer", "grant", "lend", "allocate", "disburse", "airlift"}  # fmt: skip


def _gives_somebody(tree: Tree, clause: Clause) -> bool:
    """Whether a giver hands something over and the sentence says not to whom, so that it is he of whom the text speaks: "Germany delivered 30 tanks in June"."""
    t = clause.at
    named = any(c.dep == "dative" or (c.dep == "prep" and c.lemma == "to") for c in tree.children[t.i])
    if t.lemma == "work" and clause.act.instrument == "training":
        return True  # "Swedish instructors still work at the base"
    return (
        t.lemma in _GIVING
        and t.pos == "VERB"
        and clause.act.roles == "give"
        and bool(clause.slots.get("subj"))
        and not named
    )


def _pronoun_subject(tree: Tree, clause: Clause) -> bool:
    return any(c.dep in {"nsubj", "nsubjpass"} and c.pos == "PRON" for c in tree.children[clause.at.i])


def _several_subject(tree: Tree, clause: Clause) -> list[str]:
    """Those for whom "both" or "they" stands: of the lists of names before, the last of several states."""
    subject = next((c for c in tree.children[clause.at.i] if c.dep in {"nsubj", "nsubjpass"}), None)
    if subject is None or subject.lemma not in {"both", "they"} or subject.pos != "PRON":
        return []
    lists = [[m.code for m, at in group] for group in tree.lists if group[0][1].i < subject.i]
    return next((list(dict.fromkeys(codes)) for codes in reversed(lists) if len({*codes}) > 1), [])


def _on_the_other(tree: Tree) -> bool:
    """Whether the sentence points back to somebody: "its neighbour", "his counterpart", "them"."""
    return any(
        t.lemma in {"they", "its", "his", "her", "their", "counterpart", "neighbour", "neighbor", "it", "he"}
        for t in tree.tokens
    )


def distinct(made: Iterable[Event]) -> Iterator[Event]:
    """Without repetitions; events with two parties before those with one."""
    kept: dict[tuple[object, ...], Event] = {}
    for event in made:
        ordered = event.instrument == "arms" and event.stage == "signed"  # what was delivered had been ordered before
        key = (frozenset(event.actors) | frozenset(event.recipients), event.plover, event.instrument, ordered)
        if key not in kept or (len(event.why) < len(kept[key].why) and event.modality is Modality.ACTUAL):
            kept[key] = event
    yield from sorted(kept.values(), key=lambda e: (not (e.actors and e.recipients), not e.grammar))

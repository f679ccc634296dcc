"""Articles become acts: filter, parse what may hold an act, read who did what to whom, and say why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, islice

from comity import states
from comity.coding import (
    encoder,
    english,
    harm,
    order,
    parse_ru,
    plover,
    pointing,
    russian,
    senses,
    stages,
    subject,
    turns,
)
from comity.coding.allies import at_odds, at_war, friends
from comity.coding.amounts import platform, quantity, value_usd
from comity.coding.article import Act, Article
from comity.coding.english import Event
from comity.coding.gazetteer import COMPANY, PLACE, Mention, mentions
from comity.coding.general import place, reminded
from comity.coding.guess import guess
from comity.coding.home import countries, several
from comity.coding.instruments import CAMEO, Limits, codes, instrument, limits
from comity.coding.parse import Token, model, parse
from comity.coding.sides import framed, without_bystanders
from comity.coding.speech import heard
from comity.coding.stages import is_guess
from comity.coding.subject import About
from comity.coding.text import Clean, Sentence, blanked, clean, dateline, language, sentences
from comity.coding.titles import told_otherwise
from comity.coding.when import when
from comity.vocabulary import BROKEN, CARRIED_OUT, CONTEXT, DONE, TIES, TO_COME, Modality

CHUNK = 64  # articles whose sentences are parsed together
MOST_STATES = 40  # named in one sentence, above which it is a list
MOST_BARS = 2  # in a sentence, above which it is a table
# How sure a reading is before anything is known about the source, each factor on docs/coding.md.
BY_GRAMMAR, BY_NEARNESS, BY_ORDER, BY_ORDER_UNMEASURED, BY_EARLIER, BY_GUESS = 0.75, 0.5, 0.45, 0.35, 0.4, 0.3
MEASURED = {"en", "ru", "tr"}  # languages with a gold set of some size; of the others a dozen sentences each
HEARSAY, UNSURE_INSTRUMENT = 0.7, 0.85
GIVEN = {"arms", "aid", "training"}  # what one side gives: asked for or turned down, it goes the same way
POLICED = {"intelop", "coercion", "frictions"}  # what an arrest for common crime is none of
_REFUSING = {"turn", "rule", "reject", "veto"}  # what somebody else would do; who "refuses" may refuse to do it himself
MADE = {"arms", "industry"}  # acts to which the maker of a weapon is a party where nobody else is named


@dataclass
class Candidate:
    """A sentence that may hold an act, who is named in it, and who was last spoken of before it."""

    article: Article
    lang: str
    sentence: Sentence
    found: list[Mention]
    context: tuple[str, ...]
    refers: bool = False  # whether it points back to them
    maker: Mention | None = None  # of the weapon named, where only one other state is
    clean: Clean | None = None  # of the article's text; none where that has nothing invisible in it
    paragraph: int = 0
    title: bool = False
    tells: bool = True  # false where it can only tell further of what an earlier sentence told
    points: bool = False  # whether it may do that
    these: tuple[str, ...] = ()  # who "the three countries" are, where it says so

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Letters of the article's text, from letters of the sentence."""
        start, end = self.sentence.start + start, self.sentence.start + end
        return (self.clean.place(start), self.clean.place(end - 1) + 1) if self.clean and end > start else (start, end)


def read(articles: Iterable[Article], careful: bool = True, named: bool = True) -> Iterator[Act]:
    """The acts of each article, in order; ``careful`` with the small language models of the extra nlp, which take as long again in English.

    Not ``named``, each has the PLOVER event that follows from instrument and stage, and the encoder reads no sentence for its name alone.
    """
    for act, found, told in derived(articles, careful, named):
        yield _called(act, plover.called(act, found, told)) if named and told else act


def derived(
    articles: Iterable[Article], careful: bool = True, named: bool = True
) -> Iterator[tuple[Act, list[Mention], encoder.Told | None]]:
    """The acts, with the PLOVER event that follows from instrument and stage; who is named in each one's sentence, and what the encoder told of that.

    If they are to be ``named``, it is asked of what concerns one actor too.
    """
    stream = iter(articles)
    while chunk := list(islice(stream, CHUNK)):
        candidates = [c for article in chunk for c in filtered(article)]
        tokens = parsed(candidates)
        told = [events(candidate, tokens) for candidate in candidates]
        abouts = _subjects(candidates, told, tokens, careful, named and careful and encoder.installed())
        for _, mine in groupby(zip(candidates, told, abouts, strict=True), key=lambda one: id(one[0].article)):
            before: list[pointing.Before] = []
            read: list[tuple[Act, Candidate, encoder.Told | None]] = []
            for candidate, found, about in mine:
                acts, words = list(_acts(candidate, found, about)), tokens.get(id(candidate), [])
                further = _further(candidate, words, acts, before)
                acts = [act for act in acts if not further or pointing.firm(act, further[0])]
                read += ((act, candidate, about and about.told) for act in acts)
                read += ((act, candidate, None) for act in further)
                if words and not candidate.title:
                    before.append(pointing.before(words, candidate.sentence.text, acts, candidate.paragraph))
            body = [act for act, candidate, _ in read if not candidate.title]
            for act, candidate, seen in read:
                if not (candidate.title and candidate.lang == "en" and told_otherwise(act, body)):
                    yield act, candidate.found, seen


def filtered(article: Article) -> Iterator[Candidate]:
    """The sentences that name somebody, with the states last spoken of before each: in its paragraph, else first in the article."""
    seen = clean(article.text)
    lang = article.lang or language(seen.text)
    lead: tuple[str, ...] = ()
    context, end, paragraph, begun = lead, 0, 0, False
    spoken: list[str] = []  # the states, those last spoken of at the end
    for sentence in sentences(seen.text):
        if "\n" in seen.text[end : sentence.start]:
            context, paragraph = lead, paragraph + 1
        end = sentence.end
        found = mentions(sentence.text, lang, article.published)
        names = tuple(dict.fromkeys(m.code for m in found if m.kind != PLACE))
        these = several(sentence.text, spoken) if lang == "en" and len(spoken) > 2 else ()
        about = countries(sentence.text, context, spoken) if lang == "en" else context
        back = bool(these) or (len({*names, *about}) > 1 and order.refers(sentence.text, lang))
        told = len({m.code for m in found}) > 1 or back or ((found or about) and order.speaks(sentence.text, lang))
        listed = len({m.start for m in found}) > MOST_STATES or sentence.text.count("|") > MOST_BARS
        points = begun and lang == "en" and pointing.may_point(sentence.text)
        if (told or points) and not listed:
            maker = _maker(sentence.text, found)
            title = paragraph == 0 and seen.text[sentence.end :].startswith("\n") and not sentence.text.endswith(".")
            yield Candidate(article, lang, sentence, found, about, back, maker, seen if seen.places else None, paragraph, title, bool(told), points, these)  # fmt: skip
            begun = True
        spoken = [c for c in spoken if c not in names] + [c for c in names if c not in states.blocs()]
        if names:
            context = tuple(dict.fromkeys([*names, *context]))[:2]
            lead = lead if len(lead) > 1 else tuple(dict.fromkeys([*lead, *names]))[:2]


def _maker(text: str, found: list[Mention]) -> Mention | None:
    """Whose weapon a sentence names that names one state besides."""
    named = {m.code for m in found if m.kind != PLACE} or {m.code for m in found}
    weapon = platform(text) if len(named) == 1 else None
    if weapon is None or weapon[2] in named:
        return None
    return Mention(weapon[1], weapon[1] + len(weapon[0]), weapon[2], COMPANY)


def whole(text: str) -> Sentence:
    """A text taken as one sentence."""
    return Sentence(text, 0, len(text))


def parsed(candidates: list[Candidate]) -> dict[int, list[Token]]:
    """The tokens of each English and Russian candidate, by its identity; nothing where its parser is not installed."""
    found: dict[int, list[Token]] = {}
    for lang, there, parser in (("en", model, parse), ("ru", parse_ru.installed, parse_ru.parse)):
        chosen = [c for c in candidates if c.lang == lang]
        if chosen and there():
            found |= zip(map(id, chosen), parser(c.sentence.text for c in chosen), strict=True)
    return found


def events(candidate: Candidate, tokens: dict[int, list[Token]]) -> list[Event]:
    """What a candidate tells of, by grammar or by order."""
    if not candidate.tells:
        return []
    if words := tokens.get(id(candidate)):
        made = (
            russian.events(candidate.sentence.text, words, candidate.found, candidate.context)
            if candidate.lang == "ru"
            else english.events(words, candidate.found, candidate.context, candidate.these)
        )
    else:
        made = order.events(candidate.sentence.text, candidate.found, candidate.lang, candidate.context)
    return [e for e in made if e.actors or e.recipients]


def _subjects(
    candidates: list[Candidate], told: list[list[Event]], tokens: dict[int, list[Token]], careful: bool, named: bool
) -> list[About | None]:
    """What each sentence is about that concerns two actors or, to be ``named`` by the encoder, tells of anything; none for the others."""
    chosen = [i for i, c in enumerate(candidates) if _several(c) or (named and told[i] and c.lang == "en")]
    about = subject.about([reading(candidates[i], told[i], tokens) for i in chosen], careful)
    found = dict(zip(chosen, about, strict=True))
    return [found.get(i) for i in range(len(candidates))]


def reading(candidate: Candidate, told: list[Event], tokens: dict[int, list[Token]]) -> subject.Reading:
    """A candidate as the model of subjects sees it."""
    return subject.Reading(
        candidate.sentence.text, candidate.lang, candidate.found, told, tokens.get(id(candidate), [])
    )


def _several(candidate: Candidate) -> bool:
    """Whether a sentence concerns two actors."""
    return candidate.tells and len({*_named(candidate), *(candidate.context if candidate.refers else ())}) > 1


def _named(candidate: Candidate) -> set[str]:
    return {m.code for m in (*candidate.found, *((candidate.maker,) if candidate.maker else ()))}


def _acts(candidate: Candidate, found: list[Event], about: About | None) -> Iterator[Act]:
    """The acts of one sentence: those that its words tell, and its main one, guessed where none of them has its instrument."""
    found = found[: subject.MOST_ACTS]
    if about is None or not _several(candidate):  # of one actor's own affairs the encoder is asked the name alone
        yield from (_act(candidate, _supplied(candidate, event), None) for event in found)
        return
    told = list(_once([_told(candidate, event, n, about) for n, event in enumerate(found)]))
    tied = [act for act in told if _tied(act)]
    name = _main(tied, about, limits(candidate.lang))
    name = None if name and any(_settles(event, name) for event in found) else name
    one = _guessed(candidate, name, about, told) if name else None
    if one and not at_odds(one, told, about.chances):
        told = [*told, one] if tied else [one, *told]
    yield from told


def _once(told: list[Act]) -> Iterator[Act]:
    """Of what was read by order, not also as done what another word says was refused, broken off or only agreed ("refused to hold drills").

    Of those who refuse or break off, a word that names no instrument itself, so that it has the sentence's, halts whatever else they do.
    """
    ordered = [act for act in told if "word order" in act.why]
    for act in told:
        if act not in ordered or not any(_halts(other, act) for other in ordered):
            yield act


def _halts(other: Act, act: Act) -> bool:
    same = {*other.actors, *other.recipients} == {*act.actors, *act.recipients}
    any_deed = other.stage in BROKEN and any(said.startswith("about ") for said in other.why)
    done = act.stage in CARRIED_OUT and other.stage not in CARRIED_OUT
    undone = act.stage in DONE and other.stage in BROKEN
    return same and (done or undone) and (other.instrument == act.instrument or any_deed)


def _told(candidate: Candidate, event: Event, number: int, about: About) -> Act:
    """An event with the maker of its weapon, and, where it is the main act, without who only stands by."""
    event = _supplied(candidate, event)
    clause = about.of(number)
    if about.told is not None and _instrument(candidate, event, clause)[0] == about.main:
        event = without_bystanders(event, candidate.found, about.told.roles)
    return _act(candidate, event, clause)


def _instrument(candidate: Candidate, event: Event, about: About | None) -> tuple[str | None, str]:
    parties = len({*event.actors, *event.recipients})
    return instrument(event, about.chances if about else None, candidate.sentence.text, candidate.lang, parties)


def _guessed(candidate: Candidate, name: str, about: About, told: list[Act]) -> Act | None:
    text = candidate.sentence.text
    other = (name in POLICED and senses.of_crime(text)) or (name == "rupture" and senses.of_peace(text))
    if candidate.lang == "en" and (harm.of_games(text) or other):
        return None
    maker = [candidate.maker] if candidate.maker and name in MADE else []
    found, roles = candidate.found + maker, about.roles if not maker else None
    name, found, roles = friends(text, name, *heard(text, found, roles), told)
    one = guess(text, found, candidate.lang, name, candidate.context, roles)
    return _act(candidate, _supplied(candidate, one), about) if one else None


def _main(tied: list[Act], about: About, least: Limits) -> str | None:
    """The instrument of an act that the words of the sentence leave out; none where they tell it, or tell enough."""
    name, chances = about.main, about.chances
    if not tied:
        return name if chances[subject.NONE] < least.guess else None
    missed = name not in {a.instrument for a in tied}
    return name if missed and chances[name] >= least.beside and chances[name] > chances[subject.NONE] else None


def _settles(event: Event, name: str) -> bool:
    """Whether a word leaves no room for a guess beside it: it says what was done, or only thanks."""
    between = len({*event.actors, *event.recipients}) > 1
    return event.firm and (between if event.instrument else name in CONTEXT or (between and at_war(event.plover, name)))


def _tied(act: Act) -> bool:
    return len({*act.actors, *act.recipients}) > 1


def _supplied(candidate: Candidate, event: Event) -> Event:
    """An arms deal that names one state and a weapon of another's: from its maker to that state."""
    if candidate.maker is None or event.instrument not in MADE:
        return event
    party = tuple(c for c in dict.fromkeys((*event.actors, *event.recipients)) if c != candidate.maker.code)
    return replace(event, actors=(candidate.maker.code,), recipients=party)


def _from_seller(candidate: Candidate, event: Event) -> Event:
    """A deal whose word does not say who gives ("signed a contract with"): from the side of the firm, or of the maker of the weapon, that is named."""
    sides = {*event.actors, *event.recipients}
    sellers = {m.code for m in candidate.found if m.kind == COMPANY} & sides
    if not sellers and event.seller:
        sellers = {event.seller} & sides
    if not sellers and candidate.lang != "en":
        sellers = turns.sellers(candidate.sentence.text, candidate.found, candidate.lang, event.start) & sides
    if not sellers and (weapon := platform(candidate.sentence.text, event.start, event.end)):
        sellers = {weapon[2]} & sides
    if len(sellers) != 1 or len(sides) < 2:
        return event
    return replace(
        event,
        actors=tuple(sellers),
        recipients=tuple(c for c in dict.fromkeys((*event.actors, *event.recipients)) if c not in sellers),
    )


def _further(candidate: Candidate, words: list[Token], acts: list[Act], before: list[pointing.Before]) -> list[Act]:
    """What a sentence tells further of an act that an earlier one told of, with that one's parties; nothing that its own words tell."""
    if not (candidate.points and words and before):
        return []
    found = pointing.pointed(words, candidate.sentence.text, candidate.found, candidate.paragraph, before)
    if found is None:
        return []
    event, earlier = found
    act = _act(candidate, event, None)
    sure = min(earlier.belief, round(BY_EARLIER * (HEARSAY if event.hearsay else 1), 3))
    act = replace(act, belief=sure, platform=act.platform or earlier.platform)
    named = _named(candidate)
    told = [one for one in acts if not pointing.weak(one) or {*one.actors, *one.recipients} <= named]
    return [act] if pointing.follows(act, earlier) and not any(pointing.same(act, one) for one in told) else []


def _act(candidate: Candidate, event: Event, about: About | None) -> Act:
    article, sentence = candidate.article, candidate.sentence
    name, because = _instrument(candidate, event, about)
    stage = stages.far(event, name, about) if name else event.stage or None
    if name and stage and candidate.lang != "en":
        stage, modality = turns.turned(event, name, stage, sentence.text, candidate.lang)
        event = replace(event, modality=modality)
    if name and stage:
        stage, modality = stages.ahead(name, stage, event.modality)
        event = replace(event, modality=modality)
    event_type, mode, cameo = codes(event.plover, name, stage)
    if name in GIVEN and event.taken and event.actors and event.recipients:
        event = replace(event, actors=event.recipients, recipients=event.actors)
    elif name == "basing" and stage == "refused" and event.actors and event.why[0].split(" ")[0] in _REFUSING:
        event = replace(event, actors=event.recipients, recipients=event.actors)  # who turns it down is the host
    two = len(event.actors) == len(event.recipients) == 1 and " from " not in sentence.text
    if name == "arms" and (event.mutual or (is_guess(event) and (two or candidate.lang != "en"))):
        event = _from_seller(candidate, event)
    elif name == "basing" and event.guest in event.recipients:
        others = tuple(c for c in dict.fromkeys((*event.actors, *event.recipients)) if c != event.guest)
        event = replace(event, actors=(event.guest,), recipients=others or event.recipients)
    elif name == "training" and candidate.lang != "en":
        event = turns.trained(event, candidate.found, sentence.text, candidate.lang)
    if sentence.text.endswith("?") and event.modality in {Modality.ACTUAL, Modality.PLANNED}:
        event = replace(event, modality=Modality.HYPOTHETICAL)
    planned = event.modality is Modality.PLANNED
    told = blanked(sentence.text, event.apart)[dateline(sentence.text) :]  # the day of writing is not that of the act
    done = event.modality is Modality.ACTUAL and stage not in TO_COME
    span = when(told, article.published, planned, done, event.earlier)
    modality = stages.historical(event.modality, span.last, article.published)
    weapon = platform(sentence.text, event.start, event.end)
    actors, recipients, forum = framed(event, candidate.found, name, article.published)
    if (name not in TIES or name == "dialogue") and not (
        (actors and recipients) or (event.plover == "ASSAULT" and recipients and len(_named(candidate)) > 1)
    ):  # one state's own affair: it stands on both sides
        actors, recipients = actors or recipients, recipients or actors
    return Act(
        id=article.id,
        sentence=article.text[slice(*candidate.original(0, len(sentence.text)))],
        span=candidate.original(event.start, event.end),
        actors=actors,
        recipients=recipients,
        instrument=name,
        stage=stage,
        polarity=plover.sign(event_type),
        modality=str(modality),
        plover=event_type,
        mode=mode,
        cameo=cameo,
        date_from=span.first.isoformat() if span.first else None,
        date_to=span.last.isoformat() if span.last else None,
        forum=forum,
        platform=weapon[0] if weapon else None,
        quantity=quantity(sentence.text, weapon[1] if weapon else None),
        value_usd=value_usd(sentence.text, article.published),
        place=place(candidate.sentence.text, candidate.found),
        belief=_belief(event, candidate.lang, name),
        lang=candidate.lang,
        why=[
            *event.why,
            *([because] if because else []),
            *reminded({*actors, *recipients}, candidate.found, article.published),
        ],
    )


def _called(act: Act, name: str) -> Act:
    return act if name == act.plover else replace(act, plover=name, mode=None, cameo=CAMEO[name])


def _belief(event: Event, lang: str, name: str | None) -> float:
    if is_guess(event):
        belief = BY_GUESS
    elif "word order" in event.why:
        belief = BY_ORDER if lang in MEASURED else BY_ORDER_UNMEASURED
    else:
        belief = BY_GRAMMAR if event.grammar else BY_NEARNESS
    belief *= HEARSAY if event.hearsay else 1
    return round(
        belief * (1 if name or event.plover not in {"COOPERATE", "SUPPORT", "AGREE"} else UNSURE_INSTRUMENT), 3
    )

"""From sentence to act: who, what, how far, in which mood; and what is not one."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.spending import spent

from comity.coding import Act, Article, coder, model, order, parse_ru, read, structure
from comity.coding.amounts import platform, quantity, value_usd
from comity.coding.english import Event
from comity.coding.gazetteer import mentions
from comity.coding.instruments import instrument
from comity.coding.kinds import kinds
from comity.coding.parse import Token
from comity.coding.subject import About
from comity.coding.text import dateline
from comity.coding.when import when
from comity.vocabulary import INSTRUMENTS, PLOVER_EVENTS, Modality, Stage

DAY = date(2024, 11, 13)
needs_model = pytest.mark.skipif(model() is None, reason="needs the extra nlp")


def test_no_promise_is_a_rupture() -> None:
    chances = dict.fromkeys(INSTRUMENTS, 0.01) | {"rupture": 0.8, "none": 0.01}
    event = Event(("ITA",), ("ALB",), "AGREE", "offered", "", Modality.ACTUAL, 0, 9, False, ("pledge",))
    assert instrument(event, chances, "Italy pledged support to Albania.", "en", 2)[0] != "rupture"
    event = replace(event, plover="SANCTION")
    assert instrument(event, chances, "Italy cut its support for Albania.", "en", 2)[0] == "rupture"


def test_a_mortar_is_a_kind_of_what_a_howitzer_is() -> None:
    howitzer, mortar = (
        {name for name, x in kinds([Token(0, word, word, "NOUN", "NN", "ROOT", 0, 0, 9)]).items() if x == 1}
        for word in ("howitzer", "mortar")
    )
    assert {name.split(".")[0] for name in howitzer & mortar} >= {"N:armament", "N:weaponry"}
    assert kinds([Token(0, "qwx", "qwx", "NOUN", "NN", "ROOT", 0, 0, 3)]) == {}


def test_the_main_subject_of_a_sentence_has_an_act_even_where_its_words_tell_of_another() -> None:
    chances = dict.fromkeys(INSTRUMENTS, 0.01) | {"arms": 0.8, "none": 0.01}
    text = "Tashkent met Paris about Rafales."
    candidate = coder.Candidate(Article("a", text, DAY, "en"), "en", coder.whole(text), coder.mentions(text, "en"), ())
    event = Event(("UZB",), ("FRA",), "ACCUSE", "executed", "frictions", Modality.ACTUAL, 0, 9, False, ("accuse",))
    told = list(coder._acts(candidate, [event], About(chances, {})))
    assert [a.instrument for a in told] == ["frictions", "arms"]
    assert told[1].why[0].startswith("guess")


def coded(text: str, lang: str | None = None) -> list[Act]:
    return list(read([Article("a", text, DAY, lang)]))


ENGLISH = [
    ("Turkey and Kazakhstan signed a military cooperation agreement in Ankara.", ["TUR"], ["KAZ"], "agreement", "signed", "actual"),
    ("Azerbaijan bought Bayraktar TB2 drones from Turkey.", ["TUR"], ["AZE"], "arms", "signed", "actual"),
    ("Turkish drones were delivered to Turkmenistan.", ["TUR"], ["TKM"], "arms", "delivered", "actual"),
    ("Russia will hold joint drills with Tajikistan next month.", ["RUS"], ["TJK"], "exercise", "announced", "planned"),
    ("Turkey did not sell any drones to Tajikistan.", ["TUR"], ["TJK"], "arms", "delivered", "negated"),
    ("If Turkey sold drones to Armenia, Russia would respond.", ["TUR"], ["ARM"], "arms", "delivered", "hypothetical"),
    ("Talks were held between Turkey and Russia.", ["TUR"], ["RUS"], "dialogue", "executed", "actual"),
    ("Uzbekistan agreed to buy armoured vehicles from Turkey's Otokar.", ["TUR"], ["UZB"], "arms", "announced", "planned"),
    ("Turkish Defence Minister Hulusi Akar met his Kazakh counterpart in Astana.", ["TUR"], ["KAZ"], "dialogue", "executed", "actual"),
    ("Kazakh, British and American troops drilled in June.", ["KAZ"], ["GBR", "USA"], "exercise", "executed", "actual"),
    ("Sadyr Japarov said that his country had bought drones from both Türkiye and Russia.", ["TUR", "RUS"], ["KGZ"], "arms", "signed", "actual"),
    ("CSTO defence ministers met in Bishkek.", ["BLR"], ["KAZ", "KGZ", "RUS", "TJK"], "dialogue", "executed", "actual"),
    ("Russian, Kyrgyz and Kazakh troops held the CSTO drill Rubezh.", ["RUS"], ["KGZ", "KAZ"], "exercise", "executed", "actual"),
    ("Kazakhstan received six more Su-30SM fighters.", ["RUS"], ["KAZ"], "arms", "delivered", "actual"),
    ("Belarus delivered Su-30 fighters to Kazakhstan.", ["BLR"], ["KAZ"], "arms", "delivered", "actual"),
]  # fmt: skip


@needs_model
@pytest.mark.parametrize("case", ENGLISH, ids=[c[0] for c in ENGLISH])
def test_an_english_sentence_becomes_its_act(case: tuple[str, list[str], list[str], str, str, str]) -> None:
    text, actors, recipients, instrument, stage, modality = case
    act = coded(text)[0]
    assert (act.actors, act.recipients, act.instrument, act.stage, act.modality) == (
        actors,
        recipients,
        instrument,
        stage,
        modality,
    )


OTHERS = [
    ("Türkiye ile Kazakistan askeri iş birliği anlaşması imzaladı.", {"TUR", "KAZ"}, "agreement", "actual"),
    ("Türkiye, Kırgızistan'a Bayraktar TB2 insansız hava aracı sattı.", {"TUR", "KGZ"}, "arms", "actual"),
    ("Kazakistan, Türkiye'den ANKA İHA satın alacak.", {"TUR", "KAZ"}, "arms", "planned"),
    ("Türkiye, Tacikistan'a İHA satmadı.", {"TUR", "TJK"}, "arms", "negated"),
    ("Турция поставила Киргизии беспилотники Байрактар.", {"TUR", "KGZ"}, "arms", "actual"),
    ("Казахстан купил у Турции три дрона Анка.", {"TUR", "KAZ"}, "arms", "actual"),
    ("Россия не поставит Армении оружие.", {"RUS", "ARM"}, "arms", "negated"),
    ("Между Турцией и Узбекистаном состоялись переговоры.", {"TUR", "UZB"}, "dialogue", "actual"),
    ("土耳其向哈萨克斯坦出售无人机", {"TUR", "KAZ"}, "arms", "actual"),
    ("O'zbekiston Turkiyadan dronlar sotib oldi.", {"TUR", "UZB"}, "arms", "actual"),
]


@pytest.mark.parametrize("case", OTHERS, ids=[c[0] for c in OTHERS])
def test_other_languages_are_read_by_case_and_order_with_lower_belief(
    case: tuple[str, set[str], str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parse_ru, "installed", lambda: False)
    text, parties, instrument, modality = case
    act = coded(text)[0]
    assert ({*act.actors, *act.recipients}, act.instrument, act.modality) == (parties, instrument, modality)
    assert act.belief < coder.BY_GRAMMAR


def test_supplier_and_visitor_act_whoever_the_sentence_is_about() -> None:
    for text in ("Kazakistan Türkiye'den İHA satın aldı.", "Казахстан купил у Турции дроны."):
        assert (coded(text)[0].actors, coded(text)[0].recipients) == (["TUR"], ["KAZ"])


@needs_model
def test_a_clause_without_parties_of_its_own_goes_the_way_of_the_one_before() -> None:
    (first, second) = coded("Iran sold drones to Russia after the attack began.")
    assert (first.actors, first.recipients) == (second.actors, second.recipients) == (["IRN"], ["RUS"])


def test_the_two_countries_are_those_last_spoken_of() -> None:
    acts = coded("Turkey sold drones to Kyrgyzstan. The two countries held talks.")
    assert {*acts[1].actors, *acts[1].recipients} == {"TUR", "KGZ"}


@needs_model
def test_without_the_parser_the_coder_reads_by_order_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coder, "model", lambda: None)
    act = coded("Turkey and Kazakhstan signed a military cooperation agreement.")[0]
    assert {*act.actors, *act.recipients} == {"TUR", "KAZ"}
    assert "word order" in act.why


@needs_model
@pytest.mark.parametrize(
    ("text", "only_reminds"),
    [
        ("The pact was signed shortly after Russia invaded Ukraine.", True),
        ("Russia's invasion of Ukraine does have a familiar ring.", False),
        ("Lawmakers referred to the Russian invasion of Ukraine.", True),
        ("Russia launched an invasion of Ukraine on Thursday.", False),
        ("Venezuela has often condemned the United States.", True),
        ("Venezuela condemned the United States on Monday.", False),
    ],
)
def test_what_a_sentence_only_reminds_of_is_background(text: str, only_reminds: bool) -> None:
    acts = [a for a in coded(text) if {*a.actors, *a.recipients} in ({"RUS", "UKR"}, {"VEN", "USA"})]
    assert acts
    assert any("background" in a.why for a in acts) is only_reminds


@needs_model
def test_to_call_something_a_trap_asks_for_nothing() -> None:
    assert not [a for a in coded("Baku called the Russian post a provocation.") if a.stage == "asked"]
    assert [a for a in coded("Yerevan called on Russia to withdraw its troops.") if a.stage == "asked"]


@needs_model
def test_a_possible_deal_and_a_rumour_of_one_are_hypothetical() -> None:
    for text in ("A possible Ghanaian purchase of drones from Turkey", "Rumours of a Turkish sale of drones to Ghana"):
        assert {a.modality for a in coded(text) if a.instrument == "arms"} <= {"hypothetical"}, text


def test_what_a_sentence_does_not_tell_has_no_instrument() -> None:
    event = Event(("KAZ",), ("FIN",), "ASSAULT", "executed", "frictions", Modality.ACTUAL, 0, 9, False, ("beat",))
    chances = dict.fromkeys(INSTRUMENTS, 0.01)
    assert instrument(event, chances | {"none": 0.7}, "Kazakhstan beat Finland 2-1.", "en", 2)[0] is None
    assert instrument(event, chances | {"none": 0.1}, "Kazakhstan beat Finland back.", "en", 2)[0] == "frictions"


def test_a_word_of_a_clause_further_down_weighs_less() -> None:
    """Signed (root), visited under "after" (a clause apart): half."""
    tokens = [
        Token(0, "They", "they", "PRON", "PRP", "nsubj", 1, 0, 4),
        Token(1, "signed", "sign", "VERB", "VBD", "ROOT", 1, 5, 11),
        Token(2, "after", "after", "SCONJ", "IN", "mark", 4, 12, 17),
        Token(3, "he", "he", "PRON", "PRP", "nsubj", 4, 18, 20),
        Token(4, "visited", "visit", "VERB", "VBD", "advcl", 1, 21, 28),
    ]
    lemmas, main, verbs, *_ = structure.groups("They signed after he visited", tokens, [])
    assert lemmas == {"l:sign": 1.0, "l:visit": 1.0}
    assert main == {"a:sign": 1.0, "a:visit": 0.5}
    assert verbs["v:sign"] == 1.0
    assert verbs["v:visit"] == 0.5
    assert verbs["v:visit nsubj he"] == 0.5


def test_a_month_is_nobody_s_march() -> None:
    text = "Turkey and Kazakhstan held a joint drill near Almaty on 1 March."
    found = list(mentions(text, "en", date(2024, 3, 5)))
    assert [event.plover for event in order.events(text, found, "en")] == ["COOPERATE"]
    text = "Kazakhs marched against Russia in March 2022."
    assert "PROTEST" in [event.plover for event in order.events(text, list(mentions(text, "en", None)), "en")]


@needs_model
def test_every_field_is_in_the_vocabulary() -> None:
    text = " ".join(c[0] for c in ENGLISH) + " Police in India arrested protesters. Russia accused Georgia of lying."
    for act in coded(text):
        assert act.instrument is None or act.instrument in INSTRUMENTS
        assert act.stage is None or act.stage in set(Stage)
        assert act.modality in set(Modality)
        assert act.plover in PLOVER_EVENTS
        assert act.polarity in {-1, 0, 1}
        assert 0 < act.belief < 1
        assert act.why
        assert text[act.span[0] : act.span[1]] in act.sentence


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on 5 November 2021", "2021-11-05", "2021-11-05"),
        ("on November 5", "2024-11-05", "2024-11-05"),
        ("on December 5", "2023-12-05", "2023-12-05"),
        ("on 3-5 March 2022", "2022-03-03", "2022-03-05"),
        ("in May 2020", "2020-05-01", "2020-05-31"),
        ("in 2019", "2019-01-01", "2019-12-31"),
        ("in the 1990s", "1990-01-01", "1999-12-31"),
        ("yesterday", "2024-11-12", "2024-11-12"),
        ("on Tuesday", "2024-11-12", "2024-11-12"),
        ("5 марта 2024 года", "2024-03-05", "2024-03-05"),
        ("5 Mart 2024", "2024-03-05", "2024-03-05"),
        ("2024年3月5日", "2024-03-05", "2024-03-05"),
        ("法国与贝宁11月5日举行演习", "2024-11-05", "2024-11-05"),
        ("12月5号", "2023-12-05", "2023-12-05"),  # the latest before the text
        ("geçen ay", "2024-10-01", "2024-10-31"),
        ("the drill that was held last August", "2024-08-01", "2024-08-31"),
        ("as late as December", "2023-12-01", "2023-12-31"),
        ("this June", "2024-06-01", "2024-06-30"),
        ("this may be so, and the last march too", "2024-11-06", "2024-11-13"),
        ("without a word of time", "2024-11-06", "2024-11-13"),
    ],
)
def test_words_for_dates_become_intervals_no_narrower_than_they_are(text: str, first: str, last: str) -> None:
    span = when(text, DAY)
    assert (str(span.first), str(span.last)) == (first, last)


@pytest.mark.parametrize(
    ("sentence", "written"),
    [
        ("ASTANA, July 10 — Turkey and Kazakhstan signed", "ASTANA, July 10 — "),
        ("PARIS/THE HAGUE, March 7 (An Agency) - A crew", "PARIS/THE HAGUE, March 7 (An Agency) - "),
        ("TAŞKENT - Özbekistan ve Türkiye", "TAŞKENT - "),
        ("Turkey - the larger of the two - signed", ""),
        ("A - b", ""),
    ],
)
def test_where_and_when_it_was_written_is_known_from_the_rest(sentence: str, written: str) -> None:
    assert sentence[: dateline(sentence)] == written


def test_the_day_of_writing_is_not_that_of_the_act() -> None:
    text = "ANKARA, November 13 - Turkey delivered three drones to Kyrgyzstan in October."
    acts = list(read([Article("a", text, DAY, "en")]))
    assert {(a.date_from, a.date_to) for a in acts} == {("2024-10-01", "2024-10-31")}


def test_the_two_countries_are_those_of_the_paragraph_or_else_of_the_lead() -> None:
    text = (
        "Turkey and Kazakhstan held talks.\n\nRussia and China delivered grain to Mongolia. The two countries signed an agreement."
        "\n\nThe two countries signed an agreement."
    )
    found = [c for c in coder.filtered(Article("a", text, DAY, "en")) if c.sentence.text.startswith("The two")]
    assert [set(c.context) for c in found] == [{"RUS", "CHN"}, {"TUR", "KAZ"}]


def test_a_date_is_not_guessed_without_a_publication_date() -> None:
    assert when("on Tuesday", None) == (None, None)
    assert when("on November 5", None) == (None, None)


def test_what_is_done_was_not_done_after_it_was_told() -> None:
    lease = "leased the range to Russia until 2042"
    assert when(lease, DAY, done=True) == when("leased the range to Russia", DAY)
    assert str(when(lease, DAY).first) == "2042-01-01"
    assert str(when("leased it in 2020 until 2042", DAY, done=True).last) == "2020-12-31"


def test_the_year_of_a_name_says_less_than_a_week() -> None:
    assert when("held the drill Eternity 2024 last week", DAY) == when("held the drill last week", DAY)
    assert str(when("held the drill Eternity 2023", DAY).first) == "2023-01-01"
    assert str(when("since 2023, as was said last week", DAY).first) == "2023-01-01"


def test_a_plan_lies_ahead() -> None:
    assert str(when("will meet in March", DAY, planned=True).first) == "2025-03-01"


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("for $5.2 million", 5_200_000),
        ("worth USD 900,000", 900_000),
        ("a $1.5bn deal", 1_500_000_000),
        ("12 million dollars", 12_000_000),
        ("5 млн долларов", 5_000_000),
        ("2 milyar dolar", 2_000_000_000),
        ("EUR 10 million", 10_824_000),  # the European Central Bank's average of 2024: 1.0824
        ("for 70 million lira", None),
        ("no money", None),
    ],
)
def test_money_becomes_dollars_only_at_a_known_rate(text: str, dollars: float | None) -> None:
    assert value_usd(text, DAY) == dollars


def test_platform_and_quantity_stand_before_each_other() -> None:
    found = platform("Kyrgyzstan received three TB2 drones")
    assert found
    assert (found[0], found[2]) == ("Bayraktar TB2", "TUR")
    assert quantity("Kyrgyzstan received three TB2 drones", found[1]) == 3
    assert quantity("Nurol delivered 24 armoured vehicles in 2019", None) == 24
    assert quantity("in 2019 vehicles", None) is None
    assert quantity("delivered 2,000 rifles", None) == 2000


def test_of_several_platforms_that_of_the_clause_counts() -> None:
    text = "Russia delivered T-90 tanks to India and sold Su-30 fighters to Algeria; Su-35s stayed."
    assert [p and p[0] for p in (platform(text), platform(text, 41, 72), platform(text, 76))] == [
        "T-90",
        "Su-30",
        "Su-35",
    ]
    assert platform("Su-30 fighters were delivered", 15, 29) == ("Su-30", 0, "RUS")


@pytest.mark.parametrize(
    ("text", "instrument", "stage"),
    [
        ("Kazakistan, Rusya'nın Ukrayna'ya asker gönderme talebini reddetti.", "basing", "refused"),
        ("Киргизия отказалась проводить учения с Таджикистаном в Иссык-Кульской области.", "exercise", "refused"),
        pytest.param(
            "Kyrgyzstan postponed the CSTO exercise Indestructible Brotherhood.",
            "rupture",
            "suspended",
            marks=needs_model,
        ),
    ],
)
def test_what_was_refused_or_broken_off_is_not_also_done(text: str, instrument: str, stage: str) -> None:
    assert [(a.instrument, a.stage) for a in coded(text)] == [(instrument, stage)]


def test_a_refusal_that_names_no_instrument_halts_whatever_the_same_parties_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse_ru, "installed", lambda: False)
    stages = [a.stage for a in coded("Киргизия отказалась проводить учения ОДКБ в Иссык-Кульской области.")]
    assert stages == ["refused"]  # be it the drill or the alliance that the sentence is found to be about


@needs_model
def test_a_guess_hears_neither() -> None:
    acts = coded("Neither Kazakhstan nor Uzbekistan sent troops to the drill in Russia.")
    assert {a.modality for a in acts} == {"negated"}


def test_rows_of_a_table_tell_of_no_act() -> None:
    assert coded("Signed | Turkey | Kazakhstan | 3") == []


POEM = "Shall I compare thee to a summer's day?\nThou art more lovely and more temperate:\n" * 20
TABLE = "State | 2020 | 2021\nTurkey | 3 | 4\nKazakhstan | 5 | 6\n" * 50
BAD = {
    "empty": "",
    "spaces": "  \n\t ",
    "poem": POEM,
    "emoji": "🙂🚀" * 500,
    "right to left": "\u202e" + "ترکیه و قزاقستان توافق کردند. " * 20,
    "control": "\x00\x01Turkey\x02 met \x03Russia" * 20,
    "table": TABLE,
    "5,000 states": "Turkey met " + ", ".join(["Kazakhstan", "Russia", "China", "Iran", "India"] * 1000) + ".",
    "no end": "Turkey and Russia signed a deal " * 3000,
    "one letter": "a" * 100_000,
}


@pytest.mark.parametrize("name", BAD)
def test_bad_text_ends_soon_and_without_an_error(name: str) -> None:
    start = time.process_time()
    acts = coded(BAD[name])
    assert time.process_time() - start < 20
    assert len(acts) < 700
    if name in {"empty", "spaces", "poem", "emoji", "table", "5,000 states", "one letter"}:
        assert acts == []


FIELDS = {
    "id",
    "sentence",
    "span",
    "actors",
    "recipients",
    "instrument",
    "stage",
    "polarity",
    "modality",
    "plover",
    "mode",
    "cameo",
    "date_from",
    "date_to",
    "forum",
    "platform",
    "quantity",
    "value_usd",
    "belief",
    "why",
}


def command(words: list[str], given: bytes) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, "-m", "comity", *words], input=given, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_the_command_prints_acts_says_what_it_left_out_and_ends_with_a_finding() -> None:
    lines = [
        json.dumps({"id": "x", "text": "Türkiye ile Kazakistan anlaşma imzaladı.", "published": "2024-11-13"}).encode(),
        b"not json",
        b'{"id": 3}',
        b"[1]",
        b'{"id": 4, "text": "a", "published": "soon"}',
        '{"id": 5, "text": "Турция"}'.encode("cp1251"),
        b"",
    ]
    code, out, err = command(["code", "-"], b"\n".join(lines))
    assert code == 1
    (act,) = [json.loads(line) for line in out.splitlines()]
    assert {*act} >= FIELDS
    assert act["id"] == "x"
    for number, what in ((2, "JSON"), (3, "text"), (4, "object"), (5, "day"), (6, "UTF-8")):
        assert any(f"line {number}:" in line and what in line for line in err.splitlines()), err


SOLD = "Turkey sold TB2 drones to Kyrgyzstan"


def test_odd_lines_harm_no_neighbour_and_ids_come_back_as_they_were_given() -> None:
    given = [
        {"id": 7, "text": f"{SOLD}."},
        {"id": "7", "text": f"{SOLD} \ud83d.", "new": {"x": [1]}},  # cut in the middle of an emoji
        {"id": None, "text": f"{SOLD}."},
        {"id": "early", "text": f"{SOLD}.", "published": "0001-01-01"},
        {"id": "late", "text": f"{SOLD} next year.", "published": "9999-12-31"},
        {"id": "\udc80", "text": f"{SOLD}.", "published": "2024-02-29T10:00:00Z"},
    ]
    long = '{"id": %s, "text": "a"}' % ("1" * 5000)
    lines = "\r\n".join([*map(json.dumps, given), long])
    code, out, err = command(["code"], b"\xef\xbb\xbf" + lines.encode())
    acts = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [act["id"] for act in acts] == [7, "7", 3, "\ufffd"]
    assert acts[1]["sentence"] == f"{SOLD} \ufffd."
    assert {(act["instrument"], *act["actors"], *act["recipients"]) for act in acts} == {("arms", "TUR", "KGZ")}
    assert (acts[-1]["date_from"], acts[-1]["date_to"]) == ("2024-02-22", "2024-02-29")
    assert [line[:13] for line in err.splitlines()] == ["note: line 4:", "note: line 5:", "note: line 7:"]


@pytest.mark.parametrize("given", [b"\x00\xff\xfe" * 1000, b"plain words\n" * 3])
def test_what_is_no_json_lines_at_all_is_wrong_use(given: bytes) -> None:
    code, out, err = command(["code"], given)
    assert (code, out) == (2, "")
    assert "could not be read" in err


def test_nothing_in_is_nothing_out_and_a_missing_file_is_wrong_use() -> None:
    assert command(["code"], b"")[:2] == (0, "")
    assert command(["code", "no-such-file.jsonl"], b"")[0] == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.html", "<html><p>Türkiye</p></html>".encode("utf-16"), "UTF-8"),
        ("a.pdf", bytes(range(256)), "does not begin as its name says"),
        ("a.html", b"<html><body><p>Short.</p></body></html>", "no text in it that is an article"),
    ],
)
def test_a_saved_file_without_an_article_is_wrong_use_and_says_why(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    code, out, err = command(["code", str(tmp_path / name)], b"")
    assert (code, out) == (2, "")
    assert said in err


def test_a_ten_megabyte_line_is_read_in_part_and_said_so() -> None:
    text = "Nothing of note happened in the valley. " * 250_000
    with spent() as seconds:
        code, _, err = command(["code"], json.dumps({"id": 1, "text": text}).encode())
    assert code == 0
    assert "the first 200,000 are read" in err
    assert sum(seconds) < 30


def test_a_sentence_without_a_known_verb_is_guessed_and_says_so() -> None:
    acts = coded("Kazakhstan's new S-300 air defence missiles are of Russian make, the contract with Moscow shows.")
    assert all({*act.actors, *act.recipients} == {"KAZ", "RUS"} for act in acts)
    assert all(act.belief <= coder.BY_GUESS or not act.why[0].startswith("guess") for act in acts)

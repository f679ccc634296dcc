"""Languages other than English: who, what and which way round; and texts as they come, with letters nobody sees."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bench.coding import goldset, stories
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import acts
from comity.coding import Act, Article, coder, parse_ru, read
from comity.coding.anchors import anchors, shared
from comity.coding.gazetteer import mentions
from comity.coding.text import LANGUAGES, clean, fold
from comity.tables import REPORT

ROOT = Path(__file__).parents[2]
FLOORS = json.loads((ROOT / "bench/coding/floors.json").read_text("utf-8"))
bench = sys.modules.get("comity.bench.coding") or importlib.import_module("comity.bench.coding")
DAY = date(2024, 11, 13)
needs_parser = pytest.mark.skipif(not parse_ru.installed(), reason="needs the extra russian")


def coded(text: str, lang: str | None = None) -> list[Act]:
    return list(read([Article("a", text, DAY, lang)], careful=False))


def parties(text: str, lang: str | None = None) -> tuple[list[str], list[str]]:
    act = coded(text, lang)[0]
    return act.actors, act.recipients


WAYS = [
    ("Bulgaristan ile Polonya'ya Rus gazı kesildi, Gazprom Türkiye'ye gaz sattı.", "tr", None),
    ("Rusya, Kırgız ordusuna helikopter teslim etti.", "tr", (["RUS"], ["KGZ"])),
    ("Özbekistan'a Türkiye tarafından zırhlı araç teslim edildi.", "tr", (["TUR"], ["UZB"])),
    ("Kazakistan, Türk firmasından insansız hava aracı satın aldı.", "tr", (["TUR"], ["KAZ"])),
    ("Azərbaycan ordusuna Türkiyə raketlər satdı.", "az", (["TUR"], ["AZE"])),
    ("Түркия Қырғызстан әскеріне дрон жеткізді.", "kk", (["TUR"], ["KGZ"])),
    ("باعت روسيا أسلحة إلى كازاخستان.", "ar", (["RUS"], ["KAZ"])),
    ("俄羅斯向哈薩克出售直升機。", "zh", (["RUS"], ["KAZ"])),
]


@pytest.mark.parametrize(("text", "lang", "wanted"), [w for w in WAYS if w[2]], ids=[w[0] for w in WAYS if w[2]])
def test_case_on_the_last_noun_of_a_phrase_says_who_gives_and_who_gets(
    text: str, lang: str, wanted: tuple[list[str], list[str]]
) -> None:
    assert parties(text, lang) == wanted


RUSSIAN = [
    ("Киргизский банк отключён Евросоюзом от расчётов.", ["EU"], ["KGZ"], "actual"),
    ("На Памире Китаем построена застава для таджикских пограничников.", ["CHN"], ["TJK"], "actual"),
    ("Минск готов продать Бишкеку «Полонезы».", ["BLR"], ["KGZ"], "planned"),
    ("Россия не поставила Армении ракеты.", ["RUS"], ["ARM"], "negated"),
    ("Москва отрицает, что продала Армении ракеты.", ["RUS"], ["ARM"], "negated"),
    ("Если Бишкек попросит, Россия передаст ему ракеты.", ["RUS"], ["KGZ"], "hypothetical"),
    ("Между Турцией и Казахстаном подписано соглашение.", ["TUR"], ["KAZ"], "actual"),
]


@needs_parser
@pytest.mark.parametrize("case", RUSSIAN, ids=[c[0] for c in RUSSIAN])
def test_a_parsed_russian_sentence_becomes_its_act(case: tuple[str, list[str], list[str], str]) -> None:
    text, actors, recipients, modality = case
    assert (actors, recipients, modality) in [(a.actors, a.recipients, a.modality) for a in coded(text, "ru")]


@needs_parser
def test_the_russian_parser_answers_as_it_did_when_it_was_measured() -> None:
    (tokens,) = parse_ru.parse(["Турция продала Киргизии беспилотники."])
    assert [(t.text, t.dep, t.head) for t in tokens[:4]] == [
        ("Турция", "nsubj", 1),
        ("продала", "root", 1),
        ("Киргизии", "iobj", 1),
        ("беспилотники", "obj", 1),
    ]


def test_without_its_parser_russian_is_read_by_order_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse_ru, "installed", lambda: False)
    (act,) = coded("Турция продала Киргизии беспилотники.", "ru")
    assert (act.actors, act.recipients) == (["TUR"], ["KGZ"])
    assert "word order" in act.why


@pytest.mark.parametrize(("heads", "wanted"), [([1, -1, 1], [1, 1, 1]), ([1, 2, 0], [0, 2, 0]), ([0, 0], [0, 0])])
def test_a_circle_of_heads_is_cut(heads: list[int], wanted: list[int]) -> None:
    assert parse_ru.acyclic(heads) == wanted


def test_languages_with_few_measured_sentences_are_believed_less() -> None:
    few, some = (
        coded("Түркия мен Қазақстан бірлескен жаттығу өткізді.", "kk")[0],
        coded("Türkiye ile Kazakistan anlaşma imzaladı.", "tr")[0],
    )
    assert (few.belief, some.belief) == (coder.BY_ORDER_UNMEASURED, coder.BY_ORDER)


PLAIN = "Türkiye, Kırgızistan'a üç Bayraktar TB2 sattı."
UNSEEN = {
    "zero width": ("Tür\u200bkiye, Kırgız\u200bistan'a üç Bayraktar\u200d TB2 sat\ufefftı.", "tr"),
    "soft hyphens": ("Tür\u00adkiye, Kırgı\u00adzistan'a üç Bayraktar TB2 sat\u00adtı.", "tr"),
    "accents as letters": ("Tu\u0308rkiye, Kırgızistan'a u\u0308ç Bayraktar TB2 sattı.", "tr"),
    "marks of direction": ("\u202bTürkiye, \u200fKırgızistan'a üç Bayraktar TB2 sattı.\u202c", "tr"),
    "Cyrillic letters that look Latin": ("Türkiуе, Kırgızistаn'а üç Ваyrаktаr TB2 sаttı.", "tr"),
    "emoji": ("Türkiye 🇹🇷, Kırgızistan'a 🛩️ üç Bayraktar TB2 sattı.", "tr"),
    "stress marks": ("Ту\u0301рция продала\u0301 Кирги\u0301зии беспило\u0301тники Bayraktar TB2.", "ru"),
    "short i in two letters": ("Турция продала Киргизии турецкии\u0306 беспилотник Bayraktar TB2.", "ru"),
    "Latin letters that look Cyrillic": ("Турция прoдала Kиpгизии беспилотники Bayraktar TB2.", "ru"),
    "Persian with joiners": ("ترکیه به قرقیزستان پهپاد\u200cهای Bayraktar TB2 فروخت.", "fa"),
    "Arabic with vowels and stretching": ("بَاعَتْ تُركِيَا مُسَيَّراتٍ Bayraktar TB2 إلى قيرغيزســتان.", "ar"),
    "no spaces": ("土耳其向吉尔吉斯斯坦出售TB2无人机。", "zh"),
    "traditional letters": ("土耳其向吉爾吉斯出售TB2無人機。", "zh"),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_nobody_sees_changes_nothing(name: str) -> None:
    text, lang = UNSEEN[name]
    act = coded(text, lang)[0]
    assert ({*act.actors, *act.recipients}, act.instrument) == ({"TUR", "KGZ"}, "arms")
    assert (act.actors, act.recipients) == (["TUR"], ["KGZ"])
    assert act.sentence in text
    assert text[act.span[0] : act.span[1]] in act.sentence
    assert text[act.span[0] : act.span[1]].strip()


def test_capitals_with_and_without_a_dot_are_one_letter() -> None:
    wanted = {"TUR", "KAZ"}
    for text in (
        "TÜRKİYE İLE KAZAKİSTAN ANLAŞMA İMZALADI.",
        "Türkiye ile Kazakistan anlaşma imzaladı.",
        "TÜRKIYE ILE KAZAKISTAN ANLASMA IMZALADI.",
    ):
        assert {m.code for m in mentions(text, "tr")} == wanted, text
    assert fold("IİIı") == "iiii"


def test_a_word_of_two_scripts_that_is_no_imitation_is_left_alone() -> None:
    assert clean("Wi-Fi-роутер Жigul").text == "Wi-Fi-роутер Жigul"
    assert clean("Kаzаkhstan").text == "Kazakhstan"
    assert clean("Кaзaхcтaн").text == "Казахстан"


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_cleaning_never_loses_a_place_and_folding_never_moves_one(text: str) -> None:
    found = clean(text)
    assert len(fold(found.text)) == len(found.text)
    places = [found.place(i) for i in range(len(found.text) + (found.places is not None))]
    assert places == sorted(set(places))
    assert all(0 <= p <= len(text) for p in places)


@settings(max_examples=40)
@given(st.text(max_size=60), st.sampled_from(LANGUAGES), st.integers(0, 60))
def test_any_letters_around_and_inside_a_sentence_end_in_acts_or_none(noise: str, lang: str, at: int) -> None:
    text = PLAIN[:at] + noise + PLAIN[at:]
    for act in coded(text, lang):
        assert act.sentence in text
        assert 0 <= act.span[0] < act.span[1] <= len(text)


LONG = {
    "Arabic without a stop": ("وقعت تركيا وروسيا اتفاقا " * 8_000, "ar"),
    "Chinese without a space": ("土耳其向哈萨克斯坦出售无人机" * 12_000, "zh"),
    "vowel marks alone": ("\u064b\u0650\u0651" * 60_000, "ar"),
    "zero width alone": ("\u200b" * 200_000, "en"),
    "look-alikes": ("Kаzаkhstаn " * 15_000, "en"),
    "one word of two scripts": ("aа" * 90_000, "ru"),
}


@pytest.mark.parametrize("name", LONG)
def test_long_and_strange_text_ends_soon(name: str) -> None:
    text, lang = LONG[name]
    start = time.process_time()
    assert len(coded(text, lang)) < 1_500
    assert time.process_time() - start < 20


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return goldset.read("languages.jsonl")


def test_every_sentence_of_the_languages_keeps_the_format(rows: list[dict[str, Any]]) -> None:
    assert list(goldset.problems_of_languages(rows)) == []
    assert {r["lang"] for r in rows} == set(LANGUAGES) - {"en"}
    counted = Counter(r["lang"].removesuffix("_Cyrl") for r in rows)
    assert min(counted.values()) >= 12
    assert any(r["phenomenon"] == "traditional" for r in rows)


def test_no_score_in_a_language_falls_below_its_floor(
    rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fast reading, without language model and Russian parser, so that it is the same on every machine."""
    monkeypatch.setattr(parse_ru, "installed", lambda: False)
    texts = ((r["id"], r["text"], date.fromisoformat(r["published"]), r["lang"]) for r in rows)
    found = defaultdict(list, bench.coded(texts, careful=False))
    for split, floors in FLOORS["languages"].items():
        part = [r for r in rows if r["split"] == split]
        scores = {f"{s['lang']} {s['what']}": s["value"] for s in bench.own(part, found, split)}
        for what, floor in floors.items():
            assert scores[what] >= floor, (split, what)


def test_one_act_told_in_four_languages_becomes_one_and_two_acts_stay_two() -> None:
    told = stories.told()
    for labels, rows in (("true", stories.labelled(told)), ("coded", stories.coded(told, careful=False))):
        scores = stories.pairs(told, rows)
        for what, floor in FLOORS["stories"][labels].items():
            assert scores[what] >= floor, (labels, what)


def test_a_shared_name_ties_two_alphabets_and_a_party_or_the_year_does_not() -> None:
    turkish = anchors("Rus ve Tacik topçuları Lyaur poligonunda 2023'te tatbikat yaptı.", "tr", 2023)
    russian = anchors("На полигоне Ляур в 2023 году прошли учения России и Таджикистана.", "ru", 2023)
    elsewhere = anchors("На Памире в 2023 году прошли учения России и Таджикистана.", "ru", 2023)
    assert shared(turkish, russian)
    assert not shared(turkish, elsewhere)


def test_a_capital_that_is_all_a_party_is_called_by_is_no_place() -> None:
    assert anchors("Seoul and Cairo hold a drill.", "en", 2026, ("EGY", "KOR")) == frozenset()
    assert anchors("Korea and Egypt hold a drill in Cairo.", "en", 2026, ("EGY", "KOR")) == {"cairo"}
    assert anchors("Turkey and Russia hold a drill off Cairo.", "en", 2026, ("RUS", "TUR")) == {"cairo"}


def reports(coder: str, *texts: str) -> int:
    """How many acts those sentences become, all of one day, parties and instrument."""
    base = {
        "source": "articles", "known": DAY, "date_from": DAY, "date_to": DAY, "actors": ["TUR"], "recipients": ["KAZ"],
        "instrument": "exercise", "stage": "executed", "polarity": 1, "modality": "actual", "belief": 0.5, "coder": coder,
    }  # fmt: skip
    rows = [base | {"report": str(n), "raw": str(n), "publisher": str(n), "text": t} for n, t in enumerate(texts)]
    return len(acts.merge(REPORT.frame(rows)))


def test_a_name_in_common_joins_two_languages_where_one_language_needs_common_words() -> None:
    assert reports("hand", "In Otar gunners of both armies fired.", "Paratroopers jumped near Otar.") == 2
    assert reports("hand", "In Otar gunners of both armies fired.", "Недалеко от Отара прыгали десантники.") == 1


def test_sentences_that_name_different_places_tell_of_different_acts() -> None:
    assert reports("comity", "Both armies drilled near Otar.", "Ortak tatbikat bu kez Kapçagay'da yapıldı.") == 2
    assert reports("comity", "Both armies drilled near Otar.", "İki ordu ortak tatbikat yaptı.") == 1

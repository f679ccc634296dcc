"""Who is named: spellings in many scripts and cases, and the names that are somebody else's."""

from __future__ import annotations

from datetime import date

import pytest

from comity import states
from comity.coding.gazetteer import mentions
from comity.coding.text import _EQUALS, LANGUAGES, fold, language, sentences
from comity.knowledge import table

TRAPS = [
    ("The voters of Atlanta, Georgia, chose a governor.", {"USA"}),
    ("Georgia's Republican governor spoke in Savannah.", {"USA"}),
    ("Georgia asked NATO for help against Russia.", {"GEO", "NATO", "RUS"}),
    ("The Georgia State Patrol and a hunter from Jordan, Minnesota, met.", {"USA"}),
    ("He carved the turkey, and Turkey Creek froze.", set()),
    ("Roast turkey breast with gravy", set()),
    ("Turkey sent troops to Libya.", {"TUR", "LBY"}),
    ("Michael Jordan met Jordan Smith.", set()),
    ("Jordan's King Abdullah spoke.", {"JOR"}),
    ("Niger is not Nigeria, and Nigeriens are not Nigerians.", {"NER", "NGA"}),
    ("The Niger River floods.", set()),
    ("Korean officers met on the Korean Peninsula.", {"KOR"}),
    ("Kim Jong-un received Korean officers in Pyongyang.", {"PRK"}),
    ("Congolese troops left Goma.", {"COD"}),
    ("Minister Robles of Panama spoke.", {"PAN"}),
    ("English lessons for cadets in Dushanbe", {"TJK"}),
    ("They speak French, and the English ambassador listens.", {"GBR"}),
    ("Guinea, Guinea-Bissau, Equatorial Guinea and Papua New Guinea", {"GIN", "GNB", "GNQ", "PNG"}),
    ("A guinea pig", set()),
    ("The Democratic Republic of the Congo and the Republic of the Congo", {"COD", "COG"}),
    ("Troops left Kinshasa; DR Congo protested.", {"COD"}),
    ("US troops trained the Kurdish-led SDF near Raqqa.", {"USA", "SYR"}),
    ("Tokyo sent the SDF to the Gulf of Aden.", {"JPN"}),
    ("South Korea and North Korea", {"KOR", "PRK"}),
    ("South Korean and North Korean officers on the Korean Peninsula", {"KOR", "PRK"}),
    ("South Sudan and Sudan", {"SSD", "SDN"}),
    ("The Turkish Cypriot leader", {"NCY"}),
    ("The Greek Cypriots", {"CYP"}),
    ("Iraqi Kurdistan's Barzani", {"IRQ"}),
    ("Romania, not Oman", {"ROU", "OMN"}),
    ("Mali and Somalia, Dominica and the Dominican Republic", {"MLI", "SOM", "DMA", "DOM"}),
    ("Ships in the Indian Ocean and the South China Sea", set()),
    ("The Washington Post reported it.", set()),
    ("Neil Bush is not President Bush.", {"USA"}),
    ("Let us go. The US went.", {"USA"}),
    ("Soviet-made rifles", set()),
    ("The Soviet Union", {"RUS"}),
]


@pytest.mark.parametrize(("text", "codes"), TRAPS, ids=[t for t, _ in TRAPS])
def test_a_name_that_means_somebody_else_is_not_taken(text: str, codes: set[str]) -> None:
    assert {m.code for m in mentions(text)} == codes


DECLINED = [
    ("tr", "Türkiye'nin Kazakistan'a ve Özbekistan'dan", {"TUR", "KAZ", "UZB"}),
    (
        "ru",
        "с Турцией, в Казахстане, Узбекистану, из Киргизии, Саудовской Аравией",
        {"TUR", "KAZ", "UZB", "KGZ", "SAU"},
    ),
    ("ru", "турецкие военные и казахстанского министра с Токаевым", {"TUR", "KAZ"}),
    ("kk", "Түркияның Өзбекстанға Қазақстаннан", {"TUR", "UZB", "KAZ"}),
    ("ky", "Кыргызстандын Түркиядан", {"KGZ", "TUR"}),
    ("uz", "O'zbekistonning Turkiyaga Qozog'istondan", {"UZB", "TUR", "KAZ"}),
    ("uz_Cyrl", "Ўзбекистоннинг Туркияга", {"UZB", "TUR"}),
    ("tg", "Тоҷикистон ва Туркия", {"TJK", "TUR"}),
    ("az", "Azərbaycanla Türkiyənin", {"AZE", "TUR"}),
    ("tk", "Türkmenistanyň Türkiýe", {"TKM", "TUR"}),
    ("zh", "土耳其向哈萨克斯坦出售", {"TUR", "KAZ"}),
    ("fa", "ترکیه و قزاقستان", {"TUR", "KAZ"}),
    ("ar", "تركيا وكازاخستان", {"TUR", "KAZ"}),
    ("de", "die türkische Armee in Kasachstan", {"TUR", "KAZ"}),
    ("fr", "la Turquie et le Kazakhstan", {"TUR", "KAZ"}),
    ("fr", "des drones au Kirghizistan", {"KGZ"}),
    ("tr", "Türkiye'de hindi ve Hindinin eti", {"TUR"}),
]


@pytest.mark.parametrize(("lang", "text", "codes"), DECLINED, ids=[lang + text[:12] for lang, text, _ in DECLINED])
def test_names_are_found_in_their_cases(lang: str, text: str, codes: set[str]) -> None:
    assert {m.code for m in mentions(text, lang)} == codes


def test_firms_and_leaders_stand_for_their_states() -> None:
    text = "Baykar, Rosoboronexport, NORINCO, Elbit and Leonardo S.p.A. met Fidan, Lavrov and Japarov."
    assert [m.code for m in mentions(text)] == ["TUR", "RUS", "CHN", "ISR", "ITA", "TUR", "RUS", "KGZ"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Marape and Marles signed a pact in Lombrum.", {"PNG", "AUS"}),
        ("Guelleh received Ould Ghazouani.", {"DJI", "MRT"}),
        ("Macky Sall flew to Nouadhibou; Dussey and Touadéra met.", {"SEN", "MRT", "TGO", "CAF"}),
        ("King Hamad and Albusaidi spoke; JMSDF ships left.", {"BHR", "OMN", "JPN"}),
        ("During Akar's visit and amid Shoigu's an accord was signed.", {"TUR", "RUS"}),
        ("CIS defence ministers met.", {"CIS", "ARM", "AZE", "BLR", "KAZ", "KGZ", "RUS", "TJK", "UZB"}),
        ("CIS ministers met.", {"CIS", "ARM", "AZE", "BLR", "KAZ", "KGZ", "MDA", "RUS", "TJK", "UZB"}),
    ],
)
def test_office_holders_of_every_region_stand_for_their_states(text: str, codes: set[str]) -> None:
    assert {m.code for m in mentions(text, on=date(2022, 6, 1))} - {""} == codes


def test_an_office_holder_is_nobody_before_the_office() -> None:
    assert [m.code for m in mentions("Japarov spoke", on=date(2010, 1, 1))] == []
    assert [m.code for m in mentions("Japarov spoke", on=date(2022, 1, 1))] == ["KGZ"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Ministers Güler and Hasanov met.", ["TUR", "AZE"]),
        ("Mirzo and Shoigu signed a plan.", ["TJK", "RUS"]),
        ("The actor Barış Güler and the singer Ali Hasanov met.", []),
        ("Minister Wei met Minister Kurbanov.", ["CHN", "UZB"]),
        ("President Michel Sahnoun met Minister Güler on Tuesday.", ["TUR"]),
    ],
)
def test_a_surname_alone_is_an_office_holders_only_beside_an_office(text: str, codes: list[str]) -> None:
    assert [m.code for m in mentions(text, on=date(2022, 6, 1))] == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("CSTO ministers met.", {"CSTO", "ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK"}),
        ("The CSTO's secretary general spoke.", {"CSTO"}),
        ("CSTO troops withdrew.", {"CSTO"}),
        ("NATO ministers met.", {"NATO"}),
        ("The drill Rubezh was held; Armenia stayed away.", {"CSTO", "BLR", "KAZ", "KGZ", "RUS", "TJK"}),
        ("Five Central Asian presidents met.", {"KAZ", "KGZ", "TJK", "TKM", "UZB"}),
        ("The TurAz Eagle drill began.", {"TUR", "AZE"}),
        ("Kyrgyz and Kazakh troops joined the CSTO drill Rubezh.", {"KGZ", "KAZ", "CSTO"}),
        ("BISHKEK, May 15 (Xinhua) -- Turkish troops left.", {"KGZ", "TUR"}),
        ("Kazakhstan Aselsan Engineering delivered.", {"KAZ", "TUR"}),
        ("Kazakhstan's National Guard received it.", {"KAZ"}),
    ],
)
def test_members_stand_beside_a_small_body_when_they_act(text: str, codes: set[str]) -> None:
    assert {m.code for m in mentions(text, on=date(2021, 6, 1))} == codes


def test_a_member_that_froze_its_part_is_not_named_by_its_body() -> None:
    named = {m.code for m in mentions("CSTO ministers met.", on=date(2024, 11, 1))}
    assert named == {"CSTO", "BLR", "KAZ", "KGZ", "RUS", "TJK"}


@pytest.mark.parametrize(
    "name",
    ["institutions", "companies", "groups", "provinces", "cities", "leaders", "platforms", "exercises", "groupings"],
)
def test_every_line_of_knowledge_has_a_known_code_and_a_source(name: str) -> None:
    for row in table(name):
        assert all(map(states.is_code, row["code"].split(";"))), row
        assert row["source"].startswith("https://"), row


def test_every_trap_is_longer_than_what_it_guards() -> None:
    assert all(not row["code"] or states.is_code(row["code"]) for row in table("traps"))
    assert all(len(row["form"]) > (2 if row["form"] > "一" else 4) for row in table("traps"))


@pytest.mark.parametrize(
    "text", ["Türkiye İSTANBUL ığüşöç", "ÇİN’E gitti", "Ўзбекистон", "ŞÇŁØ ß", "é" * 50, "🙂 ترکیه‌ای"]
)
def test_folding_keeps_every_position(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_abbreviations_do_not_end_a_sentence() -> None:
    text = "U.S. Gen. Lloyd J. Austin met Dr. Akar on 5 Nov. 2021. He left.\n\nNo. 3 stayed"
    found = list(sentences(text))
    assert [s.text for s in found] == [
        "U.S. Gen. Lloyd J. Austin met Dr. Akar on 5 Nov. 2021.",
        "He left.",
        "No. 3 stayed",
    ]
    assert all(text[s.start : s.end] == s.text for s in found)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Turkey and Kazakhstan signed the deal.", "en"),
        ("Türkiye ve Kazakistan anlaşma imzaladı.", "tr"),
        ("Президент России прибыл в Анкару.", "ru"),
        ("Қазақстан мен Түркия келісімге қол қойды.", "kk"),
        ("O'zbekiston va Turkiya shartnoma imzoladi.", "uz"),
        ("土耳其和哈萨克斯坦签署协议。", "zh"),
        ("ترکیه و قزاقستان توافق کردند.", "fa"),
        ("Azərbaycan və Türkiyə müqavilə imzaladı.", "az"),
        ("Türkmenistan bilen Türkiýe harby hyzmatdaşlyk barada şertnama gol çekdi.", "tk"),
        ("Өзбекстан Түркиядан «Байрақтар» дрондарын сатып алды.", "kk"),
        ("Кыргызстан Түркиядан учкучсуз аппараттарды сатып алды.", "ky"),
        ("Ўзбекистон ва Қозоғистон қўшма машғулот ўтказди.", "uz_Cyrl"),
        ("Тоҷикистон ва Қазоқистон машқҳо гузарониданд.", "tg"),
        ("Die Türkei lieferte Drohnen an Kirgisistan.", "de"),
        ("Франция Қазақстанға радарлар сатты.", "kk"),
        ("Кыргыз аскерлеринин машыгуусу аяктады.", "ky"),
        ("Samarqandda yangi issiqlik markazi ishga tushdi.", "uz"),
        ("Türkiyədən Azərbaycana Akıncı pilotsuz uçuş aparatı gətirilib.", "az"),
        ("Ərdoğan ve İlham Əliyev Şuşa'da görüştü.", "tr"),
        ("Iraq planning joint training near Qom.", "en"),
        ("Deutschland wird keine Panzer an Kasachstan verkaufen.", "de"),
    ],
)
def test_the_language_is_guessed(text: str, lang: str) -> None:
    assert language(text) == lang
    assert lang in LANGUAGES


def test_equals_are_decided_alike_in_every_run() -> None:
    assert sorted(_EQUALS) == sorted(LANGUAGES)


STATES = sorted(code for code in states._alpha2() if code in states._numbers() or code == "VAT")
SHARED = {"COG", "DMA", "CAF"}  # Congolese, Dominican, Central African: the demonym is first another's, or a region's


@pytest.mark.parametrize("code", STATES)
def test_the_capital_and_the_people_of_every_state_are_found(code: str) -> None:
    """Every present state with a number of the Correlates of War, and the Holy See: its first-listed capital and demonym, in a sentence."""
    capital = next(row["names"].split(";")[0] for row in table("capitals") if row["code"] == code)
    told = f"Officials from {states.name_of(code)} met in {capital}."
    assert {m.code for m in mentions(told) if m.start > told.index(" met in ")} == {code}
    if code not in SHARED | {"VAT"}:
        people = next(row["names"].split(";")[0] for row in table("demonyms") if row["code"] == code)
        assert {m.code for m in mentions(f"The minister met {people} officers.")} == {code}


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ("Officers in Malé and the Maldives spoke.", ["MDV", "MDV"]),
        ("Male officers of the KSA spoke.", ["SAU"]),
        ("China's National People's Congress met.", ["CHN", "CHN"]),
        ("A ship of the Northern Fleet called at the port.", ["RUS"]),
        ("The Riigikogu and the Saeima voted.", ["EST", "LVA"]),
        ("A Dominican monk spoke to Dominican officers.", ["DOM"]),
        ("They walked on the Praia beach.", []),
    ],
)
def test_parliaments_fleets_and_seats_stand_for_their_states(told: str, codes: list[str]) -> None:
    assert [m.code for m in mentions(told)] == codes


def test_a_drill_of_two_that_one_of_them_holds_with_another_adds_nobody() -> None:
    text = "A joint exercise of Uzbek and Pakistani commandos, Druzhba-8, is under way."
    assert {m.code for m in mentions(text, "en", date(2026, 4, 9))} == {"UZB", "PAK"}


@pytest.mark.parametrize(
    "drill", sorted({n for r in table("exercises") for n in r["names"].split(";") if n[-1:].isdigit()})
)
def test_a_drill_that_bears_a_year_or_a_number_is_found(drill: str) -> None:
    text = f"The drill {drill} began on Monday."
    assert any(text[m.start : m.end] == drill for m in mentions(text))

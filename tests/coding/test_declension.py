"""Names in their cases: every form written out by hand for a word of each class, and every state in every language."""

from __future__ import annotations

import pytest
from babel import Locale

from comity import states
from comity.coding.gazetteer import mentions
from comity.knowledge import table

STATES = sorted(code for code in states._alpha2() if code in states._numbers())

# Nominative, genitive, dative, accusative, instrumental, locative (Zaliznyak); one form for a name that does not decline.
RUSSIAN = [
    ("EGY", "Египет Египта Египту Египет Египтом Египте"),
    ("CHN", "Китай Китая Китаю Китай Китаем Китае"),
    ("ISR", "Израиль Израиля Израилю Израиль Израилем Израиле"),
    ("BLR", "Беларусь Беларуси Беларуси Беларусь Беларусью Беларуси"),
    ("MMR", "Мьянма Мьянмы Мьянме Мьянму Мьянмой Мьянме"),
    ("POL", "Польша Польши Польше Польшу Польшей Польше"),
    ("GIN", "Гвинея Гвинеи Гвинее Гвинею Гвинеей Гвинее"),
    ("TUR", "Турция Турции Турции Турцию Турцией Турции"),
    ("TCD", "Чад Чада Чаду Чад Чадом Чаде"),
    ("NLD", "Нидерланды Нидерландов Нидерландам Нидерланды Нидерландами Нидерландах"),
    ("PHL", "Филиппины Филиппин Филиппинам Филиппины Филиппинами Филиппинах"),
    ("GRC", "Афины Афин Афинам Афины Афинами Афинах"),
    ("BIH", "Сараево Сараева Сараеву Сараево Сараевом Сараеве"),
    ("COD", "Киншаса Киншасы Киншасе Киншасу Киншасой Киншасе"),
    ("CHL", "Чили"), ("MAR", "Марокко"), ("RWA", "Кигали"), ("CAF", "Банги"), ("NIC", "Никарагуа"),
    ("ZAF", "ЮАР"), ("ARE", "ОАЭ"), ("COD", "ДРК"), ("PRK", "КНДР"), ("USA", "США"),
    ("PRK", "Северная Корея|Северной Кореи|Северной Корее|Северную Корею|Северной Кореей"),
    ("SSD", "Южный Судан|Южного Судана|Южному Судану|Южным Суданом|Южном Судане"),
    ("DOM", "Доминиканская Республика|Доминиканской Республики|Доминиканскую Республику"),
    ("ARE", "Объединенные Арабские Эмираты|Объединенных Арабских Эмиратов|Объединенным Арабским Эмиратам"),
    ("BIH", "Босния и Герцеговина|Боснии и Герцеговины|Боснию и Герцеговину|Боснией и Герцеговиной"),
    ("PNG", "Папуа — Новая Гвинея|Папуа — Новой Гвинеи|Папуа — Новую Гвинею"),
    ("KOR", "Республика Корея|Республики Корея|Республику Корея"),
    ("COM", "Коморские Острова|Коморских Островов|Коморским Островам|Коморских Островах"),
    ("LAS", "Лига арабских государств|Лиги арабских государств|Лигу арабских государств"),
    ("SCO", "Шанхайская организация сотрудничества|Шанхайской организации сотрудничества"),
    ("AU", "Африканский союз|Африканского союза|Африканскому союзу|Африканским союзом"),
    ("UGA", "угандийский угандийская угандийское угандийские угандийского угандийской угандийскую угандийским угандийских угандийскими"),
    ("JOR", "иорданцы иорданцев иорданцам иорданцами иорданцах иорданец иорданца иорданцу иорданцем иорданце"),
    ("AUT", "австрийцы австрийцев австриец австрийца австрийцем"),
    ("PRT", "португальцы португальцев португалец португальца"),
    ("EGY", "египтяне египтян египтянам египтянами египтянин египтянина египтянином египтянка"),
    ("GEO", "грузины грузин грузинам грузинами грузина грузином"),
    ("BGR", "болгары болгар болгарин болгарина болгарами"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "forms"), RUSSIAN, ids=[f[:24] for _, f in RUSSIAN])
def test_a_russian_name_is_found_in_every_case(code: str, forms: str) -> None:
    for form in forms.split("|" if "|" in forms else None):
        assert [m.code for m in mentions(f"Это {form} там.", "ru")] == [code], form


# Genitive, dative, accusative, locative, ablative, and what is in that place.
GLUED = [
    ("kk", "KAZ", "Қазақстанның Қазақстанға Қазақстанды Қазақстанда Қазақстаннан Қазақстанмен Қазақстандағы"),
    ("kk", "KGZ", "Бішкектің Бішкекке Бішкекті Бішкекте Бішкектен Бішкекпен Бішкектегі"),
    ("kk", "IRN", "Иранның Иранға Иранды Иранда Ираннан Иранмен Ирандағы ирандық"),
    ("ky", "KGZ", "Кыргызстандын Кыргызстанга Кыргызстанды Кыргызстанда Кыргызстандан Кыргызстандагы кыргызстандык"),
    ("ky", "MNG", "Монголиянын Монголияга Монголияны Монголияда Монголиядан Монголиядагы"),
    ("uz", "UZB", "O'zbekistonning O'zbekistonga O'zbekistonni O'zbekistonda O'zbekistondan O'zbekistondagi O'zbekistongacha"),
    ("uz", "JPN", "Tokioning Tokioga Tokioni Tokioda Tokiodan Tokiodagi"),
    ("uz", "NATO", "NATOning NATOga NATOda NATOdan"),
    ("uz_Cyrl", "TJK", "Тожикистоннинг Тожикистонга Тожикистонда Тожикистондан Тожикистондаги тожикистонлик"),
    ("tk", "TKM", "Aşgabadyň Aşgabada Aşgabady Aşgabatda Aşgabatdan Aşgabatdaky"),
    ("tk", "RUS", "Russiýanyň Russiýada Russiýadan Russiýadaky russiýaly"),
    ("az", "AZE", "Bakının Bakıya Bakını Bakıda Bakıdan Bakıdakı"),
    ("az", "MDA", "Moldovanın Moldovaya Moldovanı Moldovada Moldovadan Moldovadakı moldovalı"),
    ("tr", "EGY", "Mısır'ın Mısır'a Mısır'ı Mısır'da Mısır'dan Mısır'daki Mısırlı"),
    ("tr", "XKX", "Kosova'nın Kosova'ya Kosova'yı Kosova'da Kosova'dan Kosovalı"),
    ("tg", "IRN", "Эронро Эрони эронӣ"),
    ("de", "IDN", "Indonesiens indonesisch indonesische indonesischen indonesischer Indonesier Indonesiern Indonesierin"),
    ("fr", "DZA", "algérien algérienne algériens algériennes Algériens"),
    ("fr", "ZAF", "sud-africain sud-africaine sud-africains"),
    ("ar", "MAR", "مغربي مغربية المغربي المغربية والمغربي المغربيين"),
    ("ar", "OMN", "عمان عماني العمانية بعمان"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "code", "forms"), GLUED, ids=[f"{lang} {code}" for lang, code, _ in GLUED])
def test_names_with_glued_endings_and_adjectives_are_found(lang: str, code: str, forms: str) -> None:
    for form in forms.split():
        assert [m.code for m in mentions(form, lang)] == [code], form


@pytest.mark.parametrize("lang", states.LANGUAGES)
def test_every_state_is_found_by_its_name_in_every_language(lang: str) -> None:
    names = Locale.parse(lang).territories
    written = {code: names[a2] for code in STATES if (a2 := states.alpha2_of(code)) and a2 in names}
    assert not {n: c for c, n in written.items() if [m.code for m in mentions(n, lang)] != [c]}


@pytest.mark.parametrize("code", STATES)
def test_name_capital_and_people_of_a_state_are_found_in_every_russian_case(code: str) -> None:
    """Of the regular classes: in a consonant, in -а after a hard one, in -ия; and every adjective."""
    adjective, endings = (
        "ий ого ому им ом ая ой ую ие их ими",
        {"ия": "ия ии ию ией", "а": "а ы е у ой", "": " а у ом е"},
    )
    told = [n for n, m, lang in states.spellings() if m.code == code and lang == "ru" and " " not in n and len(n) > 3]
    for name in told:
        if name.endswith(("ский", "цкий")):
            forms = [name[:-2] + e for e in adjective.split()]
        elif name[0].isupper() and name[-1] in "бвдзлмнпрст" and name != "Египет":
            forms = [name + e for e in endings[""].split(" ")]
        elif name[0].isupper() and name.endswith("ия"):
            forms = [name[:-2] + e for e in endings["ия"].split()]
        elif name[0].isupper() and name[-1] == "а" and name[-2] in "бвдзлмнпрст":
            forms = [name[:-1] + e for e in endings["а"].split()]
        else:
            forms = [name]
        for form in forms:
            assert {m.code for m in mentions(f"Они видят {form}.", "ru")} == {code}, form


@pytest.mark.parametrize("lang", ["ru", "de", "fr", "tr", "ar"])
def test_every_people_is_found_where_its_language_is_written(lang: str) -> None:
    for row in table("peoples"):
        for name in filter(None, row[lang].split(";")):
            assert [m.code for m in mentions(name, lang)] == [row["code"]], name


OTHERS = [
    ("ru", "Учения в Индийском океане и Персидском заливе", []),
    ("ru", "на Корейском полуострове", []),
    ("ru", "Того же мнения эксперты; фигурист Малинин, хиты, чада", []),
    ("tr", "Maliye Bakanlığı, Limanı, Hint Okyanusu'nda, belge", []),
    ("en", "Horatio Alger, the Straits of Tiran, a Pole", ["POL"]),
    ("fr", "dans l'océan Indien et en Amérique latine", []),
    ("de", "im Indischen Ozean", []),
    ("ar", "في المحيط الهندي", []),
    ("zh", "印度洋", []),
    ("ru", "Пхеньян: корейские военные", ["PRK", "PRK"]),
    ("ru", "корейские военные", ["KOR"]),
    ("ru", "конголезские военные в Браззавиле", ["COG", "COG"]),
]


@pytest.mark.parametrize(("lang", "text", "codes"), OTHERS, ids=[t for _, t, _ in OTHERS])
def test_a_word_that_only_looks_like_a_name_is_not_taken(lang: str, text: str, codes: list[str]) -> None:
    assert [m.code for m in mentions(text, lang)] == codes


@pytest.mark.parametrize(
    ("text", "lang", "code"),
    [
        ("Prezident Əliyevlə görüş", "az", "AZE"),
        ("Aselsanın zavodu", "az", "TUR"),
        ("Türk Dövlətləri Təşkilatının", "az", "OTS"),
        ("Mirziyoyevning tashrifi", "uz", "UZB"),
        ("Yevropa Ittifoqiga", "uz", "EU"),
        ("Deniz Harp Okulunda", "tr", "TUR"),
        ("Cumhurbaşkanı Erdoğan", "tr", "TUR"),
        ("Президент Токаев", "ru", "KAZ"),
        ("глава МИД Лавров", "ru", "RUS"),
        ("Минобороны РК", "ru", "KAZ"),
    ],
)
def test_persons_firms_and_bodies_are_found_in_their_cases_and_after_their_titles(
    text: str, lang: str, code: str
) -> None:
    assert {m.code for m in mentions(text, lang)} == {code}


@pytest.mark.parametrize(
    ("text", "lang"), [("Mehriban Əliyeva", "az"), ("Bilal Erdoğan", "tr"), ("Putina", "en"), ("Руслан Токаев", "ru")]
)
def test_a_relative_or_another_of_the_name_is_nobody(text: str, lang: str) -> None:
    assert mentions(text, lang) == []


def test_a_surname_that_opens_a_sentence_is_an_office_holder_s_who_has_a_counterpart() -> None:
    assert [m.code for m in mentions("Güler, Kırgız mevkidaşını kabul etti.", "tr")] == ["TUR", "KGZ"]
    assert [m.code for m in mentions("Güler, Kırgız çobanını kabul etti.", "tr")] == ["KGZ"]

"""How far an act got in languages that are read by order: by the ending of its word, and by the words beside it."""

from __future__ import annotations

from datetime import date

import pytest

from comity.coding import Act, Article, parse_ru, read

DAY = date(2026, 11, 20)


def told(text: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> list[Act]:
    monkeypatch.setattr(parse_ru, "installed", lambda: False)
    return [a for a in read([Article("a", text, DAY, lang)], careful=False) if a.instrument]


STAGES = [
    # Talked of, and not done.
    ("ru", "Россия и Турция обсуждают ремонт вертолетов.", "industry", "talks", "actual"),
    ("tr", "Türkiye ve Pakistan, uçağın ortak üretimini görüşüyor.", "industry", "talks", "actual"),
    ("az", "Bakı İtaliyadan raket satın almaq üçün danışıqlar aparır.", "arms", "talks", "actual"),
    # Put off.
    ("ru", "Визит министра обороны Турции в Астану перенесен.", "dialogue", "suspended", "actual"),
    ("kk", "Түркия мен Қазақстанның жаттығуы кейінге шегерілді.", "exercise", "suspended", "actual"),
    ("uz", "Rossiya va Oʻzbekistonning mashgʻuloti keyinga qoldirildi.", "exercise", "suspended", "actual"),
    # Agreed or promised, and so ahead.
    ("ru", "Киргизия и Таджикистан договорились о патрулировании.", "border", "announced", "planned"),
    ("ru", "Китай пообещал Таджикистану грант.", "aid", "announced", "planned"),
    # A future that is a form of the word: perfective in Russian, -adi in Uzbek, -ат in Kyrgyz, -ады in Kazakh.
    ("ru", "Турция выделит Киргизии грант.", "aid", "announced", "planned"),
    ("uz", "Turkiya Oʻzbekistonga grant ajratadi.", "aid", "announced", "planned"),
    ("ky", "Түркия Кыргызстанга грант бөлөт.", "aid", "announced", "planned"),
    ("kk", "Түркия Қазақстанға грант бөледі.", "aid", "announced", "planned"),
    # Bought is signed, as in English; handed over is delivered.
    ("ru", "Армения купила у США беспилотники.", "arms", "signed", "actual"),
    ("tr", "Kazakistan, Türkiye'den İHA satın aldı.", "arms", "signed", "actual"),
    ("tr", "Türkiye, Kazakistan'a İHA teslim etti.", "arms", "delivered", "actual"),
    ("tr", "Kazakistan, Türkiye'den İHA aldı.", "arms", "signed", "actual"),
    ("ru", "Узбекистан вышел из ОДКБ.", "alliance_shift", "executed", "actual"),
    # Another word's plan.
    ("tr", "Pakistan için dört korvet yapılacak; sözleşme Türkiye ile imzalandı.", "arms", "signed", "actual"),
    ("ru", "Россия и Турция подписали контракт, по которому завод построят в Баку.", "industry", "signed", "actual"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "instrument", "stage", "modality"), STAGES, ids=[s[1] for s in STAGES])
def test_endings_and_words_beside_say_how_far_an_act_got(
    lang: str, text: str, instrument: str, stage: str, modality: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(a.instrument, a.stage, a.modality) for a in told(text, lang, monkeypatch)]
    assert (instrument, stage, modality) in found
    assert not {(i, s) for i, s, _ in found if i == instrument and s in {"executed", "delivered"}} - {
        (instrument, stage)
    }


DENIED = [
    ("tr", "Bakanlık, Türkiye'nin Kazakistan'a İHA satmadığını açıkladı.", "negated"),
    ("tr", "Kazakistan'ın Çin'den uçak almayı değerlendirdiği bildirildi.", "hypothetical"),
    ("tr", "Türkiye'nin Kazakistan'a İHA sattığı iddia edildi.", "hypothetical"),
    ("ru", "Россия не размещала пограничников в Туркмении.", "negated"),
    ("ru", "Ташкент рассматривает возможность закупки сербских гаубиц.", "hypothetical"),
]


@pytest.mark.parametrize(("lang", "text", "modality"), DENIED, ids=[d[1] for d in DENIED])
def test_what_is_denied_claimed_or_only_considered_did_not_happen(
    lang: str, text: str, modality: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {a.modality for a in told(text, lang, monkeypatch)} == {modality}


WAYS = [
    ("ru", "Казахстан подписал контракт с Турцией на беспилотники Anka.", "arms", ["TUR"], ["KAZ"]),
    ("ru", "Узбекистан и Сербия подписали контракт на поставку сербских гаубиц.", "arms", ["SRB"], ["UZB"]),
    ("tr", "Azerbaycan, STM ile iki korvet için sözleşme imzaladı.", "arms", ["TUR"], ["AZE"]),
    ("az", "Bakı İtaliyadan raket satın almaq üçün danışıqlar aparır.", "arms", ["ITA"], ["AZE"]),
    ("ru", "Офицеры Киргизии прошли в Анкаре курсы подготовки.", "training", ["TUR"], ["KGZ"]),
    ("ru", "Турция обучила офицеров Киргизии в Бишкеке.", "training", ["TUR"], ["KGZ"]),
    ("ru", "Киргизские отряды подготовлены российскими инструкторами.", "training", ["RUS"], ["KGZ"]),
    ("ru", "Китаем построена застава для таджикских пограничников.", "aid", ["CHN"], ["TJK"]),
    ("ru", "Турция подарила киргизским пограничникам дроны.", "aid", ["TUR"], ["KGZ"]),
    ("tr", "Kırgız subaylar Ankara'da eğitim aldı.", "training", ["TUR"], ["KGZ"]),
    ("tr", "Isparta'da Kırgız askerlerine eğitim verildi.", "training", ["TUR"], ["KGZ"]),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "instrument", "giver", "taker"), WAYS, ids=[w[1] for w in WAYS])
def test_whose_weapon_it_is_and_where_somebody_learnt_say_who_gives(
    lang: str, text: str, instrument: str, giver: list[str], taker: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [a for a in told(text, lang, monkeypatch) if a.instrument == instrument]
    assert found
    assert all((a.actors, a.recipients) == (giver, taker) for a in found)


def test_an_act_that_is_only_agreed_or_signed_is_not_also_read_as_done(monkeypatch: pytest.MonkeyPatch) -> None:
    (act,) = told("Россия и Турция подписали соглашение о производстве беспилотников на заводе.", "ru", monkeypatch)
    assert (act.instrument, act.stage) == ("industry", "signed")


def test_what_somebody_is_accused_of_is_hypothetical(monkeypatch: pytest.MonkeyPatch) -> None:
    acts = told("Türkiye, Yunanistan'ı adalara silah göndermekle suçladı.", "tr", monkeypatch)
    assert {(a.instrument, a.modality) for a in acts} == {("frictions", "actual"), ("arms", "hypothetical")}


PAIR = [
    ("ru", "Министры обороны Сербии и Грузии беседовали в Риме.", "Обе стороны подписали в Париже соглашение."),
    ("tr", "Sırbistan ve Gürcistan savunma bakanları görüştü.", "İki ülke Paris'te bir anlaşma imzaladı."),
    ("kk", "Сербия мен Грузия министрлері кездесті.", "Тараптар Парижде келісімге қол қойды."),
]


@pytest.mark.parametrize(("lang", "before", "text"), PAIR, ids=[p[0] for p in PAIR])
def test_the_two_countries_are_those_last_spoken_of_and_a_town_is_their_place(
    lang: str, before: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts = [a for a in told(f"{before} {text}", lang, monkeypatch) if a.sentence == text]
    assert acts
    assert all({*a.actors, *a.recipients} == {"SRB", "GEO"} for a in acts)


GONE = [
    ("La Norvège a remis les clés de la base de Punta Arenas aux forces armées chiliennes.", "basing", "ended"),
    ("La Norvège a restitué au Chili ses deux dernières emprises militaires.", "basing", "ended"),
    ("Les derniers soldats norvégiens ont quitté le Chili.", "basing", "ended"),
    ("La Norvège a remis des hélicoptères aux forces armées chiliennes sur la base de Punta Arenas.", "arms", "delivered"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "instrument", "stage"), GONE, ids=[g[0] for g in GONE])
def test_a_base_given_back_to_an_army_is_no_delivery_of_arms(
    text: str, instrument: str, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts = {(*a.actors, *a.recipients, a.instrument, a.stage) for a in told(text, "fr", monkeypatch)}
    assert acts == {("NOR", "CHL", instrument, stage)}

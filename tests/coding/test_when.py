"""When: a day on which somebody told of an act is not the day of the act."""

from __future__ import annotations

from datetime import date

import pytest

from comity.coding import Article, model, read
from comity.coding.when import Span, when

WEDNESDAY = date(2024, 11, 13)
needs_parser = pytest.mark.skipif(model() is None, reason="needs the extra nlp")


def span(text: str, planned: bool) -> tuple[str | None, str | None]:
    found = when(text, WEDNESDAY, planned)
    first, last = (day.isoformat() if day else None for day in found)
    return first, last


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Turkey will deliver drones to Kyrgyzstan, the minister said on Sunday.", "2024-11-10"),
        ("Turkey will deliver drones, the minister told reporters in Astana late on Sunday.", "2024-11-10"),
        ("On Monday, the ministry said that Turkey will deliver drones.", "2024-11-11"),
        ("The ministry announced on 5 November that Turkey will deliver drones.", "2024-11-05"),
        ("Under an accord signed on Friday, Dushanbe will let Russia keep its base.", "2024-11-08"),
        ("В понедельник министр обороны заявил, что Турция поставит беспилотники.", "2024-11-11"),
        ("Bakan, pazartesi günü yaptığı açıklamada Türkiye'nin İHA teslim edeceğini söyledi.", "2024-11-11"),
    ],
)
def test_what_is_planned_for_no_day_has_that_on_which_it_was_told_or_settled(text: str, day: str) -> None:
    assert span(text, planned=True) == (day, day)


def test_what_is_planned_for_no_day_and_told_on_none_lies_ahead() -> None:
    assert span("Turkey will deliver drones to Kyrgyzstan.", planned=True) == ("2024-11-13", None)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Turkey announced on Monday that it will deliver drones in March.", "2025-03-01", "2025-03-31"),
        ("They will sign an accord on Friday, the minister said on Tuesday.", "2024-11-15", "2024-11-15"),
        ('"We will sign on Friday," he said on Sunday.', "2024-11-15", "2024-11-15"),
        ("Turkey will sign on Friday, he said.", "2024-11-15", "2024-11-15"),
        ("The accord will be signed on Friday.", "2024-11-15", "2024-11-15"),
        ("The minister said the exercise on Friday will be large.", "2024-11-15", "2024-11-15"),
        ("He told reporters on Monday they will hold a drill tomorrow.", "2024-11-14", "2024-11-14"),
        ("Ministers met on Tuesday and agreed to hold a drill next year.", "2025-01-01", "2025-12-31"),
        ("Turkey and Kazakhstan announced a joint drill in May.", "2025-05-01", "2025-05-31"),
        ("The ministers agreed on a meeting in Astana on 20 December.", "2024-12-20", "2024-12-20"),
        ("Turkey declared in 2022 that it will build a plant in 2026.", "2026-01-01", "2026-12-31"),
        ("Министр сообщил в понедельник, что Турция поставит их в марте.", "2025-03-01", "2025-03-31"),
        ("Anlaşmanın cuma günü imzalanacağını söyledi.", "2024-11-15", "2024-11-15"),
    ],
)
def test_the_day_for_which_it_is_planned_is_found_beside_the_day_of_telling(text: str, first: str, last: str) -> None:
    assert span(text, planned=True) == (first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Turkey delivered drones, the ministry said on Sunday.", "2024-11-03", "2024-11-10"),
        ("Turkey delivered drones on Friday, the ministry said on Sunday.", "2024-11-08", "2024-11-08"),
        ("Turkey delivered drones in March, the ministry said on 5 November.", "2024-03-01", "2024-03-31"),
        ("The presidents signed a joint statement on Friday.", "2024-11-08", "2024-11-08"),
        ("Turkey announced a sale of drones on Monday.", "2024-11-11", "2024-11-11"),  # to announce it was the deed
        ("The drones under a contract signed on Friday have come.", "2024-11-08", "2024-11-08"),
        ("The envoy came on Tuesday and told his hosts of drones.", "2024-11-12", "2024-11-12"),
    ],
)
def test_what_was_done_was_done_at_most_some_days_before_it_was_told(text: str, first: str, last: str) -> None:
    assert span(text, planned=False) == (first, last)


def test_of_several_weekdays_the_first_that_is_named_counts() -> None:
    assert span("The drill began on Friday and ended on Monday.", planned=False) == ("2024-11-08", "2024-11-08")


def test_a_day_of_telling_is_not_guessed_without_a_publication_date() -> None:
    assert when("Turkey will deliver drones, he said on Sunday.", None, planned=True) == (None, None)
    assert when("Turkey will deliver drones, he said on 3 May 2020.", None, planned=True) == (date(2020, 5, 3),) * 2


def test_an_act_of_an_article_is_not_dated_to_the_coming_sunday() -> None:
    text = "Turkey will deliver three drones to Kyrgyzstan, the defence minister said on Sunday."
    acts = list(read([Article("a", text, WEDNESDAY, "en")]))
    assert {(a.modality, a.date_from, a.date_to) for a in acts} == {("planned", "2024-11-10", "2024-11-10")}


@pytest.mark.parametrize(
    ("text", "planned", "first", "last"),
    [
        ("Ghana bought them last summer.", False, "2024-06-01", "2024-08-31"),
        ("Ghana bought them last autumn.", False, "2023-09-01", "2023-11-30"),  # this one is not over
        ("Ghana bought them in the spring of 2019.", False, "2019-03-01", "2019-05-31"),
        ("Ghana bought them last winter.", False, "2023-12-01", "2024-02-29"),
        ("Ghana will get them this winter.", True, "2024-12-01", "2025-02-28"),
        ("Ghana will get them next spring.", True, "2025-03-01", "2025-05-31"),
        ("Ghana bought them three days ago.", False, "2024-11-10", "2024-11-10"),
        ("Ghana bought them two months ago.", False, "2024-09-01", "2024-09-30"),
        ("Ghana bought them five years ago.", False, "2019-01-01", "2019-12-31"),
        ("Ghana bought them on 13 March last year.", False, "2023-03-13", "2023-03-13"),
        ("Ghana bought weapons between 2012 and 2016.", False, "2012-01-01", "2016-12-31"),
        ("Ghana will get them from August.", True, "2025-08-01", "2025-08-31"),
    ],
)
def test_seasons_ranges_of_years_and_what_was_so_long_ago(text: str, planned: bool, first: str, last: str) -> None:
    assert span(text, planned) == (first, last)


@needs_parser
@pytest.mark.parametrize(
    ("text", "instrument", "first", "last"),
    [
        # 13 November 2024 is a Wednesday; what has no day of its own lies in the seven days before
        ("Peru received two of the boats that Japan had pledged in 2022.", "aid", "2024-11-06", "2024-11-13"),
        ("Peru called off an order of boats that Spain had accepted in April.", "rupture", "2024-11-06", "2024-11-13"),
        ("Peru on Tuesday cancelled its 2023 order for German boats.", "rupture", "2024-11-12", "2024-11-12"),
        ("Peru bought boats from Japan in 2023, and the first ships are due in March.", "arms", "2023-01-01", "2023-12-31"),
        ("Chile and Peru held a drill on Tuesday, the first since 2013.", "exercise", "2024-11-12", "2024-11-12"),
        ("The drill, which began on 4 November, is being held by Chile and Peru.", "exercise", "2024-11-04", "2024-11-04"),
        ("Chile and Peru held their 2023 drill off Iquique.", "exercise", "2023-01-01", "2023-12-31"),
        ("Under an accord signed on Monday Peru received Japanese boats.", "arms", "2024-11-11", "2024-11-11"),
    ],
)  # fmt: skip
def test_a_date_is_that_of_the_word_on_which_it_hangs(text: str, instrument: str, first: str, last: str) -> None:
    told = read([Article("a", text, WEDNESDAY, "en")], careful=False)
    assert (first, last) in {(a.date_from, a.date_to) for a in told if a.instrument == instrument}


@needs_parser
def test_each_of_two_deeds_has_its_own_day() -> None:
    text = "Turkey sold drones to Niger in May and trained its pilots in June."
    told = read([Article("a", text, WEDNESDAY, "en")], careful=False)
    assert [(a.stage, a.date_from) for a in told] == [("signed", "2024-05-01"), ("executed", "2024-06-01")]


def test_what_was_done_within_a_year_was_done_by_the_day_on_which_it_was_told() -> None:
    told = date(2025, 3, 12)
    assert when("Norway took over the base in early 2025.", told, done=True) == Span(date(2025, 1, 1), told)
    assert when("Norway took over the base in 2024.", told, done=True) == Span(date(2024, 1, 1), date(2024, 12, 31))
    assert when("Norway will open the base in 2025.", told, planned=True) == Span(date(2025, 1, 1), date(2025, 12, 31))


def test_a_date_between_the_word_that_settles_and_what_it_settles_is_that_of_the_settling() -> None:
    told = date(2024, 4, 12)
    january = Span(date(2024, 1, 1), date(2024, 1, 31))
    assert when("Norway agreed in January to train the army of Chile.", told, planned=True) == january
    assert when("Norway said in January that it would train the army of Chile.", told, planned=True) == january
    to_come = Span(date(2025, 1, 1), date(2025, 1, 31))
    assert when("Norway agreed to train the army of Chile in January.", told, planned=True) == to_come

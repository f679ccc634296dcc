"""Articles: texts as people read them, from every kind of file, whatever strangers put in it."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import mean

import numpy as np
import polars as pl
import pytest
from tests.extraction import scored

from comity import cases
from comity.errors import CaseError, SourceError
from comity.lake import Batch, Lake, raw_file
from comity.sources import catalogue
from comity.sources.articles import texts
from comity.sources.articles.feeds import watched
from comity.sources.articles.gather import alike, articles, families, printed
from comity.tables import ARTICLE

Reads = Callable[[str, Path], Batch]
Sample = Callable[[str, str], Path]
WORDS = "The ministers of two invented states spoke of a joint drill that is to be held in the spring of next year. "


def rows(batch: Batch) -> list[dict[str, object]]:
    return batch.tables["article"].to_dicts()


def test_titles_dates_and_texts_of_real_pages(shared_data: Path) -> None:
    """61 pages of publishers in Turkish, Russian, Chinese and English. Measured on 2026-11-25 with trafilatura 2.3.1:
    titles 49, dates 58, words 0.939 right and 0.976 found; the floors stand a little below."""
    found = scored(shared_data / "news_html_fixtures")
    assert len(found) == 61
    assert sum(s.title for s in found) >= 48
    assert sum(s.date for s in found) >= 57
    assert mean(s.precision for s in found) >= 0.93
    assert mean(s.recall for s in found) >= 0.97


def test_a_page_gives_title_date_language_and_text_without_its_frame(reads: Reads, sample: Sample) -> None:
    (row,) = rows(reads("articles", sample("articles", "drill_sample.html")))
    assert row["url"] == "https://news.example.org/2024/drill"
    assert row["publisher"] == "news.example.org"
    assert (row["title"], row["published"], row["known"], row["lang"]) == (
        "Joint drill opens",
        date(2024, 3, 4),
        date(2024, 3, 4),
        "en",
    )
    assert "Examplestan" in str(row["text"])
    assert "All rights reserved" not in str(row["text"])
    assert row["family"] == row["article"]


@pytest.mark.parametrize(
    ("name", "layout", "found"),
    [
        ("feed_sample.xml", "feed", 2),
        ("drill_sample.pdf", "pdf", 1),
        ("note_sample.txt", "text", 1),
        ("drill_sample.warc.gz", "warc", 1),
    ],
)
def test_every_kind_of_file_gives_the_same_words(
    reads: Reads, sample: Sample, name: str, layout: str, found: int
) -> None:
    batch = reads("articles", sample("articles", name))
    assert batch.layout == layout
    assert len(rows(batch)) == found
    assert "about two hundred soldiers" in str(rows(batch)[0]["text"]).lower()
    assert rows(batch)[0]["lang"] == "en"


def test_an_entry_whose_only_date_is_no_date_has_none() -> None:
    """Found by ``comity bench fuzz``."""
    feed = f"<rss><channel><item><title>x</title><link>https://a.example/1</link><pubDate>Mon, 99 Foo</pubDate><description>{WORDS * 3}</description></item></channel></rss>"
    (entry,) = texts.entries(feed.encode())
    assert texts.entry_day(entry) is None


def test_a_feed_s_html_becomes_paragraphs_with_its_signs_and_without_its_foot() -> None:
    markup = (
        "<h2>Drones arrive</h2><p>Turkey&nbsp;delivered drones to Kyrgyzstan &amp; Kazakhstan<br>on 1 March.</p>"
        "<ul><li>Turkey trains Uzbek forces</li><li>5 &lt; 6</li></ul>One<br/><br/>two"
        '<p>The post <a href="x">Drones</a> appeared first on <a href="y">The Daily</a>.</p>'
    )
    feed = f"<rss><channel><item><title>A &amp;amp; B</title><link>https://a.example/1</link><description><![CDATA[{markup}]]></description></item></channel></rss>"
    (found,) = texts.feed(feed.encode())
    assert found.title == "A & B"
    assert found.text.split("\n\n") == [
        "Drones arrive",
        "Turkey delivered drones to Kyrgyzstan & Kazakhstan on 1 March.",
        "Turkey trains Uzbek forces",
        "5 < 6",
        "One",
        "two",
    ]


@pytest.mark.parametrize(
    "saved",
    [
        "<!-- saved from url=(0040)https://www.news.example.org/2024/drones -->\n<html>",
        "<html><!--\n Page saved with SingleFile \n url: https://www.news.example.org/2024/drones \n saved date: x\n-->",
    ],
)
def test_a_page_that_a_browser_saved_says_where_it_is_from(saved: str) -> None:
    body = f"<head><title>D</title>{{}}</head><body><article><p>{WORDS * 3}</p></article></body></html>"
    (found,) = texts.page((saved + body.format("")).encode(), None)
    assert (found.url, found.publisher) == ("https://www.news.example.org/2024/drones", "news.example.org")
    (other,) = texts.page((saved + body.format('<link rel="canonical" href="https://a.example/b">')).encode(), None)
    assert other.url == "https://a.example/b"  # what the publisher calls it goes before where it was found


def archive(packed: bool, page: bytes, sheet: bytes) -> bytes:
    """A web archive with answers of every kind, visited on 7 March 2024; each record a member of its own where it is packed."""

    def record(
        name: str, status: str, body: bytes, kind: str = "response", encoding: str = "identity", what: str = "text/html"
    ) -> bytes:
        answer = f"HTTP/1.1 {status}\r\nContent-Type: {what}\r\nContent-Encoding: {encoding}\r\n\r\n".encode() + body
        head = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Date: 2024-03-07T01:02:03Z\r\nWARC-Target-URI: https://a.example/{name}\r\n"
        head += f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        whole = head.encode() + answer + b"\r\n\r\n"
        return gzip.compress(whole) if packed else whole

    return (
        record("page", "200 OK", page)
        + record("missing", "404 Not Found", page)
        + record("moved", "301 Moved Permanently", page)
        + record("failed", "503 Service Unavailable", page)
        + record("packed", "200 OK", gzip.compress(page), encoding="gzip")
        + record("again", "200 OK", b"", kind="revisit")
        + record("sheet", "200 OK", sheet, what="application/pdf")
        + record("gone", "404 Not Found", sheet, what="application/pdf")
        + record("broken", "200 OK", sheet[:200], what="application/pdf")
        + record("picture", "200 OK", sheet, what="image/png")
    )


@pytest.mark.parametrize("packed", [True, False])
def test_of_an_archive_only_what_was_answered_is_read_and_known_from_its_visit_on(
    tmp_path: Path, reads: Reads, sample: Sample, packed: bool
) -> None:
    sheet = sample("articles", "drill_sample.pdf")
    (alone,) = rows(reads("articles", sheet))
    page = f"<html><head><title>D</title></head><body><article><p>{WORDS * 3}</p></article></body></html>".encode()
    path = tmp_path / ("a.warc.gz" if packed else "a.warc")
    path.write_bytes(archive(packed, page, sheet.read_bytes()))
    found = rows(reads("articles", path))
    assert [(r["url"], r["published"], r["known"]) for r in found] == [
        ("https://a.example/page", None, date(2024, 3, 7)),
        ("https://a.example/packed", None, date(2024, 3, 7)),
        ("https://a.example/sheet", None, date(2024, 3, 7)),
    ]
    assert found[2]["text"] == alone["text"]


def test_a_date_after_the_page_was_fetched_is_not_believed(tmp_path: Path, reads: Reads, sample: Sample) -> None:
    page = sample("articles", "drill_sample.html").read_text().replace("2024-03-04T10", "2999-03-04T10")
    (tmp_path / "a.html").write_text(page)
    before = datetime.now(UTC).date()
    (row,) = rows(reads("articles", tmp_path / "a.html"))
    assert row["published"] is None
    assert before <= row["known"] <= datetime.now(UTC).date()


def test_languages_that_the_recogniser_does_not_know_are_taken_as_declared() -> None:
    assert texts.language(WORDS, "uz") == "uz"
    assert texts.language(WORDS, "de") == "en"
    assert texts.language("short", "tr") == "tr"
    assert texts.language("Kısa olmayan bir Türkçe cümle burada durmaktadır, iki ülke tatbikat yaptı.") == "tr"
    assert texts.language("Министры обороны двух стран договорились о совместных учениях весной.") == "ru"


def article(id: str, text: str, known: date = date(2024, 1, 1)) -> dict[str, object]:
    return {
        "article": id,
        "text": text,
        "known": known,
        "family": id,
        "retrieved": datetime(2024, 1, 2, tzinfo=UTC),
        "raw": id,
    }


def test_a_wire_story_reprinted_forty_times_with_small_edits_is_one_family() -> None:
    words = [f"{a}{b}" for a in ("drones", "crews", "plants", "bases", "talks", "pacts", "ranges") for b in range(13)]
    told = {"first": " ".join(words)}
    for number in range(40):  # each with an agency of its own before it and four words changed, other ones each time
        edited = [f"other{number}" if n % 13 == number % 13 and n < 52 else w for n, w in enumerate(words)]
        told[f"reprint {number}"] = f"(Agency {number}) {' '.join(edited)}"
    told["own report"] = "An airfield, a hangar and three aircraft were seen by a reporter who went there by herself."
    family = alike({id: printed(text) for id, text in told.items()})
    assert family == {id: "own report" if id == "own report" else "first" for id in told}


def test_the_print_of_a_text_agrees_with_datasketch() -> None:
    """Of ``MinHash(128)`` of datasketch 2.0.0, updated with b"signedwit" and b"ignedwith"."""
    found = np.frombuffer(printed("Signed with"), dtype=np.uint32)
    assert len(found) == 128
    assert found[:4].tolist() == [68187814, 138124040, 2766068231, 1963881283]


def test_near_duplicates_are_one_family_named_after_the_first(tmp_path: Path) -> None:
    long = " ".join(f"{WORDS.replace('spring', season)}" for season in ("spring", "summer", "autumn", "winter"))
    other = (
        "An entirely different text about trade in grain and the price of a railway between two invented ports. " * 4
    )
    frame = ARTICLE.frame(
        [
            article("a", long),
            article("b", long + " Reporting by X."),
            article("c", other),
            article("d", long.replace("two", "three")),
        ]
    )
    assert families(frame)["family"].to_list() == ["a", "a", "c", "a"]
    assert families(frame.head(0)).is_empty()
    lake = Lake(tmp_path)
    batch = Batch({"article": frame.with_columns(raw=pl.lit("r"))}, "page", 4, 4, {})
    path = tmp_path / "x"
    path.write_text("x")
    lake.store("articles", 1, [(raw_file(path), batch)])
    assert articles(lake, date(2024, 6, 1))["family"].to_list() == ["a", "a", "c", "a"]
    assert articles(lake, date(2023, 6, 1)).is_empty()


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "'
    + b"&a;" * 50
    + b'">]><rss><channel><item><title>&b;</title></item></channel></rss>'
)


def test_a_feed_that_declares_entities_is_not_read(tmp_path: Path, reads: Reads) -> None:
    (tmp_path / "a.xml").write_bytes(BOMB)
    with pytest.raises(SourceError, match="declares entities"):
        reads("articles", tmp_path / "a.xml")


def test_a_page_that_unpacks_without_end_is_refused(tmp_path: Path, reads: Reads) -> None:
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb") as out:
        out.write(b"<html>")
        for _ in range(70):
            out.write(b"x" * 1024 * 1024)
    (tmp_path / "a.html.gz").write_bytes(stream.getvalue())
    with pytest.raises(SourceError, match="larger than"):
        reads("articles", tmp_path / "a.html.gz")


@pytest.mark.parametrize(
    "hostile",
    ["<script>steal()</script>", "<img src=x onerror=steal()>", "<svg><a href='javascript:steal()'>x</a></svg>"],
)
def test_markup_in_a_page_does_not_reach_its_text(hostile: str) -> None:
    page = f"<html><body><article><p>{WORDS * 3}</p>{hostile}<p>{WORDS * 3}</p></article></body></html>".encode()
    (found,) = texts.page(page, "https://news.example.org/a")
    assert "<" not in found.text
    assert "steal()" not in found.text


def test_an_address_that_is_no_address_is_not_kept() -> None:
    for url in ("javascript:alert(1)", "file:///etc/passwd", "//x", "http://[bad", ""):
        assert [f.url for f in texts.page(f"<html><body><p>{WORDS * 4}</p></body></html>".encode(), url)] in (
            [None],
            [],
        )


def test_a_menu_is_no_article_and_is_counted(tmp_path: Path, reads: Reads) -> None:
    (tmp_path / "a.html").write_text("<html><body><nav><a href='/'>Home</a></nav></body></html>")
    batch = reads("articles", tmp_path / "a.html")
    assert (batch.rows, batch.kept, batch.skipped) == (1, 0, {"no text of 80 characters or more": 1})


@pytest.mark.parametrize(
    ("text", "kept", "lang"),
    [
        (
            "法国与贝宁5月18日举行联合军事演习。尼日尔废除与法国的军事协议。",
            1,
            "zh",
        ),  # 29 signs, each as much as three letters
        ("France and Benin held a drill.", 0, None),
    ],
)
def test_a_text_in_signs_is_as_long_as_what_it_says(
    text: str, kept: int, lang: str | None, tmp_path: Path, reads: Reads
) -> None:
    (tmp_path / "a.txt").write_text(
        f"title: A drill\nurl: https://news.example.org/a\ndate: 2025-05-20\n\n{text}\n", "utf-8"
    )
    batch = reads("articles", tmp_path / "a.txt")
    assert (batch.kept, batch.skipped) == (kept, {} if kept else {"no text of 80 characters or more": 1})
    assert batch.tables["article"]["lang"].to_list() == [lang] * kept


def test_the_watch_list_of_the_built_in_case_has_a_voice_of_patron_partners_and_rivals(case: cases.Case) -> None:
    found = watched(case.folder)
    roles = case.roles
    assert {one.state for one in found} >= {roles.patron, *roles.partners, *roles.beside, *roles.rivals}
    assert len({str(one.url) for one in found}) == len(found)
    assert all(str(one.url).startswith("https://") and one.basis for one in found)
    assert {one.lang for one in found} >= {"tr", "ru", "en", "az"}


def test_a_wrong_line_of_a_watch_list_is_named(tmp_path: Path) -> None:
    assert watched(tmp_path) == []
    (tmp_path / "feeds.csv").write_text(
        "url,kind,publisher,state,lang,reliability,only,basis\nnowhere,feed,X,TUR,tr,C,,\n"
    )
    with pytest.raises(CaseError, match=r"feeds\.csv, line 2(.|\n)*url"):
        watched(tmp_path)


def test_reading_articles_is_a_source_like_any_other() -> None:
    assert catalogue()["articles"].plan is not None


def test_a_day_of_a_text_that_is_none_stops_its_file(reads: Reads, tmp_path: Path) -> None:
    path = tmp_path / "told.txt"
    path.write_text(
        "title: A\nurl: https://news.example.org/1\ndate: 5 March 2024\n\n" + "A long enough sentence. " * 9
    )
    with pytest.raises(SourceError, match=r"told\.txt: date '5 March 2024' is no day; write it as 2024-03-05"):
        reads("articles", path)

"""Sources fetched live, against a publisher on loopback that replays what each is known to answer."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import polars as pl
import pytest
from tests.publishing import Answer, Publisher, publishing, zipped
from tests.sites import EXPORT, GDELT, PAGE, Gdelt, Sipri, mirrored, newspaper, quarters, recent, sample, small

from comity import cli, coding, fetch, flow, intake, pages, press
from comity.errors import SourceError
from comity.fetch import Due, Wanted
from comity.fetch.door import opened
from comity.lake import Lake
from comity.sources import Address, Editions, catalogue
from comity.sources.articles import live, texts
from comity.sources.articles.feeds import Watched
from comity.tables import ARTICLE, COVERAGE, EVENT, FILE, MEASURE, MENTION

NOW = datetime(2024, 3, 1, 0, 20, tzinfo=UTC)
Sample = Callable[[str, str], Path]


def planned(home: Path, source: str, due: Due) -> list[Wanted]:
    import asyncio

    async def one() -> list[Wanted]:
        plan = catalogue()[source].plan
        assert plan
        async with opened(home, fetch.settings(home)) as door:
            return list(await plan(door, due))

    return asyncio.run(one())


def stamps(wanted: list[Wanted]) -> list[str]:
    return sorted({w.name.rsplit("/", 1)[-1].split(".")[0] for w in wanted})


def test_the_first_run_brings_a_day_of_both_feeds_and_no_gkg(tmp_path: Path) -> None:
    site = Gdelt(quarters(NOW.replace(minute=15) - timedelta(days=3), 3 * 96 + 1))
    with publishing(site) as publisher:
        mirrored(tmp_path, publisher.url)
        wanted = planned(tmp_path, "gdelt", Due(NOW, None, frozenset(), tmp_path))
    assert len(wanted) == 4 * 96
    assert stamps(wanted)[0] == "20240229003000"
    assert stamps(wanted)[-1] == "20240301001500"
    assert not [w for w in wanted if "gkg" in w.name]
    assert wanted[0].name == "2024/02/20240229003000.export.CSV.zip"
    tails = [a.headers.get("range") for a in publisher.asked if "masterfilelist" in a.path]
    assert all(tails), "the list of all files is never read whole for a day"


def test_the_knowledge_graph_is_fetched_where_the_settings_say_so(tmp_path: Path) -> None:
    site = Gdelt(quarters(NOW.replace(minute=15) - timedelta(days=1), 96))
    with publishing(site) as publisher:
        mirrored(tmp_path, publisher.url, gkg=True)
        wanted = planned(tmp_path, "gdelt", Due(NOW, None, frozenset(), tmp_path))
    assert len([w for w in wanted if ".gkg." in w.name]) == 2 * len(wanted) / 6 > 100


def test_nothing_new_costs_two_short_answers(tmp_path: Path) -> None:
    site = Gdelt(quarters(NOW, 4))
    have = frozenset(f"2024/03/{name}" for name in site.files if "gkg" not in name)
    with publishing(site) as publisher:
        mirrored(tmp_path, publisher.url)
        assert planned(tmp_path, "gdelt", Due(NOW, None, have, tmp_path)) == []
    assert publisher.paths() == ["/gdelt/gdeltv2/lastupdate.txt", "/gdelt/gdeltv2/lastupdate-translation.txt"]


def test_a_range_reaches_back_as_far_as_it_is_asked_to(tmp_path: Path) -> None:
    site = Gdelt(quarters(datetime(2024, 2, 1, tzinfo=UTC), 30 * 96))
    with publishing(site) as publisher:
        mirrored(tmp_path, publisher.url)
        wanted = planned(tmp_path, "gdelt", Due(NOW, date(2024, 2, 10), frozenset(), tmp_path))
        month = planned(tmp_path, "gdelt", Due(NOW, date(2024, 2, 10), frozenset(), tmp_path, date(2024, 2, 11)))
    assert stamps(wanted)[0] == "20240210000000"
    assert len(stamps(wanted)) == 21 * 96
    assert (stamps(month)[0], stamps(month)[-1]) == ("20240210000000", "20240211234500")


def test_before_2015_version_one_is_asked_by_year_month_and_day(tmp_path: Path) -> None:
    names = ["1979.zip", "2005.zip", "200601.zip", "201303.zip", "20130401.export.CSV.zip", "20150217.export.CSV.zip"]
    names += ["20150218.export.CSV.zip", "20160101.export.CSV.zip"]
    site = Gdelt(["20150218230000", "20150218231500"])
    site.extra["/gdelt/events/md5sums"] = Answer("\n".join(f"{'0' * 32}  {n}" for n in names).encode())
    with publishing(site) as publisher:
        mirrored(tmp_path, publisher.url)
        wanted = planned(tmp_path, "gdelt", Due(NOW, date(1979, 1, 1), frozenset(), tmp_path))
        late = planned(tmp_path, "gdelt", Due(NOW, date(2013, 3, 15), frozenset(), tmp_path))
        early = planned(tmp_path, "gdelt", Due(NOW, date(1979, 1, 1), frozenset(), tmp_path, date(2006, 1, 9)))
    old = [w for w in wanted if w.name.startswith("v1/")]
    assert [w.url.removeprefix(GDELT) for w in old] == [f"events/{n}" for n in names[:6]]
    assert old[0].name == "v1/1979.export.CSV.zip"
    assert len([w for w in wanted if not w.name.startswith("v1/")]) == 8
    assert [w.name for w in early] == [f"v1/{n}.export.CSV.zip" for n in ("1979", "2005", "200601")]
    assert [w.name for w in late][:2] == ["v1/201303.export.CSV.zip", "v1/20130401.export.CSV.zip"]


def test_a_monthly_file_covers_every_day_of_its_month(tmp_path: Path) -> None:
    site = Gdelt([])
    body = zipped(sample("gdelt", "20130401.export.CSV"), "200602.csv")
    site.files["200602.zip"] = body
    site.extra["/gdelt/events/md5sums"] = Answer(f"{hashlib.md5(body).hexdigest()}  200602.zip".encode())
    site.extra |= {
        f"/gdelt/gdeltv2/masterfilelist{feed}.txt": Answer(
            f"1 {'0' * 32} http://x/20150101000000.export.CSV.zip".encode()
        )
        for feed in ("", "-translation")
    }
    with publishing(site) as publisher:
        done = updated(tmp_path, publisher, since=date(2006, 1, 1))
    assert done.failures == []
    assert done.read["path"].to_list() == ["200602.export.CSV.zip"]
    days = (
        Lake(tmp_path)
        .read(COVERAGE, "small")
        .filter(pl.col("source") == "gdelt")
        .collect()["date_from"]
        .unique()
        .sort()
    )
    assert days.to_list() == [date(2006, 2, day) for day in range(1, 29)]


@pytest.mark.parametrize("body", [b"", b"<html>moved</html>\n", b"a\nb\nc\n"])
def test_a_list_of_another_layout_is_said(tmp_path: Path, body: bytes) -> None:
    site = Gdelt([])
    site.extra["/gdelt/gdeltv2/lastupdate.txt"] = Answer(body)
    with publishing(site) as publisher:
        mirrored(tmp_path, publisher.url)
        with pytest.raises(SourceError, match="layout may have changed"):
            planned(tmp_path, "gdelt", Due(NOW, None, frozenset(), tmp_path))


def test_a_broken_line_in_a_list_loses_no_other(tmp_path: Path) -> None:
    site = Gdelt(quarters(NOW.replace(minute=15), 2))
    site.lists[""].insert(2, "12345")
    with publishing(site) as publisher:
        mirrored(tmp_path, publisher.url)
        assert len(planned(tmp_path, "gdelt", Due(NOW, None, frozenset(), tmp_path))) == 8


def updated(
    home: Path, publisher: Publisher, only: str = "gdelt", since: date | None = None, **more: object
) -> flow.Updated:
    mirrored(home, publisher.url, **more)
    return flow.update(small(home), Lake(home), date(2026, 1, 1), only=[only], live=intake.Live(since))


def test_an_update_fetches_reads_and_weaves_and_the_next_does_nothing(tmp_path: Path) -> None:
    site = Gdelt(recent(3))
    with publishing(site) as publisher:
        done = updated(tmp_path, publisher)
        assert done.failures == []
        files = done.read.filter(pl.col("source") == "gdelt")
        assert len(files) == 12
        lake = Lake(tmp_path)
        assert len(fetch.files(lake.raw, "gdelt")) == 12
        assert len(lake.read(EVENT).collect()) > 0
        before = lake.stamp("small")
        again = updated(tmp_path, publisher)
    assert len(again.read) == 0
    assert again.changed == []
    assert lake.stamp("small") == before
    card = json.loads(next(lake.raw.rglob("*.export.CSV.zip.card.json")).read_text())
    assert card["url"].startswith(GDELT)
    assert card["found"].startswith(publisher.url)
    assert "cite" in card["licence"] or "citation" in card["licence"]
    ledger = lake.read(FILE).filter(pl.col("source") == "gdelt").collect()
    assert ledger["url"].str.starts_with(publisher.url).all()
    assert card["found"] in set(ledger["url"])
    picture = flow.picture(small(tmp_path), lake, date(2026, 1, 1))
    shown = next(s for s in pages.sources(picture, pages.Query()).sources if s.name == "gdelt")
    assert {f.url for f in shown.files} == set(ledger["url"])
    told = picture.reports.filter(pl.col("source") == "gdelt")["report"][0]
    (statement,) = pages.evidence(picture, told, pages.Query()).statements
    assert statement.fetched in set(ledger["url"])
    assert statement.fetched.endswith(str(statement.file))


def test_offline_reads_what_a_stopped_update_had_fetched(tmp_path: Path) -> None:
    site = Gdelt([])
    stamp = recent(1)[0]
    site.add("", f"{stamp}.export.CSV.zip", EXPORT)
    with publishing(site) as publisher:
        mirrored(tmp_path, publisher.url)
        name = f"{stamp}.export.CSV.zip"
        wanted = Wanted("gdelt", f"{GDELT}gdeltv2/{name}", name)

        async def plan(door: object, due: object) -> list[Wanted]:
            return [wanted]

        lake = Lake(tmp_path)
        fetch.errand(tmp_path, lake.raw, [fetch.Errand("gdelt", plan, ("", ""))], None, tmp_path, lambda *told: None)
        n = len(publisher.asked)
        done = flow.update(small(tmp_path), lake, date(2026, 1, 1))
        assert len(publisher.asked) == n
    assert done.read.filter(pl.col("source") == "gdelt")["path"].to_list() == [name]


BROKEN: dict[str, tuple[Answer, str]] = {
    "a web page": (Answer(b"<html>maintenance</html>"), "a web page came instead of a zip"),
    "another file": (Answer(zipped(b"1\t2\n", "x.CSV")), "its list says"),
    "cut short": (Answer(zipped(EXPORT, "x.CSV"), cut=100), "tried 2 times"),
    "500": (Answer(status=500), "answered 500"),
    "429 for a day": (Answer(status=429, headers={"Retry-After": "86400"}), "asks to wait 86400 seconds"),
    "404": (Answer(status=404), "it is not there"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_one_bad_file_is_said_and_the_others_are_read(tmp_path: Path, what: str) -> None:
    stamp = recent(1)[0]
    site = Gdelt([stamp])
    answer, why = BROKEN[what]
    site.extra[f"/gdelt/gdeltv2/{stamp}.export.CSV.zip"] = answer
    with publishing(site) as publisher:
        done = updated(tmp_path, publisher)
        (failure,) = done.failures
        assert failure.source == "gdelt"
        assert why in failure.why
        assert len(Lake(tmp_path).read(MENTION).collect()) > 0
        del site.extra[f"/gdelt/gdeltv2/{stamp}.export.CSV.zip"]
        site.add("", f"{stamp}.export.CSV.zip", EXPORT + EXPORT[: EXPORT.index(b"\n") + 1])
        del site.lists[""][0]
        after = updated(tmp_path, publisher)
    assert after.failures == []
    assert ("404" in what) == (len(after.read) == 0), "an absent file is asked for again a week later, others at once"


def test_the_command_says_what_failed_and_exits_with_3(tmp_path: Path) -> None:
    """No publisher at all, and rubbish for a cache: the lists cannot be had, the case is woven from what there is."""
    mirrored(tmp_path, "http://127.0.0.1:9")
    (tmp_path / "pages.db").write_bytes(b"rubbish" * 1000)
    command = [
        sys.executable,
        "-m",
        "comity",
        "--lake",
        str(tmp_path),
        "update",
        str(small(tmp_path).folder),
        "--source",
        "gdelt",
        "--json",
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})
    assert ran.returncode == 3, ran.stderr
    (failure,) = json.loads(ran.stdout)["failures"]
    assert failure["source"] == "gdelt"
    assert "lastupdate.txt" in failure["path"]
    assert json.loads(ran.stdout)["changed"]
    assert "Traceback" not in ran.stderr


def test_a_vintage_of_the_register_is_fetched_and_kept_under_its_day(tmp_path: Path) -> None:
    site, before = Sipri(sample("sipri", "trade-register_sample.csv")), datetime.now(UTC).date()
    with publishing(site) as publisher:
        done = updated(tmp_path, publisher, "sipri")
        days = {before, datetime.now(UTC).date()}
        assert done.failures == []
        assert site.bodies[0]["filters"][0]["value1"] == 1950  # type: ignore[index]
        assert site.bodies[0]["filters"][0]["value2"] == 2024  # type: ignore[index]
        again = updated(tmp_path, publisher, "sipri")
    assert len(site.bodies) == 1, "a month has not passed"
    assert len(again.read) == 0
    (path,) = fetch.files(Lake(tmp_path).raw, "sipri")
    assert path.name in {f"trade-register_{day}.csv" for day in days}
    assert path.read_bytes() == site.register
    assert len(Lake(tmp_path).read(MEASURE).filter(pl.col("source") == "sipri").collect()) > 0
    (row,) = Lake(tmp_path).read(FILE).filter(pl.col("path") == path.name).collect().to_dicts()
    assert row["retrieved"].date() in days


def test_a_portal_that_changed_is_said(tmp_path: Path) -> None:
    with publishing(lambda asked: Answer(b'"maintenance"')) as publisher:
        (failure,) = updated(tmp_path, publisher, "sipri").failures
    assert "no year; the portal may have changed" in failure.why


def test_editions_listed_on_a_card_are_fetched_when_they_are_old(tmp_path: Path) -> None:
    from comity.sources import _editions

    file = Address(url="https://a.example/x?to={year}", name="x_{day}.json")
    fetch = Editions(days=30, files=[file])

    def due(*have: str) -> list[Wanted]:
        import asyncio

        return asyncio.run(_editions("unga", fetch, None, Due(NOW, None, frozenset(have), tmp_path)))  # type: ignore[arg-type]

    (wanted,) = due()
    assert wanted == Wanted("unga", "https://a.example/x?to=2024", "x_2024-03-01.json")
    assert due("x_2024-02-20.json") == []
    assert len(due("x_2024-01-20.json")) == 1


def test_a_watch_list_leads_to_pages_and_a_feed_that_fails_stops_no_other(tmp_path: Path) -> None:
    case = small(tmp_path)
    with publishing(newspaper) as publisher:
        lines = ["url,kind,publisher,state,lang,reliability,only,basis"]
        for path, kind, only in (
            ("/feed.xml", "feed", "kazakh"),
            ("/map.xml", "sitemap", ""),
            ("/gone.xml", "feed", ""),
            ("/login.xml", "feed", ""),
            ("/page", "page", ""),
        ):
            lines.append(f"{publisher.url}{path},{kind},Example Agency,KAZ,en,C,{only},seen")
        (case.folder / "feeds.csv").write_text("\n".join(lines))
        done = updated(tmp_path, publisher, "articles")
        again = updated(tmp_path, publisher, "articles")
    whys = sorted(f.why.removeprefix(publisher.url) for f in done.failures)
    assert [why.split(":")[0] for why in whys] == ["/gone.xml", "/login.xml", "/secret/3"]
    assert "nothing in it that is a feed" in whys[1]
    assert "robots.txt" in whys[2]
    assert not [p for p in publisher.paths() if p.startswith("/secret/") or p in {"/news/2", "/news/old"}]
    table = Lake(tmp_path).read(ARTICLE).collect().sort("url")
    assert [u.removeprefix(publisher.url) for u in table["url"]] == ["/news/1", "/news/4", "/page"]
    assert set(table["publisher"]) == {"Example Agency"}
    assert set(table["reliability"]) == {"C"}
    assert table["published"].to_list()[0] == date(2024, 3, 4)
    assert len(again.read) == 0
    assert publisher.paths().count("/news/1") == 1


def test_a_link_that_is_no_address_hides_no_other_of_its_list() -> None:
    """One such link, as strangers write them, would otherwise end every update while its feed prints it."""
    links = ("http://[x", "http://a\N{ACCOUNT OF}b/1", "javascript:1", "https://a.example/1")
    links = (*links, f"http://{'a' * 254}/1", f"http://{'ş' * 127}/1", "http://a|b/1")
    items = "".join(f"<item><link>{link}</link></item>" for link in links)
    places = "".join(f"<url><loc>{link}</loc></url>" for link in links)
    feed = live._entries(f"<rss><channel>{items}</channel></rss>".encode())
    assert [told.url for told in feed] == ["https://a.example/1"]
    tree = live._parsed(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'.encode())
    assert [told.url for told in live._locations(tree)] == ["https://a.example/1"]


@pytest.mark.parametrize(
    ("host", "folder"),
    [("a.example", "a.example"), ("a.example.", "a.example"), ("[2001:db8::1]", "2001-db8--1"), ("ş.example", "ş.example")],
)  # fmt: skip
def test_pages_of_a_host_are_kept_in_a_folder_that_every_system_can_name(host: str, folder: str) -> None:
    one = Watched(url="https://a.example/feed", kind="feed", publisher="A", state="", lang="", reliability="C", only="", basis="")  # fmt: skip
    address = texts.address(f"https://{host}/1")
    assert address
    assert live._wanted(one, live.Told(address, "", None, "")).name.split("/")[0] == folder


def test_world_bank_indicators_are_fetched_by_the_table_on_their_card(tmp_path: Path) -> None:
    """Adding a source of editions takes no code: six addresses on the card of ``economy``."""
    with publishing(lambda asked: Answer(sample("economy", "bank_sample.json"))) as publisher:
        done = updated(tmp_path, publisher, "economy")
        asked = len(publisher.asked)
        again = updated(tmp_path, publisher, "economy")
    assert done.failures == []
    assert any("/bank/v2/country/all/indicator/MS.MIL.XPND.GD.ZS?format=json" in path for path in publisher.paths())
    assert asked == len(publisher.asked) == 6
    assert len(again.read) == 0
    assert len(Lake(tmp_path).read(MEASURE).filter(pl.col("source") == "economy").collect()) > 0


def test_revisions_between_two_editions_are_shown_and_new_years_are_not_revisions(tmp_path: Path) -> None:
    """By hand: a register whose delivery of 60 TIV becomes 45, one line goes, one year is added."""
    old = sample("sipri", "trade-register_sample.csv").decode("latin-1")
    lines = old.splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("Recipient,"))
    made = [line for line in lines[:head] if "Data generated" not in line]
    row = "Kazakhstan,Turkiye,2020,,{n},,Anka,UAV,{n},,{years},New,,10,{tiv},{tiv}"

    def register(day: str, *rows: str) -> str:
        return "\n".join([*made, f"Data generated: {day}", lines[head], *rows]) + "\n"

    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.csv").write_text(
        register(
            "1 Mar 2022",
            row.format(n=6, years="2021", tiv="60"),
            row.format(n=2, years="2020", tiv="20").replace("Anka", "Cobra"),
        )
    )
    (folder / "b.csv").write_text(
        register(
            "1 Mar 2024",
            row.format(n=6, years="2021", tiv="45"),
            row.format(n=3, years="2023", tiv="30").replace("Anka", "Vuran"),
        )
    )
    case, lake = small(tmp_path), Lake(tmp_path)
    flow.update(case, lake, date(2026, 1, 1), folder)
    page = pages.revisions(flow.picture(case, lake, date(2026, 1, 1)), pages.Query())
    (compared,) = page.comparisons
    assert (compared.before.generated, compared.after.generated) == (date(2022, 3, 1), date(2024, 3, 1))
    assert [(r.supplier, r.recipient, r.year, r.before, r.after) for r in compared.revisions] == [
        ("TUR", "KAZ", 2020, 20.0, None),
        ("TUR", "KAZ", 2021, 60.0, 45.0),
    ]
    assert compared.through == 2021
    then = pages.revisions(flow.picture(case, lake, date(2023, 1, 1)), pages.Query())
    assert [e.file for e in then.editions] == ["a.csv"], "the later edition was not made yet"
    assert then.comparisons == []


TELLING = PAGE.replace("Northland", "Turkey").replace("Southland", "Kazakhstan")


def test_the_coder_reads_a_page_behind_an_address_as_it_reads_a_saved_one(tmp_path: Path) -> None:
    saved = tmp_path / "saved.html"
    saved.write_text(TELLING)
    with publishing(lambda asked: newspaper(asked) if asked.path != "/news/1" else Answer(TELLING.encode())) as publisher:  # fmt: skip
        mirrored(tmp_path, publisher.url)
        words = [sys.executable, "-m", "comity", "--lake", str(tmp_path), "code", f"{publisher.url}/news/1"]
        found = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
        with pytest.raises(SourceError, match=r"robots\.txt"):
            fetch.page(tmp_path, f"{publisher.url}/secret/3")
    acts = [json.loads(line) for line in found.stdout.splitlines()]
    first = acts[0]  # the headline has no full stop, and is no part of the sentence after it
    assert (first["actors"], first["recipients"], first["instrument"]) == (["TUR"], ["KAZ"], "exercise")
    assert first["sentence"].startswith("The defence ministers")
    assert json.loads(json.dumps([a.row() for a in coding.read(press.articles(saved) or [])])) == acts


def test_a_page_without_an_article_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with publishing(lambda asked: Answer(b"<html><body>Sign in</body></html>", headers={"Content-Type": "text/html"})) as publisher:  # fmt: skip
        mirrored(tmp_path, publisher.url)
        with patch.object(sys, "argv", ["comity", "--lake", str(tmp_path), "code", f"{publisher.url}/login"]), pytest.raises(SystemExit, match="3"):  # fmt: skip
            cli.main()
    assert "save the page from a browser" in capsys.readouterr().err

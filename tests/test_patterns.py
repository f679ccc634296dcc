"""Every pattern of fetching against everything that a server does wrong: what comes is right or an error says why, and the next run mends it.

Patterns: GDELT's lists and zips with the knowledge graph, SIPRI's two questions, the World Bank's editions, feeds, sitemaps
and pages. Each fault is done to all lists at once, and then to all that the lists lead to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.publishing import Answer, Asked, Site, certificate, publishing
from tests.sites import EXPORT, GDELT, MENTIONS, PAGE, SIPRI, Gdelt, Sipri, mirrored, recent, sample, small

from comity import fetch
from comity.fetch import Errand, Kept, Missed
from comity.sources import catalogue

SOURCES = ("articles", "economy", "gdelt", "sipri")
LIST = re.compile(r"/(lastupdate\S*|masterfilelist\S*|getMaxYear|feed\.xml|map\.xml)$")
# Of each pattern one address that must be told of, and where its faults are done.
LISTS = {"gdelt": "lastupdate.txt", "sipri": "getMaxYear", "feed": "feed.xml", "sitemap": "map.xml"}
LEAVES = {
    "export": ".export.CSV.zip", "mentions": ".mentions.CSV.zip", "knowledge graph": ".gkg.csv.zip",
    "register": "trade-register-csv", "editions": "worldbank", "page": "/news/1",
}  # fmt: skip
Fault = Callable[[Answer, int], Answer]  # the right answer, and how often this was asked -> what is sent


@cache
def quarter() -> str:
    """The quarter of an hour in which these tests began: one that ends between two runs changes what there is to fetch."""
    return recent(1)[0]


class Publishers:
    """All of them under one address."""

    def __init__(self) -> None:
        self.gdelt, self.sipri = Gdelt([]), Sipri(sample("sipri", "trade-register_sample.csv"))
        for kind, content in (("export", EXPORT), ("mentions", MENTIONS), ("gkg", b"")):
            self.gdelt.add("", f"{quarter()}.{kind}.{'csv' if kind == 'gkg' else 'CSV'}.zip", content)
        self.gdelt.add("-translation", f"{quarter()}.translation.export.CSV.zip", EXPORT)

    def __call__(self, asked: Asked) -> Answer:
        host, today = asked.headers["host"], datetime.now(UTC).date()
        match asked.path.split("/")[1]:
            case "gdelt":
                return self.gdelt(asked)
            case "sipri":
                return self.sipri(asked)
            case "bank":
                return Answer(sample("economy", "bank_sample.json"))
            case "robots.txt":
                return Answer(status=404)
            case "feed.xml":
                item = f"<item><title>Drill</title><link>http://{host}/news/1</link></item>"
                return Answer(f'<?xml version="1.0"?><rss version="2.0"><channel>{item}</channel></rss>'.encode())
            case "map.xml":
                url = f"<url><loc>http://{host}/news/2</loc><lastmod>{today}</lastmod></url>"
                space = "http://www.sitemaps.org/schemas/sitemap/0.9"
                return Answer(f'<urlset xmlns="{space}">{url}</urlset>'.encode())
        return Answer(PAGE.encode(), headers={"Content-Type": "text/html"})


def wrong(site: Site, fault: Fault, lists: bool) -> Site:
    """The same site with a fault in its lists, or in all that these lead to."""
    times: Counter[str] = Counter()

    def answer(asked: Asked) -> Answer:
        path = asked.path.removeprefix("/moved")
        right = site(replace(asked, path=path))
        if path != asked.path or path == "/robots.txt" or bool(LIST.search(path)) != lists:
            return right
        times[path] += 1
        return moved(path) if fault is moving else fault(right, times[path])

    return answer


def moving(right: Answer, nth: int) -> Answer:
    """Moved for good; the new address answers."""
    raise AssertionError


def moved(path: str) -> Answer:
    return Answer(status=308, headers={"Location": f"/moved{path}"})


HTML = Answer(b"<!DOCTYPE html><html><body>We are working on it</body></html>")


class Case(NamedTuple):
    """A fault, and what is said of it: of lists, and of what they lead to; nothing where it is overcome."""

    fault: Fault
    lists: str
    leaves: str
    harmless: tuple[str, ...] = ()  # patterns in which nobody could tell


FAULTS = {
    "429 once": Case(lambda right, n: Answer(status=429) if n == 1 else right, "", ""),
    "500 once": Case(lambda right, n: Answer(status=500) if n == 1 else right, "", ""),
    "429 for hours": Case(lambda right, n: Answer(status=429, headers={"Retry-After": "7200"}), "asks to wait 7200", "asks to wait 7200"),
    "500 for good": Case(lambda right, n: Answer(status=500), "answered 500", "answered 500"),
    "gone": Case(lambda right, n: Answer(status=404), "answered 404", "answered 404"),
    "forbidden": Case(lambda right, n: Answer(status=403), "answered 403", "answered 403"),
    "moved": Case(moving, "", ""),
    "moved in a circle": Case(lambda right, n: Answer(status=307, headers={"Location": "#again"}), "redirects more than", "redirects more than"),
    "cut short": Case(lambda right, n: replace(right, cut=len(right.body) // 2), "tried 2 times", "tried 2 times"),
    "silent": Case(lambda right, n: replace(right, pause=1.0, piece=1), "ReadTimeout", "ReadTimeout"),
    "Content-Length too high": Case(lambda right, n: replace(right, length=len(right.body) + 99), "tried 2 times", "tried 2 times"),
    # A list, a feed or a page that ends early and says so is a shorter one: only data can be told from half of them.
    "Content-Length too low": Case(lambda right, n: replace(right, length=len(right.body) * 2 // 3), "", "its list says|not laid out|cut short|ends in the middle", (*LISTS, "page")),
    "a web page": Case(lambda right, n: HTML, "layout may have changed|no year|nothing in it that is a feed|no sitemap|nothing in it that is a sitemap", "a web page came instead|not laid out", ("page",)),
    "nothing": Case(lambda right, n: Answer(b""), "layout may have changed|no year|nothing in it|no sitemap", "came instead of a zip|an empty file|not laid out"),
}  # fmt: skip


def run(home: Path, url: str, **more: object) -> list[Kept | Missed]:
    """One run over all sources that are fetched, without weaving."""
    mirrored(home, url, gkg=True, silence=0.5, **more)
    case = small(home)
    lines = ["url,kind,publisher,state,lang,reliability,only,basis"]
    lines += [f"{url}{path},{kind},Agency,KAZ,en,C,,seen" for path, kind in (("/feed.xml", "feed"), ("/map.xml", "sitemap"))]  # fmt: skip
    (case.folder / "feeds.csv").write_text("\n".join(lines))
    plans = {name: catalogue()[name].plan for name in SOURCES}
    errands = [Errand(name, plan, ("", "")) for name, plan in plans.items() if plan]
    return fetch.errand(home, home / "raw", errands, None, case.folder, lambda *told: None)


def there(home: Path) -> set[str]:
    """What has come; a page's name is a hash of its address, and each server here has one of its own."""
    found = {f"{name}/{path}" for name in SOURCES for path in fetch.names(home / "raw", name)}
    pages = [path for path in found if path.startswith("articles/")]
    return found - set(pages) | {f"{len(pages)} pages"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    home = tmp_path_factory.mktemp("undisturbed")
    with publishing(Publishers()) as site:
        assert all(isinstance(one, Kept) for one in run(home, site.url))
    found = there(home)
    assert len(found) == 4 + 1 + 6 + 1
    return found


@pytest.mark.parametrize("lists", [True, False], ids=["lists", "leaves"])
@pytest.mark.parametrize("what", FAULTS)
def test_whatever_a_server_does_the_run_is_right_or_says_why_and_the_next_is_whole(
    what: str, lists: bool, tmp_path: Path, undisturbed: set[str]
) -> None:
    case, publishers = FAULTS[what], Publishers()
    said, patterns = (case.lists, LISTS) if lists else (case.leaves, LEAVES)
    healed = False
    site = wrong(publishers, case.fault, lists)
    with publishing(lambda asked: publishers(asked) if healed else site(asked)) as publisher:
        found = run(tmp_path, publisher.url)
        missed = [one for one in found if isinstance(one, Missed)]
        if not said and not case.harmless:
            assert missed == []
        for pattern, address in ((p, a) for p, a in patterns.items() if p not in case.harmless):
            mine = [m for m in missed if address in m.wanted.url + m.wanted.name or address in m.why]
            mine += [m for m in missed if "files were left for the next run" in m.why and "worldbank" in address]
            assert bool(mine) == bool(said), (pattern, missed)
            assert all(re.search(said, m.why) or "were left" in m.why for m in mine), (pattern, mine)
        if not said and not case.harmless:
            assert there(tmp_path) == undisturbed
        for path in (p for name in SOURCES for p in fetch.files(tmp_path / "raw", name)):
            assert fetch.card_of(path)
        healed = True
        for absent in (tmp_path / "raw").rglob("*.absent"):
            absent.unlink()  # a week later
        assert all(isinstance(one, Kept) for one in run(tmp_path, publisher.url))
        assert there(tmp_path) == undisturbed


@contextmanager
def distrusted(folder: Path) -> Iterator[str]:
    """The same publishers under a certificate that nobody knows; their address."""
    context, _ = certificate(folder, "127.0.0.1")
    with publishing(Publishers(), context) as site:
        yield site.url


def test_no_pattern_reads_what_comes_under_a_wrong_certificate(tmp_path: Path) -> None:
    """Lists, and what lists under a good one lead to."""
    with distrusted(tmp_path) as url:
        found = run(tmp_path, url)
    assert {one.wanted.source for one in found} == set(SOURCES)
    assert all(isinstance(one, Missed) and "its certificate is not valid" in one.why for one in found), found
    with ExitStack() as stack:
        bad = stack.enter_context(distrusted(tmp_path))
        good = stack.enter_context(publishing(Publishers()))
        home = tmp_path / "leaves"
        mirrored(home, good.url, gkg=True)
        text = (home / "fetch.toml").read_text()
        rule = f'"{GDELT}gdeltv2/2" = "{bad}/gdelt/gdeltv2/2"\n"{SIPRI}trades/trade-register" = "{bad}/sipri/trades/trade-register"\n'
        (home / "fetch.toml").write_text(text.replace("[mirrors]\n", "[mirrors]\n" + rule))
        plans = {name: catalogue()[name].plan for name in ("gdelt", "sipri")}
        errands = [Errand(name, plan, ("", "")) for name, plan in plans.items() if plan]
        found = fetch.errand(home, home / "raw", errands, None, home, lambda *told: None)
    assert len(found) == 5
    assert all(isinstance(one, Missed) and "its certificate is not valid" in one.why for one in found), found

"""The pages over a real server: twins, headers, links that lead somewhere, and errors that help."""

from __future__ import annotations

import dataclasses
import html
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser

import httpx
import polars as pl
import pytest
from tests.serving import AS_OF, served

from comity import pages
from comity.flow import Picture
from comity.pages import Query, to_json
from comity.rupture.features import MODEL
from comity.tables import REPORT
from comity.web import create_app
from comity.web.app import VIEWS
from comity.web.dress import links

PATHS = {
    "overview": "/",
    "brief": "/brief",
    "map": "/map",
    "timeline": "/timeline",
    "tie": "/tie/KAZ-TUR",
    "state": "/state/KAZ",
    "digest": "/digest",
    "alerts": "/alerts",
    "outlook": "/outlook",
    "factors": "/factors",
    "claims": "/claims",
    "chronicle": "/chronicle",
    "scenario": "/scenario",
    "effects": "/effects",
    "risk": "/risk",
    "scores": "/scores",
    "sources": "/sources",
    "revisions": "/revisions",
    "methods": "/methods",
    "method": "/method/I2",
    "reading": "/read/example",
    "evidence": "/evidence/KAZ-TUR:exercise",
}


def test_every_page_is_tested_here() -> None:
    assert [view.name for view in VIEWS] == list(PATHS)


def twin(path: str) -> str:
    return "/index.json" if path == "/" else f"{path}.json"


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_a_page_and_its_twin_answer_and_ask_nobody_else(site: httpx.Client, path: str) -> None:
    page, data = site.get(path), site.get(twin(path))
    for answer in (page, data):
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"].startswith("default-src 'self'")
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert data.json()["as_of"] == AS_OF.isoformat()
    assert f'href="{twin(path)}' in page.text
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
    assert not re.search(r"\s(?:style|on\w+)=", page.text)
    assert not re.search(r'(?:src|href)="https?://[^"]*"[^>]*(?:stylesheet|script)', page.text)


def test_the_sum_behind_a_chance_can_be_done_from_what_the_page_shows(site: httpx.Client) -> None:
    page = site.get("/evidence/risk:AZE-TUR").text
    rows = re.findall(r"<tr><th[^>]*>([^<]+)<span.*?</tr>", page)
    assert [html.unescape(title) for title in rows] == [t["title"] for t in site.get("/evidence/risk:AZE-TUR.json").json()["forecast"]["terms"]]  # fmt: skip
    assert len(rows) == len(MODEL)
    start, total = (float(n) for n in re.search(r"log odds = (-[\d.]+).*? = (-?[\d.]+)<br>", page).groups())
    adds = [float(n) for n in re.findall(r'data-is="adds"><b>([+-]?[\d.]+)</b>', page)]
    assert start + sum(adds) == pytest.approx(total, abs=0.01)
    assert "/evidence/risk:AZE-TUR" in site.get("/risk").text


def test_a_tie_its_chance_and_its_outlook_are_one_click_apart_both_ways(site: httpx.Client) -> None:
    tie = site.get("/tie/KAZ-RUS").text
    for path in ("/evidence/risk:KAZ-RUS", "/risk#KAZ-RUS", "/outlook?partners=KAZ&amp;rivals=RUS#RUS-KAZ"):
        assert f'href="{path}"' in tie
        page, name = site.get(html.unescape(path)).text, path.partition("#")[2]
        assert 'href="/tie/KAZ-RUS' in page
        assert not name or page.count(f' id="{name}"') == 1
    assert 'href="/tie/KAZ-RUS"' in site.get("/evidence/KAZ-RUS:exercise").text
    assert 'id="ahead"' not in site.get("/tie/FRA-DEU").text  # of which this case foretells nothing


def test_a_tie_says_the_chance_that_the_page_of_risks_has(site: httpx.Client) -> None:
    risks = {(t["a"], t["b"]): t for t in site.get("/risk.json").json()["ties"]}
    year = next(c for c in risks["KAZ", "TUR"]["chances"] if c["months"] == 12)
    assert site.get("/tie/KAZ-TUR.json").json()["breaks"] == year


def test_the_patrons_ties_with_partners_and_with_rivals_stand_apart_on_the_page_of_risks(site: httpx.Client) -> None:
    page = site.get("/risk").text
    own, _, beside = page.partition('id="beside"')
    assert '<tr id="AZE-TUR"' in own
    assert '<tr id="RUS-TUR"' not in own
    assert '<tr id="RUS-TUR"' in beside
    ties = [f"{t['a']}-{t['b']}" for t in site.get("/risk.json").json()["ties"]]
    own, beside, others = (re.findall('<tr id="(.{7})"', part) for part in re.split('id="(?:beside|others)"', page))
    assert own + beside + others == sorted(
        ties, key=lambda t: ("TUR" not in t, t in beside)
    )  # each in the page's order


def test_the_changes_that_the_overview_leaves_out_open_in_their_period(site: httpx.Client) -> None:
    page, since = site.get("/").text, site.get("/index.json").json()["since"]
    assert f'<a href="/timeline?from={since}">all of them</a>' in page


def test_every_act_of_an_alert_opens(site: httpx.Client) -> None:
    since = "from=2015-01-01"
    page, alerts = site.get(f"/alerts?{since}").text, site.get(f"/alerts.json?{since}").json()["alerts"]
    assert max(len(a["evidence"]) for a in alerts) > 3
    assert {id for a in alerts for id in a["evidence"]} <= set(re.findall(r'href="/evidence/([^"?]+)', page))


@pytest.mark.parametrize(
    ("path", "opens"), [("/", "beside:RUS"), ("/sources", "source:casebook"), ("/tie/KAZ-TUR", "source:casebook:KAZ-TUR:arms")]
)  # fmt: skip
def test_a_count_opens_what_it_counts(site: httpx.Client, path: str, opens: str) -> None:
    assert f'href="/evidence/{opens}"' in site.get(path).text
    assert site.get(f"/evidence/{opens}").status_code == 200


def test_the_reports_of_a_month_of_a_source_open(site: httpx.Client) -> None:
    page, cards = site.get("/sources").text, site.get("/sources.json").json()["sources"]
    months = next(card["months"] for card in cards if card["name"] == "casebook")
    assert {bool(m["reports"]) for m in months} == {True, False}
    for m in months:
        id = f"source:casebook:{m['month'][:7]}"
        assert (f'href="/evidence/{id}"' in page) == bool(m["reports"])
        found = site.get(f"/evidence/{id}.json").json()
        assert len(found["statements"]) == m["reports"]
        assert {s["known"][:7] for s in found["statements"]} <= {m["month"][:7]}
        assert found["measures"] == []


def test_what_an_alert_expects_opens(site: httpx.Client) -> None:
    since = "from=2015-01-01"
    alerts, page = site.get(f"/alerts.json?{since}").json()["alerts"], site.get(f"/alerts?{since}").text
    shifts = [a["id"] for a in alerts if a["channel"] == "rate shift"]
    assert [id for id in shifts if f'href="/evidence/{id}"' not in page] == []
    assert ">Together<" in site.get(f"/evidence/{shifts[0]}").text


@pytest.mark.parametrize("path", [p for n, p in PATHS.items() if not n.startswith("method")])
def test_terms_of_the_trade_stand_on_the_pages_of_methods_alone(site: httpx.Client, path: str) -> None:
    terms = r"assumption space|shapley|latin hypercube|dirichlet|posterior|cusum|e-BH|monitorable|on (its|the) path"
    assert re.findall(f".{{40}}(?:{terms}).{{40}}", site.get(path).text, re.IGNORECASE) == []


def estimates(node: object) -> Iterator[tuple[str, float, float, float]]:
    """Every number of a page that has an interval, with its name and bounds."""
    if isinstance(node, dict):
        if node.get("low") is not None and node.get("high") is not None:
            told = ("value", "strength", "mean", "probability", "ratio")
            yield from ((k, node["low"], node[k], node["high"]) for k in told if node.get(k) is not None)
        node = list(node.values())
    for inner in node if isinstance(node, list) else ():
        yield from estimates(inner)


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_no_interval_of_a_page_leaves_its_estimate_out(site: httpx.Client, path: str) -> None:
    found = list(estimates(site.get(twin(path)).json()))
    assert [told for told in found if not told[1] <= told[2] <= told[3]] == []
    assert found or path not in {"/", "/outlook", "/tie/KAZ-TUR", "/risk", "/scores"}


def test_the_twin_is_the_page_function_and_nothing_more(site: httpx.Client, picture: Picture) -> None:
    assert site.get("/claims.json").json() == to_json(pages.claims(picture, Query()))
    asked = Query(instruments=("arms", "exercise"), view="bilateral")
    assert (
        site.get("/index.json?instruments=arms,exercise&view=bilateral").json()["partners"]
        == to_json(pages.overview(picture, asked))["partners"]
    )


class Links(HTMLParser):
    """Addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for key, value in attrs:
            if key in {"href", "src"} and value:
                self.found.add(value)
            if key == "id" and value:
                self.ids.add(value)


@pytest.fixture(scope="module")
def status(site: httpx.Client) -> Callable[[str], int]:
    """How an address is answered, asked once: most pages link to the same others."""
    return cache(lambda address: site.get(address).status_code)


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_links_lead_somewhere(site: httpx.Client, status: Callable[[str], int], path: str) -> None:
    found = Links(site.get(path).text)
    inside = sorted(a for a in found.found if a.startswith("/"))
    assert inside
    for address in inside[:: max(1, len(inside) // 30)]:
        assert status(address.partition("#")[0]) == 200, address
    assert all(a[1:] in found.ids for a in found.found if a.startswith("#"))
    assert all(a.startswith(("/", "#", "?", "http://", "https://")) for a in found.found)


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/nowhere", 404, "no page at this address"),
        ("/state/XQQ", 404, "XQQ"),
        ("/tie/KAZ-XQQ", 404, "XQQ"),
        ("/evidence/nonsense", 404, "nothing is known here under the id"),
        ("/method/I99", 404, "I99"),
        ("/?as_of=2024-02-31", 400, "as_of"),
        ("/?as_of=2999-01-01", 400, "has not come yet"),
        ("/?instruments=parade", 400, "parade"),
        ("/?partners=BRA", 400, "BRA"),
        ("/?colour=red", 400, "colour"),
        ("/evidence/%3Cscript%3E", 404, "nothing is known"),
    ],
)
def test_an_error_says_what_was_wrong_on_the_page_and_in_the_twin(
    site: httpx.Client, address: str, status: int, says: str
) -> None:
    path, _, query = address.partition("?")
    for where in (path, twin(path)):
        answer = site.get(where + (f"?{query}" if query else ""))
        assert answer.status_code == status
        assert says in answer.text
        if answer.headers["content-type"].startswith("text/html"):
            assert "<script>" not in answer.text
        assert "content-security-policy" in answer.headers


def test_a_pdf_that_the_server_cannot_make_says_what_to_install(
    site: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    answer = site.get("/brief.pdf")
    assert answer.status_code == 501
    assert "pip install" in answer.text


def test_the_address_of_reading_alone_leads_to_the_example(site: httpx.Client) -> None:
    answer = site.get("/read")
    assert answer.status_code == 307
    assert site.get(answer.headers["location"]).status_code == 200


def test_the_overview_is_light_on_the_wire(site: httpx.Client) -> None:
    with site.stream("GET", "/", headers={"Accept-Encoding": "gzip"}) as answer:
        page = sum(map(len, answer.iter_raw()))
        assert answer.headers["content-encoding"] == "gzip"
    assets = 0
    for address in Links(site.get("/").text).found:
        if address.startswith("/static/"):
            with site.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
                assets += sum(map(len, answer.iter_raw()))
    assert page + assets < 200_000


def test_a_page_of_an_earlier_day_says_so(site: httpx.Client) -> None:
    answer = site.get("/?as_of=2020-06-30")
    assert "2020-06-30" in answer.text
    assert site.get("/index.json?as_of=2020-06-30").json()["as_of"] == "2020-06-30"


def test_what_strangers_wrote_stays_words(picture: Picture) -> None:
    """Hostile text and address in the evidence: shown as text, never run, never a link."""
    hostile = picture.reports.head(1).with_columns(
        text=pl.lit("<script>alert(1)</script><img src=x onerror=alert(2)>"),
        url=pl.lit("javascript:alert(3)"),
        publisher=pl.lit('"><svg onload=alert(4)>'),
        place=pl.lit("<b>bold</b>"),
    )
    id = hostile["report"][0]
    reports = pl.concat([hostile, picture.reports.filter(pl.col("report") != id)]).select(list(REPORT.schema))
    evil = dataclasses.replace(picture, reports=reports)
    with served(create_app(lambda day: evil, today=lambda: AS_OF)) as site:
        text = site.get(f"/evidence/{id}").text
        assert "&lt;script&gt;alert(1)" in text
        for danger in ("<script>alert", "<img src=x", "<svg onload", 'href="javascript:', "<b>bold"):
            assert danger not in text


def test_a_bar_of_arms_says_wherever_it_stands_that_it_holds_all_rivals_together(picture: Picture) -> None:
    """Beside a rival's own partners it would else be read as that rival's share."""
    shares = {"KAZ": 0.7, "KAZ:patron": 0.1}
    unread = picture.readings.filter(pl.col("indicator") == "I9", pl.col("subject") == "KAZ").drop(
        "subject", "value", "note"
    )
    measured = unread.join(
        pl.DataFrame({"subject": list(shares), "value": list(shares.values()), "note": "2019 to 2023"}), how="cross"
    )
    readings = pl.concat(
        [picture.readings.filter(pl.col("indicator") != "I9"), measured.select(picture.readings.columns)]
    )
    armed = dataclasses.replace(picture, readings=readings)
    with served(create_app(lambda day: armed, today=lambda: AS_OF)) as site:
        for path in ("/", "/state/KAZ", "/state/RUS"):
            text = site.get(path).text
            assert "Arms of Kazakhstan 2019 to 2023: Türkiye 10%, rivals 70%, others 20%" in text
            assert "shares of the patron of the case, of all rivals together and of others" in text


def test_many_readers_of_a_new_day_make_its_picture_once(picture: Picture) -> None:
    made: list[date] = []

    def load(day: date) -> Picture:
        made.append(day)
        return picture

    with served(create_app(load, today=lambda: AS_OF)) as site:
        for _ in range(5):
            assert site.get("/methods").status_code == 200
    assert made == [AS_OF]


def test_new_evidence_makes_the_picture_anew(picture: Picture) -> None:
    state = {"stamp": 0, "made": 0}

    def load(day: date) -> Picture:
        state["made"] += 1
        return picture

    with served(create_app(load, today=lambda: AS_OF, stamp=lambda: state["stamp"])) as site:
        site.get("/methods")
        state["stamp"] += 1
        site.get("/methods")
    assert state["made"] == 2


def test_a_link_of_a_page_keeps_what_was_asked_and_drops_no_key_of_its_own() -> None:
    at = links(Query(rivals=("RUS",), scenario="pressure", shocks=("coercion:RUS->KAZ",)))["at"]
    assert at("/state/KAZ?instruments=arms,aid#ties") == "/state/KAZ?instruments=arms,aid&rivals=RUS#ties"
    assert at("/scenario?scenario=crisis") == "/scenario?rivals=RUS&scenario=crisis"
    with pytest.raises(ValueError, match="asks for 'view=bilateral'"):
        at("/map?view=bilateral")

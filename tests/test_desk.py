"""What an analyst sends from the pages: texts and verdicts, from these pages only, however hostile the text."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from tests.newsroom import BODY, article, reports, small, stored
from tests.serving import AS_OF, served

from comity import cases, flow, pasted, verdicts, watch
from comity.errors import StoreError, UsageError
from comity.lake import Lake
from comity.press import code
from comity.tables import VERDICT
from comity.watch.alert import TONE, Alert, frame
from comity.web import create_app
from comity.web.desk import MOST, form

OURS = {"sec-fetch-site": "same-origin"}


def today() -> date:
    """The day as the server counts it: a verdict given after midnight is of the new one."""
    return datetime.now(UTC).date()


HEADS = {"date": "2024-03-05", "publisher": "Example Times", "url": "https://times.example/drones", "title": "Drones"}


@pytest.fixture
def case(tmp_path: Path) -> cases.Case:
    return small(tmp_path / "small", {})


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "store")


@pytest.fixture
def desk(case: cases.Case, lake: Lake) -> Iterator[httpx.Client]:
    app = create_app(lambda day: flow.picture(case, lake, day), stamp=lambda: flow.stamp(case, lake), analyst="Ada <b>")
    with served(app) as client:
        yield client


def paste(desk: httpx.Client, text: str = BODY, **heads: str) -> httpx.Response:
    return desk.post("/read", data={"text": text, **HEADS, **heads}, headers=OURS)


def test_a_pasted_text_is_read_marked_and_not_yet_evidence(desk: httpx.Client, lake: Lake) -> None:
    answer = paste(desk)
    assert answer.status_code == 303
    where = answer.headers["location"]
    page, data = desk.get(where), desk.get(f"{where}.json").json()
    assert re.search(r"<mark>delivered three Anka drones to Kyrgyzstan on 2 March<sup><a href=\"#act-1\"", page.text)
    first = data["acts"][0]
    assert (first["actors"], first["recipients"], first["instrument"], first["date_from"]) == (
        ["TUR"],
        ["KGZ"],
        "arms",
        "2024-03-02",
    )
    assert first["why"] == ["deliver + anka"]
    assert 0 < first["belief"] < first["right"] < 1
    assert "".join(p["text"] for p in data["pieces"]) == data["text"]
    assert (data["kept"], data["publisher"]) == (False, "Example Times")
    assert 'value="Ada &lt;b&gt;"' in page.text
    assert not (lake.raw / "articles").exists()


def test_a_text_that_cannot_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="name another folder"):
        pasted.paste(Lake(tmp_path / "file"), BODY, HEADS)


def test_confirming_an_act_takes_the_text_into_the_evidence(desk: httpx.Client, lake: Lake, case: cases.Case) -> None:
    where = paste(desk).headers["location"]
    report = desk.get(f"{where}.json").json()["acts"][0]["report"]
    sent = {"target": report, "text": where.removeprefix("/read/"), "kind": "recode", "instrument": "training", "stage": "executed", "author": "Ada", "back": where}  # fmt: skip
    assert desk.post("/verdict", data=sent, headers=OURS).headers["location"] == where
    shown = desk.get(f"{where}.json").json()
    assert shown["kept"]
    assert (shown["acts"][0]["coded"], shown["acts"][0]["verdicts"][0]["author"]) == ("by machine, confirmed", "Ada")
    done = flow.update(case, lake, today())
    assert (done.failures, done.coded.articles) == ([], 1)
    (act,) = flow.picture(case, lake, today()).acts.to_dicts()
    assert (act["act"], act["instrument"], act["stage"]) == (report, "training", "executed")
    assert desk.get(f"/evidence/{report}").status_code == 200


def test_a_rejection_from_the_evidence_page_takes_the_act_away_at_once(
    desk: httpx.Client, lake: Lake, case: cases.Case
) -> None:
    stored(lake, article("a", BODY, "x"))
    code(lake)
    flow.update(case, lake, today())
    id = reports(lake, case)["report"].item()
    shown = desk.get(f"/evidence/{id}").text
    assert 'action="/verdict"' in shown
    assert desk.get("/tie/KGZ-TUR.json").json()["acts"]
    sent = {"target": id, "kind": "reject", "author": "Ada", "why": "another drill", "back": f"/evidence/{id}"}
    assert desk.post("/verdict", data=sent, headers=OURS).status_code == 303
    assert not desk.get("/tie/KGZ-TUR.json").json()["acts"]
    shown = desk.get(f"/evidence/{id}").text
    assert 'class="badge rejected"' in shown
    assert "another drill" in shown
    assert 'action="/verdict"' not in desk.get("/evidence/KGZ-TUR:arms?as_of=2024-06-30").text  # judged today, not then


def test_an_alert_is_marked_on_its_page_and_a_closed_one_is_put_away(
    desk: httpx.Client, lake: Lake, case: cases.Case
) -> None:
    words = "Kyrgyzstan and Türkiye: a burst of conflict"
    found = frame(
        [Alert(TONE, "conflict", "pair", "KGZ-TUR", today(), today(), 1.2, "height", words, [], 0.13, sure=False)]
    )
    (id,) = watch.recorded(lake, case.name, found, datetime.now(UTC))["alert"]
    assert 'action="/remark"' in desk.get("/alerts").text
    assert 'action="/remark"' not in desk.get("/alerts?as_of=2024-06-30").text
    sent = {"alert": id, "status": "closed", "note": "a football match", "author": "Ada", "back": f"/alerts#{id}"}
    assert desk.post("/remark", data=sent, headers=OURS).headers["location"] == f"/alerts#{id}"
    shown = desk.get("/alerts.json").json()
    assert [(g["open"], g["closed"]) for g in shown["groups"]] == [([], [id])]
    assert (shown["alerts"][0]["author"], shown["alerts"][0]["note"]) == ("Ada", "a football match")
    assert "1 closed" in desk.get("/alerts").text
    assert desk.post("/remark", data={**sent, "author": " "}, headers=OURS).status_code == 400
    assert desk.post("/remark", data={**sent, "alert": "zz"}, headers=OURS).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"}, {"origin": "https://evil.example"}, {"origin": "null"}, {}, {"host": "rebound.example", "sec-fetch-site": "same-origin"}],
)  # fmt: skip
def test_only_forms_of_these_pages_are_taken(
    desk: httpx.Client, lake: Lake, case: cases.Case, headers: dict[str, str]
) -> None:
    for path in ("/read", "/verdict", "/remark"):
        answer = desk.post(path, data={"text": BODY, "target": "x", "kind": "reject", "author": "Eve"}, headers=headers)
        assert answer.status_code == 403
    assert not (lake.root / "pasted").exists()
    assert lake.read(VERDICT, case.name).collect().is_empty()


def test_a_server_that_takes_notes_is_read_under_no_stranger_s_name(
    desk: httpx.Client, case: cases.Case, lake: Lake
) -> None:
    """DNS rebinding: a stranger's page whose name leads here would count as this server's own and read what is in it."""
    for path in ("/", "/index.json", "/read/example", "/alerts.atom", "/static/comity.css"):
        for name in ("rebound.example", "rebound.example:80", "localhost.evil.example", "[x", ""):
            answer = desk.get(path, headers={"host": name})
            assert (answer.status_code, "--read-only" in answer.text) == (403, True), name
    for name in ("localhost", "localhost:8765", "127.0.0.1:1", "[::1]:8765", "192.168.1.4"):
        assert desk.get("/healthz", headers={"host": name}).text == "ok"
    with served(create_app(lambda day: flow.picture(case, lake, day), today=lambda: AS_OF)) as readers:
        assert readers.get("/healthz", headers={"host": "comity.example"}).text == "ok"


def test_a_read_only_server_has_no_forms_and_takes_none(case: cases.Case, lake: Lake) -> None:
    with served(create_app(lambda day: flow.picture(case, lake, day), today=lambda: AS_OF)) as client:
        assert '<form action="/read"' not in client.get("/read/example").text
        assert client.post("/read", data={"text": BODY}, headers=OURS).status_code in {404, 405}


HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)> Turkey delivered drones to <b onclick="x">Kyrgyzstan</b> on 2 March. \x00 {{ 7 * 7 }} \u202e evil'


def test_hostile_text_stays_text(desk: httpx.Client) -> None:
    where = paste(desk, HOSTILE * 2, title='"><script>x</script>', publisher="<i>P\nurl: javascript:alert(1)").headers["location"]  # fmt: skip
    page = desk.get(where).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<img|<b onclick|javascript:alert\(1\)\"", page)
    assert "&lt;script&gt;" in page
    assert "{{ 7 * 7 }}" in page


def test_a_correction_is_kept_though_the_form_says_that_it_was_right(
    desk: httpx.Client, lake: Lake, case: cases.Case
) -> None:
    where = paste(desk).headers["location"]
    first = desk.get(f"{where}.json").json()["acts"][0]
    shown = {k: " ".join(v) if isinstance(v, list) else str(v) for k in verdicts.CORE if (v := first[k]) is not None}
    same = {
        "target": first["report"],
        "text": where.removeprefix("/read/"),
        "kind": "accept",
        "author": "Ada",
        "back": where,
    }
    for sent in (shown, shown | {"instrument": "training", "stage": "executed"}):
        assert desk.post("/verdict", data=same | sent, headers=OURS).status_code == 303
    assert lake.read(VERDICT, case.name).collect().sort("when")["kind"].to_list() == ["accept", "recode"]


def test_a_file_is_read_like_an_article_of_its_kind(desk: httpx.Client) -> None:
    html = f'<!doctype html><html lang="en"><head><title>Drones</title><meta property="article:published_time" content="2024-03-05T10:00:00Z"></head><body><script>evil()</script><article><h1>Drones</h1><p>{BODY}</p></article></body></html>'
    answer = desk.post("/read", data={"text": ""}, files={"file": ("../../a.html", html, "text/html")}, headers=OURS)
    data = desk.get(f"{answer.headers['location']}.json").json()
    assert (data["title"], data["published"]) == ("Drones", "2024-03-05")
    assert data["acts"][0]["instrument"] == "arms"
    rubbish = desk.post("/read", data={"text": ""}, files={"file": ("a.pdf", b"%PDF-" + bytes(range(256)) * 9)}, headers=OURS)  # fmt: skip
    assert rubbish.status_code == 400
    assert "a.pdf" in rubbish.text


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"text": "x" * 200_001}, 400, "200,000"),
        ({"text": "short"}, 400, "too short"),
        ({"date": "soon"}, 400, "no day"),
        ({"url": "javascript:alert(1)"}, 400, "no address"),
    ],
)
def test_what_cannot_be_read_says_why(desk: httpx.Client, change: dict[str, str], status: int, says: str) -> None:
    answer = paste(desk, **({"text": BODY} | change))
    assert answer.status_code == status
    assert says in answer.text


@pytest.mark.parametrize(("length", "status"), [(str(MOST + 1), 413), ("", 411), ("-1", 411)])
def test_a_form_that_is_too_large_or_does_not_say_is_not_read(length: str, status: int) -> None:
    headers = [(b"host", b"127.0.0.1"), (b"sec-fetch-site", b"same-origin"), (b"content-length", length.encode())]
    request = Request({"type": "http", "method": "POST", "path": "/read", "headers": headers})  # has no body to read
    with pytest.raises(HTTPException) as caught:
        asyncio.run(form(request))
    assert caught.value.status_code == status


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example", ""])
def test_a_verdict_leads_back_to_these_pages_only(desk: httpx.Client, back: str) -> None:
    where = paste(desk).headers["location"]
    report = desk.get(f"{where}.json").json()["acts"][0]["report"]
    sent = {"target": report, "text": where.removeprefix("/read/"), "kind": "reject", "author": "Ada", "back": back}
    assert desk.post("/verdict", data=sent, headers=OURS).headers["location"] == "/"


@pytest.mark.parametrize("id", ["nothing", "../../etc/passwd", "0" * 16, "..%2f..%2fx"])
def test_no_other_file_opens_under_the_name_of_a_text(desk: httpx.Client, id: str) -> None:
    assert desk.get(f"/read/{id}").status_code == 404


def test_the_same_text_is_kept_once_and_its_head_cannot_be_forged(lake: Lake) -> None:
    one = pasted.paste(lake, BODY, HEADS)
    assert pasted.paste(lake, BODY, HEADS) == one
    forged = pasted.paste(lake, f"publisher: Somebody Else\ndate: 1999-01-01\n{BODY}", HEADS)
    row = pasted.find(lake, forged).row
    assert (row["publisher"], row["published"]) == ("Example Times", date(2024, 3, 5))
    with pytest.raises(UsageError, match="no day"):
        pasted.paste(lake, BODY, HEADS | {"date": "2024-13-01"})

"""The history of readings is made beside the pages: nobody waits for it, its failure is told, and the server ends while it runs."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from threading import Event

import httpx
import pytest
from tests.serving import AS_OF, served

from comity import flow
from comity.errors import StoreError
from comity.flow import Picture
from comity.lake import Lake
from comity.tables import HISTORY
from comity.web import create_app
from comity.web.reckoning import Reckoning

REFRESH = '<meta http-equiv="refresh"'
OF_A_READING = "/evidence/outlook:I6:KAZ"


@pytest.fixture
def done(picture: Picture) -> Picture:
    """The picture with its history, which is empty here."""
    return dataclasses.replace(picture, past=HISTORY.empty())


def until(true: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


@pytest.fixture
def reckoning() -> Iterator[Reckoning]:
    made = Reckoning()
    yield made
    made.stop()


def test_outlook_answers_at_once_with_the_ties_and_has_the_readings_when_they_are_there(
    picture: Picture, done: Picture, reckoning: Reckoning, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = Event()

    def slowly(given: Picture, progress: object) -> Picture:
        assert go.wait(60)
        return done

    monkeypatch.setattr(flow, "remembered", slowly)
    with served(create_app(lambda day: picture, today=lambda: AS_OF, reckoned=reckoning)) as site:
        first, twin = site.get("/outlook"), site.get("/outlook.json").json()
        assert "is being reckoned" in first.text
        assert "this page loads itself anew" in first.text.partition("<section")[0]
        assert REFRESH in first.text
        assert (twin["reckoning"], twin["kinds"], twin["readings_worth"]) == ("under way", [], [])
        assert len(twin["ties"]) > 50
        waits = site.get(OF_A_READING)
        assert waits.status_code == 503
        assert "not there yet (under way)" in waits.text
        assert site.get("/evidence/KAZ-TUR:arms").status_code == 200
        go.set()
        assert until(lambda: site.get("/outlook.json").json()["reckoning"] is None)
        then = site.get("/outlook")
        assert "is being reckoned" not in then.text
        assert REFRESH not in then.text
        assert site.get("/outlook.json").json()["ties"] == twin["ties"]
        assert site.get(OF_A_READING).status_code != 503


def test_a_failure_is_told_once_kills_nothing_and_is_tried_again(
    picture: Picture, done: Picture, reckoning: Reckoning, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    answers: Iterator[Exception | None] = iter(
        [StoreError("/store: it is damaged; mend it"), ZeroDivisionError(), None]
    )

    def failing(given: Picture, progress: object) -> Picture:
        if error := next(answers):
            raise error
        return done

    monkeypatch.setattr(flow, "remembered", failing)
    with served(create_app(lambda day: picture, today=lambda: AS_OF, reckoned=reckoning)) as site:
        first = site.get("/outlook")
        assert first.status_code == 200
        assert "could not be reckoned: /store: it is damaged; mend it." in first.text
        assert REFRESH not in first.text
        assert "something broke on this side" in site.get("/outlook").text
        assert site.get("/healthz").text == "ok"
        assert site.get("/outlook.json").json()["reckoning"] is None
    told = capsys.readouterr().err
    assert "could not be reckoned: /store: it is damaged; mend it\n" in told
    assert told.count("Traceback") == 1  # of the fault of the program


def test_one_moment_is_reckoned_once_however_many_ask(
    picture: Picture, done: Picture, reckoning: Reckoning, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Picture] = []
    monkeypatch.setattr(flow, "remembered", lambda given, progress: asked.append(given) or done)
    assert {reckoning("a", picture).reckoning for _ in range(3)} == {None}
    reckoning("b", picture)
    assert len(asked) == 2


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_server_that_is_stopped_while_it_reckons_ends_cleanly(copied: Lake, end: signal.Signals) -> None:
    command = [sys.executable, "-m", "comity", "--lake", str(copied.root), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "100"}) as server:
        try:
            assert server.stderr
            address = server.stderr.readline().split("at ", 1)[1].split(" ", 1)[0]
            assert until((copied.root / "history.pid").exists)  # it has begun
            answer = httpx.get(f"{address}outlook", timeout=60)
            assert "is being reckoned" in answer.text
            server.send_signal(end)
            _, err = server.communicate(timeout=60)
        finally:
            server.kill()
    assert err == ""
    assert server.returncode in {0, -end}
    assert copied.read(HISTORY, "turan").collect().is_empty()

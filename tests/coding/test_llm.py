"""A language model as reader, replayed by a server on loopback: what it makes up is dropped, nothing is sent twice or unsaid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from tests.publishing import Publisher, publishing
from tests.replying import Replies, asked_of
from typer.testing import CliRunner

from comity.cli.app import app
from comity.coding import Article, chat, llm
from comity.errors import MissingExtra, UsageError
from comity.vocabulary import INSTRUMENTS, Modality, Stage

pytest.importorskip("pydantic_ai", reason="needs the extra llm")
TEXT = "Турция поставила Кыргызстану три беспилотника Anka\nв марте. Погода была хорошей."
RIGHT = {
    "quote": "Турция поставила Кыргызстану три беспилотника Anka в марте.", "actors": ["TUR"], "recipients": ["KGZ"], "instrument": "arms",
    "stage": "delivered", "modality": "actual", "polarity": 1, "date_from": "2024-03-01", "date_to": "2024-03-31", "platform": "Anka", "quantity": 3,
}  # fmt: skip
MADE_UP = RIGHT | {"quote": "Турция построила базу в Оше."}
NOBODY = RIGHT | {"recipients": ["ZZZ"]}
ARTICLE = Article("1", TEXT, date(2024, 3, 31), "ru")


def replying(*acts: dict[str, Any]) -> str:
    return json.dumps({"acts": list(acts)}, ensure_ascii=False)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "llm"


@pytest.fixture
def right() -> Iterator[Publisher]:
    with publishing(Replies(replying(RIGHT, MADE_UP, NOBODY))) as publisher:
        yield publisher


def test_an_act_counts_only_with_words_that_stand_in_the_text_and_known_parties(right: Publisher, cache: Path) -> None:
    (reply,) = llm.read([ARTICLE], asked_of(right), cache)
    (act,) = reply.acts
    assert (act.actors, act.recipients, act.instrument, act.stage) == (["TUR"], ["KGZ"], "arms", "delivered")
    assert TEXT[act.span[0] : act.span[1]].split() == RIGHT["quote"].split()  # type: ignore[attr-defined]
    assert (act.plover, act.cameo, act.date_to, act.lang) == ("COOPERATE", "062", "2024-03-31", "ru")
    assert len(reply.dropped) == 2
    assert "do not stand" in reply.dropped[0]
    assert (reply.input_tokens, reply.output_tokens, reply.kept) == (700, 90, False)


def test_what_is_sent_is_the_text_its_day_and_the_instructions_to_the_address_given(
    right: Publisher, cache: Path
) -> None:
    list(llm.read([ARTICLE._replace(url="https://secret.example/path")], asked_of(right), cache))
    (asked,) = right.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == "Bearer secret"
    said = json.loads(asked.body)
    assert said["model"] == "small"
    assert said["temperature"] == 0
    assert TEXT in said["messages"][-1]["content"]
    assert "secret.example" not in asked.body.decode()


def test_a_text_is_sent_once_for_each_model_and_prompt(
    right: Publisher, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = asked_of(right)
    assert llm.planned([ARTICLE], model, cache) == (1, len(llm._prompt(ARTICLE)), 0, 0)
    first = list(llm.read([ARTICLE], model, cache))
    again = list(llm.read([ARTICLE], model, cache))
    assert again[0].acts == first[0].acts
    assert (again[0].kept, again[0].input_tokens) == (True, 0)
    assert llm.planned([ARTICLE], model, cache) == (0, 0, 1, 0)
    assert len(right.asked) == 1
    monkeypatch.setattr(llm, "PROMPT_VERSION", 2)
    list(llm.read([ARTICLE], model, cache))
    list(llm.read([ARTICLE], model._replace(name="large"), cache))
    assert len(right.asked) == 3
    (path, *_) = cache.glob("*.json")
    path.write_text("torn")
    assert chat._kept(path, llm._task()) is None


def test_a_text_that_names_nobody_is_never_sent(right: Publisher, cache: Path) -> None:
    dull = Article("2", "The price of bread went up by a little in the small town.", None, "en")
    assert list(llm.read([dull], asked_of(right), cache)) == []
    assert right.asked == []


@pytest.mark.parametrize("wrong", ["no JSON at all", replying(RIGHT | {"instrument": "friendship"}), replying(RIGHT | {"more": 1}), "500", "401"])  # fmt: skip
def test_an_answer_that_is_not_as_asked_is_asked_again_then_told_and_stops_no_other(wrong: str, cache: Path) -> None:
    other = Article("2", TEXT + " Да.", date(2024, 3, 31), "ru")
    with publishing(Replies(wrong)) as publisher:
        replies = list(llm.read([ARTICLE, other], asked_of(publisher), cache))
    assert [bool(r.failed) for r in replies] == [True, True]
    assert "small" in replies[0].failed
    assert not list(cache.glob("*.json"))
    with publishing(Replies("no JSON", replying(RIGHT))) as publisher:
        (mended,) = llm.read([ARTICLE], asked_of(publisher), cache)
    assert len(mended.acts) == 1
    assert len(publisher.asked) == 2


def test_the_schema_speaks_the_words_of_the_vocabulary() -> None:
    assert get_args(llm.Instrument) == tuple(INSTRUMENTS)
    assert get_args(llm.Step) == tuple(map(str, Stage))
    assert get_args(llm.Found.model_fields["modality"].annotation) == tuple(map(str, Modality))
    assert all(name in llm.INSTRUCTIONS for name in INSTRUMENTS)


@pytest.mark.parametrize(
    ("url", "here"),
    [("http://127.0.0.1:1/v1", True), ("http://localhost/v1", True), ("http://[::1]/v1", True), ("https://api.example/v1", False), ("http://127.0.0.1.evil.example/v1", False), ("http://10.0.0.1/v1", False)],
)  # fmt: skip
def test_only_this_machine_is_here(url: str, here: bool) -> None:
    assert chat.Model(url, "m").here is here


def test_a_model_needs_an_address_a_name_and_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for url, name in (("", "m"), ("ftp://x/v1", "m"), ("https://x/v1", "")):
        with pytest.raises(UsageError, match="address"):
            chat.model(url, name)
    monkeypatch.setattr(chat, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"comity\[llm\]"):
        chat.model("https://x/v1", "m")


LINE = json.dumps({"id": "1", "text": TEXT, "published": "2024-03-31", "lang": "ru"})


def run(home: Path, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["--lake", str(home), "code", *arguments], input=LINE)


def test_the_command_says_what_goes_where_and_what_it_cost(right: Publisher, tmp_path: Path) -> None:
    done = run(tmp_path, "--llm", "small", "--llm-url", f"{right.url}/v1", "--price", "1,10")
    assert done.exit_code == 0, done.output
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["instrument"] == "arms"
    before, after = (
        done.stderr.index("sending 1 texts"),
        done.stderr.index("700 tokens sent and 90 received, 0.0016 dollars"),
    )
    assert before < after
    assert f"small at {right.url}/v1" in done.stderr
    assert "dropped" in done.stderr
    again = run(tmp_path, "--llm", "small", "--llm-url", f"{right.url}/v1")
    assert again.stdout == done.stdout
    assert "sending 0 texts" in again.stderr


def test_nothing_leaves_this_machine_unless_that_is_said(tmp_path: Path) -> None:
    done = run(tmp_path, "--llm", "small", "--llm-url", "https://models.example/v1")
    assert isinstance(done.exception, UsageError)
    assert "would send 1 texts" in str(done.exception)
    assert "https://models.example/v1" in str(done.exception)

"""A language model as translator, replayed by a server on loopback: what is read stays tied to the original's sentence."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.publishing import Publisher, publishing
from tests.replying import Replies, asked_of
from typer.testing import CliRunner

from comity import coding
from comity.cli.app import app
from comity.coding import Article, translate
from comity.coding.llm import BY_MODEL
from comity.errors import UsageError

pytest.importorskip("pydantic_ai", reason="needs the extra llm")
pytestmark = pytest.mark.skipif(coding.model() is None, reason="needs the extra nlp")
TEXT = """Жаңа келісім

Түркия мен Қазақстан бірлескен оқу-жаттығу өткізді. Ауа райы жақсы болды.
Екі ел келесі жылы келісімге қол қояды."""
ENGLISH = (
    "A new deal.",
    "Turkey and Kazakhstan held a joint military exercise.",
    "The weather was fine.",
    "The two countries will sign a military training agreement next year.",
)
ARTICLE = Article("kk", TEXT, date(2024, 3, 5), "kk")


def translating(*lines: str, skipped: int = 0) -> str:
    rows = [{"number": n, "english": line} for n, line in enumerate(lines, start=1) if n != skipped]
    return json.dumps({"lines": rows}, ensure_ascii=False)


def read(reply: str, cache: Path, *articles: Article) -> tuple[list[Any], Publisher]:
    with publishing(Replies(reply)) as publisher:
        return list(translate.read(articles or (ARTICLE,), asked_of(publisher), cache)), publisher


def test_an_act_read_in_the_translation_quotes_the_original_and_shows_the_translation(tmp_path: Path) -> None:
    (reply,), _ = read(translating(*ENGLISH), tmp_path)
    drill, deal = reply.acts
    assert (drill.instrument, {*drill.actors, *drill.recipients}, drill.lang) == ("exercise", {"TUR", "KAZ"}, "kk")
    assert drill.sentence == TEXT[slice(*drill.span)] == "Түркия мен Қазақстан бірлескен оқу-жаттығу өткізді."
    assert drill.why[-1] == f"small translates: {ENGLISH[1]}"
    assert deal.sentence == TEXT[slice(*deal.span)] == "Екі ел келесі жылы келісімге қол қояды."
    assert ({*deal.actors, *deal.recipients}, deal.modality) == ({"TUR", "KAZ"}, "planned")
    assert max(drill.belief, deal.belief) <= BY_MODEL
    assert (reply.input_tokens, reply.output_tokens, reply.dropped) == (700, 90, [])


def test_a_party_that_the_translator_added_is_told(tmp_path: Path) -> None:
    lines = (*ENGLISH[:1], "Turkey and Uzbekistan held a joint military exercise.", *ENGLISH[2:])
    (reply,), _ = read(translating(*lines), tmp_path)
    assert reply.acts[0].why[-1] == "UZB named in the translation alone"


def test_a_sentence_that_was_left_out_is_told_and_moves_no_other(tmp_path: Path) -> None:
    (reply,), _ = read(translating(*ENGLISH, skipped=1), tmp_path)
    assert [act.sentence[:6] for act in reply.acts] == ["Түркия", "Екі ел"]
    assert reply.dropped == ["'Жаңа келісім': it has no translation"]


def test_two_english_sentences_for_one_stand_in_that_one(tmp_path: Path) -> None:
    lines = ("A deal. It is new.", *ENGLISH[1:3], "The two countries met. They will sign a training agreement.")
    (reply,), _ = read(translating(*lines), tmp_path)
    assert {act.sentence for act in reply.acts[1:]} == {"Екі ел келесі жылы келісімге қол қояды."}
    assert reply.acts[0].sentence.startswith("Түркия мен")


def test_only_numbered_sentences_are_sent_once_and_english_never(tmp_path: Path) -> None:
    english = Article("en", "Russia sold two helicopters to Tajikistan in May 2023.", date(2024, 3, 5))
    dull = Article("ru", "Хлеб подорожал на рубль, и это все новости.", None, "ru")
    mine = ARTICLE._replace(url="https://secret.example/path")
    replies, publisher = read(translating(*ENGLISH), tmp_path, english, mine, dull)
    (asked,) = publisher.asked
    assert "4. Екі ел" in json.loads(asked.body)["messages"][-1]["content"]
    assert not any(word in asked.body.decode() for word in ("secret.example", "helicopters", "Хлеб"))
    assert [len(r.acts) for r in replies] == [1, 2, 0]
    assert replies[0].acts == list(coding.read([english]))
    model = asked_of(publisher)
    assert translate.planned([english, mine, dull], model, tmp_path) == (0, 0, 1, 2)
    again = list(translate.read([mine], model, tmp_path))  # the server is gone
    assert (again[0].acts, again[0].kept) == (replies[1].acts, True)


@pytest.mark.parametrize("wrong", ["no JSON at all", '{"lines": [{"number": "x", "english": 3}]}', "500"])
def test_a_text_that_cannot_be_translated_is_told_and_not_read(wrong: str, tmp_path: Path) -> None:
    (reply,), _ = read(wrong, tmp_path)
    assert "small" in reply.failed
    assert reply.acts == []


LINE = json.dumps({"id": "kk", "text": TEXT, "published": "2024-03-05", "lang": "kk"})


def run(home: Path, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["--lake", str(home), "code", "--translate", "small", *arguments], input=LINE)


def test_the_command_says_what_goes_where_before_anything_goes(tmp_path: Path) -> None:
    with publishing(Replies(translating(*ENGLISH))) as publisher:
        done = run(tmp_path, "--llm-url", f"{publisher.url}/v1", "--price", "1,10")
    assert done.exit_code == 0, done.output
    assert [json.loads(line)["modality"] for line in done.stdout.splitlines()] == ["actual", "planned"]
    assert done.stderr.index("sending 1 texts") < done.stderr.index("0.0016 dollars")
    refused = run(tmp_path, "--llm-url", "https://models.example/v1")
    assert isinstance(refused.exception, UsageError)
    assert "would send 1 texts" in str(refused.exception)

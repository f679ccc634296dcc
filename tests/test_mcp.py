"""A program that asks gets the pages' own words, with ids that open, and plain errors."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters

from comity import pages
from comity.flow import Picture
from comity.mcp import server
from comity.pages import Query

ASKED: dict[str, dict[str, str]] = {
    "brief": {},
    "tie": {"a": "Türkiye", "b": "KAZ"},
    "state": {"name": "Kazakhstan"},
    "claims": {},
    "risk": {},
    "alerts": {},
    "factors": {},
    "scores": {},
    "evidence": {"id": "KAZ-TUR:arms"},
}


def ask(to: Any, *questions: tuple[str, dict[str, str]]) -> list[Any]:
    async def asked() -> list[Any]:
        async with Client(to) as client:
            told = {tool.name for tool in (await client.list_tools()).tools}
            assert told == set(ASKED)
            return [await client.call_tool(name, arguments) for name, arguments in questions]

    return asyncio.run(asked())


def test_every_tool_answers_with_its_page(picture: Picture) -> None:
    made = server(lambda day: picture, lambda: picture.as_of)
    for (name, arguments), found in zip(ASKED.items(), ask(made, *ASKED.items()), strict=True):
        assert not found.is_error, (name, found.content)
        words = {"Türkiye": "TUR", "Kazakhstan": "KAZ"}
        page = getattr(pages, name)(picture, *(words.get(v, v) for v in arguments.values()), Query())
        assert found.structured_content == json.loads(json.dumps(pages.to_json(page)))


def test_what_cannot_be_answered_is_said_in_words(picture: Picture) -> None:
    made = server(lambda day: picture, lambda: date(2026, 6, 30))
    wrong = ask(
        made, ("tie", {"a": "Ruritania", "b": "KAZ"}), ("evidence", {"id": "zzz"}), ("brief", {"as_of": "2199-01-01"})
    )
    for found, why in zip(wrong, ("Ruritania", "zzz", "has not come yet"), strict=True):
        assert found.is_error
        assert why in found.content[0].text


def test_the_command_speaks_the_protocol(tmp_path: Path) -> None:
    arguments = ["-m", "comity", "--lake", str(tmp_path), "mcp"]
    params = StdioServerParameters(command=sys.executable, args=arguments, env=dict(os.environ))
    (found,) = ask(params, ("evidence", {"id": "KAZ-TUR:arms"}))
    assert not found.is_error
    assert found.structured_content["as_of"]

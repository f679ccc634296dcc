"""The door to a language model behind any OpenAI-compatible address: asked only when somebody says so, and never twice for the same.

Only here does a text leave the reader's hands. Answers are kept on disk by address, model, version of the task and prompt, so
nothing is sent or paid for twice.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from comity.errors import ComityError, MissingExtra, SourceError, UsageError
from comity.tables import identity

T = TypeVar("T", bound=BaseModel)
TRIES = 2  # how often a model may mend an answer that is not laid out as asked


class Model(NamedTuple):
    """Which model, where, and the key that its address asks for."""

    url: str
    name: str
    key: str = ""

    @property
    def here(self) -> bool:
        """Whether it runs on this machine, so that nothing leaves it."""
        host = urlsplit(self.url).hostname or ""
        try:
            return host == "localhost" or ip_address(host).is_loopback
        except ValueError:
            return False


class Task(NamedTuple, Generic[T]):
    """What a model is asked to do with each text, and how its answer must be laid out."""

    version: int | str  # another one asks every text again
    instructions: str
    answer: type[T]


class Answered(NamedTuple, Generic[T]):
    """What came of one prompt."""

    answer: T | None
    input_tokens: int = 0
    output_tokens: int = 0
    kept: bool = False  # answered from disk: nothing was sent
    failed: str = ""  # why there is no answer


class Plan(NamedTuple):
    """What would be sent."""

    texts: int
    letters: int  # of their prompts
    known: int  # texts answered from disk
    rest: int  # texts that need not be sent


def model(url: str, name: str, key: str = "") -> Model:
    """A model at an address. Raises ``UsageError`` for no address, ``MissingExtra`` without the extra llm."""
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname or not name:
        raise UsageError("a language model needs an address (https://.../v1) and a name; see docs/coding.md")
    if find_spec("pydantic_ai") is None:
        raise MissingExtra("the extra llm is not installed: pip install 'comity[llm]'")
    return Model(url, name, key)


def planned(prompts: Iterable[str | None], task: Task[T], model: Model, cache: Path) -> Plan:
    """What asking some prompts would send, before anything is sent; None stands for a text that need not be."""
    texts = letters = known = rest = 0
    for prompt in prompts:
        if prompt is None:
            rest += 1
        elif _place(cache, model, task, prompt).is_file():
            known += 1
        else:
            texts, letters = texts + 1, letters + len(prompt)
    return Plan(texts, letters, known, rest)


def answers(prompts: Iterable[str], task: Task[T], model: Model, cache: Path) -> Iterator[Answered[T]]:
    """The answer to each prompt, from disk or from the model; one that it cannot answer stops no other."""
    with ExitStack() as opened:
        ask: Callable[[str], Answered[T]] | None = None
        for prompt in prompts:
            place = _place(cache, model, task, prompt)
            if (kept := _kept(place, task)) is not None:
                yield Answered(kept, kept=True)
                continue
            ask = ask or opened.enter_context(_asking(model, task))
            try:
                found = ask(prompt)
            except ComityError as error:
                yield Answered(None, failed=str(error))
                continue
            _keep(place, model, task, found)
            yield found


def _place(cache: Path, model: Model, task: Task[T], prompt: str) -> Path:
    return cache / f"{identity(model.url, model.name, task.version, prompt)}.json"


def _keep(place: Path, model: Model, task: Task[T], found: Answered[T]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(".part")
    said = {"model": model.name, "prompt": task.version} | found.answer.model_dump(mode="json") if found.answer else {}
    part.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    part.replace(place)


def _kept(place: Path, task: Task[T]) -> T | None:
    """The answer on disk; none where there is none, or one that no longer is what an answer must be."""
    try:
        said = json.loads(place.read_text("utf-8"))
        return task.answer.model_validate({k: v for k, v in said.items() if k in task.answer.model_fields})
    except (OSError, ValueError, AttributeError, ValidationError):
        return None


@contextmanager
def _asking(model: Model, task: Task[T]) -> Iterator[Callable[[str], Answered[T]]]:
    """A function that sends one prompt, until the end of the block. The library is loaded here, when something is sent."""
    ai: Any = import_module("pydantic_ai")
    errors: Any = import_module("pydantic_ai.exceptions")
    chat: Any = import_module("pydantic_ai.models.openai")
    providers: Any = import_module("pydantic_ai.providers.openai")
    there = providers.OpenAIProvider(base_url=model.url, api_key=model.key or "none")
    agent = ai.Agent(
        chat.OpenAIChatModel(model.name, provider=there),
        output_type=ai.PromptedOutput(task.answer),
        instructions=task.instructions,
        retries=TRIES,
        model_settings={"temperature": 0.0},
    )

    def ask(prompt: str) -> Answered[T]:
        try:
            result = runner.run(agent.run(prompt))
        except errors.AgentRunError as error:
            why = " ".join(str(error).split())[:300]
            raise SourceError(f"{model.name} at {model.url} gave no answer that can be used: {why}") from error
        return Answered(result.output, result.usage.input_tokens or 0, result.usage.output_tokens or 0)

    with asyncio.Runner() as runner:
        try:
            yield ask
        finally:
            runner.run(there.client.close())

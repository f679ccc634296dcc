"""The commands that read text: what was done, by whom, to whom."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.cli.app import app
from comity.cli.asked import lake_of, note
from comity.errors import SourceError, UsageError, escaped

if TYPE_CHECKING:
    from comity.coding import Article, Refused

File = Annotated[str, typer.Argument(metavar="[FILE|-]", help="A file of JSON lines; - reads them from stdin.")]
# What a file of a media type ends in; the first that is part of it holds.
KINDS = {"pdf": ".pdf", "html": ".html", "rss": ".xml", "atom": ".xml", "xml": ".xml"}
SAVED = (".html", ".htm", ".xhtml", ".xml", ".rss", ".atom", ".pdf", ".warc")
INSTALL = "pip install 'comity[nlp]'"


@app.command()
def code(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(
            metavar="[FILE|ADDRESS|-]",
            help="A file of JSON lines; a saved page, feed, PDF, text or web archive; an address to fetch; - reads JSON lines from stdin.",
        ),
    ] = "-",
    fast: Annotated[
        bool,
        typer.Option(
            "--fast",
            help="Read without the small language models: for English, up to twice as fast and right less often.",
        ),
    ] = False,
    llm: Annotated[
        str | None,
        typer.Option(
            "--llm",
            metavar="MODEL",
            envvar="COMITY_LLM_MODEL",
            help="Let this language model read instead (extra llm). Texts are sent to --llm-url.",
        ),
    ] = None,
    translate: Annotated[
        str | None,
        typer.Option(
            "--translate",
            metavar="MODEL",
            help="Let this language model put texts into English first (extra llm); goes before --llm. Texts are sent to --llm-url.",
        ),
    ] = None,
    llm_url: Annotated[
        str,
        typer.Option(
            metavar="URL",
            envvar="COMITY_LLM_URL",
            help="Its address, OpenAI-compatible; the key it asks for is taken from COMITY_LLM_KEY.",
        ),
    ] = "http://127.0.0.1:11434/v1",
    send: Annotated[
        bool, typer.Option("--send", help="Let texts leave this machine, where the model is on another.")
    ] = False,
    price: Annotated[
        str | None,
        typer.Option(metavar="IN,OUT", help="Dollars for a million tokens sent and received, to show the cost."),
    ] = None,
) -> None:
    """Read articles: JSON lines {id,text,published?,lang?,url?}, a page or an address. One JSON line per act, with the reason for it."""
    from comity import coding

    if llm and not translate:
        _by_model(context, file, llm, llm_url, price, send=send)
        return
    if coding.model() is None:
        note(f"the English parser is not installed, so English is read by word order; {INSTALL} installs it")
    if translate:
        _by_model(context, file, translate, llm_url, price, send=send, translates=True)
        return
    left: list[Refused] = []
    with _articles(context, file, left) as articles:
        _print((act.row() for act in coding.read(articles, careful=not fast)), left)


def _by_model(
    context: typer.Context, file: str, name: str, url: str, price: str | None, *, send: bool, translates: bool = False
) -> None:
    """Let a language model read or translate; what goes where is said before anything goes."""
    from comity.coding import chat, llm, translate

    reader = translate if translates else llm
    rates = _rates(price)
    model = chat.model(url, name, os.environ.get("COMITY_LLM_KEY", ""))
    cache = lake_of(context).root / "llm"
    left: list[Refused] = []
    with _articles(context, file, left) as found:
        articles = list(found)
    plan = reader.planned(articles, model, cache)
    what = f"{plan.texts} texts, {plan.letters:,} letters, to {name} at {url}"
    if plan.texts and not model.here and not send:
        raise UsageError(f"this would send {what}, which is not this machine; say --send if they may leave it")
    note(f"sending {what}; {plan.known} are answered from {cache}, {plan.rest} need not be sent")
    count = sent = came = dropped = failed = 0
    for reply in reader.read(articles, model, cache):
        for act in reply.acts:
            count += 1
            typer.echo(escaped(json.dumps(act.row(), ensure_ascii=False)))
        for why in reply.dropped:
            note(f"dropped: {why}")
        if reply.failed:
            note(reply.failed)
        sent, came = sent + reply.input_tokens, came + reply.output_tokens
        dropped, failed = dropped + len(reply.dropped), failed + bool(reply.failed)
    cost = f", {(sent * rates[0] + came * rates[1]) / 1e6:.4f} dollars" if rates else ""
    note(f"{count} acts, {dropped} dropped; {sent:,} tokens sent and {came:,} received{cost}")
    if failed and not count:
        raise SourceError(f"{failed} texts were not read; the reasons are above")
    if failed or left:
        raise typer.Exit(1)


def _rates(price: str | None) -> tuple[float, float] | None:
    if price is None:
        return None
    try:
        sent, came = map(float, price.split(","))
    except ValueError:
        raise UsageError(f"--price {price!r}: write two numbers, as 0.15,0.60") from None
    return sent, came


def _kept(found: Iterator[Any], left: list[Refused]) -> Iterator[Any]:
    from comity.coding import Refused

    for one in found:
        if isinstance(one, Refused):
            note(f"line {one.line}: {one.why}")
            left.extend([one] if one.lost else [])
        else:
            yield one


def _print(rows: Iterable[dict[str, Any]], left: list[Refused]) -> None:
    """A JSON line each; then what was refused on the way decides on the exit code."""
    count = 0
    for row in rows:
        count += 1
        typer.echo(escaped(json.dumps(row, ensure_ascii=False)))
    if left and not count:
        raise UsageError(f"{len(left)} lines could not be read and nothing came of the rest; the reasons are above")
    if left:
        raise typer.Exit(1)


@contextmanager
def _articles(context: typer.Context, file: str, left: list[Refused]) -> Iterator[Iterator[Article]]:
    """The articles of a file of JSON lines, of a page or archive, or behind an address; what is refused goes to ``left``."""
    if file.startswith(("http://", "https://")):
        with TemporaryDirectory() as there:
            yield _behind(context, file, Path(there))
    elif file != "-" and (found := _saved(Path(file))) is not None:
        if not found:
            raise UsageError(f"{file}: no text in it that is an article (of 80 letters or more; a scan has none)")
        yield iter(found)
    elif file.lower().endswith(SAVED) and Path(file).is_file():
        raise UsageError(f"{file}: it does not begin as its name says, or is not in UTF-8; save it anew")
    else:
        from comity import coding

        with _lines(file) as lines:
            yield _kept(coding.articles(lines), left)


def _saved(path: Path, url: str | None = None) -> list[Article] | None:
    from comity import press

    return press.articles(path, url) if path.is_file() else None


def _behind(context: typer.Context, url: str, there: Path) -> Iterator[Article]:
    from comity import fetch

    page = fetch.page(lake_of(context).root, url)
    ending = next((e for kind, e in KINDS.items() if kind in page.kind), ".html")
    path = there / f"page{ending}"
    path.write_bytes(page.body)
    found = _saved(path, page.url)
    if not found:
        raise SourceError(f"{url}: no text in it that is an article; save the page from a browser and name the file")
    return iter(found)


@contextmanager
def _lines(file: str) -> Iterator[Iterator[bytes]]:
    from comity.coding import LONGEST_LINE

    if file == "-":
        if sys.stdin.isatty():
            note("reading JSON lines from the keyboard, to Ctrl-D; or name a file")
        yield iter(lambda: sys.stdin.buffer.readline(LONGEST_LINE + 2), b"")
        return
    path = Path(file)
    if not path.exists() or path.is_dir():  # a pipe of the shell, as <(zcat ...), is as good as a file
        raise UsageError(
            f"{file or 'no name'}: {'a folder; name a file in it' if file and path.exists() else 'no such file'}"
        )
    with path.open("rb") as stream:
        yield iter(lambda: stream.readline(LONGEST_LINE + 2), b"")


@app.command()
def classify(file: File = "-") -> None:
    """Name what a source does to a target. JSON lines {id,text,source,target} become {id,plover,quad,probabilities,sure}."""
    from comity import coding

    if coding.model() is None:
        note(f"the English parser is not installed, so only single words count; {INSTALL} installs it")
    left: list[Refused] = []
    with _lines(file) as lines:
        _print((verdict._asdict() for verdict in coding.classify(_kept(coding.items(lines), left))), left)

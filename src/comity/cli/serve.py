"""Commands that serve the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.app import app
from comity.cli.asked import AUTHOR, OfCase, lake_of, note, picture_of, today

if TYPE_CHECKING:
    from comity.flow import Picture

HERE = ("127.0.0.1", "localhost", "::1")
Analyst = Annotated[
    str,
    typer.Option("--by", envvar=AUTHOR, help="The name that forms for verdicts are filled with."),
]


@app.command()
def demo(
    context: typer.Context,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page on this machine; 0 takes a free one.")
    ] = 8765,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages after the answer.")] = True,
    analyst: Analyst = "",
) -> None:
    """Build the built-in case, print the answer, serve the pages."""
    from comity import pages, terminal

    picture = picture_of(context, "turan", None)
    terminal.write(terminal.overview(pages.overview(picture, pages.Query())))
    if serve:
        _serve(context, HERE[0], port, picture, analyst)


@app.command()
def serve(
    context: typer.Context,
    case: OfCase = "",
    host: Annotated[str, typer.Option(help="Address to listen on; the default is this machine only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8765,
    write: Annotated[
        bool | None,
        typer.Option("--write/--read-only", help="Take pasted texts and verdicts. Default: only on 127.0.0.1."),
    ] = None,
    analyst: Analyst = "",
) -> None:
    """Serve the pages until stopped."""
    may = write if write is not None else host in HERE
    _serve(context, host, port, picture_of(context, case, None), analyst if may else None)


@app.command()
def mcp(context: typer.Context, case: OfCase = "") -> None:
    """Answer a program over the Model Context Protocol, on stdin and stdout. Needs the extra mcp."""
    from comity.errors import MissingExtra

    try:
        from comity.mcp import server
    except ImportError:
        raise MissingExtra("comity mcp needs its library: pip install 'comity[mcp]'") from None
    from comity import flow

    first, lake = picture_of(context, case, None), lake_of(context)
    server(lambda day: first if day == first.as_of else flow.picture(first.case, lake, day), today).run("stdio")


def _serve(context: typer.Context, host: str, port: int, warm: Picture, analyst: str | None) -> None:
    from comity.web.serve import serve

    lake = lake_of(context)
    serve(lake, warm, host, port, lambda address: note(f"the pages are at {address} (stop with Ctrl-C)"), analyst)

"""Commands that serve the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from comity.cli.app import app
from comity.cli.asked import OfCase, lake_of, note, picture_of

if TYPE_CHECKING:
    from comity.flow import Picture


@app.command()
def demo(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port of the page on this machine; 0 takes a free one.")] = 8765,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages after the answer.")] = True,
) -> None:
    """Build the built-in case, print the answer, serve the pages."""
    from comity import pages, terminal

    picture = picture_of(context, "turan", None)
    terminal.write(terminal.overview(pages.overview(picture, pages.Query())))
    if serve:
        _serve(context, "127.0.0.1", port, picture)


@app.command()
def serve(
    context: typer.Context,
    case: OfCase = "turan",
    host: Annotated[str, typer.Option(help="Address to listen on; the default is this machine only.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8765,
) -> None:
    """Serve the pages until stopped."""
    _serve(context, host, port, picture_of(context, case, None))


def _serve(context: typer.Context, host: str, port: int, warm: Picture) -> None:
    from comity.web.serve import serve

    serve(lake_of(context), warm, host, port, lambda address: note(f"the pages are at {address} (stop with Ctrl-C)"))

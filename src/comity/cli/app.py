"""The command line itself, and the options that hold for every command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="comity",
    help="A sourced picture of the defence ties between states, in which every number opens its evidence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help starts in half the time
    context_settings={"help_option_names": ["-h", "--help"]},
)


def place(text: str) -> Path:
    """A path as given. An empty one, as an unset variable of a script leaves it, would otherwise be the folder one stands in."""
    if not text:
        raise typer.BadParameter("it is empty; name a folder")
    return Path(text)


def folder(text: str) -> Path:
    """A folder that is there."""
    found = place(text)
    if not found.is_dir():
        raise typer.BadParameter(
            f"{text}: {'a file: name the folder that holds it' if found.exists() else 'no such folder'}"
        )
    return found


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"comity {version('comity')}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    lake: Annotated[
        Path | None,
        typer.Option("--lake", parser=place, metavar="DIR", envvar="COMITY_HOME", help="Folder of the evidence store."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that hold for every command."""
    context.obj = lake

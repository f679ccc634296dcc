"""The command line: reads the clock, calls the rooms, dresses their answer for a terminal or as JSON.

Results go to stdout, progress and notes to stderr. Exit code 0 done, 1 a finding, 2 wrong use, 3 a source or the store
failed. Commands import what they run, so that help is instant.
"""

from __future__ import annotations

import errno
import io
import os
import signal
import sys

import typer

from comity.cli import serve, store, show, code, rupture, scenario, watch, world, bench  # isort: skip - the order of help
from comity.cli.app import app
from comity.errors import ComityError, SourceError, StoreError, printable

__all__ = ["app", "bench", "code", "main", "rupture", "scenario", "serve", "show", "store", "watch", "world"]

STOPPED = 128 + signal.SIGINT  # what Typer makes of Ctrl-C, without a word
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}  # what the disk answers where output goes


def main() -> None:
    """Run the command line; an error of ours, or of the disk, becomes one line on stderr and an exit code."""
    # Our matrices are small: threads for them wait for each other, and cost a sixth to a quarter of the processor for nothing.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _open()
    _speak()
    try:
        app()
    except ComityError as error:
        _complain(str(error))
        raise SystemExit(3 if isinstance(error, SourceError | StoreError) else 2) from None
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # the reader of our output has gone, as with `| head`
            raise SystemExit(0) from None
        if end.code == STOPPED:
            _complain("stopped; what was read is kept, run the same command to go on")
        raise
    except OSError as error:
        place = error.filename or ("stdout" if error.errno in FULL else None)
        if place is None:
            raise  # no file and no full disk: a fault of the program, which its trace explains
        _complain(f"{place}: {error.strerror}; check space and permissions there, and run the same command again")
        raise SystemExit(3) from None


def _complain(words: str) -> None:
    typer.echo(f"comity: {printable(words)}", err=True)


def _open() -> None:
    """A service may be started with its streams closed: the next file opened would get the number of one, and its text."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open as long as we are


def _speak() -> None:
    """Names are written in many alphabets: files and pipes get UTF-8 everywhere, a terminal of another encoding a ? for what it lacks.

    A file's name that is no UTF-8 comes out as it came in.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # not where a test reads along
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="surrogateescape")

"""What every page says of itself, and how a page becomes JSON: each field carries its own explanation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from comity.pages.query import Query

if TYPE_CHECKING:
    from comity.flow import Picture


P = TypeVar("P")


def says(meaning: str, **default: Any) -> Any:
    """A field of a page with its meaning; ``default`` and ``default_factory`` as of any dataclass."""
    return field(metadata={"help": meaning}, **default)


@dataclass(frozen=True)
class About:
    """Where a page's numbers come from."""

    case: str = says("name of the case")
    title: str = says("title of the case")
    as_of: date = says("nothing known after this day moves a number")
    built: datetime | None = says("when the evidence was last read; null for a picture held in memory only")
    vintage: str = says("version of the evidence: changes when any file read for it changes")
    newer: int = says(
        "files that the store read since these rows were: they are in none of them, until comity update CASE"
    )
    digest: str = says("hash of the case folder: its roles, claims and bundled files")
    software: str = says("version of comity that made the page")
    query: str = says("the query string that brings this view back")


def filled(page: type[P], source: Any, **rest: Any) -> P:
    """A page, or a part of one, whose fields but for ``rest`` are those of the same name of a row or of an object."""
    names = [item.name for item in dataclasses.fields(page) if item.name not in rest]  # type: ignore[arg-type]
    same = {n: source[n] if isinstance(source, Mapping) else getattr(source, n) for n in names}
    return page(**same, **rest)


def about(picture: Picture, query: Query) -> About:
    """The header of a page."""
    case = picture.case
    return filled(
        About,
        picture,
        case=case.name,
        title=case.title,
        digest=case.digest,
        software=version("comity"),
        query=query.to_query_string(),
    )


def to_json(page: Any) -> Any:
    """A page as plain JSON values: the fields of its ``about`` first, then its own, under their own names.

    A trailing underscore is dropped (``with_`` is written ``with``); dates are ISO 8601; a NaN never occurs because a
    number that cannot be measured is null.
    """
    if dataclasses.is_dataclass(page):
        out: dict[str, Any] = {}
        for item in dataclasses.fields(page):
            value = getattr(page, item.name)
            if isinstance(value, About):
                out.update(to_json(value))
            else:
                out[item.name.rstrip("_")] = to_json(value)
        return out
    if isinstance(page, dict):
        return {str(key): to_json(value) for key, value in page.items()}
    if isinstance(page, (list, tuple)):
        return [to_json(value) for value in page]
    return page.isoformat() if isinstance(page, date) else page


def written(page: Any) -> str:
    """A page as text that ``read`` brings back."""
    return str(TypeAdapter(type(page)).dump_json(page), "utf-8")


def kind_of(page: Callable[..., P]) -> type[P]:
    """The class of a page, which the return annotation of its function names."""
    found: type[P] = getattr(import_module(page.__module__), page.__annotations__["return"])
    return found


def read(page: Callable[..., P], text: str) -> P | None:
    """A page from what was ``written``; None when that is no such page."""
    try:
        return TypeAdapter(kind_of(page)).validate_json(text)
    except ValidationError:
        return None


def documented(page: type) -> Iterator[tuple[str, str]]:
    """The path and meaning of every field in a page's JSON, those inside lists marked ``[]``.

    >>> list(documented(About))[0]
    ('case', 'name of the case')
    """
    hints = get_type_hints(page)
    for item in dataclasses.fields(page):
        inner, many = _inside(hints[item.name])
        if inner is About:
            yield from documented(About)
            continue
        name = item.name.rstrip("_") + ("[]" if many else "")
        yield name, item.metadata["help"]
        if inner is not None:
            yield from ((f"{name}.{path}", meaning) for path, meaning in documented(inner))


def _inside(hint: Any) -> tuple[type | None, bool]:
    """The page part that a field holds, if any, and whether it holds many."""
    many = getattr(hint, "__origin__", None) in (list, tuple)
    for found in (hint, *get_args(hint)):
        if isinstance(found, type) and dataclasses.is_dataclass(found):
            return found, many
    return None, many

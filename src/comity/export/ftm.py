"""Acts, their parties and the pages that tell of them as FollowTheMoney entities (schema of 4.11), a JSON line each.

The schema has no treaty and no drill: an act is an ``Event`` whose keywords are instrument, stage and modality.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from comity.flow import Picture
from comity.sources import card
from comity.states import alpha2_of, is_state, name_of

Entity = dict[str, Any]


def ftm(picture: Picture, path: Path) -> None:
    """States as ``PublicBody``, organisations as ``Organization``, reports as ``Article``, acts as ``Event``."""
    with path.open("w", encoding="utf-8") as stream:
        for entity in entities(picture):
            stream.write(json.dumps(entity, ensure_ascii=False) + "\n")


def entities(picture: Picture) -> Iterator[Entity]:
    """Every entity of a picture; those that others point at come first."""
    acts, reports = list(picture.acts.iter_rows(named=True)), picture.reports
    for code in sorted({code for act in acts for code in (*act["actors"], *act["recipients"])}):
        yield _party(code)
    pages = {}
    for report in reports.sort("report").iter_rows(named=True):
        pages[report["report"]] = report
        yield _article(report, picture.case.built_in)
    for act in acts:
        yield _event(act, [pages[r] for r in act["reports"] if r in pages])


def _party(code: str) -> Entity:
    if not is_state(code):
        return _entity("party", code, "Organization", name=name_of(code), summary="an organisation of states")
    return _entity("party", code, "PublicBody", name=name_of(code), country=(alpha2_of(code) or "").lower())


def _article(report: dict[str, Any], built_in: bool) -> Entity:
    return _entity(
        "report",
        report["report"],
        "Article",
        title=report["text"],
        sourceUrl=report["url"],
        publisher=report["publisher"],
        publishedAt=report["published"],
        retrievedAt=report["retrieved"] and report["retrieved"].date(),
        summary=f"{card(report['source']).of(built_in).attribution} Reliability {report['reliability']}, credibility {report['credibility']}.",
    )


def _event(act: dict[str, Any], told: list[dict[str, Any]]) -> Entity:
    return _entity(
        "act",
        act["act"],
        "Event",
        name=act["text"],
        startDate=act["date_from"],
        endDate=act["date_to"],
        organizer=[_id("party", code) for code in act["actors"]],
        involved=[_id("party", code) for code in act["recipients"]],
        location=(act["place"] or "").split(";"),
        keywords=[act["instrument"], act["stage"], act["modality"]],
        notes=f"belief {act['belief']:.2f}; {len(told)} reports",
        sourceUrl=sorted({report["url"] for report in told if report["url"]}),
        proof=[_id("report", report["report"]) for report in told],
    )


def _entity(kind: str, key: str, schema: str, **properties: Any) -> Entity:
    """An entity whose properties are lists of text; empty ones are left out."""
    lists = {name: value if isinstance(value, list) else [value] for name, value in properties.items()}
    told = {name: [str(v) for v in values if v] for name, values in lists.items()}
    return {
        "id": _id(kind, key),
        "schema": schema,
        "properties": {name: values for name, values in told.items() if values},
    }


def _id(kind: str, key: str) -> str:
    return f"comity-{kind}-{key}"  # an act may bear the id of its only report

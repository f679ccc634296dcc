"""The network of ties as GraphML and GEXF, for igraph, networkx, R and Gephi: the ties of the overview, no others.

An edge is one instrument between a patron or rival and a partner. Gephi merges parallel edges unless each names its
``kind``, and that attribute no library at hand writes; hence these few lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

import polars as pl

from comity.flow import Picture
from comity.pages import Query, overview
from comity.pages.cells import THIN, Cell
from comity.states import name_of

NUMBERS = ("strength", "low", "high", "prior_share", "exposure", "acts", "reports")
WORDS = ("instrument", "role", "state", "evidence")
MEANING = {field.name: field.metadata["help"] for field in fields(Cell)}  # with the unit
GRAPHML = "http://graphml.graphdrawing.org/xmlns"
GEXF = "http://gexf.net/1.3"


class Network(NamedTuple):
    """What is written: states by code with their part in the case, and the cells of each partner."""

    nodes: dict[str, str]
    edges: list[tuple[str, Cell]]
    about: str


def network(picture: Picture) -> Network:
    """The ties that the overview shows on the picture's day."""
    page, roles = overview(picture, Query()), picture.case.roles
    nodes = {code: "partner" if code in roles.partners else "beside" for code in roles.held}
    nodes |= {code: "patron" if code == roles.patron else "rival" for code in roles.patrons}
    about = f"{page.about.title}, as of {picture.as_of}; evidence {picture.vintage}, case {picture.case.digest}, comity {page.about.software}"
    return Network(nodes, [(row.state, cell) for row in page.partners for cell in row.ties], about)


def graphml(picture: Picture, path: Path) -> None:
    """One undirected edge a tie at the picture's day; ``evidence`` holds the reports' ids, separated by spaces."""
    found = network(picture)
    root = Element("graphml", xmlns=GRAPHML)
    SubElement(root, "desc").text = found.about
    for name in ("label", "part"):
        SubElement(root, "key", {"id": name, "for": "node", "attr.name": name, "attr.type": "string"})
    for name in (*NUMBERS, *WORDS):
        kind = "double" if name in NUMBERS else "string"
        key = SubElement(root, "key", {"id": name, "for": "edge", "attr.name": name, "attr.type": kind})
        SubElement(key, "desc").text = MEANING[name]
    graph = SubElement(root, "graph", id=picture.case.name, edgedefault="undirected")
    for code, part in found.nodes.items():
        node = SubElement(graph, "node", id=code)
        _data(node, label=name_of(code), part=part)
    for state, cell in found.edges:
        edge = SubElement(graph, "edge", id=cell.opens, source=cell.with_, target=state)
        _data(edge, **_values(cell))
    _write(root, path)


def gexf(picture: Picture, path: Path) -> None:
    """The same edges through time: spells are the months in which evidence outweighs assumption.

    ``strength`` changes by year, as it stood in the year's last month.
    """
    found = network(picture)
    root = Element("gexf", xmlns=GEXF, version="1.3")
    SubElement(SubElement(root, "meta", lastmodifieddate=f"{picture.as_of}"), "description").text = found.about
    graph = SubElement(root, "graph", mode="dynamic", defaultedgetype="undirected", timeformat="date")
    _attributes(graph, "node", "static", {"part": "string"})
    static = {n: "double" for n in NUMBERS if n != "strength"} | dict.fromkeys(WORDS, "string")
    _attributes(graph, "edge", "static", static)
    _attributes(graph, "edge", "dynamic", {"strength": "double"})
    nodes = SubElement(graph, "nodes")
    for code, part in found.nodes.items():
        node = SubElement(nodes, "node", id=code, label=name_of(code))
        SubElement(SubElement(node, "attvalues"), "attvalue", {"for": "part", "value": part})
    edges, past = SubElement(graph, "edges"), _months(picture)
    for state, cell in found.edges:
        _through_time(edges, state, cell, past[cell.opens])
    _write(root, path)


def _through_time(edges: Element, state: str, cell: Cell, months: list[tuple[date, float, float]]) -> None:
    """One edge with its strength year by year and its spells."""
    ends = {"id": cell.opens, "source": cell.with_, "target": state}
    said = {"kind": cell.instrument, "label": cell.instrument, "weight": str(cell.strength)}
    edge = SubElement(edges, "edge", {**ends, **said})
    values = SubElement(edge, "attvalues")
    for name, value in _values(cell).items():
        if name != "strength":
            SubElement(values, "attvalue", {"for": name, "value": value})
    for year, of_year in groupby(months, key=lambda m: m[0].year):
        *_, (_, strength, _) = of_year
        when = {"start": f"{year}-01-01", "end": f"{min(date(year, 12, 31), months[-1][0])}"}
        SubElement(values, "attvalue", {"for": "strength", "value": str(strength), **when})
    if spells := list(_spells(months)):
        held = SubElement(edge, "spells")
        for first, last in spells:
            SubElement(held, "spell", start=f"{first}", end=f"{last}")


def _months(picture: Picture) -> dict[str, list[tuple[date, float, float]]]:
    """Month, strength and share of assumption of each tie, oldest first, by the tie's id."""
    ties = picture.ties.filter(pl.col("view") == Query().view).sort("a", "b", "instrument", "month")
    told = ties.select(pl.format("{}-{}:{}", "a", "b", "instrument").alias("id"), "month", "strength", "prior_share")
    return {key: [row[1:] for row in rows] for key, rows in groupby(told.iter_rows(), key=lambda row: row[0])}


def _spells(months: list[tuple[date, float, float]]) -> Iterator[tuple[date, date]]:
    """First and last month of each run in which evidence outweighs assumption."""
    for evident, run in groupby(months, key=lambda m: m[2] < THIN):
        if evident:
            first, *rest = run
            yield first[0], (rest or [first])[-1][0]


def _values(cell: Cell) -> dict[str, str]:
    numbers = {name: str(getattr(cell, name)) for name in NUMBERS}
    return numbers | {name: getattr(cell, name) for name in WORDS[:-1]} | {"evidence": " ".join(cell.evidence)}


def _attributes(graph: Element, of: str, mode: str, kinds: dict[str, str]) -> None:
    told = SubElement(graph, "attributes", {"class": of, "mode": mode})
    for name, kind in kinds.items():
        SubElement(told, "attribute", id=name, title=name, type=kind)


def _data(element: Element, **values: str) -> None:
    for key, value in values.items():
        SubElement(element, "data", key=key).text = value


def _write(root: Element, path: Path) -> None:
    indent(root)
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)

"""Alerts as an Atom feed (RFC 4287), for readers that poll."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from comity.numerals import short
from comity.watch.alert import doubt

if TYPE_CHECKING:
    from comity.pages.alerts import Alerts, Noticed

ATOM = "http://www.w3.org/2005/Atom"
MOST = 100  # entries
NO_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")  # what no XML 1.0 may hold


def atom(page: Alerts, base: str, asked: str = "") -> bytes:
    """The newest hundred alerts that are part of no wider one; the same alert has the same id in every feed.

    ``asked`` is the query of the feed's address: what is asked otherwise is another feed.
    """
    root, query = Element("feed", xmlns=ATOM), f"?{asked}" if asked else ""
    shown = [a for a in page.alerts if a.within is None][:MOST]
    _words(root, "title", f"{page.about.title}: alerts")
    _words(root, "id", f"{base}/alerts{query}")
    _words(root, "updated", _moment(max((a.raised for a in shown), default=page.about.as_of)))
    SubElement(root, "link", rel="self", type="application/atom+xml", href=f"{base}/alerts.atom{query}")
    SubElement(root, "link", rel="alternate", type="text/html", href=f"{base}/alerts{query}")
    _words(SubElement(root, "author"), "name", f"comity {page.about.software}")
    for alert in shown:
        _entry(root, alert, page.about.case, base)
    text: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + text


def _entry(root: Element, alert: Noticed, case: str, base: str) -> None:
    entry = SubElement(root, "entry")
    _words(entry, "title", f"{alert.channel}: {alert.named}")
    _words(entry, "id", f"tag:comity,2026:{case}:{alert.id}")
    _words(entry, "updated", _moment(alert.raised))
    address = f"{base}/alerts?from={alert.raised}&to={alert.raised}#{alert.id}"
    SubElement(entry, "link", rel="alternate", type="text/html", href=address)
    SubElement(entry, "category", term=alert.channel)
    size = f"Size: {short(alert.size)} {alert.unit}. Since {alert.since}."
    wrong = doubt(alert.channel, alert.false_alarm_rate, alert.sure)
    _words(entry, "summary", " ".join(part for part in (alert.text, size, wrong) if part))


def _words(parent: Element, name: str, words: str) -> None:
    SubElement(parent, name).text = NO_XML.sub("\N{REPLACEMENT CHARACTER}", words)


def _moment(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat()

"""Write the sample of every source: invented rows in the true format, some of them wrong on purpose.

    python tools/samples.py [SOURCE ...]       (exercises and manual need openpyxl beside comity)

No row tells of anything that happened and none is taken from a publisher's file. Addresses are example.org's. The same bytes
come out each time; those of a workbook hang on the release of openpyxl.
"""

import csv
import io
import re
import sys
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import polars as pl
import pyreadstat
import tables
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

WRITTEN = datetime(2026, 11, 24, 18, 55, tzinfo=UTC)  # says every file that says when
SOURCES = Path(__file__).parents[1] / "src/comity/sources"
PREAMBLE = """\
Transfers of major conventional arms from All countries  to All countries . Deals with deliveries made for the year range {years}
A '?' in a column indicates uncertain data. The 'Number delivered' and the 'Year(s) of deliveries' refer only to deliveries in the selected year(s).
SIPRI trend-indicator values (TIVs) are in millions.
Invented for the tests of Comity: no line is SIPRI's; names of weapons are made up.

Source: invented.
Data generated: 13 Mar 2025 10:02:49 AM
"""


def text(source: str, name: str, content: str, encoding: str = "utf-8") -> None:
    """One file of a source's sample."""
    place = SOURCES / source / "sample" / name
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(content.encode(encoding))


def workbook(source: str, name: str, rows: Sequence[Sequence[object]]) -> None:
    """One workbook of one sheet; ``Workbook.save`` would stamp it with the moment, as does what packs it."""
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    book, packed = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.properties.created = book.properties.modified = WRITTEN.replace(tzinfo=None)
    ExcelWriter(book, zipfile.ZipFile(packed, "w")).save()
    with zipfile.ZipFile(packed) as found, zipfile.ZipFile(SOURCES / source / "sample" / name, "w") as archive:
        for part in found.namelist():
            archive.writestr(zipfile.ZipInfo(part, WRITTEN.timetuple()[:6]), found.read(part), zipfile.ZIP_DEFLATED)


def table(rows: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    """Rows as delimited text."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def sipri() -> None:
    """The three layouts: by deal with a preamble in Latin-1, by delivery, and the old one of 22 columns."""
    header = [
        "Recipient", "Supplier", "Year of order", " ", "Number ordered", " ", "Weapon designation", "Weapon description",
        "Number delivered", " ", "Year(s) of delivery", "status", "Comments", "SIPRI TIV per unit",
        "SIPRI TIV for total order", "SIPRI TIV of delivered weapons",
    ]  # fmt: skip
    rows: list[Sequence[object]] = [
        header,
        ["Kazakhstan", "Turkiye", 2021, "", 3, "", "Kestrel-A", "UAV", 3, "", "2022; 2023", "New", "Invented", 2, 6, 6],
        ["Kazakhstan", "Russia", 2019, "?", 8, "", "Example-30", "fighter aircraft", 8, "", "2020", "New", "", 3, 24, 24],
        ["Kazakhstan", "Turkiye", 2022, "", "", "", "Kestrel-B", "UAV", "", "", "", "New", "Produced under licence in Kazakhstan", 2, "", ""],
        ["Uzbekistan", "Türkiye", 2020, "", 20, "", "Rampart", "armoured vehicle", 20, "?", "2021", "New", "Modèle d'essai", 0.01, 0.2, 0],
        ["Hezbollah (Lebanon)*", "Iran", 2005, "?", 5, "?", "Example-1", "SSM", 5, "?", "2006", "New", "", 0.1, 0.5, 0.5],
    ]  # fmt: skip
    head = PREAMBLE.format(years="'Not specified' to 'Not specified' ")
    text("sipri", "trade-register_sample.csv", head + table(rows), "latin-1")
    names = [
        "SIPRI AT Database ID", "Supplier", "Recipient", "Designation", "Description", "Armament category", "Order date",
        "Order date is estimate", "Numbers delivered", "Numbers delivered is estimate", "Delivery year",
        "Delivery year is estimate", "Status", "SIPRI estimate", "TIV deal unit", "TIV delivery values", "Local production",
    ]  # fmt: skip
    rows = [
        names,
        [900001, "Turkiye", "Kazakhstan", "Kestrel-A", "UAV", "Aircraft", 2021, "No", 1, "No", 2022, "No", "New", 2, 2, 2, "No"],
        [900001, "Turkiye", "Kazakhstan", "Kestrel-A", "UAV", "Aircraft", 2021, "No", 2, "No", 2023, "No", "New", 2, 2, 4, "No"],
        [900002, "Spain", "Kazakhstan", "Example-295", "transport aircraft", "Aircraft", 2018, "Yes", 1, "No", 2019, "Yes", "New", 5, 5, 5, "Yes"],
    ]  # fmt: skip
    lines = (head.replace("'Not specified' to 'Not specified' ", "'1995' to '2025'") + table(rows)).splitlines()
    text("sipri", "trade-register_deliveries_sample.csv", "\ufeff" + "".join(f"{line};\n" for line in lines))
    old = [
        "tidn",
        "buyercod",
        "buyer",
        "sellercod",
        "seller",
        "odat",
        "odai",
        "onum",
        "onai",
        "desg",
        "desc",
        "term",
        "coments",
        "nrdel",
        "nrdai",
        "delyears",
        "deyai",
        "status",
        "tivunit",
        "tivorder",
        "tivdel",
        "ldat",
    ]
    rows = [old, [1, "TKM", "Turkmenistan", "TUR", "Turkey", 2012, "", 2, "", "Example-33", "FAC", "", "Invented", 2, "", 2014, "", "New", 10, 20, 20, ""]]  # fmt: skip
    text("sipri", "old_register_sample.csv", table(rows, ";"))


EVENT_COLUMNS = {61: (7, 17, 26, 33, 52, 59, 60), 58: (7, 17, 26, 33, 50, 56, 57)}


def event(width: int, id: int, day: str, one: str, other: str, code: str, added: str) -> list[str]:
    """A row of an export; columns that Comity does not read are empty."""
    row = [""] * width
    actor, recipient, cameo, articles, where, seen, url = EVENT_COLUMNS[width]
    row[0], row[1], row[2], row[3] = str(id), day, day[:6], day[:4]
    row[actor], row[recipient], row[cameo], row[articles], row[where] = one, other, code, "2", "Ankara, Turkey"
    row[seen], row[url] = added, f"https://example.org/story/{id}"
    return row


def mention(id: int, time: str, site: str, path: str, kind: str = "1", lang: str = "") -> list[str]:
    """A row of mentions."""
    url = f"https://{site}/{path}" if kind == "1" else path
    return [str(id), time, time, kind, site, url, "1", "-1", "10", "20", "1", "50", "1000", "1.5", f"srclc:{lang};eng:GT" if lang else "", ""]  # fmt: skip


def known(
    id: int, time: str, themes: str, places: tuple[tuple[str, str], ...], tone: str = "-1.5,2,3.5,5.5,20,0,300"
) -> list[str]:
    """A row of the knowledge graph 2.1: 27 columns, of which Comity reads date, themes, enhanced locations and tone."""
    row = [""] * 27
    row[0], row[1], row[2], row[3] = f"{time}-{id}", time, "1", "example.org"
    row[4], row[7], row[15] = f"https://example.org/graph/{id}", themes, tone
    row[10] = ";".join(
        f"4#{name}#{code}#{code}00##39.9#32.8#-{n}#{100 * n}" for n, (name, code) in enumerate(places, 1)
    )
    return row


def zipped(name: str, rows: list[list[str]]) -> None:
    """A zip with one member, always the same bytes."""
    member = zipfile.ZipInfo(name.removesuffix(".zip"), (2024, 3, 1, 0, 0, 0))
    place = SOURCES / "gdelt/sample" / name
    place.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, table(list(rows), "\t"))


def gdelt() -> None:
    """Version 2.0 zipped, its translation plain, and a day of version 1.0 in which one line ends before the address."""
    day, now = "20240229", "20240301000000"
    zipped(f"{now}.export.CSV.zip", [
        event(61, 501, day, "TUR", "KAZ", "057", now),
        event(61, 502, day, "KAZ", "TUR", "042", now),
        event(61, 503, day, "TUR", "", "057", now),
        event(61, 504, "20230301", "TUR", "KAZ", "057", now),
        event(61, 505, day, "TUR", "UZB", "190", now),
        event(61, 506, "20240231", "TUR", "UZB", "057", now),
        event(61, 507, day, "SRB", "SVN", "040", now),
    ])  # fmt: skip
    zipped(f"{now}.mentions.CSV.zip", [
        mention(501, now, "example.org", "story/501"),
        mention(501, now, "example.com", "tr-kz"),
        mention(502, now, "example.org", "story/502"),
        mention(900, now, "example.org", "<script>alert(1)</script>"),
        mention(901, now, "example.org", "a citation, no address", kind="2"),
    ])  # fmt: skip
    text(
        "gdelt",
        "20240301001500.translation.export.CSV",
        table([event(61, 601, day, "UZB", "TUR", "062", "20240301001500")], "\t"),
    )
    rows = [mention(601, "20240301001500", "example.net", "haber", lang="tur"), ["602", "too few"]]
    text("gdelt", "20240301001500.translation.mentions.CSV", table([list(r) for r in rows], "\t"))
    ankara, astana, tashkent = ("Ankara, Ankara, Turkey", "TU"), ("Astana, Astana, Kazakhstan", "KZ"), ("Tashkent, Toshkent, Uzbekistan", "UZ")  # fmt: skip
    army, deal = "TAX_FNCACT;MILITARY;LEADER;", "MIL_SELF_IDENTIFIED_ARMS_DEAL;ECON_TRADE;"
    many = tuple((f"Town {code}", code) for code in ("TU", "KZ", "UZ", "RS", "CH", "US"))
    zipped(f"{now}.gkg.csv.zip", [
        known(1, now, army, (ankara, astana, ("Izmir, Izmir, Turkey", "TU"))),
        known(2, now, deal, (ankara, astana, tashkent), "2.5,4,1.5,5.5,20,0,300"),
        known(3, now, "MILITARYISM;TAX_WEAPONS_FIREARMS;", (ankara, astana)),
        known(4, now, army, (ankara,)),
        known(5, now, army, many),
        known(6, "20240231000000", army, (ankara, astana)),
        known(7, now, "EDUCATION;", (tashkent, ("Nowhere", "ZZ")), "n/a"),
        known(8, now, army, (("Nowhere", "ZZ"), tashkent)),
    ])  # fmt: skip
    first = event(58, 11, "20130401", "TUR", "AZE", "057", "20130401")
    text(
        "gdelt",
        "20130401.export.CSV",
        table([list(first), event(58, 12, "20130401", "AZE", "TUR", "042", "20130401")[:57]], "\t"),
    )


def exercises() -> None:
    """MME wide and long, JME; a missing day, a missing year, one participant, a state of its day, a non-state."""
    about = ["CPX", "Air", "Land", "Sea", "Amphibious", "Cyber", "Warfighting", "Peacekeeping", "Humanitarian", "FocusDescription", "AdditionalParticipantInfo"]  # fmt: skip
    places = [f"State{c}" for c in "ABCDEFGHIJ"]
    header = ["MMEID", "Ex_Name", "Series_Name", "Location", "lat", "lon", "StartDate", "s.year", "s.month", "s.day", "EndDate", "e.year", "e.month", "e.day", *about, *places]  # fmt: skip
    drills = [
        (
            "mme9001",
            "Invented Steppe 99",
            "Almaty",
            (1999, 9, 1),
            (1999, 9, 10),
            ["Turkey", "Kazakhstan", "United States"],
        ),
        ("mme9002", "NA", "NA", (1985, "NA", "NA"), (1985, "NA", "NA"), ["Soviet Union", "German Democratic Republic"]),
        ("mme9003", "Invented Solo", "Izmir", (1990, 5, 1), (1990, 5, 2), ["Turkey"]),
        ("mme9004", "Invented Undated", "Izmir", ("NA", "NA", "NA"), ("NA", "NA", "NA"), ["Turkey", "Italy"]),
    ]
    wide: list[list[object]] = [list(header)]
    long: list[list[object]] = [[*header[:3], "gwcode", "country", "year", *header[3:25], "participant_count"]]
    for id, name, place, start, end, states in drills:
        first, last = ("/".join(map(str, (d[1], d[2], str(d[0])[2:]))) for d in (start, end))
        body = [place, "NA", "NA", first, *start, last, *end, *[0] * 9, "NA", "NA"]
        wide.append([id, name, "NA", *body, *states, *["NA"] * (len(places) - len(states))])
        long += [[id, name, "NA", 999, state, start[0], *body, len(states)] for state in states]
    text("exercises", "mme_sample.csv", table(wide))
    text("exercises", "mme_long_sample.csv", table(long))
    names = ["Coder", "Timestamp", "", "Exercise Name", "Location1", "Location2", "Start Date", "s.year", "s.month", "s.day", "enddate", "e.year", "e.month", "e.day", "JME Type", "State A", "State B", "State C"]  # fmt: skip
    workbook("exercises", "jme_sample.xlsx", [
        names,
        ["Made up", "1/1/2013 10:00:00", 1, "Invented Breeze", "Black Sea", -9, "6/xx/2002", 2002, 6, "xx", "6/20/2002", 2002, 6, 20, "FTX", "TUR", "ROM", "BGR"],
        ["Made up", "1/1/2013 11:00:00", 2, -9, "Baku", -9, "", "", "", "", "", "", "", "", "FTX", "TUR", "AZE", ""],
    ])  # fmt: skip


def unga() -> None:
    """Ideal points by state and year, as Stata and as CSV; one without estimate, one state that is no more."""
    frame = pl.DataFrame(
        {
            "ccode": [640, 705, 365, 345, 640],
            "iso3c": ["TUR", "KAZ", "RUS", "YUG", "TUR"],
            "year": [2020.0, 2020.0, 2020.0, 1980.0, 2021.0],
            "idealpointall": [0.25, -0.5, -1.0, 0.1, None],
            "q5all": [0.1, -0.7, -1.3, 0.0, None],
            "q95all": [0.4, -0.3, -0.8, 0.2, None],
        }
    )
    folder = SOURCES / "unga/sample"
    folder.mkdir(exist_ok=True)
    pyreadstat.write_dta(frame, folder / "ideal_points_sample.dta")
    made = (folder / "ideal_points_sample.dta").read_bytes()
    stamped = re.sub(rb"[^\x11]{17}(?=</timestamp>)", f"{WRITTEN:%d %b %Y %H:%M}".encode(), made)
    (folder / "ideal_points_sample.dta").write_bytes(stamped)
    names = {"idealpointall": "IdealPointAll", "q5all": "Q5%All", "q95all": "Q95%All"}
    text("unga", "ideal_points_sample.csv", frame.rename(names).write_csv(null_value="NA"))


def casebook() -> None:
    """Three acts, one of them vague and one in a forum, and how hard two pairs were searched."""
    columns = "id date date_precision initiator targets forum instrument phase polarity summary system quantity value_usd place source_url source_publisher source_date"  # fmt: skip
    rows: list[Sequence[object]] = [
        columns.split(),
        ["x-drill", "2021-05-03", "day", "TUR", "KAZ", "", "exercise", "executed", 1, "Invented: a drill near a lake.", "", "", "", "Almaty", "https://example.org/1", "Example News", "2021-05-04"],
        ["x-arms", "2020-01-01", "year", "TUR", "UZB", "", "arms", "delivered", 1, "Invented: vehicles arrived.", "Rampart", "20 vehicles", "", "", "https://example.org/2", "Example News", "2021-02-01"],
        ["x-summit", "2021-11-12", "day", "TUR", "KAZ;UZB;KGZ;AZE", "OTS", "dialogue", "talks", 1, "Invented: a summit.", "", "", "", "Istanbul", "https://example.com/3", "Sample Agency", "2021-11-12"],
    ]  # fmt: skip
    text("casebook", "casebook.csv", table(rows))
    effort: list[Sequence[object]] = [
        ["pair", "lookups", "basis"],
        ["TUR-KAZ", 10, "invented"],
        ["RUS-KAZ", 2.5, "invented"],
    ]
    text("casebook", "effort.csv", table(effort))


ARTICLE = """The defence ministers of Northland and Southland opened a joint drill near the invented town of Examplestan on Monday.
About two hundred soldiers of each side take part, the invented ministry said. The drill is to last for five days and will
end with a live firing. The ministers also spoke of a repair centre for vehicles, on which nothing was signed."""


def articles() -> None:
    """A page, a feed, a PDF, a plain text and a web archive; none tells of anything that happened."""
    first, *rest = ARTICLE.split("\n")
    body = f"<p>{first}</p><p>{' '.join(rest)}</p>"
    page = (
        '<!DOCTYPE html><html lang="en"><head><title>Joint drill opens - Example Times</title>'
        '<meta property="og:title" content="Joint drill opens"><meta property="og:site_name" content="Example Times">'
        '<link rel="canonical" href="https://news.example.org/2024/drill"><meta property="article:published_time" '
        f'content="2024-03-04T10:00:00+03:00"></head><body><nav><a href="/">Home</a></nav><article><h1>Joint drill opens</h1>{body}'
        "</article><footer>All rights reserved</footer></body></html>"
    )
    text("articles", "drill_sample.html", page)
    item = (
        "<item><title>Joint drill {n}</title><link>https://news.example.org/2024/drill-{n}</link>"
        "<pubDate>Mon, 04 Mar 2024 10:00:00 +0300</pubDate><description>{words}</description></item>"
    )
    items = item.format(n=1, words=ARTICLE) + item.format(n=2, words=ARTICLE.upper()) + item.format(n=3, words="Short.")
    text(
        "articles",
        "feed_sample.xml",
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Invented</title>{items}</channel></rss>',
    )
    text(
        "articles",
        "note_sample.txt",
        f"title: Joint drill opens\nurl: https://news.example.org/2024/note\ndate: 2024-03-05\npublisher: Example Times\n\n{ARTICLE}\n",
    )
    place = SOURCES / "articles/sample"
    (place / "drill_sample.pdf").write_bytes(_pdf(ARTICLE))
    with (place / "drill_sample.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            "https://news.example.org/2024/archived", "response", payload=io.BytesIO(page.encode()), http_headers=headers,
            warc_headers_dict={"WARC-Date": "2024-03-04T10:00:00Z", "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000001>"},
        )  # fmt: skip
        writer.write_record(record)


def _pdf(words: str) -> bytes:
    """A PDF of one page, by hand: the smallest that says these words."""
    lines = "".join(f"({line}) Tj T* " for line in words.replace("(", "").replace(")", "").split("\n"))
    stream = f"BT /F1 8 Tf 14 TL 20 780 Td {lines}ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return (
        content
        + f"xref\n0 6\n0000000000 65535 f \n{table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF\n"
    ).encode()


def manual() -> None:
    """Reports of an invented author: a table, a workbook and a note."""
    head = ["author", "date", "date_to", "actors", "recipients", "instrument", "stage", "url", "text"]
    url = "https://news.example.org/notes/1"
    rows = [
        ["A. Nalyst", "2024-03-04", "2024-03-08", "Türkiye", "Kazakhstan;Uzbekistan", "exercise", "executed", url, "An invented drill was held."],
        ["A. Nalyst", "2024-05-01", "", "TUR", "KGZ", "agreement", "cancelled", url, "An invented agreement was cancelled."],
    ]  # fmt: skip
    text("manual", "table_sample.csv", table([head, *rows]))
    workbook("manual", "workbook_sample.xlsx", [head, *rows])
    note = dict(zip(head, rows[0], strict=True))
    words = note.pop("text")
    text("manual", "note_sample.txt", "".join(f"{k}: {v}\n" for k, v in note.items()) + f"\n{words}\n")


if __name__ == "__main__":
    writers = {write.__name__: write for write in (sipri, gdelt, exercises, unga, casebook, articles, manual)}
    writers |= {fill.__name__: partial(fill, text, table) for fill in tables.WRITERS}
    for name in sys.argv[1:] or writers:
        writers[name]()

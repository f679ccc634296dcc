"""Samples of the sources that are tables of numbers; ``tools/samples.py`` writes them with the others."""

import bz2
import json
import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

Text = Callable[[str, str, str], None]
Table = Callable[[Sequence[Sequence[object]]], str]
SOURCES = Path(__file__).parents[1] / "src/comity/sources"


def parquet(source: str, name: str, rows: list[dict[str, object]]) -> None:
    """One Parquet file of a source's sample."""
    place = SOURCES / source / "sample" / name
    place.parent.mkdir(exist_ok=True)
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(place, compression="uncompressed", statistics=False)


def trade(text: Text, table: Table) -> None:
    """Totals of ITPD-E with domestic trade, and Comtrade with a part of a total, a mirror and a partner that is no state."""
    parquet("trade", "itpd_totals_sample.parquet", [
        {"year": 2015, "exporter": "Turkey", "importer": "Kazakhstan", "usd2010": 700.5},
        {"year": 2015, "exporter": "Kazakhstan", "importer": "Turkey", "usd2010": 900.0},
        {"year": 2016, "exporter": "Congo", "importer": "DR Congo", "usd2010": 1.25},
        {"year": 2015, "exporter": "Turkey", "importer": "Turkey", "usd2010": 9999.0},
    ])  # fmt: skip
    text("trade", "comtrade_sample.csv", table([
        ["freqCode", "refYear", "reporterISO", "flowCode", "partnerISO", "partner2ISO", "cmdCode", "customsCode", "motCode", "primaryValue"],
        ["A", 2023, "KAZ", "M", "TUR", "W00", "TOTAL", "C00", 0, 1100.0],
        ["A", 2023, "TUR", "X", "KAZ", "W00", "TOTAL", "C00", 0, 1000.0],
        ["A", 2023, "TUR", "X", "TKM", "W00", "TOTAL", "C00", 0, 500.0],
        ["A", 2023, "TUR", "X", "KAZ", "W00", "TOTAL", "C00", 2100, 10.0],
        ["A", 2023, "TUR", "X", "KAZ", "W00", "93", "C00", 0, 5.0],
        ["A", 2023, "TUR", "X", "W00", "W00", "TOTAL", "C00", 0, 99999.0],
        ["A", 2023, "UZB", "M", "TUR", "W00", "TOTAL", "C00", 0, ""],
    ]))  # fmt: skip


def economy(text: Text, table: Table) -> None:
    """isard's two tables, and the World Bank as an answer of its API, as bulk CSV, and as CSV with lines before the header."""
    gdp = ["ccode", "year", "mrgdppc", "sd_mrgdppc", "pwtrgdp", "sd_pwtrgdp", "pwtpop", "sd_pwtpop"]
    parquet("economy", "gdp_sample.parquet", [
        dict(zip(gdp, row, strict=True))
        for row in (
            [640.0, 2015.0, 100.0, 10.0, 2000.0, 1000.0, 80.0, 4.0],
            [705.0, 2015.0, 100.0, 10.0, 400.0, 500.0, 18.0, 1.0],
            [365.0, 1990.0, 90.0, 9.0, 3000.0, 300.0, 290.0, 10.0],
            [640.0, 1979.0, 50.0, 5.0, 500.0, 50.0, 40.0, 2.0],
            [345.0, 2001.0, 40.0, 4.0, None, None, None, None],
        )
    ])  # fmt: skip
    parquet("economy", "democracy_sample.parquet", [
        {"ccode": 640.0, "year": 2024.0, "polity2": None, "v2x_polyarchy": 0.3},
        {"ccode": 705.0, "year": 2024.0, "polity2": None, "v2x_polyarchy": 0.2},
        {"ccode": 2.0, "year": 2024.0, "polity2": None, "v2x_polyarchy": None},
        {"ccode": 2.0, "year": 1900.0, "polity2": 8.0, "v2x_polyarchy": 0.4},
    ])  # fmt: skip
    codes = {"pop": ("SP.POP.TOTL", "Population, total"), "lpi": ("LP.LPI.OVRL.XQ", "Logistics performance index"), "birds": ("XX.BIRDS", "Birds")}  # fmt: skip
    answers = [
        {"indicator": dict(zip(("id", "value"), codes[what], strict=True)), "country": {"id": "", "value": ""}, "countryiso3code": state, "date": year, "value": value, "unit": "", "obs_status": "", "decimal": 0}
        for what, state, year, value in (("pop", "TUR", "2023", 85000000), ("pop", "KAZ", "2023", 20000000), ("pop", "WLD", "2023", 8e9), ("pop", "TUR", "1970", 35000000), ("birds", "TUR", "2023", 5), ("lpi", "TUR", "2023", None), ("lpi", "KAZ", "2023", 2.7))
    ]  # fmt: skip
    meta = {"page": 1, "pages": 1, "per_page": 20000, "total": len(answers), "sourceid": "2", "lastupdated": "2025-01-01"}  # fmt: skip
    text("economy", "bank_sample.json", json.dumps([meta, answers]))
    header: list[object] = [
        "Country Name",
        "Country Code",
        "Indicator Name",
        "Indicator Code",
        "1979",
        "2000",
        "2001",
        "",
    ]
    lines: list[list[object]] = [
        ["Turkiye", "TUR", *reversed(codes["pop"]), 40000000, 64000000, 65000000, ""],
        ["Kosovo", "XKX", *reversed(codes["pop"]), "", 1700000, "", ""],
        ["World", "WLD", *reversed(codes["pop"]), 1, 6e9, 6e9, ""],
        ["Turkiye", "TUR", *reversed(codes["birds"]), 1, 2, 3, ""],
        ["Kazakhstan", "KAZ", *reversed(codes["lpi"]), "", "", "", ""],
    ]
    text("economy", "bank_sample.csv", table([header, *lines]))
    before: list[list[object]] = [["Data Source", "World Development Indicators", ""], [], ["Last Updated Date", "2025-01-01", ""], []]  # fmt: skip
    text("economy", "bank_api_sample.csv", table([*before, header, *lines]))


def rows_of(columns: str, *rows: list[object]) -> list[dict[str, object]]:
    """Rows under the names of their columns."""
    return [dict(zip(columns.split(), row, strict=True)) for row in rows]


def cow(text: Text, table: Table) -> None:
    """Six tables: missing codes, both directions of a dispute, spells that ended, a capital that moved."""
    parquet("cow", "capability_sample.parquet", rows_of(
        "ccode year milex milper irst pec tpop upop cinc",
        [640.0, 2020.0, 15000.0, 350.0, 1.0, 1.0, 80.0, 60.0, 0.015],
        [705.0, 2020.0, -9.0, 40.0, 1.0, 1.0, 19.0, 11.0, 0.002],
        [640.0, 1970.0, 500.0, 500.0, 1.0, 1.0, 35.0, 14.0, 0.01],
        [260.0, 1990.0, 40000.0, 470.0, 1.0, 1.0, 62.0, 40.0, 0.03],
    ))  # fmt: skip
    parquet("cow", "disputes_sample.parquet", rows_of(
        "dispnum ccode1 ccode2 year disponset hostlev1 hostlev2",
        [9001.0, 702.0, 703.0, 2000.0, 1.0, 3.0, 4.0],
        [9001.0, 703.0, 702.0, 2000.0, 1.0, 4.0, 3.0],
        [9002.0, 702.0, 703.0, 2000.0, 1.0, 2.0, 1.0],
        [9002.0, 703.0, 702.0, 2000.0, 1.0, 1.0, 2.0],
        [9001.0, 702.0, 703.0, 2001.0, 0.0, 3.0, 4.0],
        [9001.0, 703.0, 702.0, 2001.0, 0.0, 4.0, 3.0],
        [9000.0, 640.0, 350.0, 1974.0, 1.0, 4.0, 4.0],
    ))  # fmt: skip
    parquet("cow", "organisations_sample.parquet", rows_of(
        "ccode1 ccode2 year dyadigos",
        [640.0, 705.0, 2010.0, 30.0], [640.0, 705.0, 2011.0, 0.0], [640.0, 651.0, 1950.0, 9.0], [702.0, 705.0, 2010.0, -9.0],
    ))  # fmt: skip
    parquet("cow", "contiguity_sample.parquet", rows_of(
        "ccode1 ccode2 conttype stdate enddate",
        [703.0, 705.0, 1.0, "2014-12-01", "2016-12-01"], [705.0, 703.0, 1.0, "2014-12-01", "2016-12-01"],
        [640.0, 660.0, 4.0, "1979-03-01", "1980-11-01"], [640.0, 705.0, 0.0, "1992-01-01", "2016-12-01"],
    ))  # fmt: skip
    parquet("cow", "distance_sample.parquet", rows_of(
        "ccode1 ccode2 year mindist",
        [640.0, 705.0, 2000.0, 660.0], [640.0, 705.0, 2001.0, 660.5], [640.0, 705.0, 2002.0, 670.0],
    ))  # fmt: skip
    parquet("cow", "capitals_sample.parquet", rows_of(
        "ccode statenme capital stdate enddate lat lng",
        [705.0, "Kazakhstan", "Invented East", "2000-01-01", "2001-05-05", 0.0, 90.0],
        [705.0, "Kazakhstan", "Invented West", "2001-05-06", "2002-12-31", 0.0, 45.0],
        [640.0, "Turkey", "Invented South", "2000-01-01", "2002-12-31", 0.0, 0.0],
        [280.0, "Mecklenburg Schwerin", "Schwerin", "1837-02-02", "2024-12-31", 53.6, 11.4],
    ))  # fmt: skip


def conflict(text: Text, table: Table) -> None:
    """A rivalry that goes on and one that ended; conflicts between states, inside one, and colonial."""
    parquet("conflict", "rivalries_sample.parquet", rows_of(
        "tssr_id rivalry ccode1 ccode2 start end positional",
        [1, "Invented 1", 703.0, 702.0, 2018.0, 2020.0, 1.0], [2, "Invented 2", 640.0, 365.0, 1494.0, 1979.0, None],
    ))  # fmt: skip
    parquet("conflict", "conflicts_sample.parquet", rows_of(
        "conflict_id year gwno_a gwno_b incompatibility intensity_level type_of_conflict",
        [1.0, 2020.0, 703.0, 702.0, "territory", 1.0, "interstate"],
        [2.0, 2020.0, 702.0, None, "government", 1.0, "intrastate"],
        [3.0, 2020.0, 702.0, None, "territory", 2.0, "II"],
        [4.0, 1985.0, 220.0, None, "territory", 2.0, "extrasystemic"],
        [5.0, 1970.0, 640.0, None, "territory", 1.0, "intrastate"],
    ))  # fmt: skip


def politics(text: Text, table: Table) -> None:
    """A first leader, a regular and an irregular change; a year with two rows."""
    parquet("politics", "leaders_sample.parquet", rows_of(
        "obsid gwcode leader startdate enddate entry exit",
        ["KYR-1", 703.0, "Invented A", "1991-12-26", "2005-03-24", "Regular", "Irregular"],
        ["KYR-2", 703.0, "Invented B", "2005-03-25", "2010-04-07", "Irregular", "Regular"],
        ["KYR-3", 703.0, "Invented C", "2010-04-08", "2015-12-31", "Regular", "Still in Office"],
        ["TUR-1", 640.0, "Invented D", "1960-01-01", "1970-01-01", "Regular", "Regular"],
        ["TUR-2", 640.0, "Invented E", "1970-01-02", "2015-12-31", "Unknown", "Still in Office"],
    ))  # fmt: skip
    parquet("politics", "fractionalisation_sample.parquet", rows_of(
        "ccode gwcode year efindex",
        [705.0, 705.0, 2013.0, 0.6], [365.0, 365.0, 1991.0, 0.7], [365.0, 365.0, 1991.0, 0.3], [640.0, 640.0, 1960.0, 0.2],
    ))  # fmt: skip


def atop(text: Text, table: Table) -> None:
    """Members of invented alliances: signed by two, left alone, broken by both, replaced; promises by direction and year."""
    columns = "atopid member phase bilat ineffect yrent moent dayent yrexit moexit dayexit term termmode termcaus defense offense neutral nonagg consul"  # fmt: skip
    in_force, bare = [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1]
    text("atop", "members_sample.csv", table([
        columns.split(),
        [9001, 640, 0, 1, 1, 2010, 8, 16, *in_force, 1, 0, 0, 1, 1],
        [9001, 373, 0, 1, 1, 2010, 8, "", *in_force, 1, 0, 0, 1, 1],
        [9002, 704, 2, 0, 0, 2006, 8, 16, 2012, 6, "", 0, 3, 4, *bare],
        [9002, 365, 2, 0, 1, 1994, 4, 20, *in_force, *bare],
        [9002, 705, 2, 0, 1, 1994, 4, 20, *in_force, *bare],
        [9003, 365, 0, 1, 0, 1976, 1, 2, 1990, 1, 1, 2, 1, 4, *bare],
        [9003, 339, 0, 1, 0, 1976, 1, 2, 1990, 1, 1, 2, 1, 4, *bare],
        [9004, 640, 1, 1, 0, 1985, 1, 2, 1990, 1, 1, 3, 2, 1, *bare],
        [9004, 350, 1, 1, 0, 1975, 1, 2, 1990, 1, 1, 3, 2, 1, *bare],
        [1000, 200, 0, 1, 0, 1815, 1, 3, 1815, 2, 8, 1, 5, 3, *bare],
    ]))  # fmt: skip
    parquet("atop", "pair_years_sample.parquet", rows_of(
        "ccode1 ccode2 year atop_defense atop_offense atop_neutral atop_nonagg atop_consul",
        [640.0, 373.0, 2015.0, 1.0, 0.0, 0.0, 0.0, 0.0], [373.0, 640.0, 2015.0, 0.0, 0.0, 0.0, 0.0, 1.0],
        [640.0, 365.0, 1922.0, 0.0, 0.0, 0.0, 1.0, 0.0],
    ))  # fmt: skip


def geography(text: Text, table: Table) -> None:
    """Pairs with their mirror rows, one of which contradicts the other; cities of states. As text, and as R writes it."""
    pairs = "iso_o iso_d contig comlang_off comlang_ethno colony comcol curcol col45 smctry dist distcap distw distwces"
    text("geography", "pairs_sample.csv", table([
        pairs.split(),
        ["TUR", "KAZ", 0, 0, 0, 0, 0, 0, 0, 0, 3900, 3000, 3500.5, 3400],
        ["KAZ", "TUR", 0, 0, 0, 0, 0, 0, 0, 0, 3900, 3000, 3500.5, 3400],
        ["KAZ", "UZB", 1, 1, 0, 0, 0, 0, 0, 1, 700, 900, ".", "."],
        ["UZB", "KAZ", 1, 1, 0, 0, 0, 0, 0, 0, 700, 900, ".", "."],
        ["ROM", "TUR", 0, 0, 0, 0, 0, 0, 0, 0, 450, 750, 600, 590],
        ["TUR", "TUR", 0, 1, 1, 0, 0, 0, 0, 1, 300, 300, 400, 350],
    ]))  # fmt: skip
    cities = rows_of(
        "iso2 iso3 country area landlocked city_en cap",
        ["KZ", "KAZ", "Kazakhstan", 2717300.0, 1, "Almaty", 0], ["KZ", "KAZ", "Kazakhstan", 2717300.0, 1, "Astana", 1],
        ["TR", "TUR", "Turkey", None, 0, "Istanbul", 0],
    )  # fmt: skip
    place = SOURCES / "geography/sample/geo_cepii.rda"
    place.write_bytes(bz2.compress(r_object("geo_cepii", {c: [row[c] for row in cities] for c in cities[0]})))


def r_object(name: str, columns: Mapping[str, Sequence[object]]) -> bytes:
    """A data frame as R's save() writes it, version 2, before it is packed."""

    nil = struct.pack(">i", 254)

    def text(value: object) -> bytes:
        content = str(value).encode()
        return struct.pack(">ii", 9, -1) if value is None else struct.pack(">ii", 9 | 64 << 12, len(content)) + content

    def texts(values: Sequence[object]) -> bytes:
        return struct.pack(">ii", 16, len(values)) + b"".join(map(text, values))

    def vector(values: Sequence[object]) -> bytes:
        if all(isinstance(v, str) for v in values):
            return texts(values)
        if all(isinstance(v, date) for v in values):
            days = [(v - date(1970, 1, 1)).days for v in values]  # type: ignore[operator]
            return struct.pack(f">ii{len(days)}d", 0x30E, len(days), *days) + tagged("class", texts(["Date"])) + nil
        if all(isinstance(v, int) for v in values):
            return struct.pack(f">ii{len(values)}i", 13, len(values), *values)
        return struct.pack(f">ii{len(values)}d", 14, len(values), *(float("nan") if v is None else v for v in values))

    def tagged(tag: str, value: bytes) -> bytes:
        return struct.pack(">ii", 0x402, 1) + text(tag) + value

    rows = len(next(iter(columns.values())))
    attributes = (
        tagged("names", texts(list(columns)))
        + tagged("row.names", struct.pack(">iiii", 13, 2, -(2**31), -rows))
        + tagged("class", texts(["data.frame"]))
    )
    frame = struct.pack(">ii", 0x313, len(columns)) + b"".join(map(vector, columns.values())) + attributes + nil
    return b"RDX2\nX\n" + struct.pack(">iii", 2, 0x30500, 0x20300) + tagged(name, frame) + nil


def peace(text: Text, table: Table) -> None:
    """Levels with years that months of 9 have spoilt."""
    text("peace", "peace_years_sample.csv", table([
        ["dyad", "yearmonth", "peacelevel"],
        [640705, 2015, 0.5], [640705, 2016, 0.75], [640705, 2017, 0.625], [640365, 1920, 0.75],
        [702703, 2010, 0.25], [702703, 2011, 0.979167], [702703, 2012, 9.0], [702703, 2013, 0.25],
    ]))  # fmt: skip


def signals(text: Text, table: Table) -> None:
    """Two states, one of them a power itself."""
    names = [f"{power}_{signal}" for power in ("us", "uk", "fra", "rus", "chi") for signal in ("vis", "pact", "bit", "ex", "arms", "troops")]  # fmt: skip
    header: list[object] = ["ctry_yr", "ccode", "country", "year", *names, "us_words", "us_econaid", "log_us_arms"]
    kazakhstan = [1 if name in {"rus_vis", "us_bit", "rus_pact"} else 75 if name == "rus_arms" else 0 for name in names]
    text("signals", "signals_sample.csv", table([
        header,
        ["Kazakhstan2012", 705, "Kazakhstan", 2012, *kazakhstan, 3, 7.6e7, 0],
        ["Russia1985", 365, "Russia", 1985, *[0] * len(names), 12, 0, 0],
        ["Canada1950", 20, "Canada", 1950, *[0] * len(names), 27, 0, 2.7],
    ]))  # fmt: skip


def sanctions(text: Text, table: Table) -> None:
    """Cases with several senders, a target with a comma in its name, a target that is no state."""
    text("sanctions", "cases_sample.csv", table([
        ["case_id", "sanctioned_state", "sanctioning_state", "begin", "end", "trade", "descr_trade", "arms", "military", "financial", "travel", "other", "target_mult", "sender_mult", "objective", "success"],
        [9001, "Turkey", "EU, Norway, Yemen, North", 2019, 2022, 0, "", 1, 0, 1, 1, 0, 0, 1, "policy_change", "ongoing"],
        [9002, "Kyrgyzstan", "Uzbekistan", 2013, 2014, 1, "exp_part", 0, 0, 0, 0, 0, 0, 0, "other", "failed"],
        [9003, "Western Balkans", "United States", 2001, 2022, 0, "", 0, 0, 1, 1, 0, 1, 0, "other", "ongoing"],
        [9004, "Turkey", "Norway", 2021, 2022, 1, "exp_part", 0, 0, 0, 0, 0, 0, 0, "other", "ongoing"],
    ]))  # fmt: skip


def dyadday(text: Text, table: Table) -> None:
    """Three weeks, of which one lacks days and one has none at all."""
    days = [(2018, 1, 1, "TUR", "KAZ", 5.0), (2018, 1, 3, "KAZ", "TUR", -1.5), (2018, 1, 3, "TUR", "UZB", 2.0), (2018, 1, 16, "TUR", "KAZ", 3.0), (2018, 1, 16, "TUR", "TUR", 9.0)]  # fmt: skip
    parquet("dyadday", "days_sample.parquet", [{"date": date(y, m, d), "a": a, "b": b, "edge": e} for y, m, d, a, b, e in days])  # fmt: skip


def presence(text: Text, table: Table) -> None:
    """Two spellings of one state, a state that is no more, a place that is no state, a year too early."""
    text("presence", "troops_sample.csv", table([
        ["countryname", "year", "ccode", "iso3c", "region", "troops_ad", "total_civilian"],
        ["Kyrgyzstan", 2020, 703, "KGZ", "Central Asia", 12, 0],
        ["Bosnia & Herzegovina", 2013, 346, "BIH", "Europe", 9, 0],
        ["Bosnia and Herzegovina", 2013, 346, "BIH", "Europe", 0, 0],
        ["Czechoslovakia", 1985, 315, "NA", "Europe", 10, 0],
        ["Wake Island", 1990, 1020, "NA", "Pacific", 7, 0],
        ["Turkey", 1960, 640, "TUR", "Europe", 5000, 0],
    ]))  # fmt: skip


def softpower(text: Text, table: Table) -> None:
    """Public diplomacy with cells that are not known."""
    columns = "receiving_country year confucius_institutes sister_cities_established government_visits military_visits total_elite_visits ambassador_op_eds journalist_visits media_partnerships outbound_chinese_students inbound_students_to_china"  # fmt: skip
    text("softpower", "diplomacy_sample.csv", table([
        columns.split(),
        ["Kazakhstan", 2016, 0, 1, 9, 2, 11, "N/A", 5, "N/A", "N/A", 14000],
        ["Uzbekistan", 2018, *["N/A"] * 10],
    ]))  # fmt: skip
    names = "project_id recommended_for_research year usd_defl_2014 recipient_iso3 recipient_count"
    text("softpower", "finance_sample.csv", table([
        names.split(),
        [1, "True", 2010, 1500000.5, "KAZ", 1], [2, "True", 2010, 500000, "KAZ", 1], [3, "False", 2010, 9e9, "KAZ", 1],
        [4, "True", 2010, "", "UZB", 1], [5, "True", 2011, 100, " ", 3],
    ]))  # fmt: skip
    text("softpower", "visits_sample.csv", table([
        ["Year", "Name", "Level", "Country", "Continent"],
        [1991, "Invented A", "President", "Soviet Union", "Europe"], [2013, "Invented B", "President", "Kazakhstan", "Asia"],
        [2013, "Invented C", "Premier", "Kazakhstan", "Asia"], [1950, "Invented D", "Premier", "Soviet Union", "Europe"],
    ]))  # fmt: skip


def disinfo(text: Text, table: Table) -> None:
    """Cases about several states, told twice, about Russia alone."""
    page = "https://example.org/report"
    text("disinfo", "cases_sample.csv", table([
        ["date", "id", "title", "countries", "keywords", "languages", "outlets"],
        ["2020-05-04", f"{page}/1", "An invented tale of a lake", "Turkey+Russia+Baltic states", "Invented", "Russian", "Example TV+Example FM"],
        ["2020-05-04", f"{page}/1", "An invented tale of a lake", "Turkey+Russia+Baltic states", "Invented", "Russian", "Example TV"],
        ["2020-06-01", f"{page}/2", "An invented tale of a hill", "US+Kazakhstan", "", "Russian", ""],
        ["2020-07-01", f"{page}/3", "An invented tale of a wood", "Russia+Europe", "", "Russian", "Example TV"],
    ]))  # fmt: skip


def agreements(text: Text, table: Table) -> None:
    """Pairs with an agreement, without one, and with codes for not known."""
    text("agreements", "dcad_dyadic_sample.csv", table([
        ["ccode1", "abbrev1", "ccode2", "abbrev2", "year", "dcaGeneralV1", "dcaGeneralV2", "dcaSectorV1", "dcaSectorV2", "dcaAnyV1", "dcaAnyV2"],
        [640, "TUR", 705, "KZK", 2008, 1, 1, 0, 0, 1, 1],
        [705, "KZK", 640, "TUR", 2008, 1, 1, 0, 0, 1, 1],
        [640, "TUR", 701, "TKM", 2008, 0, 0, 0, 0, 0, 0],
        [640, "TUR", 704, "UZB", 2008, -88, -88, 0, 0, -99, 1],
        [640, "TUR", 703, "KYR", 2008, -88, -88, -99, -99, -88, -99],
    ]))  # fmt: skip


def icews(text: Text, table: Table) -> None:
    """A tab file of 20 columns; a table of names that has every state in the news, and one that has lost Turkey."""
    header: list[object] = ["Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text", "CAMEO Code", "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID", "Sentence Number", "Publisher", "City", "District", "Province", "Country", "Latitude", "Longitude"]  # fmt: skip
    sector = "Executive,Foreign Ministry,Government"

    def row(id: int, one: str, sectors: str, country: str, code: str, target: str = "Kazakhstan") -> list[object]:
        return [id, "2018-06-01", one, sectors, country, "Invented", code, 1, target, "NA" if target == "Kazakhstan" else sector, "Kazakhstan", 1, 2, "Example News", "Astana", "NA", "NA", "Kazakhstan", 51, 71]  # fmt: skip

    lines = [
        row(1, "Turkey", "NA", "Turkey", "057"),
        row(2, "Foreign Affairs (Turkey)", sector, "Turkey", "0421"),
        row(3, "Citizen (Turkey)", "Civilian", "Turkey", "040"),
        row(4, "Government (Kazakhstan)", sector, "Kazakhstan", "040"),
        row(5, "Military (Turkey)", "Military,Government", "Turkey", "190"),
        row(6, "the former Yugoslav Republic of Macedonia", "NA", "the former Yugoslav Republic of Macedonia", "040"),
    ]
    text("icews", "events.2018.sample.tab", "".join("\t".join(map(str, line)) + "\n" for line in (header, *lines)))
    news = ["China", "France", "Germany", "India", "Iran", "Israel", "Italy", "Japan", "Russia", "Syria", "Turkey", "United Kingdom", "United States"]  # fmt: skip
    facts = [("Turkey", "Sign formal agreement", "Kazakhstan"), ("Military (Turkey)", "Cooperate militarily", "Uzbekistan"), ("Citizen (Turkey)", "Consult", "Kazakhstan"), ("Invented Person", "Make a visit", "Turkey"), ("Ministry (Kazakhstan)", "Make statement", "Turkey"), ("Uzbekistan", "Consult", "Military (Uzbekistan)")]  # fmt: skip
    rows = [{"subject": s, "relation": r, "object": o, "date": date(2018, 3, 9), "split": "train"} for s, r, o in (*facts, *((n, "Make statement", "Kazakhstan") for n in news))]  # fmt: skip
    parquet("icews", "names_sample.parquet", rows)


def polecat(text: Text, table: Table) -> None:
    """Weekly files of POLECAT: a plain one, one with a surplus name in the header, one with empty columns behind."""
    header = ["Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts", "Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title", "Actor Name Raw", "Wikipedia Actor ID", "Recipient Name", "Recipient Country", "Recipient COW", "Primary Recipient Sector", "Recipient Sectors", "Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID", "Placename", "City", "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID", "Raw Placename", "Feature Type", "Source", "Publication Date", "Story People", "Story Organizations", "Story Locations", "Language", "Version"]  # fmt: skip

    def row(id: int, kind: str, mode: str, contexts: str, one: str = "TUR", other: str = "KAZ") -> list[str]:
        values = {"Event ID": f"{id}", "Event Date": "2023-05-01", "Event Type": kind, "Event Mode": mode, "Contexts": contexts, "Actor Country": one, "Primary Actor Sector": "GOV", "Recipient Country": other, "Primary Recipient Sector": "MIL", "Placename": "Invented", "Publication Date": "2023-05-02"}  # fmt: skip
        return [values.get(name, "None") for name in header]

    rows = [
        row(1, "AGREE", "None", "military;diplomatic"),
        row(2, "CONSULT", "visit", "diplomatic"),
        row(3, "SANCTION", "discontinue", "military", "USA", "TUR"),
        row(4, "PROTEST", "demo", "None"),
        row(5, "CONSULT", "visit", "None", "TUR; AZE", "KAZ"),
        row(6, "CONSULT", "visit", "None", "TUR", "TUR"),
        row(7, "AID", "None", "military", "TUR", "None"),
    ]

    def written(name: str, lines: list[list[str]]) -> None:
        text("polecat", name, "".join("\t".join(line) + "\n" for line in lines))

    written("ngecEvents.20230508.Release001.DV.txt", [header, *rows])
    written("ngecEvents.20230515.Release001.DV.txt", [[*header[:1], "Headline", *header[1:]], *rows[:4]])
    written("ngecEvents.20230522.Release001.DV.txt", [header, *([*line, "", ""] for line in rows[:2]), rows[2][:10], rows[3]])  # fmt: skip


def votes(text: Text, table: Table) -> None:
    """24 roll calls: two states alike, one that is against them, one that is seldom there; and one of another year."""
    calls = [float(n) for n in range(1, 26)]
    days = [date(2018, 12, 5)] * 24 + [date(1979, 1, 1)]
    cast = {"Turkey": ["yes", "no", "yes"], "Kazakhstan": ["yes", "no", "abstain"], "Russian Federation": ["no", "yes", "no"]}  # fmt: skip
    rows = [(n, name, choices[int(n) % 3]) for n in calls for name, choices in cast.items()]
    rows += [(1.0, "Uzbekistan", "yes"), (2.0, "Uzbekistan", "no")]
    place = SOURCES / "unga/sample"
    ballots = {name: [row[i] for row in rows] for i, name in enumerate(("rcid", "country", "vote"))}
    (place / "un_votes.rda").write_bytes(bz2.compress(r_object("un_votes", ballots)))
    about: dict[str, Sequence[object]] = {"rcid": calls, "date": days, "unres": [f"R/INVENTED/{n:g}" for n in calls]}
    (place / "un_roll_calls.rda").write_bytes(bz2.compress(r_object("un_roll_calls", about)))


WRITERS = (
    votes, trade, economy, cow, conflict, politics, atop, geography, peace, signals, sanctions, dyadday, presence, softpower,
    disinfo, agreements, icews, polecat,
)  # fmt: skip

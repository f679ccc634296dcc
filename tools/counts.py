"""Write docs/counts.md: of every file of a folder of real files how many rows were read, kept and left out, and why.

python tools/counts.py FOLDER
"""

import json
import sys
from collections import Counter
from itertools import groupby
from pathlib import Path

from comity.errors import ComityError
from comity.intake import claimed, manuals
from comity.lake import raw_file
from comity.sources import catalogue

TO = Path(__file__).parents[1] / "docs/counts.md"
MANY = 6  # files of one layout in one folder beyond which they share a line
HEAD = """\
# Rows read, kept and left out

Of each file of others' data that Comity was tried on: how many rows were found, how many became evidence, and why the rest
did not. Written by `tools/counts.py FOLDER`; a test reads the files again and compares, also with the number of rows that
whoever kept a copy wrote beside it (`SOURCE.txt`, where it says one). The files themselves are not shipped.

A row is what the file has one of: an event, a deal, a pair and year, an article. Rows kept may make several measures each.
Files that no source reads are [named with the reason](measures.md#files-that-are-deliberately-not-read).

| source and layout | file | said | rows | kept | left out |
|---|---|---|---:|---:|---|
"""
# What SOURCE.txt beside a file says of its rows, and why another number is read.
SAID: dict[str, tuple[int, str]] = {
    "atop/atop5_1m.csv": (2510, ""),
    "china_public_diplomacy/ChinesePublicDiplomacy.csv": (741, ""),
    "china_public_diplomacy/GlobalChineseOfficialFinanceDataset_v1.0.xlsx": (5466, ""),
    "china_public_diplomacy/WHO-WHERE-WHEN-dataset-v.1.1.xlsx": (595, ""),
    "cepii/dist_cepii.rda": (50176, ""),
    "euvsdisinfo/posts_2015-01_2021-02.csv": (11052, ""),
    "exercises_mme_jme/jme_v3.xls": (1790, ""),
    "exercises_mme_jme/mme-v7-long.csv": (13818, "a line a participant; they are put together by exercise"),
    "exercises_mme_jme/mme_v7.csv": (3707, ""),
    "gdelt_dyad_day/gdelt_dyad_day_2018_2024.parquet": (2706067, ""),
    "gdelt_v2_raw_samples/20260514083000.export.CSV.zip": (837, ""),
    "gdelt_v2_raw_samples/20260514090000.export.CSV.zip": (1265, ""),
    "gdelt_v2_raw_samples/20260611091500.translation.export.CSV": (956, ""),
    "gdelt_v2_raw_samples/20260611091500.translation.mentions.CSV": (1737, ""),
    "gdelt_v2_raw_samples/gdelt1_events_20160728_sample.tsv": (709, "the file has a line more"),
    "icews_sample/events.2018.sample.tab": (3705, ""),
    "peace_scale/peacedatav31dyyearmean.csv": (99387, ""),
    "peacesciencer/atop_alliance.parquet": (273296, ""),
    "peacesciencer/cow_igo_ndy.parquet": (917695, ""),
    "sanctions_gsdb/GSDB_V3.csv": (588, ""),
    "sipri/trade-register_all_1950-2024_gen2025-03-13.csv": (29519, "lines; four deals stand on two"),
    "sipri/trade-register_all_repo-commit2026-02-27.csv": (29507, "lines; four deals stand on two"),
    "sipri/trade-register_deliveries_1995-2025_gen2026-02-12.csv": (25024, "a line a delivery; they are put together by deal"),
    "support_signals/mcmanus_nieman_individual_signals.csv": (9266, ""),
    "tkg_icews/icews05_15_named.parquet": (461329, ""),
    "tkg_icews/icews14_named.parquet": (90730, ""),
    "tkg_icews/icews18_named.parquet": (468558, ""),
    "trade_itpd/itpd_e_total_2000_2016.parquet": (428463, ""),
    "unga/IdealpointsJuly2025.dta": (11440, ""),
    "unga/un_roll_calls.rda": (6203, ""),
    "unga/un_votes.rda": (870109, ""),
}  # fmt: skip


def line(source: str, layout: str, paths: list[Path], folder: Path) -> str:
    """One line of the table: a file, or many that are alike."""
    rows = kept = 0
    skipped: Counter[str] = Counter()
    failed: list[str] = []
    for path in paths:
        try:
            batch = catalogue()[source].read(raw_file(path), layout)
        except ComityError as error:
            failed.append(str(error))
            continue
        rows, kept = rows + batch.rows, kept + batch.kept
        skipped.update(batch.skipped)
    first = paths[0].relative_to(folder)
    name = f"`{first}`" if len(paths) == 1 else f"`{first.parts[0]}`: {len(paths)} files"
    count, because = SAID.get(str(first), (None, "")) if len(paths) == 1 else (None, "")
    said = f"{count:,}{': ' * bool(because)}{because}" if count else ""
    why = [f"{n:,} {reason}" for reason, n in sorted(skipped.items(), key=lambda one: (-one[1], one[0]))]
    why += [f"not read: {reason}" for reason in failed]
    return f"| {source}, {layout} | {name} | {said} | {rows:,} | {kept:,} | {'; '.join(why).replace('|', ' ')} |\n"


def main(folder: Path) -> None:
    """Read everything, and write the page."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    claims = list(claimed(paths, catalogue()))
    apart = manuals(claims)
    found = sorted(
        (source.card.name, layout, path.relative_to(folder).parts[0], path)
        for path, source, layout in claims
        if path not in apart
    )
    lines = []
    for (source, layout, _), alike in groupby(found, key=lambda one: one[:3]):
        same = [path for *_, path in alike]
        for some in [same] if len(same) > MANY else [[path] for path in same]:
            lines.append(line(source, layout, some, folder))
            sys.stderr.write(json.dumps(lines[-1], ensure_ascii=False) + "\n")
    TO.write_text(HEAD + "".join(lines), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

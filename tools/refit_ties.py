"""Fit the numbers of the ties anew: python tools/refit_ties.py FOLDER (of real files; `make refit`). Takes a minute or two.

Writes priors.toml and gravity.csv (what the filter uses), years.csv beside the built-in casebook (what part of each year it
shows) and docs/method/fits.md with fits.svg (every profile), all of them at the end. Same files, same numbers.
"""

from __future__ import annotations

import csv
import io
import math
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from comity import cases
from comity.draw.svg import drawing, tag, text
from comity.errors import ComityError
from comity.gravity import COVARIATES
from comity.lake import put
from comity.proof import histories, refit, thickness
from comity.proof.filters import GRID, Hyper
from comity.proof.lending import FLOORS, WEIGHTS, Lent
from comity.sources.casebook.read import Seen
from comity.vocabulary import TIES

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src/comity"
FILES = ("trade-register_all_1950-2024_gen2025-03-13.csv", "mme_v7.csv", "icews05_15_named.parquet", "cameo-codes.csv")
DOUBT = 0.25  # log standard deviation of detection: half the width of the bounds in years.csv, 2015-25, over 1.645
STOCK = """
# What stands once it is signed or opened, until it ends: the yearly chance that it ends without anybody saying so.
[stock]
agreement = 0.009 # ATOP 5.1, two-party alliances since 1992: 66 ends of any kind in 7,425 agreement-years
"""


class Profile(NamedTuple):
    """One number of the filter in one history."""

    best: float
    losses: list[tuple[float, int]]  # value -> log score lost, whole


def main(folder: Path) -> None:
    """Fit everything, then write it: who stops a run half-way keeps the files of the run before."""
    told("reading")
    worlds = histories.everything(folder)
    from_files = refit.fingerprint(folder, FILES)
    found = {}
    for i, world in enumerate(worlds.values(), 1):
        told(f"fitting {world.instrument}, {i} of {len(worlds)}")
        found[world.instrument] = refit.fitted(world)
    told("levels, memory and borrowing")
    shipped = cases.load("turan")
    years = years_of(thickness.seen(pages(shipped.folder / "casebook.csv")))
    with tempfile.TemporaryDirectory() as scratch:  # what a page of searches covers is read with the years beside it
        case = replace(shipped, folder=Path(shutil.copytree(shipped.folder, Path(scratch, shipped.folder.name))))
        (case.folder / "years.csv").write_text(years, "utf-8")
        level = refit.leveled(case, found)
    temper = refit.tempered(level, {name: found[refit.inherits(name)].hyper for name in TIES})
    remembered = refit.remembered(level, found, temper)
    memory = {name: refit.inherits(name, remembered.get(name)) for name in TIES}
    rows = refit.frozen(found, worlds, level, temper, memory)
    numbers = {r.instrument: Hyper(r.half_life, r.temper, r.spread, r.years, 1.0) for r in rows}
    lent = refit.lending(level, found, worlds, numbers)
    fits = list(found.values())
    made = {
        shipped.folder / "years.csv": years,
        PACKAGE / "priors.toml": priors_of(rows, refit.best_lent(lent), from_files),
        PACKAGE / "gravity.csv": gravity_of(rows),
        ROOT / "docs/method/fits.svg": drawn({fit.instrument: profiles(fit) for fit in fits}),
        ROOT / "docs/method/fits.md": page_of(rows, fits, level, temper, remembered, lent, from_files),
    }
    for path, content in made.items():
        put(path, content)
    told(f"wrote {', '.join(path.name for path in made)}")


def told(doing: str) -> None:
    """A line of progress, on stderr."""
    sys.stderr.write(f"ties: {doing}\n")


def pages(casebook: Path) -> list[tuple[int, int]]:
    """Year of the act and year of the page, of every row with a dated page."""
    with casebook.open(encoding="utf-8", newline="") as stream:
        return [
            (int(row["date"][:4]), int(row["source_date"][:4]))
            for row in csv.DictReader(stream)
            if row["source_date"] and int(row["date"][:4]) >= refit.BEGIN
        ]


def years_of(found: list[Seen]) -> str:
    """One line a year."""
    lines = [f"{s.year},{s.rows},{s.seen:.2f},{s.low:.2f},{s.high:.2f}" for s in found]
    return "\n".join(["year,rows,seen,low,high", *lines]) + "\n"


def priors_of(rows: list[refit.Frozen], borrowed: tuple[float, float], from_files: str) -> str:
    """The numbers of the filter, and how pairs differ in them."""
    head = [
        "# The frozen numbers of each instrument, written by `make refit`; docs/method/measurement.md says what they mean,",
        "# docs/method/fits.md shows every profile. Fitted on (SHA-256, first 12 digits):",
        *(f"#   {part}" for part in chunks(from_files)),
        "# half_life: years; years: evidence-years the prior is worth; temper: counted acts per independent act; spread: size of",
        "# a year's bursts (1e6 is none); elasticity: how counts follow the news volume; strong: acts a year of a strong tie.",
        "[prior]",
    ]
    lines = [
        f"{r.instrument:<12} = {{ half_life = {r.half_life}, years = {r.years}, temper = {r.temper}, spread = {r.spread:g}, "
        f"elasticity = {r.elasticity}, strong = {r.strong:.3g} }}"
        for r in rows
    ]
    doubt = [
        "",
        "# How pairs differ: [half_life, temper, share of pairs]; and the log standard deviation of detection.",
        "[doubt]",
        f"detection = {DOUBT}",
        *(f"{r.instrument:<12} = [{', '.join(f'[{h}, {p}, {s}]' for h, p, s in r.doubt)}]" for r in rows),
    ]
    lends = [
        "",
        "# What a pair's other instruments say of one: ((floor + seen) / (floor + due)) ^ weight on its prior mean.",
        "[borrowed]",
        f"weight = {borrowed[0]}",
        f"floor = {borrowed[1]} # independent acts",
    ]
    return "\n".join([*head, *lines, *doubt, *lends]) + "\n" + STOCK


def chunks(text: str) -> list[str]:
    """File and digits, two words a line."""
    words = text.split()
    return [" ".join(words[i : i + 2]) for i in range(0, len(words), 2)]


def gravity_of(rows: list[refit.Frozen]) -> str:
    """The coefficients of the prior means."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["instrument", "intercept", *COVARIATES, "world", "history"])
    for r in rows:
        writer.writerow([r.instrument, *(f"{b:.4f}" for b in r.slopes), f"{r.world:.5f}", r.level_from])
    return stream.getvalue()


def page_of(
    rows: list[refit.Frozen],
    found: list[refit.Fit],
    level: refit.Level,
    temper: float,
    remembered: dict[str, dict[str, float]],
    lent: list[Lent],
    from_files: str,
) -> str:
    """Every profile as a table."""
    out = [
        "# Fits: the numbers of the filter and how sharply history decides them",
        "",
        "Written by `make refit` from real files; what each number means is in [From reports to ties](measurement.md).",
        f"Files, with the first digits of their SHA-256: {from_files}.",
        "",
        "| instrument | half-life | prior years | temper | spread | elasticity | memory from | prior mean from |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {r.instrument} | {r.half_life} | {r.years} | {r.temper} | {bursts(r.spread)} | {r.elasticity} | {r.memory_from} | {r.level_from} |"
            for r in rows
        ),
        "",
        f"Temper {temper} of the eight instruments without whole lists of their own is the best for the merged acts of the built-in",
        "casebook, beside the best spread; prior years of these are the fitted product of temper and years, over that temper.",
        "Acts of each instrument for one small exercise that the world's pattern expects (the level, from the casebook): "
        + ", ".join(f"{name} {value:.2f}" for name, value in level.of.items())
        + ".",
        "",
        "## Whose memory",
        "",
        "Training, intelligence, border work and basing have no history of the world and take that of material cooperation. The casebook's acts of",
        f"{refit.BEGIN + refit.WARM}-{refit.CHOSEN_TO} overrule a nearest history where another foretells them better by a log score of {refit.CLEAR:g}. Log score lost",
        "against the best history:",
        "",
        "| instrument | " + " | ".join(next(iter(remembered.values()))) + " |",
        "|---" * (len(next(iter(remembered.values()))) + 1) + "|",
        *(f"| {name} | " + " | ".join(f"{-v:.1f}" for v in of.values()) + " |" for name, of in remembered.items()),
        "",
        "## Borrowing",
        "",
        "Log score gained over borrowing nothing, by weight (across) and floor (down), in the year ahead of every pair and instrument.",
        "Weight and floor are those of the largest gain over the first two tables together.",
        *(line for table in lent for line in lent_table(table)),
        "",
        "## Profiles",
        "",
        "Log score lost against the best value, the other numbers held at theirs. A loss of 2 is doubt, one of 20 is none.",
        "",
        "![Every profile: the log score lost rises from nought at the best value to either side](fits.svg)",
        "",
        "Upwards the loss, from nought, on a logarithmic axis; to the right the values of the tables below. The dot is the best value, the broken line",
        "a loss of 2: what lies under it is in doubt. An empty place: no news volume, so no elasticity.",
    ]
    for fit in found:
        hyper = ", ".join(f"{n} {bursts(v)}" for n, v in fit.hyper._asdict().items())
        out += [
            "",
            f"### {fit.instrument}",
            "",
            f"{fit.what}; {fit.n:,} pairs and years scored, each on the year ahead. Best: {hyper}.",
            f"Gravity explains {fit.explained:.0%} of the deviance of the pairs' means: "
            + ", ".join(f"{n} {b:+.2f}" for n, b in zip(COVARIATES, fit.slopes[1:], strict=True))
            + ".",
            "",
        ]
        for name, profile in profiles(fit).items():
            out += [
                f"| {name} | " + " | ".join(bursts(v) for v, _ in profile.losses) + " |",
                "|---" * (len(profile.losses) + 1) + "|",
                "| loss | " + " | ".join(f"{loss}" for _, loss in profile.losses) + " |",
                "",
            ]
    return "\n".join(out).rstrip() + "\n"


def profiles(fit: refit.Fit) -> dict[str, Profile]:
    """The profiles of one history, by number of the filter; none of a number that moves nothing."""
    return {
        name: Profile(getattr(fit.hyper, name), [(value, round(-gain)) for value, gain in gains])
        for name, gains in ((name, fit.profiles[name]) for name in GRID)
        if max(abs(gain) for _, gain in gains) >= 0.05
    }


def drawn(found: dict[str, dict[str, Profile]]) -> str:
    """Every profile as a small picture, a history a row and a number of the filter a column; readable on white and on black."""
    wide, high, left, top = 150.0, 52.0, 84.0, 22.0
    tall = math.log1p(max(loss for of in found.values() for profile in of.values() for _, loss in profile.losses))
    parts = [text(name, left + i * wide, 14.0, fill="#808080") for i, name in enumerate(GRID)]
    for row, (instrument, of) in enumerate(found.items()):
        parts.append(text(instrument, 0.0, top + row * high + 28, fill="#808080"))
        for column, name in enumerate(GRID):
            x0, y0 = left + column * wide, top + row * high + 34
            parts += panel(of[name], x0, y0, wide - 26, 32 / tall) if name in of else []
    size = left + len(GRID) * wide, top + len(found) * high
    whole = tag("g", *parts, font_family="sans-serif", font_size="11")
    return drawing(*size, "Profiles of the log score", whole, class_="drawn") + "\n"


def panel(profile: Profile, x0: float, y0: float, wide: float, unit: float) -> list[str]:
    """One profile: the loss over the values in order, with the first, the best and the last of them named below."""
    values = [value for value, _ in profile.losses]
    best, last = values.index(profile.best), len(values) - 1
    xs = [x0 + i * wide / last for i in range(last + 1)]
    shown = [i for i in range(last + 1) if i == best or (i in {0, last} and abs(i - best) > 1)]
    ys = [y0 - unit * math.log1p(loss) for _, loss in profile.losses]
    doubt = y0 - unit * math.log1p(2)
    return [
        tag("path", d=f"M{x0:.1f} {doubt:.1f}h{wide:.1f}", stroke="#808080", stroke_dasharray="2 3", fill="none"),
        tag("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True)), stroke="#2f7fb5", stroke_width="1.5", fill="none"),
        tag("circle", cx=xs[best], cy=ys[best], r="3", fill="#d2691e"),
        *(text(bursts(values[i]), xs[i], y0 + 12, fill="#808080", font_size="9", text_anchor="middle") for i in shown),
    ]  # fmt: skip


def lent_table(table: Lent) -> list[str]:
    """One history's gains."""
    return [
        "",
        f"{table.what[0].upper()}{table.what[1:]}; {table.n:,} pairs, instruments and years.",
        "",
        "| floor | " + " | ".join(f"{w:g}" for w in WEIGHTS) + " |",
        "|---" * (len(WEIGHTS) + 1) + "|",
        *(f"| {f:g} | " + " | ".join(f"{table.gains[w, f]:.1f}" for w in WEIGHTS) + " |" for f in FLOORS),
    ]


def bursts(value: float) -> str:
    """A number as the tables print it."""
    return "none" if value >= 1e6 else f"{value:g}"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("say the folder of the files: python tools/refit_ties.py FOLDER")
    try:
        main(Path(sys.argv[1]))
    except ComityError as error:
        sys.exit(f"ties: {error}")

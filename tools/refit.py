"""Fits the shipped model of rupture anew: from raw files (--from DIR) or from a store (--lake DIR), into the package.

    python tools/refit.py --from ../shared/data

Takes half a minute. The same files and the same chronicle give the same bytes.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from comity import intake
from comity.lake import Lake, put
from comity.rupture import fit
from comity.rupture.chronicle import LAST_DAY, chronicle
from comity.rupture.ends import parties
from comity.rupture.world import NEEDED, of_lake
from comity.sources import catalogue

SOURCES = ("sipri", "atop", "presence", "unga", "cow", "economy", "conflict")
TO = Path(__file__).parents[1] / "src/comity/rupture" / fit.FILE


def read(folder: Path, lake: Lake) -> Lake:
    """The store with every file of the folder that the model's sources recognise."""
    wanted = {name: source for name, source in catalogue().items() if name in SOURCES}
    claims = list(intake.claimed(intake.files_in(folder), wanted))
    _, _, failures = intake.absorb(lake, claims, lambda what, done, total: told(f"reading {what} {done} of {total}"))
    if failures:
        sys.exit("\n".join(f"{f.path}: {f.why}" for f in failures))
    return lake


def told(doing: str) -> None:
    """A line of progress, on stderr."""
    sys.stderr.write(f"rupture: {doing}\n")


def main() -> None:
    """Fits, and writes the file."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    of = asked.add_mutually_exclusive_group(required=True)
    of.add_argument("--from", dest="folder", type=Path, metavar="DIR", help="read raw files from this folder")
    of.add_argument("--lake", type=Path, metavar="DIR", help="use this store as it is")
    asked.add_argument("--to", type=Path, default=TO)
    args = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lake = Lake(args.lake) if args.lake else read(args.folder, Lake(Path(scratch)))
        world = of_lake(lake, parties(chronicle()))
        if world.missing:
            where = args.lake or args.folder
            sys.exit(f"rupture: {where} lacks {', '.join(NEEDED[name] for name in world.missing)}; nothing was written")
        told("fitting")
        put(args.to, fit.written(fit.learn(world, chronicle(), LAST_DAY)))
        told(f"wrote {args.to.name}")


if __name__ == "__main__":
    main()

"""Fits the shipped model of rupture anew: from raw files (--from DIR) or from a store (--lake DIR), into the package.

    python tools/refit.py --from ../shared/data

The same files and the same chronicle give the same bytes.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from comity import intake
from comity.lake import Lake
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
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    _, _, failures = intake.absorb(lake, list(intake.claimed(files, wanted)))
    if failures:
        sys.exit("\n".join(f"{f.path}: {f.why}" for f in failures))
    return lake


def main() -> None:
    """Fits, and writes the file."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--from", dest="folder", type=Path, help="read raw files from this folder")
    asked.add_argument("--lake", type=Path, help="use this store as it is")
    asked.add_argument("--to", type=Path, default=TO)
    args = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lake = Lake(args.lake) if args.lake else read(args.folder or Path("../shared/data"), Lake(Path(scratch)))
        world = of_lake(lake, parties(chronicle()))
        if world.missing:
            sys.exit(f"the store lacks {', '.join(NEEDED[name] for name in world.missing)}")
        args.to.write_text(fit.written(fit.learn(world, chronicle(), LAST_DAY)), "utf-8")


if __name__ == "__main__":
    main()

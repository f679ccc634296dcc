"""Estimate the effect library anew and write src/comity/scenarios/effects.toml.

python tools/effects.py DIR   (a folder with the files of SIPRI, ICEWS, GDELT, MME, GSDB, GML, Archigos and ATOP; see docs/method/scenarios.md)
"""

import sys
from pathlib import Path

from comity.scenarios.effects import Effect
from comity.scenarios.replay.estimate import everything

TO = Path(__file__).parents[1] / "src/comity/scenarios/effects.toml"


def written(effect: Effect) -> str:
    """One effect as TOML."""
    values = effect.model_dump(exclude={"key"}, exclude_none=True)
    lines = [f"{k} = {v if isinstance(v, (int, float)) else chr(34) + str(v) + chr(34)}" for k, v in values.items()]
    return "\n".join([f'[effect."{effect.key}"]', *lines])


if __name__ == "__main__":
    found = [written(effect) for effect in everything(Path(sys.argv[1]))]
    head = "# Written by tools/effects.py from the data named in each entry. Logs, for a size of 1."
    TO.write_text("\n\n".join([head + '\nversion = "2026-11-25"', *found]) + "\n", "utf-8")

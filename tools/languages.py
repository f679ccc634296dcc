"""Write src/comity/knowledge/languages.csv: who speaks what in each state, from Unicode's CLDR as the installed Babel has it.

    python tools/languages.py

It is kept as a file because CLDR changes from edition to edition, and what is expected of a pair rests on it: after a
newer edition `make refit` is due. Shares are of the state's people; scripts of one language are one.
"""

import csv
from io import StringIO
from pathlib import Path

from babel.languages import get_territory_language_info

from comity.lake import put
from comity.states import alpha2_of, countries

OUT = Path(__file__).parents[1] / "src/comity/knowledge/languages.csv"


def spoken(state: str) -> dict[str, float]:
    """Languages of a state and the share of its people who speak each."""
    found: dict[str, float] = {}
    for name, facts in get_territory_language_info(alpha2_of(state) or "").items():
        tongue = name.split("_")[0]
        found[tongue] = max(found.get(tongue, 0.0), float(facts["population_percent"] or 0) / 100)
    return found


stream = StringIO()
writer = csv.writer(stream, lineterminator="\n")
writer.writerow(["state", "language", "share"])
writer.writerows(
    (state, tongue, f"{share:.3g}")
    for state in sorted(countries())
    for tongue, share in sorted(spoken(state).items())
    if share
)
put(OUT, stream.getvalue())

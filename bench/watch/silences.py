"""What do the rules of silences and of rises leave of a case's rate shifts?

python bench/watch/silences.py STORE [CASE]

Counts every rise and every fall that the charts raise since 2005 as known today, parts of wider ones included: with both
rules; of the falls also those if every silence spoke, of the rises also those if all acts counted alike.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from comity import cases, flow
from comity.lake import Lake
from comity.watch.feed import trusted, vetoed, volumes
from comity.watch.rate import RISE, alarms
from comity.watch.shift import _within
from comity.watch.streams import ends, streams


def main(store: str, name: str = "turan") -> None:
    """One line a count."""
    case, lake, today = cases.load(name), Lake(Path(store)), datetime.now(UTC).date()
    picture = flow.picture(case, lake, today)
    months, known = ends(today), (picture.acts, picture.reports, picture.coverage)
    every = streams(*known, case.roles, today)
    fed = _within(volumes(picture.reports, months), picture.coverage, months)
    ill, well = vetoed(fed), trusted(fed)

    def kinds(*, silences: bool, rises: bool) -> list[str]:
        return [
            alarm.kind
            for s in every
            for alarm in alarms(
                s.counts.tolist(),
                s.exposure.tolist(),
                ill,
                well,
                s.look.speaks if silences else None,
                s.before.alike if rises else None,
            )
        ]

    both = kinds(silences=True, rises=True)
    untold = sum("cannot be told" in text for text in picture.alerts["text"])
    print(f"rises {both.count(RISE)}, of these 'cannot be told' {untold}")
    print(f"rises if all acts counted alike {kinds(silences=True, rises=False).count(RISE)}")
    print(f"falls {len(both) - both.count(RISE)}")
    loud = kinds(silences=False, rises=True)
    print(f"falls if every silence spoke {len(loud) - loud.count(RISE)}")


if __name__ == "__main__":
    main(*sys.argv[1:])

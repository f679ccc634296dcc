"""What every bench returns."""

from __future__ import annotations

from typing import Any, NamedTuple


class Measure(NamedTuple):
    """One figure: seconds for the work, and for the same work as others do it, timed in the same run."""

    name: str
    value: float
    unit: str
    limit: float | None = None  # what the same work costs at least; null where there is no such floor
    peer: float | None = None  # what a peer needs; null when it is not installed
    peer_name: str | None = None
    n: int = 1  # rows, or pairs times instruments times months
    low: float | None = None  # 95 % interval, where chance in what was measured counts
    high: float | None = None

    def row(self) -> dict[str, Any]:
        """The figure as the command line prints it, with its interval where it has one."""
        fields = self._asdict()
        return fields if self.low is not None else {k: v for k, v in fields.items() if k not in {"low", "high"}}

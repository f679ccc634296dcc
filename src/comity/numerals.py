"""How a number or a day looks to a reader: the same on a page, in the terminal, in a feed and on paper; a dash where there is none."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime

MISSING = "–"
MOST = 10  # times its whole: more is not told


def number(value: float | None, digits: int = 1) -> str:
    """A number of a fixed width of digits; what would round to nought is said to be less than the last of them.

    >>> number(0.04), number(3.14159), number(-0.04), number(0.5, 0), number(0), number(None)
    ('<0.1', '3.1', '>-0.1', '<1', '0.0', '–')
    """
    if value is None:
        return MISSING
    shown = f"{value:.{digits}f}"
    if value and not float(shown):
        return f"<{10**-digits}" if value > 0 else f">-{10**-digits}"
    return shown


def short(value: float | None) -> str:
    """A number of any size in as few signs as tell it.

    >>> short(0.034), short(0.5), short(12.34), short(3278.0), short(0.0), short(0.004), short(None)
    ('0.03', '0.50', '12', '3,278', '0', '<0.01', '–')
    """
    if not value:
        return MISSING if value is None else "0"
    if abs(value) >= 10:
        return f"{value:,.0f}"
    return number(value, 2 if abs(value) < 1 else 1)


def whole(value: float | None) -> str:
    """A number as its source gave it, to ten digits.

    >>> whole(123456.789), whole(0.00012), whole(2.0), whole(None)
    ('123,456.789', '0.00012', '2', '–')
    """
    return MISSING if value is None else f"{value:,.10g}"


def many(n: int, noun: str) -> str:
    """A number with its noun.

    >>> many(1, "act"), many(0, "act"), many(12, "act")
    ('1 act', '0 acts', '12 acts')
    """
    return f"{n} {noun if n == 1 else noun + 's'}"


def listed(words: Sequence[str]) -> str:
    """Words as prose.

    >>> listed(["arms", "drills", "talks"]), listed(["arms"]), listed([])
    ('arms, drills and talks', 'arms', '')
    """
    *most, last = words or [""]
    return f"{', '.join(most)} and {last}" if most else last


def capital(words: str) -> str:
    """The words with a capital at their beginning, and the rest as it is.

    >>> capital("arms of NATO")
    'Arms of NATO'
    """
    return words[:1].upper() + words[1:]


def percent(value: float | None, digits: int = 0) -> str:
    """A share as per cent, which reads as none or all only where it is; past tenfold, which only a whole near nothing gives, that it is more.

    >>> percent(0.874), percent(0.004), percent(0.996), percent(0), percent(1), percent(0.996, 1)
    ('87%', '<1%', '>99%', '0%', '100%', '99.6%')
    >>> percent(5.82), percent(52270.34), percent(None)
    ('582%', 'over 1,000%', '–')
    """
    if value is None:
        return MISSING
    if value > MOST:
        return f"over {MOST:,.0%}"
    shown = number(100 * value, digits)
    if value < 1 and shown == number(100, digits):
        shown = f">{100 - 10**-digits}"
    return f"{shown}%"


def drawn(share: float | None, draws: int) -> str:
    """A share of so many draws as per cent: where none or all of them agree, what lies beyond one draw is not known.

    >>> drawn(0.0, 200), drawn(1.0, 200), drawn(0.644, 200), drawn(None, 200)
    ('<0.5%', '>99.5%', '64%', '–')
    """
    if share is None or 0 < share < 1:
        return percent(share)
    edge = 100 / draws
    return f">{100 - edge:g}%" if share else f"<{edge:g}%"


def of_all(share: float, count: int) -> str:
    """A share of so many, in words where it is none or all of them.

    >>> of_all(0.644, 200), of_all(1.0, 200), of_all(0.0, 200)
    ('64% of 200', 'all of 200', 'none of 200')
    """
    return f"{'all' if share == 1 else percent(share) if share else 'none'} of {count}"


def thousand(chance: float) -> str:
    """A chance as so many in a thousand, a small one with more digits.

    >>> thousand(0.0123), thousand(0.0123 / 4), thousand(0.0002), thousand(1e-6), thousand(0)
    ('12', '3.1', '0.20', '<0.01', '0')
    """
    digits = 0 if not chance or chance >= 0.0095 else 1 if chance >= 0.00095 else 2
    return number(1000 * chance, digits)


def added(chance: float) -> str:
    """What is added to a chance, in a thousand, with its sign.

    >>> added(0.0087), added(-0.0123), added(0)
    ('+8.7', '-12', '0')
    """
    return f"{'+' if chance > 0 else '-' if chance < 0 else ''}{thousand(abs(chance))}"


def signed(value: float, digits: int = 1) -> str:
    """A change with its sign; none where it rounds to nothing.

    >>> signed(8.7), signed(-0.3, 2), signed(-0.03)
    ('+8.7', '-0.30', '0.0')
    """
    shown = f"{value:+.{digits}f}"
    return shown if any(c in "123456789" for c in shown) else shown[1:]


def day(value: date | datetime | None) -> str:
    """A day as in 3 May 2024."""
    return MISSING if value is None else f"{value.day} {value:%b %Y}"


def span(start: date, end: date) -> str:
    """An interval as precisely as it is known.

    >>> span(date(2024, 5, 3), date(2024, 5, 3)), span(date(2024, 5, 1), date(2024, 5, 31)), span(date(2024, 1, 1), date(2024, 12, 31))
    ('2024-05-03', '2024-05', '2024')
    >>> span(date(2024, 5, 1), date(2024, 5, 28)), span(date(2024, 2, 1), date(2024, 2, 29)), span(date(2023, 1, 1), date(2024, 12, 31))
    ('2024-05-01 to 2024-05-28', '2024-02', '2023 to 2024')
    """
    if start == end:
        return start.isoformat()
    whole_year = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
    if whole_year:
        return str(start.year) if start.year == end.year else f"{start.year} to {end.year}"
    if start.day == 1 and end == start.replace(day=monthrange(start.year, start.month)[1]):
        return f"{start:%Y-%m}"
    return f"{start.isoformat()} to {end.isoformat()}"

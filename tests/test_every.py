"""A watch that goes on for ever: on time whatever the clocks do, over passes that fail, until it is told to stop."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module

import pytest

from comity.cli.every import LEAP, beats, stoppable
from comity.errors import MissingExtra, StoreError, UsageError

HOUR = 3600.0


@dataclass
class Time:
    """Two clocks that move when somebody sleeps; what is due at a moment of the first happens then."""

    run: float = 5000.0
    wall: float = 1_800_000_000.0
    happens: dict[float, Callable[[], None]] = field(default_factory=dict)  # seconds since the start
    start: float = 5000.0

    @property
    def since(self) -> float:
        return self.run - self.start

    def sleep(self, seconds: float) -> None:
        self.run, self.wall = self.run + seconds, self.wall + seconds
        for when in sorted(w for w in self.happens if w <= self.since):
            self.happens.pop(when)()

    def set(self, seconds: float) -> None:
        """The clock on the wall is set forward or back."""
        self.wall += seconds

    def beats(self, pause: float, stopped: Callable[[], bool] = lambda: False) -> Iterator[None]:
        return beats(pause, stopped, lambda: self.run, lambda: self.wall, self.sleep)

    def told(self, n: int, takes: float = 0.0) -> list[int]:
        """When the first n beats of each 15 minutes come, in seconds, if what is done takes some."""
        found = []
        for _, _ in zip(range(n), self.beats(900), strict=False):
            found.append(round(self.since))
            self.sleep(takes)
        return found


def test_beats_keep_to_their_times_however_long_a_pass_takes() -> None:
    assert Time().told(4) == [0, 900, 1800, 2700]
    assert Time().told(4, takes=100) == [0, 900, 1800, 2700]
    assert Time().told(200, takes=899)[-1] == 199 * 900
    assert Time().told(4, takes=900) == [0, 1800, 3600, 5400]  # due as it ends: the next one
    assert Time().told(4, takes=2000) == [0, 2700, 5400, 8100]  # two left out, and never two at once


def test_a_clock_that_is_set_back_delays_nothing_and_one_set_forward_brings_one_beat_early() -> None:
    back = Time()
    back.happens[100] = lambda: back.set(-HOUR)
    assert back.told(4) == [0, 900, 1800, 2700]
    forward = Time()
    forward.happens[100] = lambda: forward.set(HOUR)
    assert forward.told(4) == [0, 100, 900, 1800]  # an hour is four times 15 minutes, so the others stay
    kept = Time()
    for when in range(1, 2700, 10):
        kept.happens[when] = lambda: kept.set(0.5)  # as clocks are kept right
    assert kept.told(3) == [0, 900, 1800]
    leap = Time()
    leap.happens[100] = lambda: leap.set(LEAP)
    assert leap.told(3) == [0, 840, 1740]


def test_a_laptop_that_slept_has_its_pass_when_it_wakes_and_one_only() -> None:
    """The first clock stood still for eight hours and ten minutes; beats go on by quarters of an hour since the start."""
    time = Time()
    time.happens[100] = lambda: time.set(8 * HOUR + 600)
    assert time.told(4) == [0, 100, 300, 1200]


def test_a_pass_through_which_a_laptop_slept_is_followed_by_the_next_in_time() -> None:
    time, found = Time(), []
    for _ in time.beats(900):
        found.append(time.since)
        if len(found) == 1:
            time.set(8 * HOUR)
        if len(found) == 3:
            break
    assert found == [0, 900, 1800]


def test_a_stop_ends_the_waiting_within_a_second_and_lets_a_pass_end() -> None:
    time, said = Time(), list[str]()
    time.happens[100.5] = lambda: said.append("stop")
    assert [time.since for _ in time.beats(900, lambda: bool(said))] == [0]
    assert 100.5 <= time.since <= 101.5
    assert list(time.beats(900, lambda: True)) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_a_stop_and_a_second_one_interrupts(number: int) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with stoppable() as stopped:
        assert not stopped()
        os.kill(os.getpid(), number)
        assert stopped()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


def test_a_watch_outlives_passes_that_fail_and_ends_when_it_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    watching, time = import_module("comity.cli.watch"), Time()
    fails = [StoreError("another update is writing"), None, OSError("no space left"), UsageError("no such case"), None]
    begun: list[float] = []

    def one(*_: object, **__: object) -> bool:
        begun.append(time.since)
        if len(begun) == len(fails):
            os.kill(os.getpid(), signal.SIGTERM)
        if error := fails[len(begun) - 1]:
            raise error
        return False

    monkeypatch.setattr(watching, "_pass", one)
    clocks = partial(beats, ran=lambda: time.run, wall=lambda: time.wall, sleep=time.sleep)
    monkeypatch.setattr(watching, "beats", clocks)
    watching.watch(None, "turan", every="15m")
    assert begun == [0, 900, 1800, 2700, 3600]
    *failed, stopped = [line for line in capsys.readouterr().err.splitlines() if "stopping" not in line]
    assert [line.partition(" UTC ")[2] for line in failed] == [
        f"failed: {error}; the next is in 15m at most" for error in fails if error
    ]
    assert stopped == "note: stopped; the same command goes on"


@pytest.mark.parametrize("error", [UsageError("no case of that name"), MissingExtra("pip install 'comity[alerts]'")])
def test_a_command_typed_wrongly_ends_a_watch_at_its_first_pass(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    watching = import_module("comity.cli.watch")

    def one(*_: object, **__: object) -> bool:
        raise error

    monkeypatch.setattr(watching, "_pass", one)
    with pytest.raises(type(error)):
        watching.watch(None, "turan", every="15m")

"""Backtest the forecast of the program: how long a balance lasts, in simulated worlds whose future is known.

Every world is drawn from a seed: weeks of looks at one balance, with top-ups, late booking, gaps and whatever else
happens. The program imports them all, and is then asked at random moments, by a clock of the world, with `balance
history` and `balance check --min-days`. The true runway is when the money present at that moment is used up. Beside it
stands what a user might calculate from the same looks. Needs nothing but the program; deterministic for a seed.
"""

import argparse
import os
import sys
import tempfile
from bisect import bisect_right
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from math import inf, isfinite, isnan, nan
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Final

from baselines import BASELINES, Reading, divide
from replay import Replay, open_replay
from report import encode, render
from score import Forecast, Moment, Warned, find_days, is_same, judge, to_float
from simulation import HOUR
from worlds import WORLDS, Story, draw_story

GATES: Final = (1.0, 2.0)
"""The days of --min-days."""
SHORTEST: Final = 1 / 24
"""Days: a truth below this is not evaluated, because any error is then a large share of it."""
STEP: Final = 900
"""Seconds between two checks during a runaway."""


@dataclass(frozen=True)
class Evaluation:
    """One world of one seed, as the program and the baselines see it."""

    replay: Replay
    seed: int
    readings: Sequence[Reading]

    def forecast(self, at: float) -> dict[str, Forecast]:
        """Return the forecast of every method at a time."""
        shown = self.replay.history(at)
        low = to_float(shown.get("runway_days_low"))
        high = to_float(shown.get("runway_days_high"), missing=nan if isnan(low) else inf)
        checked = {gate: self.replay.check(at, gate) for gate in GATES}
        gates = {gate: verdict for gate, (verdict, _) in checked.items()}
        differs = not all(is_same(find_days(row), find_days(shown)) for _, row in checked.values())
        found = {"balance": Forecast(find_days(shown), gates, low, high, differs)}
        for name, days in self.calculate(at).items():
            found[name] = Forecast(days, {gate: judge(days, gate) for gate in GATES})
        return found

    def calculate(self, at: float) -> dict[str, float]:
        """Return the runway that each baseline finds at a time, in days."""
        seen = self.readings[: bisect_right(self.readings, (at, inf))]
        now = (at, to_float(self.replay.show(at)["remaining"]))
        return {name: divide(now[1], method([*seen, now])) for name, method in BASELINES.items()}

    def find_warnings(self, begin: float, end: float) -> dict[str, float]:
        """Return how many hours before the end of a runaway each method says that less than a day remains."""
        found: dict[str, float] = {}
        at = begin + STEP
        while at < end:
            days = self.calculate(at)
            verdicts = {"balance": self.replay.check(at, 1)[0], **{name: judge(days[name], 1) for name in days}}
            for name, verdict in verdicts.items():
                if verdict != "ok":
                    found.setdefault(name, (end - at) / HOUR)
            at += STEP
        return {name: found.get(name, 0.0) for name in ("balance", *BASELINES)}


def main() -> None:
    """Draw the worlds, replay them, and print what came of it."""
    given = parse_arguments()
    worlds = [world for world in WORLDS if any(fnmatchcase(world.name, one) for one in given.world or ["*"])]
    if not worlds:
        sys.exit(f"foresight: no such world; the worlds are {'; '.join(world.name for world in WORLDS)}")
    seeds = given.seed or ([1] if given.quick else [1, 2, 3])
    tasks = [(world.name, seed) for seed in seeds for world in worlds]
    moments, warned = list[Moment](), list[Warned]()
    workers = min(os.cpu_count() or 1, len(tasks))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for number, (some, warning) in enumerate(pool.map(partial(evaluate, given.moments), tasks), 1):
            moments += some
            warned += [warning] if warning else []
            show_progress(f"{number} of {len(tasks)} worlds")
    show_progress("")
    calendar = {world.name for world in worlds if world.calendar}
    write = encode if given.json else partial(render, markdown=given.markdown)
    sys.stdout.write(write(moments, warned, calendar))


def parse_arguments() -> argparse.Namespace:
    """Return the options of this script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument(
        "--seed", type=int, nargs="+", metavar="N", help="the seeds to draw worlds from (default 1 2 3)"
    )
    names = "; ".join(world.name for world in WORLDS)
    parser.add_argument("--world", nargs="+", metavar="PATTERN", help=f"only these worlds, by name or pattern: {names}")
    parser.add_argument("--moments", type=int, default=30, metavar="N", help="evaluations of each world (default 30)")
    parser.add_argument("--quick", action="store_true", help="only 8 evaluations of each world, from one seed")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print every measure, and every evaluation, as JSON")
    form.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    given = parser.parse_args()
    if given.quick:
        given.moments = 8
    return given


def evaluate(count: int, task: tuple[str, int]) -> tuple[list[Moment], Warned | None]:
    """Evaluate a world of a seed at random moments, in a process without other work."""
    name, seed = task
    world = next(world for world in WORLDS if world.name == name)
    story = draw_story(world, Random(f"{seed} {name}"))  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory() as folder, open_replay(world, story, Path(folder)) as replay:
        readings = sorted((look.at + look.skew, to_float(replay.show(look.at)["remaining"])) for look in story.looks)
        evaluation = Evaluation(replay, seed, readings)
        moments = [
            Moment(name, seed, int(at), story.account.runway(at), evaluation.forecast(at))
            for at in choose_moments(story, count, Random(f"{seed} {name} moments"))  # noqa: S311 - no secret
        ]
        warned = Warned(name, seed, evaluation.find_warnings(*story.runaway)) if story.runaway else None
    return moments, warned


def choose_moments(story: Story, count: int, dice: Random) -> list[float]:
    """Return the moments of an evaluation, equally many of each part of a story."""
    chosen = list[float]()
    for part in story.moments:
        runways = {at: story.account.runway(at) for at in part}
        known = [at for at, days in runways.items() if days >= SHORTEST and isfinite(days)]
        chosen += dice.sample(known, min(count // len(story.moments), len(known)))
    return sorted(chosen)


def show_progress(text: str) -> None:
    """Show how far the backtest is, on a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


if __name__ == "__main__":
    main()

"""Holds the package against the plain-Python oracle over many drawn shops.

Usage: python benchmarks/against_the_oracle.py [--shops 1000] [--first 0] [--jobs 2]

Every shop is drawn from its own seed, with everything that goes wrong in real ones: ties, edges of
every window, hand-overs, closes, failures, several exports, clocks without a zone, tickets,
refunds, guests. All models are compared, all states at an early, a middle and a late as-of, and
every metric under drawn options, cuts, filters and periods. Of ten shops nine work out the states
of an as-of once and ask all about it of those tables, as a page does, which takes half the time. A
shop that differs is told with its seed; ``--first SEED --shops 1`` repeats it.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import multiprocessing
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from convocommerce.measuring import query
from convocommerce.measuring.keeping import Keeper
from convocommerce.metrics import CATALOGUE, DIMENSIONS
from convocommerce.periods import Period
from convocommerce.warehouse import Database
from oracle import Oracle
from oracle_compare import (
    MODELS,
    assert_same_figures,
    built,
    fetched,
    found_figures,
    found_states,
    model_rows,
    oracle_states,
)
from oracle_exports import draw_told_shop
from oracle_shops import DrawnShop, draw_shop

LATER = dt.timedelta(days=40)


def check(seed: int) -> tuple[int, list[str], Counter[str]]:
    """Compare one shop; return its seed, what differed and how much was compared."""
    wrong: list[str] = []
    done: Counter[str] = Counter()
    random = Random(f"questions to {seed}")
    people = random.choice((3, 8, 15, 25))
    try:
        # Every third shop is told by one whole export in UTC, without a helpdesk.
        shop = draw_shop(seed, people) if seed % 3 == 0 else draw_told_shop(seed, people)
        database, oracle = built(shop)
        with database, _asked(database, is_plain=seed % 10 == 0):
            _compare(shop, database, oracle, random, wrong, done)
    except Exception:  # noqa: BLE001  # a shop that breaks is told like one that differs
        wrong.append(traceback.format_exc())
    return seed, wrong, done


class _Kept(Keeper):
    """Keeps the states of every day, from the first question about them on."""

    def table(self, states: str, common: str, as_of: dt.datetime) -> str:
        """Return the table that holds these states."""
        if (states, as_of) not in self._kept:
            name = self._kept[states, as_of] = f"kept_{states}_{len(self._kept)}"
            sql = f"create temp table {name} as with {common} from {states}"
            self.con.execute(sql, {"as_of": as_of} if "$as_of" in sql else {})
        return self._kept[states, as_of]


@contextlib.contextmanager
def _asked(database: Database, *, is_plain: bool) -> Iterator[None]:
    if is_plain:
        yield
        return
    keeper = _Kept(database.con, dt.date.min)
    with mock.patch.object(query, "kept", lambda _, *asked: keeper.table(*asked[:3])):
        yield


def _compare(
    shop: DrawnShop,
    database: Database,
    oracle: Oracle,
    random: Random,
    wrong: list[str],
    done: Counter[str],
) -> None:
    told = model_rows(oracle)
    for name, sql in MODELS.items():
        done["rows of models"] += len(told[name])
        if fetched(database, sql) != told[name]:
            wrong.append(f"model {name}")
    early, middle = sorted(random.sample(shop.instants, 2))
    edge = middle + dt.timedelta(milliseconds=random.choice((-1, 1, 300_000, 3_600_000)))
    for as_of in (early, middle, edge, shop.instants[-1] + LATER):
        found, known = found_states(database, as_of), oracle_states(oracle, as_of)
        for name, rows in known.items():
            done["rows of states"] += len(rows)
            if found[name] != rows:
                wrong.append(f"state {name} at {as_of}")
        for metric in CATALOGUE:
            asked = _drawn_question(metric, shop, as_of, random)
            done["questions"] += 1
            try:
                figures = oracle.ask(metric, as_of, **asked)
                done["figures"] += len(figures)
                assert_same_figures(found_figures(database, metric, as_of, **asked), figures)
            except AssertionError as error:
                wrong.append(f"{metric} at {as_of} asked {asked}: {error}")


def _drawn_question(
    metric: str, shop: DrawnShop, as_of: dt.datetime, random: Random
) -> dict[str, Any]:
    options = {name: random.choice(of) for name, of in CATALOGUE[metric].options.items()}
    by = tuple(random.sample(list(DIMENSIONS), random.choice((0, 1, 1, 2))))
    where: dict[str, list[Any]] = {}
    if random.random() < 0.3:
        where["channel"] = random.choice((["messenger"], ["email", "instagram"], ["none"]))
    if random.random() < 0.2:
        where["weekday"] = random.sample(range(1, 8), 3)
    if random.random() < 0.2:
        where["contact_kind"] = ["returning"]
    period = None
    day = random.choice(shop.instants).date()
    if random.random() < 0.4 and day < as_of.date():
        week = day.isocalendar()
        period = Period(random.choice((f"{day:%Y-%m}", f"{week.year}-W{week.week:02d}", f"{day}")))
    # Like a page's own cut: filters that leave nothing are asked too.
    return {"by": by, "where": where, "period": period, "options": options}


def main() -> int:
    """Compare the asked shops, and print what differed and how much was compared."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shops", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    begun, n_wrong, total = time.monotonic(), 0, Counter[str]()
    seeds = range(asked.first, asked.first + asked.shops)
    with multiprocessing.get_context("spawn").Pool(asked.jobs) as pool:
        for seed, wrong, done in pool.imap_unordered(check, seeds, chunksize=5):
            total += done
            total["shops"] += 1
            if total["shops"] % 50 == 0:
                print(f"{total['shops']} shops so far, {n_wrong} differ", file=sys.stderr)
            n_wrong += bool(wrong)
            for one in wrong:
                print(f"seed {seed}: {one}", flush=True)
    shops = total.pop("shops")
    counts = ", ".join(f"{number} {name}" for name, number in total.items())
    print(f"{shops} shops, {n_wrong} differ; {counts}; {time.monotonic() - begun:.0f} s")
    return int(n_wrong > 0)


if __name__ == "__main__":
    sys.exit(main())

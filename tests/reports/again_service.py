"""What the page says of service, worked out again in plain Python."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections import defaultdict
from itertools import pairwise
from statistics import fmean

import numpy as np
from scipy.special import betaln
from scipy.stats import beta

from reports.again import (
    DAY,
    HOUR,
    Account,
    Row,
    Told,
    World,
    answered_by,
    count,
    is_open,
    key,
    local,
    quantile,
    share,
    within,
)


def shown_as(agent: str) -> str:
    """The short hash that stands for an employee on a page."""
    return hashlib.sha256(agent.encode()).hexdigest()[:6]


MARKS = (60, 300, 900, 3600, 4 * 3600, 86400, 3 * 86400)


def waits_of(rows: list[Row]) -> list[tuple[float, bool]]:
    found = []
    for row in rows:
        if not row["is_cut_off"]:
            told = row["human_calendar_seconds"]
            seen = row["observed_calendar_seconds"] if told is None else told
            found.append((seen, told is not None))
    return found


def speed(world: World) -> Account:
    """Curves of waiting, and what became of first questions: this week, and four weeks before."""
    before: list[Row] = []
    for ago in range(1, 5):
        days = world.ending(world.week.end - dt.timedelta(weeks=ago), 7)
        before += world.states("conversations", days, weeks_ago=ago)
    stretch = world.ending(world.week.start, 28).name
    found: Account = {}
    for name, rows in ((world.week.name, world.states("conversations", world.week)),
                       (stretch, before)):  # fmt: skip
        waits = waits_of(rows)
        n_open = sum(not ended for _, ended in waits)
        for mark in MARKS:
            found[key("first_response_time", "answered_by", name, seconds=mark)] = answered_by(
                waits, mark
            )
        found[key("first_response_time", "curve_size", name)] = Told(
            float(len(waits)), len(waits), n_open
        )
        whole = [row["wait_state"] for row in rows if not row["is_cut_off"]]
        for state in ("answered", "waiting", "closed", "window_lost"):
            found[key("wait_state", "share", name, state=state)] = share(
                whole.count(state), len(whole)
            )
    return found


def parts(world: World) -> Account:
    """Means of the two parts of a wait; their intervals are drawn anew, so only near."""
    found: Account = {}
    rows = [row for row in world.states("conversations", world.week) if not row["is_cut_off"]]
    for hours in ("opening", "calendar"):
        for handed, name in ((True, "yes"), (False, "no")):
            waits = sorted(
                (row[f"human_{hours}_seconds"], row["conversation_id"],
                 row[f"bot_part_{hours}_seconds"] or 0.0)
                for row in rows
                if row["is_handed_over"] is handed and row[f"human_{hours}_seconds"] is not None
            )  # fmt: skip
            pairs = [(bot, whole - bot) for whole, _, bot in waits]
            draws = random.Random(7)
            n, third = len(pairs), len(pairs) // 3
            runs = {"fast": (0, third), "middle": (third, n - third), "slow": (n - third, n),
                    "all": (0, n)}  # fmt: skip
            drawn = [
                [pairs[i] for i in sorted(draws.randrange(n) for _ in range(n))]
                for _ in range(2000)
            ]
            for label, (first, last) in runs.items():
                for part, pick in (
                    ("bot", lambda one: one[0]),
                    ("person", lambda one: one[1]),
                    ("whole", lambda one: one[0] + one[1]),
                ):
                    means = sorted(fmean(map(pick, turn[first:last])) for turn in drawn)
                    low, high = (float(np.quantile(means, at)) for at in (0.025, 0.975))
                    group = {"handed_over": name, "third": label, "hours": hours}
                    found[key("wait_parts", part, world.week.name, **group)] = Told(
                        fmean(map(pick, pairs[first:last])),
                        last - first,
                        0,
                        low,
                        high,
                        near=(high - low) / 5,
                    )
    return found


def rhythm(world: World) -> Account:
    """Questions, answers and people waiting by the hour, and hours in which nobody answered."""
    days = world.four
    questions: dict[tuple[int, int], int] = defaultdict(int)
    answers: dict[tuple[int, int], int] = defaultdict(int)
    waited: dict[tuple[int, int], float] = defaultdict(float)
    touched: dict[tuple[int, int], int] = defaultdict(int)
    spoke = {
        said.at // HOUR
        for talk in world.oracle.talks
        for said in talk.said
        if said.role == "human" and said.at <= world.now
    }
    open_ones: dict[bool, list[int]] = {True: [0, 0], False: [0, 0]}

    def cell(at: int) -> tuple[int, int]:
        return local(at).isoweekday(), local(at).hour

    for _, _, asked, human, _ in world.legs():
        if within(asked, days):
            questions[cell(asked)] += 1
            row = open_ones[is_open(asked)]
            row[0] += 1
            row[1] += asked // HOUR not in spoke
        if human is not None and within(human, days):
            answers[cell(human)] += 1
        end = min(human or world.now, asked + DAY, world.now)
        # Amsterdam lies whole hours beside UTC.
        at = asked // HOUR * HOUR
        while at < end:
            if within(at, days):
                waited[cell(at)] += min(end, at + HOUR) - max(asked, at)
                touched[cell(at)] += 1
            at += HOUR
    found: Account = {}
    for weekday in range(1, 8):
        for hour in range(24):
            place = weekday, hour
            group = {"weekday": weekday, "hour": hour}
            found[key("rhythm", "questions", days.name, **group)] = count(questions[place])
            found[key("rhythm", "answers", days.name, **group)] = count(answers[place])
            found[key("rhythm", "waiting", days.name, **group)] = Told(
                waited[place] / (4 * HOUR), touched[place]
            )
    for state, name in ((True, "yes"), (False, "no")):
        asked_n, uncovered = open_ones[state]
        found[key("coverage", "questions", days.name, is_open=name)] = count(asked_n)
        found[key("coverage", "uncovered_share", days.name, is_open=name)] = share(
            uncovered, asked_n
        )
    # The hours to staff are the three in a row in which most people wait.
    most, place = max(
        (sum(waited[weekday, hour + i] for i in range(3)) / (12 * HOUR), (weekday, hour))
        for weekday in range(1, 8)
        for hour in range(22)
    )
    found[key("unmet_demand", "waiting", days.name, weekday=place[0], hour=place[1])] = Told(
        round(most, 1), max(touched[place[0], place[1] + i] for i in range(3))
    )
    return found


def team(world: World) -> Account:
    """Who answered how soon, and how much they had in hand."""
    days, between = world.four, world.oracle.open_time
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    left = {"answered": 0, "unnamed": 0, "unanswered": 0, "outside": 0}
    stretches = handled(world)
    in_hand: dict[int, list[float]] = defaultdict(list)
    for talk, _, asked, human, agent in world.legs():
        if not within(asked, days):
            continue
        if human is not None and agent is not None:
            others = {
                key_
                for key_, who, first, last in stretches
                if who == agent and first <= asked < last and key_ != talk.key
            }
            in_hand[min(len(others) + 1, 5)].append((human - asked) / 1000)
        if not is_open(asked):
            left["outside"] += 1
        elif human is None:
            left["unanswered"] += 1
        elif agent is None:
            left["unnamed"] += 1
        else:
            left["answered"] += 1
            row = counts[agent]
            row[0] += between(asked, human) <= 300_000
            row[1] += 1
    found: Account = {key("team", statistic, days.name): count(n) for statistic, n in left.items()}
    for (agent, (k, n)), told in zip(counts.items(), estimates(list(counts.values())), strict=True):
        found[key("agents", "share", days.name, agent=shown_as(agent))] = share(k, n)
        found[key("agents", "estimate", days.name, agent=shown_as(agent))] = told
    for in_hand_n, seconds in in_hand.items():
        for statistic, p in (("median", 0.5), ("p90", 0.9)):
            found[key("speed_at_load", statistic, days.name, in_hand=in_hand_n)] = quantile(
                seconds, p
            )
    mine: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for _, who, first, last in stretches:
        if within(first, days):
            mine[who].append((first, last))
    for agent, those in mine.items():
        moments = sorted({moment for one in those for moment in one})
        levels = [
            (after - before, sum(first <= before < last for first, last in those))
            for before, after in pairwise(moments)
        ]
        busy = sum(length for length, level in levels if level)
        handled_ms = sum(length * level for length, level in levels)
        group = {"agent": shown_as(agent)}
        found[key("agent_loads", "average", days.name, **group)] = Told(
            handled_ms / busy if busy else None, len(those)
        )
        found[key("agent_loads", "most", days.name, **group)] = Told(
            max((level for _, level in levels), default=1), len(those)
        )
    return found


def handled(world: World) -> list[tuple[int, str, int, int]]:
    """Stretches in which an employee handled a conversation, as (conversation, who, from, to)."""
    found = []
    for talk in world.oracle.talks:
        said = [
            one for one in talk.said if one.role in ("customer", "human") and one.at <= world.now
        ]
        owners: list[str | None] = []
        owner: str | None = None
        for one in reversed(said):
            owner = (one.agent_id or "") if one.role == "human" else owner
            owners.append(owner)
        owners.reverse()
        runs: list[list[int]] = []
        for place, one in enumerate(said):
            is_new = not place or one.at - said[place - 1].at > 30 * 60_000
            if is_new or owners[place] != owners[place - 1]:
                runs.append([])
            runs[-1].append(place)
        for run in runs:
            who = owners[run[0]]
            if who and any(said[i].role == "human" for i in run):
                found.append((talk.key, who, said[run[0]].at, said[run[-1]].at))
    return found


def estimates(counts: list[list[int]]) -> list[Told]:
    """Shares drawn to those of all: a beta prior averaged over an even grid of its mean and spread.

    The grid is coarse beside the quadrature of the package, so estimates are only near.
    """
    mean, spread = np.meshgrid(
        (np.arange(400) + 0.5) / 400, (np.arange(400) + 0.5) / 400, indexing="ij"
    )
    a, b = (mean / spread**2).ravel(), ((1 - mean) / spread**2).ravel()
    told = sum(betaln(a + k, b + n - k) - betaln(a, b) for k, n in counts)
    weight = np.exp(told - np.max(told))
    weight /= weight.sum()
    found = []
    for k, n in counts:
        chance, draws = np.random.default_rng(3), 40_000
        which = chance.choice(len(weight), size=draws, p=weight)
        drawn = beta.rvs(a[which] + k, b[which] + n - k, random_state=chance)
        low, high = np.quantile(drawn, [0.025, 0.975])
        value = float(weight @ ((a + k) / (a + b + n)))
        found.append(Told(value, n, 0, float(low), float(high), near=0.006))
    return found


def usual(values: list[float | None], *, most: float | None) -> Told | None:
    """The limits that weeks set for the next: their mean, and 2.66 mean moves around it."""
    known = [one for one in values if one is not None]
    moves = [
        abs(b - a) for a, b in pairwise(values)
        if a is not None and b is not None
    ]  # fmt: skip
    if len(known) < 8 or not moves:
        return None
    centre, reach = fmean(known), 3 / 1.128 * fmean(moves)
    high = centre + reach if most is None else min(centre + reach, most)
    return Told(centre, len(known), 0, max(0.0, centre - reach), high)

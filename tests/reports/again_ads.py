"""What the page says of ads, and of what is credited with sales, once more in plain Python."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import pairwise, permutations

from reports.again import (
    DAY,
    Account,
    Told,
    World,
    count,
    key,
    share,
    within,
)
from reports.again_sales import sold, touched

ADS = ("ad", "inbox_ad", "sponsored_message")
Path = tuple[str, ...]


def ads(world: World) -> Account:
    """What campaigns cost and brought, what the platform claims, and spend by day."""
    found: Account = {}
    name = world.week.name
    days = [
        one
        for one in world.tables["ad_days"]
        if one["breakdown"] == "none" and world.week.start <= one["day"] < world.week.end
    ]
    rows = [one for one in world.states("conversations", world.week) if one["entry_point"] in ADS]
    orders = [
        one
        for one in world.oracle.order_states(world.now)
        if one["is_sale"]
        and one["entry_point"] in ADS
        and one["started_local"] is not None
        and world.week.start <= one["started_local"].date() < world.week.end
    ]
    for campaign in {one["campaign_name"] for one in days} | {one["campaign"] for one in rows}:
        mine = [one for one in days if one["campaign_name"] == campaign]
        spend = float(sum((one["spend_amount"] or 0 for one in mine), Decimal(0)))
        n = sum(one["campaign"] == campaign for one in rows)
        answered = sum(
            one["campaign"] == campaign and one["human_calendar_seconds"] is not None
            for one in rows
        )
        sales = [one for one in orders if one["campaign"] == campaign]
        net = float(sum((one["net_amount"] for one in sales), Decimal(0)))
        claimed = [one["purchase_amount"] for one in mine if one["purchase_amount"] is not None]

        def tell(statistic: str, told: Told, campaign: str = campaign) -> None:
            found[key("ad_costs", statistic, name, campaign=campaign)] = told

        tell("spend", Told(spend, 0))
        tell("conversations", count(n))
        tell("orders", count(len(sales)))
        if claimed:
            tell("claimed_return", Told(float(sum(claimed)) / spend, 0))
        if n:
            tell("per_conversation", Told(spend / n, n))
            for statistic, k in (("per_answered", answered), ("per_order", len(sales))):
                told = share(k, n)
                if k:
                    low, high = (spend / n / (end or math.inf) for end in (told.high, told.low))
                    tell(statistic, Told(spend / k, k, 0, low, high))
            tell("observed_return", Told(net / spend, len(sales)))
        for statistic, column in (("claimed_conversations", "conversations_started"),
                                  ("claimed_purchases", "purchases")):  # fmt: skip
            values = [one[column] for one in mine if one[column] is not None]
            if values:
                found[key("ad_claims", statistic, name, campaign=campaign)] = Told(sum(values), 0)
    for day in {one["day"] for one in days}:
        mine = [one for one in days if one["day"] == day]
        group = {"day": day.isoformat()}
        spend = float(sum((one["spend_amount"] or 0 for one in mine), Decimal(0)))
        found[key("ad_spend", "spend", name, **group)] = Told(spend, len(mine))
        found[key("ad_spend", "ads", name, **group)] = Told(len(mine), len(mine))
    return found


def attribution(world: World) -> Account:
    """What every model credits: paths to sales and to nothing, walked through one by one."""
    window = int(world.rules.attribution_window_days * DAY)
    entry = {talk.key: world.oracle.entry_point(talk) for talk in world.talks}
    sales: list[tuple[Path, list[float], Decimal]] = []
    used: set[int] = set()
    for order in sold(world):
        met = sorted(touched(order, world.talks, window), key=lambda one: (one.started_at, one.key))
        used |= {one.key for one in met}
        if within(order.at, world.week):
            ages = [(order.at - (one.last_spoken(order.at) or 0)) / DAY for one in met]
            sales.append((tuple(entry[one.key] for one in met), ages, order.net(world.now)))
    runs: list[tuple[int, int, list[str]]] = []
    begun = [one for one in world.talks if (one.first_customer_at or 0) <= world.now]
    for talk in sorted(begun, key=lambda one: (one.contact, one.started_at, one.key)):
        if talk.key in used:
            continue
        last = talk.last_spoken(world.now) or 0
        if runs and runs[-1][0] == talk.contact and talk.started_at - runs[-1][1] <= window:
            contact, before, path = runs[-1]
            runs[-1] = contact, max(last, before), [*path, entry[talk.key]]
        else:
            runs.append((talk.contact, last, [entry[talk.key]]))
    nothing = [
        tuple(path) for _, last, path in runs
        if last + window <= world.now and within(last, world.week)
    ]  # fmt: skip
    met_by: Counter[str] = Counter()
    credit: dict[str, Counter[str]] = defaultdict(Counter)
    money: dict[str, Counter[str]] = defaultdict(Counter)
    for path, ages, amount in sales:
        met_by.update(set(path))
        n = len(path)
        if not n:
            continue
        decayed = [0.5 ** (age / 7) for age in ages]
        weights = {
            "first": [1.0, *[0.0] * (n - 1)],
            "last": [*[0.0] * (n - 1), 1.0],
            "linear": [1 / n] * n,
            "position": [1.0] if n == 1 else [0.5] * 2 if n == 2
            else [0.4, *[0.2 / (n - 2)] * (n - 2), 0.4],
            "time_decay": [one / sum(decayed) for one in decayed],
        }  # fmt: skip
        for model, parts in weights.items():
            for channel, weight in zip(path, parts, strict=True):
                credit[model][channel] += weight  # type: ignore[assignment]  # a part of a sale
                money[model][channel] += weight * float(amount)  # type: ignore[assignment]
    paths = [(path, 1, float(amount)) for path, _, amount in sales if path]
    paths += [(path, 0, 0.0) for path in nothing]
    channels = sorted({channel for path, *_ in paths for channel in path})
    n_sold = sum(won for _, won, _ in paths)
    earned = sum(amount for *_, amount in paths)
    whole = walked(paths, None)
    lost = {one: 1 - walked(paths, one) / whole for one in channels}
    found: Account = {}
    for place, unit in ((1, ""), (2, "_amount")):
        played = shapley(paths, channels, place)
        total = n_sold if place == 1 else earned
        for channel in channels:
            group = {"channel": channel, "currency": "EUR"}
            n = met_by[channel]
            told = {model: (credit, money)[place - 1][model][channel] for model in credit}
            told |= {"markov": total * lost[channel] / sum(lost.values()),
                     "shapley": played[channel]}  # fmt: skip
            for model, value in told.items():
                # Credits add up to the cent, so that a cent may stand with another channel.
                found[key("attribution", f"{model}{unit}", world.week.name, **group)] = Told(
                    value, n, near=0.011 if unit else 1e-5
                )
    return found


def walked(paths: list[tuple[Path, int, float]], without: str | None) -> float:
    """The chance of a sale when everybody who arrives at a channel ends in nothing."""
    steps: dict[str, Counter[str]] = defaultdict(Counter)
    for path, won, _ in paths:
        every = ["start", *path, "sale" if won else "nothing"]
        for one, other in pairwise(every):
            steps[one][other] += 1
    here, won_so_far = {"start": 1.0}, 0.0
    while sum(here.values()) > 1e-13:
        there: dict[str, float] = defaultdict(float)
        for state, mass in here.items():
            for other, n in steps[state].items():
                part = mass * n / sum(steps[state].values())
                if other == "sale":
                    won_so_far += part
                elif other not in ("nothing", without):
                    there[other] += part
        here = there
    return won_so_far


def shapley(
    paths: list[tuple[Path, int, float]], channels: list[str], place: int
) -> dict[str, float]:
    """What a channel adds, over all orders in which the channels could join."""
    people: Counter[frozenset[str]] = Counter()
    won: dict[frozenset[str], float] = defaultdict(float)
    for one in paths:
        people[frozenset(one[0])] += 1
        won[frozenset(one[0])] += float(one[place])

    def rate(group: frozenset[str]) -> float:
        if people[group]:
            return won[group] / people[group]
        inside = [won[met] / n for met, n in people.items() if n and met <= group]
        return max(inside, default=0.0)

    def worth(group: frozenset[str]) -> float:
        return sum(n * rate(met & group) for met, n in list(people.items()) if met & group)

    value = dict.fromkeys(channels, 0.0)
    orders = list(permutations(channels))
    for order in orders:
        for at, channel in enumerate(order):
            joined = frozenset(order[:at])
            value[channel] += worth(joined | {channel}) - worth(joined)
    return {channel: total / len(orders) for channel, total in value.items()}

"""What the page says of its badge and of lost questions, worked out again in plain Python."""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from collections import defaultdict
from statistics import fmean, median
from typing import Any

from convocommerce.periods import Period
from convocommerce.windows import WINDOW_RULES
from oracle_talk import EPOCH, millis
from reports.again import (
    DAY,
    HOUR,
    Account,
    Told,
    World,
    count,
    key,
    local,
    share,
    utc,
    within,
)

RULES = {
    # answered within a day or the same day; how times are averaged; the fastest so many
    "fastest_90": (False, fmean, 90),
    "same_day": (True, fmean, 100),
    "median_2015": (False, median, 100),
    "median_2017": (False, median, 100),
}


def badge(world: World) -> Account:
    """How a page answered by the end of the week, by every rule, and what it would take."""
    end = min(world.now, utc(dt.datetime.combine(world.week.end, dt.time())))
    lines: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for talk in world.oracle.talks:
        if talk.thread[0] == "messenger":
            lines[talk.thread[1], talk.thread[2]] += [
                one for one in talk.said if one.is_spoken and one.at <= end
            ]
    counted: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    for (page, _), said in lines.items():
        # Within one conversation they stand in order already.
        said.sort(key=lambda one: one.at)
        for place, one in enumerate(said):
            before = said[place - 1].at if place else None
            silent = not one.is_cut_off if before is None else one.at - before >= DAY
            if one.role == "customer" and silent:
                after = (two.at for two in said[place + 1 :] if two.role in ("human", "bot"))
                counted[page].append((one.at, next(after, None)))
    found: Account = {}
    name = world.week.name
    for page, messages in counted.items():
        last = max(at for at, _ in messages)
        newest = sorted(messages, reverse=True)[:10]
        spans = {
            "": [one for one in messages if one[0] >= last - 30 * DAY or one in newest],
            "badge_": [one for one in messages if one[0] >= end - 7 * DAY],
        }
        for rule, (same_day, average, fastest) in RULES.items():
            for span, those in spans.items():
                decided, seconds = 0, []
                for at, answer in those:
                    is_timely = answer is not None and (
                        local(answer).date() == local(at).date() if same_day else answer - at <= DAY
                    )
                    is_over = local(end).date() > local(at).date() if same_day else end - at > DAY
                    decided += is_timely or is_over or answer is not None
                    if is_timely and answer is not None:
                        seconds.append((answer - at) / 1000)
                kept = sorted(seconds)[: math.ceil(len(seconds) * fastest / 100)]
                group = {"page": page, "rule": rule}
                found[key("page_response", f"{span}rate", name, **group)] = share(
                    len(seconds), decided
                )
                found[key("page_response", f"{span}time", name, **group)] = Told(
                    average(kept) if kept else None, len(seconds)
                )
                if span and rule == "fastest_90":
                    answered, missing = len(seconds), 90 * decided - 100 * len(seconds)
                    found[key("page_response", "answers_to_come", name)] = count(
                        max(0, math.ceil(missing / 10))
                    )
                    found[key("page_response", "badge_rate", name)] = share(answered, decided)
        found |= outlook(page, spans["badge_"], end, name)
    return found


def outlook(page: str, those: list[tuple[int, int | None]], end: int, name: str) -> Account:
    found: Account = {}
    for days in range(1, 8):
        kept = [one for one in those if one[0] >= end + (days - 7) * DAY]
        decided = [(at, answer) for at, answer in kept if answer is not None or end - at > DAY]
        quick = [(b - a) / 1000 for a, b in decided if b is not None and b - a <= DAY]
        to_come = len(kept) - len(decided) + math.ceil(len(those) * days / 7)
        must = max(0, math.ceil(0.9 * (len(decided) + to_come) - 1e-9) - len(quick))

        def mean(seconds: int, quick: list[float] = quick, must: int = must) -> float:
            every = sorted([*quick, *[float(seconds)] * must])
            return fmean(every[: math.ceil(len(every) * 0.9 - 1e-9)])

        limit: float | None = None
        if must + len(quick):
            fitting = bisect_right(range(86401), 900.0, key=mean)
            limit = fitting - 1 if fitting else None
        group = {"page": page, "days": days}
        found[key("badge_outlook", "to_come", name, **group)] = Told(to_come, to_come)
        found[key("badge_outlook", "must_answer", name, **group)] = Told(must, to_come)
        found[key("badge_outlook", "within", name, **group)] = Told(limit, to_come)
    return found


def windows(world: World, days: Period, *, weeks_ago: int = 0) -> dict[str, list[tuple[Any, int]]]:
    """Return the questions of some days by what their window saw: answered, late, lost, open."""
    now = world.now - weeks_ago * 7 * DAY
    closings: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for talk in world.oracle.talks:
        clicks = {
            next((s.at for s in talk.said if s.role == "customer"
                  and s.at >= millis(touch["occurred_at"])), None)
            for touch in talk.touchpoints
            if touch["entry_point"] in ("ad", "inbox_ad")
        }  # fmt: skip
        for at in [*(s.at for s in talk.said if s.role == "customer"), *talk.reactions]:
            day = (EPOCH + dt.timedelta(milliseconds=at)).date()
            entries = ("any", "ad") if at in clicks else ("any",)
            for rule in WINDOW_RULES:
                if (
                    rule.kind == "send"
                    and rule.platform == talk.thread[0]
                    and rule.entry in entries
                    and (rule.since is None or rule.since <= day)
                ):
                    closings[talk.thread[:3]].append((at, at + rule.hours * HOUR))
    found: dict[str, list[tuple[Any, int]]] = defaultdict(list)
    for talk in world.oracle.talks:
        for leg in talk.legs:
            asked = leg.said[0].at
            known = closings.get(talk.thread[:3])
            if not known or asked > now or not within(asked, days):
                continue
            ends = [at for role in ("human", "bot") if (at := leg.first(role)) is not None]
            answer = min((at for at in ends if at <= now), default=None)
            closes = max(end for at, end in known if at <= (now if answer is None else answer))
            if answer is not None:
                state = "answered" if answer <= closes else "late"
            else:
                state = "lost" if closes < now else "open"
            found[state].append((talk, asked))
    return found


def lost(world: World) -> Account:
    """What windows saw of the questions, and what hung on those that were lost."""
    found: Account = {}
    name = world.week.name
    seen = windows(world, world.week)
    for channel in {"all", *(talk.thread[0] for those in seen.values() for talk, _ in those)}:
        sizes = {
            state: sum(channel in ("all", talk.thread[0]) for talk, _ in those)
            for state, those in seen.items()
        }
        answered = sizes.get("answered", 0) + sizes.get("late", 0)
        gone = sizes.get("lost", 0)
        group = {"channel": channel}
        found[key("reply_windows", "answered", name, **group)] = count(answered)
        found[key("reply_windows", "lost", name, **group)] = count(gone)
        found[key("reply_windows", "lost_share", name, **group)] = share(
            gone, answered + gone, sizes.get("open", 0)
        )
    tied = {
        contact
        for those in (world.contacts.orders, world.contacts.checkouts)
        for contact, rule in those.values()
        if rule != "none"
    }
    hanging = hung(world, {asked for _, asked in seen["lost"]})
    for channel in ("all", *sorted({talk.thread[0] for talk, _ in seen["lost"]})):
        those = [one for one in seen["lost"] if channel in ("all", one[0].thread[0])]
        for what in ("carts", "orders"):
            amounts = [
                amount for kind, name_, amount in hanging
                if kind == what and channel in ("all", name_)
            ]  # fmt: skip
            group = {"channel": channel}
            found[key("lost_questions", what, name, **group, currency="EUR")] = count(len(amounts))
            found[key("lost_questions", f"{what}_amount", name, **group)] = Told(
                float(sum(amounts)), len(amounts)
            )
        untied = sum(talk.contact not in tied for talk, _ in those)
        unsettled = sum(asked + 30 * DAY > world.now for _, asked in those)
        for currency in ({}, {"currency": "EUR"}):
            group = {"channel": channel, **currency}
            for statistic, n in (
                ("questions", len(those)), ("untied", untied), ("unsettled", unsettled)
            ):  # fmt: skip
                found[key("lost_questions", statistic, name, **group)] = count(n)
    found[key("lost_questions", "count", name)] = count(len(seen["lost"]))
    return found


def hung(world: World, here: set[int]) -> list[tuple[str, str, Any]]:
    """Return carts left and orders placed after lost questions, each with the newest of them."""
    lost_ones = windows(world, Period("2026-05-01..2026-08-31"))["lost"]
    amounts = {
        (one["platform"], one["checkout_id"]): one["total_amount"]
        for one in world.tables["checkouts"]
    }
    attempts: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for one in world.oracle.checkouts:
        if one.at <= world.now:
            attempts[one.contact, one.attempt_at].append(one)
    found = []
    for (contact, _), ones in attempts.items():
        first, last = min(one.at for one in ones), max(one.at for one in ones)
        gone = last + int(world.rules.recovered_within_days * DAY)
        if any(one.ordered_at is not None and one.ordered_at <= min(world.now, gone)
               for one in ones):  # fmt: skip
            continue
        near = [(asked, talk.thread[0]) for talk, asked in lost_ones
                if talk.contact == contact and first <= asked + DAY and gone > asked]  # fmt: skip
        newest = max(ones, key=lambda one: (one.at, one.name))
        if near and max(near)[0] in here:
            found.append(("carts", max(near)[1], amounts.get(newest.name, 0)))
    for order in world.oracle.orders:
        if order.at > world.now or not order.is_sale(world.now):
            continue
        near = [
            (asked, talk.thread[0])
            for talk, asked in lost_ones
            if talk.contact == order.contact and asked < order.at <= asked + 30 * DAY
        ]
        if near and max(near)[0] in here:
            found.append(("orders", max(near)[1], order.net(world.now)))
    return found


def lost_share(world: World, days: Period, *, weeks_ago: int = 0) -> Told:
    seen = {state: len(those) for state, those in windows(world, days, weeks_ago=weeks_ago).items()}
    gone = seen.get("lost", 0)
    decided = gone + seen.get("answered", 0) + seen.get("late", 0)
    return share(gone, decided, seen.get("open", 0))

"""What the page says of orders and carts, worked out again in plain Python."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from scipy.optimize import brentq

from convocommerce.periods import Period
from convocommerce.topics import PRODUCT_TOPICS, TOPICS, topics_in
from oracle_survival import cart_ends, incidence
from oracle_talk import Conversation, optional_millis
from oracle_trade import PAID, Order
from reports.again import (
    DAY,
    Account,
    Told,
    World,
    Z,
    count,
    key,
    newcombe,
    share,
    within,
)

SELLING = ("ad", "sponsored_message", "inbox_ad", "link", "post", "shop", "lead_form")
WINDOWS = (1, 3, 5, 7, 14, 30)


def about(world: World, topics: Iterable[str]) -> dict[int, tuple[str, bool, list[str]]]:
    """Return the kind of every message, whether its words are kept, and its topics."""
    sql, values = topics_in("text", tuple(topics))
    rows = world.con.execute(
        f"select message_key, kind, text is not null, {sql} from messages", values
    ).fetchall()
    return {one: (kind, kept, topics) for one, kind, kept, topics in rows}


def funnel(world: World) -> Account:
    """Steps to an order, those who asked beside those who did not, and what became of all."""
    name, rows = world.week.name, world.states("conversations", world.week)
    told = about(world, PRODUCT_TOPICS)
    talks = {talk.key: talk for talk in world.talks}
    carts = {one.conversation.key for one in world.oracle.checkouts
             if one.conversation is not None and one.at <= world.now}  # fmt: skip
    steps: Counter[str] = Counter()
    by_question: dict[bool, Counter[str]] = defaultdict(Counter)
    ends: Counter[str] = Counter()
    for row in rows:
        said = [
            told[one.key]
            for one in talks[row["conversation_id"]].said
            if one.role == "customer" and one.at <= world.now and one.key in told
        ]
        has_asked = any(topics for _, _, topics in said)
        is_ordered = row["outcome"] in ("in_chat", "assisted")
        is_carted = is_ordered or row["conversation_id"] in carts
        is_carted = is_carted or any(kind == "cart" for kind, _, _ in said)
        mine = by_question[has_asked]
        mine["n"] += 1
        mine["carted"] += is_carted
        mine["settled"] += row["is_settled"]
        mine["ordered"] += row["is_settled"] and is_ordered
        mine["open"] += row["outcome"] == "pending"
        mine["carted_open"] += is_carted and row["outcome"] == "pending"
        steps["conversations"] += 1
        # Of each step only those are on the next who are on this one.
        steps["asked"] += has_asked
        steps["carted"] += has_asked and is_carted
        steps["ordered"] += has_asked and is_ordered
        steps["open"] += row["outcome"] == "pending"
        steps["carted_open"] += has_asked and is_carted and row["outcome"] == "pending"
        kind = "answered" if row["human_calendar_seconds"] is not None else "not_answered"
        ends[f"{row['outcome']}_{kind}"] += 1
        ends[row["outcome"]] += 1
    found: Account = {}
    before = "conversations"
    for step in ("conversations", "asked", "carted", "ordered"):
        found[key("funnel", step, name)] = count(steps[step])
        if step != "conversations":
            n_open = steps["open"] if step == "ordered" else 0
            found[key("funnel", f"{step}_of_all", name)] = share(
                steps[step], steps["conversations"], n_open
            )
            n_open = steps["carted_open"] if step == "ordered" else 0
            found[key("funnel", f"{step}_of_previous", name)] = share(
                steps[step], steps[before], n_open
            )
        before = step
    for outcome in ("in_chat", "assisted", "pending", "none"):
        for one in (outcome, f"{outcome}_answered", f"{outcome}_not_answered"):
            found[key("funnel", one, name)] = count(ends[one])
    for has_asked, mine in by_question.items():
        group = {"has_asked": has_asked}
        found[key("funnel", "conversations_by_question", name, **group)] = count(mine["n"])
        found[key("funnel", "with_cart", name, **group)] = share(mine["carted"], mine["n"])
        found[key("funnel", "with_order", name, **group)] = share(
            mine["ordered"], mine["settled"], mine["n"] - mine["settled"]
        )
    return found


def sold(world: World) -> list[Order]:
    return [one for one in world.oracle.orders if one.at <= world.now and one.is_sale(world.now)]


def by_window(world: World, days: Period) -> Account:
    """Conversion of the same conversations under every window, each order credited once in each."""
    talks = {talk.key: talk for talk in world.talks}
    longest = WINDOWS[-1] * DAY
    rows = [
        one
        for row in world.states("conversations", days)
        if (last := (one := talks[row["conversation_id"]]).last_spoken(world.now)) is not None
        and world.now >= last + longest
    ]
    found: Account = {}
    for window in WINDOWS:
        credited: dict[int, bool] = {}
        for order in sold(world):
            chosen = touched(order, talks.values(), window * DAY)
            if chosen:
                newest = max(chosen, key=lambda one: (one.started_at, one.key))
                is_in_chat = order.match_rule in ("chat_id", "token", "payment", "link")
                credited[newest.key] = credited.get(newest.key, False) or is_in_chat
        in_chat = sum(credited.get(one.key, False) for one in rows)
        either = sum(one.key in credited for one in rows)
        for statistic, k in (("any", either), ("in_chat", in_chat), ("assisted", either - in_chat)):
            found[key("conversion_by_window", statistic, days.name, days=window)] = share(
                k, len(rows)
            )
    return found


def touched(order: Order, talks: Iterable[Conversation], window: int) -> list[Conversation]:
    """Return the contact's conversations whose last message before an order lies in a window."""
    found = []
    for talk in talks:
        if talk.contact != order.contact or (talk.first_customer_at or 0) > order.at:
            continue
        last = talk.last_spoken(order.at)
        if last is not None and order.at - last <= window:
            found.append(talk)
    return found


def revenue(world: World) -> Account:
    """Paid orders of the days they were placed on, also those refunded in full."""
    lines: dict[tuple[str, str], list[Order]] = defaultdict(list)
    for one in world.oracle.orders:
        record = one.record
        paid = optional_millis(record.get("paid_at"))
        cancelled = optional_millis(record.get("cancelled_at"))
        if (
            within(one.at, world.week)
            and not record.get("is_test")
            and record.get("payment_status") in PAID
            and (one.at if paid is None else paid) <= world.now
            and (cancelled is None or cancelled > world.now)
        ):
            lines[one.credit or "none", record["currency"]].append(one)
    found: Account = {}
    for (outcome, currency), those in lines.items():
        gross = sum((Decimal(one.record["total_amount"]) for one in those), Decimal(0))
        net = sum((one.net(world.now) for one in those), Decimal(0))
        back = sum(one.net(world.now) < Decimal(one.record["total_amount"]) for one in those)
        group, n = {"outcome": outcome, "currency": currency}, len(those)
        for statistic, value, rests in (
            ("orders", n, n), ("gross", gross, n), ("refunds", gross - net, n), ("net", net, n),
            ("refunded_orders", back, back),
        ):  # fmt: skip
            found[key("revenue", statistic, world.week.name, **group)] = Told(float(value), rests)
    return found


def ratio_ends(k: int, n: int, k_base: int, n_base: int) -> tuple[float, float]:
    """The score interval of a ratio of two shares (Miettinen and Nurminen), by root finding."""
    p, q = k / n, k_base / n_base

    def beyond(ratio: float) -> float:
        # The likeliest shares that have this ratio.
        a = (n + n_base) * ratio
        b = -(n * ratio + k + n_base + k_base * ratio)
        c = k + k_base
        base = (-b - math.sqrt(b * b - 4 * a * c)) / (2 * a)
        top = base * ratio
        spread = top * (1 - top) / n + ratio**2 * base * (1 - base) / n_base
        spread *= (n + n_base) / (n + n_base - 1)
        return (p - ratio * q) / math.sqrt(spread)

    middle = p / q
    return (
        brentq(lambda one: beyond(one) - Z, middle / 50, middle, xtol=1e-12),
        brentq(lambda one: beyond(one) + Z, middle, middle * 50, xtol=1e-12),
    )


def checkout(world: World, days: Period) -> Account:
    """Chats beside the website's checkouts, as they are, matched, and with the same mix."""
    carts = {one for one, (kind, _, _) in about(world, ("price",)).items() if kind == "cart"}
    talks = {talk.key: talk for talk in world.talks}
    bought: dict[int, list[int]] = defaultdict(list)
    for order in sold(world):
        bought[order.contact].append(order.at)
    chats: list[tuple[bool, bool, bool, bool]] = []
    for row in world.states("conversations", days):
        talk = talks[row["conversation_id"]]
        shops = row["entry_point"] in SELLING or any(
            one.role == "customer" and one.at <= world.now and one.key in carts for one in talk.said
        )
        is_old = min(bought[talk.contact], default=world.now) < talk.started_at
        chats.append((is_old, shops, row["is_settled"], row["outcome"] in ("in_chat", "assisted")))
    window = world.rules.attribution_window_days * DAY
    attempts: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for one in world.oracle.checkouts:
        if one.at <= world.now:
            attempts[one.contact, one.attempt_at].append(one)
    site: list[tuple[bool, bool, bool, bool]] = []
    for (contact, began), ones in attempts.items():
        if not within(min(one.at for one in ones), days):
            continue
        over = max(one.at for one in ones) + window
        has_chatted = any(
            one.conversation is not None
            and (one.conversation.first_customer_at or world.now + 1) <= world.now
            for one in ones
        )
        is_old = min(bought[contact], default=world.now) < began
        did = any(began <= at <= over for at in bought[contact])
        site.append((is_old, not has_chatted, over <= world.now, did))

    def counted(rows: list[tuple[bool, bool, bool, bool]], *, kept: bool = True,
                old: bool | None = None) -> tuple[int, int, int]:  # fmt: skip
        mine = [one for one in rows if (one[1] or not kept) and old in (None, one[0])]
        settled = [one for one in mine if one[2]]
        return sum(one[3] for one in settled), len(settled), len(mine) - len(settled)

    found: Account = {}

    def tell(statistic: str, told: Told) -> None:
        found[key("chat_against_checkout", statistic, days.name)] = told

    for name, kept in (("naive", False), ("matched", True)):
        (k, n, n_open), (k_base, n_base, base_open) = (
            counted(chats, kept=kept),
            counted(site, kept=kept),
        )
        tell(f"{name}_chats", share(k, n, n_open))
        tell(f"{name}_website", share(k_base, n_base, base_open))
        ends = ratio_ends(k, n, k_base, n_base)
        tell(f"{name}_ratio", Told(k / n / (k_base / n_base), n + n_base, n_open, *ends))
        ends = newcombe(k, n, k_base, n_base)
        tell(f"{name}_difference", Told(k / n - k_base / n_base, n + n_base, n_open, *ends))
    k, n, n_open = counted(chats)
    base = spread = 0.0
    for old in (False, True):
        weight = counted(chats, old=old)[1] / n
        k_base, n_base, _ = counted(site, old=old)
        rate = k_base / n_base
        base += weight * rate
        spread += weight**2 * rate * (1 - rate) / n_base
    error = math.sqrt((1 - k / n) / k + spread / base**2)
    ratio = k / n / base
    tell("standardised_chats", share(k, n, n_open))
    tell("standardised_difference", Told(k / n - base, n, n_open))
    ends = ratio * math.exp(-Z * error), ratio * math.exp(Z * error)
    tell("standardised_ratio", Told(ratio, n, n_open, *ends))
    return found


def carts(world: World) -> Account:
    """Carts left by the answer before them, by time, and by what was asked before."""
    found: Account = {}
    name = world.week.name
    rows = [one for one in world.states("attempts", world.week)
            if one["grain"] == "person" and one["tells_outcome"]]  # fmt: skip
    states = ["answered quickly", "answered late", "not answered", "no conversation"]
    if any(0 < sum(one["answer_state"] == late for one in rows) < 5 for late in states[1:3]):
        together = "answered late or not"
        rows = [{**one, "answer_state": together} if one["answer_state"] in states[1:3] else one
                for one in rows]  # fmt: skip
        states = [states[0], together, states[3]]
    quick: dict[str, tuple[int, int]] = {}
    for state in states:
        mine = [one for one in rows if one["answer_state"] == state]
        settled = [one for one in mine if one["is_settled"]]
        decided = [one for one in mine if one["state"] != "open"]
        counts = {
            "abandoned": (sum(one["state"] != "bought" for one in decided), decided),
            "recovered": (sum(one["state"] == "recovered" for one in settled), settled),
            "lost": (sum(one["state"] == "lost" for one in settled), settled),
        }
        for statistic, (k, of) in counts.items():
            n = len(of)
            group = {"answer_state": state}
            found[key("abandonment_by_answer", statistic, name, **group)] = share(
                k, n, len(mine) - n
            )
            if state == states[0]:
                quick[statistic] = k, n
            elif n and quick[statistic][1]:
                k_base, n_base = quick[statistic]
                found[key("abandonment_by_answer", f"{statistic}_difference", name, **group)] = (
                    Told(k / n - k_base / n_base, n, len(mine) - n,
                         *newcombe(k, n, k_base, n_base))
                )  # fmt: skip
    ended = cart_ends(rows, world.now)
    n_open = sum(not which for _, which in ended)
    for which, statistic in ((1, "ordered"), (2, "lost")):
        steps = incidence(ended, which)
        for mark in (600, 3600, 4 * 3600, 86400, 3 * 86400, 7 * 86400):
            past = [one for one in steps if one[0] <= mark]
            value, low, high = past[-1][1:] if past else (0.0, None, None)
            found[key("cart_curve", statistic, name, seconds=mark)] = Told(
                value, len(ended), n_open, low, high
            )
    return found | asked(world)


def asked(world: World) -> Account:
    """What people who left a cart, and who bought, had written about."""
    told = about(world, TOPICS)
    begun: dict[tuple[int, int], set[Any]] = defaultdict(set)
    for one in world.oracle.checkouts:
        if one.conversation is not None and one.at <= world.now:
            begun[one.contact, one.attempt_at].add(one.conversation)
    people: dict[tuple[int, bool], set[str]] = {}
    kept: set[tuple[int, bool]] = set()
    for row in world.states("attempts", world.four):
        if row["grain"] != "person" or not row["tells_outcome"] or row["state"] == "open":
            continue
        until = min(world.now, row["lost_ms"] if row["bought_ms"] is None else row["bought_ms"])
        who = row["contact_key"], row["state"] in ("abandoned", "lost")
        for talk in begun[row["contact_key"], row["started_ms"]]:
            for said in talk.said:
                if said.role == "customer" and said.at <= until and said.key in told:
                    people.setdefault(who, set()).update(told[said.key][2])
                    if told[said.key][1]:
                        kept.add(who)
    left: Counter[str] = Counter()
    bought: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for (_, has_left), topics in people.items():
        (left if has_left else bought).update(topics)
        sizes.update(topics)
    small = {
        topic for topic in TOPICS
        if left[topic] < 5 and not (left[topic] == 0 and sizes[topic] >= 5)
    }  # fmt: skip
    folded: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for who, topics in people.items():
        names = {"other" if one in small else one for one in topics}
        folded[who[1]].update(names or ({"none"} if who in kept else set()))
    found: Account = {}
    for has_left, statistic in ((True, "left"), (False, "bought")):
        n = sum(who[1] is has_left for who in kept)
        for topic in (*TOPICS, "other", "none"):
            found[key("asked_topics", statistic, world.four.name, topic=topic)] = share(
                folded[has_left][topic], n
            )
    return found

"""What the page says of the data it rests on, worked out again in plain Python."""

from __future__ import annotations

from collections import Counter

from convocommerce.rules import META_APPS
from oracle_talk import millis
from reports.again import (
    Account,
    Told,
    World,
    count,
    key,
    within,
)


def links(world: World) -> Account:
    """How orders, checkouts and conversations of the days are linked."""
    name = world.week.name
    found: Account = {}
    strengths = {rule: place for place, rule in enumerate(
        ("chat_id", "person", "token", "payment", "link", "shop_customer", "email", "phone",
         "typed_email", "typed_phone", "code", "ref", "none"))}  # fmt: skip
    best: dict[int, str] = {}
    for those in (world.contacts.orders, world.contacts.checkouts):
        for contact, rule in those.values():
            best[contact] = min(best.get(contact, "none"), rule, key=lambda one: strengths[one])
    rules = {
        "orders": [world.contacts.orders[one["platform"], one["order_id"]][1]
                   for one in world.tables["orders"]
                   if within(millis(one["created_at"]), world.week)],
        "checkouts": [world.contacts.checkouts[one["platform"], one["checkout_id"]][1]
                      for one in world.tables["checkouts"]
                      if within(millis(one["created_at"]), world.week)],
        "conversations": [best.get(one.contact, "none") for one in world.oracle.talks
                          if within(one.started_at, world.week)],
    }  # fmt: skip
    for what, told in rules.items():
        found[key("linked", what, name)] = count(len(told))
        for rule, n in Counter(told).items():
            found[key("linked", what, name, match_rule=rule)] = count(n)
    n_orders, untied = len(rules["orders"]), rules["orders"].count("none")
    n_talks = len(rules["conversations"])
    spoken = [
        one for talk in world.oracle.talks for one in talk.said
        if one.is_spoken and one.role != "customer" and within(one.at, world.week)
    ]  # fmt: skip
    mine = [one for one in world.tables["messages"] if within(millis(one["sent_at"]), world.week)]
    sent = [one for one in mine if one["direction"] == "out"]
    bounced = {
        (one["channel"], one["message_id"]) for one in world.tables["deliveries"]
        if one["status"] == "failed"
    }  # fmt: skip
    ad_days = [one for one in world.tables["ad_days"]
               if world.week.start <= one["day"] < world.week.end]  # fmt: skip
    versions = Counter(
        (one["ad_key"], one["day"], one["last_day"]) for one in world.tables["ad_day_versions"]
    )
    read, quarantined = world.con.execute(
        "select sum(n_read), sum(n_quarantined) from load_files"
    ).fetchall()[0]
    ((incomplete, dropped),) = world.con.execute(
        "select (select count(distinct file) from load_files where is_incomplete), "
        "(select count(*) from dropped_keys)"
    ).fetchall()
    unnamed = sum(
        one["app_id"] is not None and one["app_id"] not in {*world.rules.senders, *META_APPS}
        and one["declared_role"] is None for one in sent
    )  # fmt: skip
    cut = sum(one.said[0].is_cut_off for one in world.oracle.talks
              if within(one.started_at, world.week))  # fmt: skip
    for statistic, n, of in (
        ("untied_orders", untied, n_orders),
        ("checkouts", len(rules["checkouts"]), None),
        ("unknown_app_messages", unnamed, len(sent)),
        ("cut_off_conversations", cut, n_talks),
        ("clock_order", 0, 0),
        ("clock_ahead", 0, len({one["message_key"] for one in mine} & spoken_keys(world))),
        ("excluded_accounts", 0,
         len({(one["channel"], one["business_id"], one["customer_id"]) for one in mine})),
        ("automatic_messages", sum(one.role == "auto" for one in spoken), len(spoken)),
        ("failed_messages",
         sum(bool(one["is_failed"]) or (one["channel"], one["message_id"]) in bounced
             for one in sent), len(sent)),
        ("restated_ad_days",
         sum(versions[one["ad_key"], one["day"], one["last_day"]] > 1 for one in ad_days),
         len(ad_days)),
        ("quarantined_documents", quarantined, read),
        ("incomplete_files", incomplete, None),
        ("dropped_keys", dropped, None),
    ):  # fmt: skip
        found[key("quality", statistic, name)] = Told(n, n)
        if of is not None:
            found[key("quality", f"{statistic}_of", name)] = Told(of, of)
            if of:
                found[key("quality", f"{statistic}_share", name)] = Told(n / of, of)
    for row in world.rows_of(
        "select source, kind, count(*) as files, sum(n_read) as read, sum(n_loaded) as loaded, "
        "sum(n_duplicate) as duplicate, sum(n_ignored) as ignored, "
        "sum(n_quarantined) as quarantined from load_files group by all"
    ):
        group = {"source": row.pop("source"), "kind": row.pop("kind")}
        for statistic, n in row.items():
            found[key("documents", statistic, name, **group)] = count(n)
    return found


def spoken_keys(world: World) -> set[int]:
    return {one.key for talk in world.oracle.talks for one in talk.said}

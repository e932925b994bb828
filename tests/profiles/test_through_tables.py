"""Whole accounts loaded from their tables, held against plain Python that knows nothing of ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

import convocommerce as cc
from convocommerce.profiles import CaseTime, case_times
from dbt_twin import minutes_of
from helpdesk_tables import CUSTOMERS, Account, Comment, Ticket, draw_account, write_account
from opening_twin import open_seconds

NOW = dt.datetime(2025, 6, 1)
Span = tuple[dt.datetime, dt.datetime] | None


@pytest.fixture(scope="module", params=[1, 2])
def loaded(request, tmp_path_factory) -> Iterator[tuple[Account, cc.Shop]]:
    account = draw_account(Random(request.param), 250)
    folder: Path = tmp_path_factory.mktemp("account")
    write_account(account, folder / "tables")
    shop = cc.open(folder / "shop.duckdb")
    shop.load(folder / "tables")
    shop.rules = cc.Rules(time_zone="Europe/Amsterdam", hours_from="helpdesk")
    shop.build()
    yield account, shop
    shop.close()


def rows(shop: cc.Shop, profile: str) -> dict[int, list[CaseTime]]:
    found: dict[int, list[CaseTime]] = {}
    for row in case_times(shop.database.con, profile, None, NOW):
        found.setdefault(int(row.case_id.removeprefix("zendesk:")), []).append(row)
    return found


def minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 4)


def test_the_dbt_package(loaded: tuple[Account, cc.Shop]) -> None:
    account, shop = loaded
    found = rows(shop, "dbt_zendesk")
    twin = minutes_of(account, NOW)
    assert sum(calendar is not None for calendar, _ in twin.values()) > 100
    for number, (calendar, business) in twin.items():
        (row,) = found[number]
        assert minutes(row.calendar_seconds) == calendar, number
        assert minutes(row.opening_seconds) == pytest.approx(business, abs=1e-4), number


def is_answer(comment: Comment, ticket: Ticket) -> bool:
    return comment.author not in (ticket.requester, *CUSTOMERS)


def native(ticket: Ticket) -> Span:
    """Return from the making of a ticket to the first public comment of an agent after it."""
    first = ticket.comments[0]
    opens = first.is_public and is_answer(first, ticket)
    opens = opens and first.at <= ticket.created_at + dt.timedelta(seconds=5)
    for one in ticket.comments[1 if opens else 0 :]:
        if one.is_public and is_answer(one, ticket) and one.at >= ticket.created_at:
            return ticket.created_at, one.at
    return None


def canonical(ticket: Ticket) -> Span:
    """Return from the customer's first comment to the first answer after it."""
    asked = None
    for one in ticket.comments:
        if one.is_public and not is_answer(one, ticket):
            asked = asked or one.at
        elif one.is_public and asked:
            return asked, one.at
    return None


@pytest.mark.parametrize(
    ("profile", "walk"), [("zendesk_native", native), ("canonical", canonical)]
)
def test_one_schedule_at_the_end(loaded: tuple[Account, cc.Shop], profile: str, walk) -> None:
    account, shop = loaded
    found = rows(shop, profile)
    schedules = {one.number: one for one in account.schedules}
    default = min(account.schedules, key=lambda one: one.created_at).number
    for ticket in account.tickets:
        if profile == "canonical" and ticket.status == "deleted":
            continue
        told = [one for one in found.get(ticket.number, ()) if one.calendar_seconds is not None]
        span = walk(ticket)
        if span is None:
            assert not told, ticket.number
            continue
        given = [number for at, number in sorted(ticket.given) if at <= span[1]]
        schedule = schedules.get(given[-1] if given else default, schedules[default])
        assert told[0].calendar_seconds == (span[1] - span[0]).total_seconds(), ticket.number
        assert told[0].opening_seconds == open_seconds(schedule, *span), ticket.number


def test_every_row_shows_the_number_of_its_ticket(loaded: tuple[Account, cc.Shop]) -> None:
    account, shop = loaded
    behind = shop.measure("first_response_time").conversations()
    assert set(behind["case_id"]) <= {f"zendesk:{one.number}" for one in account.tickets}
    assert behind["case_id"].notna().all()


def test_every_table_is_known(loaded: tuple[Account, cc.Shop]) -> None:
    _, shop = loaded
    told = shop.loads()
    assert told["kind"].notna().all()
    ignored = told[told["kind"].isin(["zone_table", "daylight_table"])]
    assert (ignored["n_ignored"] == ignored["n_read"]).all()

"""Questions of some days in opening time: whether each came while it was open, and the wait."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from convocommerce.periods import on_days

if TYPE_CHECKING:
    from convocommerce.periods import Period

ASKED_OPEN = f"""
    with asked as (
        select
            legs.leg_id, legs.asked_at,
            timezone(rules.time_zone, timezone('UTC', legs.asked_at)) as asked_local,
            case when legs.human_at <= $as_of then legs.human_at end as human_at,
            case when legs.human_at <= $as_of then legs.agent_id end as agent_id,
            case when legs.human_at <= $as_of then legs.human_opening_ms end as opening_ms
        from reply_legs as legs
        cross join rules
        where legs.asked_at <= $as_of
            and {on_days("legs.asked_at")}
    ),
    -- Whether it is open is told by the calendar that the question was under when it came.
    placed as (
        select
            asked.*,
            coalesce(followed.calendar_id, 0) as calendar_id,
            epoch_ms(asked.asked_at) // coalesce(followed.slot_ms, own.slot_ms) as slot
        from asked
        cross join (select slot_ms from calendars where calendar_id = 0) as own
        left join leg_calendars as followed
            on followed.leg_id = asked.leg_id
            and asked.asked_at >= followed.from_at and asked.asked_at < followed.until_at
    ),
    questions as (
        select
            placed.*,
            coalesce(
                epoch_ms(placed.asked_at) >= slots.opens_ms
                and epoch_ms(placed.asked_at) < slots.closes_ms,
                false
            ) as is_open
        from placed
        left join opening_slots as slots using (calendar_id, slot)
    )
"""
"""SQL of every question of some days with its wait in opening time; see ``asked_open_values``."""


def asked_open_values(period: Period, as_of: dt.datetime) -> dict[str, Any]:
    """Return the values that ``ASKED_OPEN`` binds."""
    return {"as_of": as_of, "first_day": period.start, "end_day": period.end}

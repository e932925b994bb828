"""Composes the SQL of profiles out of their files."""

from __future__ import annotations

from collections.abc import Container, Iterable

from convocommerce.errors import UnknownNameError
from convocommerce.profiles.catalogue import PROFILES
from convocommerce.profiles.profile import Profile
from convocommerce.sqlfiles import files_needed

_MATERIALIZED = (
    "cases", "case_conversations", "case_events", "case_statuses", "chatwoot_log",
    "chatwoot_firsts", "pairs", "pair_facts",
)  # fmt: skip

# What every profile says, with its type; what one leaves out is unknown.
_SHAPE = """
    select
        null::varchar as case_id, null::ubigint as conversation_id, null::bigint as again,
        null::ubigint[] as conversation_ids, null::timestamp as started_at,
        null::timestamp as ended_at, null::timestamp as cohort_at, null::date as cohort_day,
        null::bigint as calendar_ms, null::bigint as opening_ms, null::varchar as reason,
        null::boolean as is_counted, null::bigint as precision_seconds,
        null::double as first_resolution_seconds, null::double as full_resolution_seconds,
        null::bigint as n_reopens, null::bigint as n_replies, null::boolean as is_one_touch,
        null::double as requester_wait_seconds, null::double as agent_wait_seconds,
        null::double as on_hold_seconds, null::double[] as reply_seconds,
        null::double[] as resolution_seconds, null::double[] as bot_resolution_seconds,
        null::double as handoff_seconds
    where false
"""


def profile_named(name: str) -> Profile:
    """Return a profile by its name.

    Raises:
        UnknownNameError: There is no profile of that name.
    """
    if name not in PROFILES:
        raise UnknownNameError("profile", name, PROFILES)
    return PROFILES[name]


def tables_before(
    names: Iterable[str], *, leave_out: Container[str] = (), only: Container[str] | None = None
) -> str:
    """Return the files of this package that some of its tables need, as common table expressions.

    They read the bound value ``$as_of``, and those about opening hours what ``hours_values`` gives.

    Args:
        names: The tables.
        leave_out: Those that the caller writes elsewhere.
        only: Those wanted of them; null for all.
    """
    return ",\n".join(
        f"{file.name} as {'materialized ' if file.name in _MATERIALIZED else ''}(\n{file.sql}\n)"
        for file in files_needed("profiles", names)
        if file.name not in leave_out and (only is None or file.name in only)
    )


def told_by(profile: Profile, clock: str) -> str:
    """Return a select of all rows of a profile in the shape that all have in common.

    Args:
        profile: The profile, whose table stands before.
        clock: With ``opening`` the rows have ``opening_ms`` and, where one calendar is laid over
            the whole wait, its ``calendar_id``.
    """
    rows = f"""
    select
        told.* exclude (cohort_day, calendar_ms),
        case
            when told.reason is null
                then coalesce(
                    told.calendar_ms, epoch_ms(told.ended_at) - epoch_ms(told.started_at)
                )
        end as calendar_ms,
        coalesce(
            told.cohort_day,
            timezone(
                rules.time_zone, timezone('UTC', coalesce(told.cohort_at, told.started_at))
            )::date
        ) as cohort_day
    from ({_SHAPE} union all by name select * from {profile.name}) as told
    cross join rules
    """
    if clock == "calendar" or profile.hours not in ("rules", "single_at_end", "one_window"):
        return f"select *, null::bigint as calendar_id from ({rows})"
    before_end = _open_before("placed.ended_at", "placed.calendar_id")
    before_start = _open_before("placed.started_at", "placed.calendar_id")
    lost = ""
    if profile.hours == "one_window":
        # What is open all day is known of the rules' own hours; a schedule that has an end of its
        # own each day loses nothing.
        minutes = f"{_lost_before('placed.ended_at')} - {_lost_before('placed.started_at')}"
        lost = f" - case when placed.calendar_id = 0 then {minutes} else 0 end"
    return f"""
    select
        * exclude (opening_ms),
        coalesce(
            opening_ms,
            case
                when calendar_ms is not null
                    then greatest(0, {before_end} - {before_start}{lost})
            end
        ) as opening_ms
    from (
        select
            told.*,
            coalesce(of_ticket.calendar_id, of_conversation.calendar_id, 0) as calendar_id
        from ({rows}) as told
        join cases on cases.case_id = told.case_id
        left join ticket_calendars as of_ticket
            on of_ticket.platform = cases.platform
            and of_ticket.ticket_id = cases.ticket_id
            and told.ended_at >= of_ticket.from_at
            and told.ended_at < of_ticket.until_at
        left join conversation_calendars as of_conversation
            on of_conversation.conversation_id = told.conversation_id
            and not cases.is_ticket
            and told.ended_at >= of_conversation.from_at
            and told.ended_at < of_conversation.until_at
    ) as placed
    """


def sides(profile: Profile, clock: str) -> str:
    """Return a select of all rows of a profile with ``ms``, its time by one clock."""
    column = "calendar_ms" if clock == "calendar" or profile.hours == "none" else "opening_ms"
    return f"select *, {column} as ms from ({told_by(profile, clock)})"


def tables_of(profile: Profile, clock: str) -> list[str]:
    """Return the tables that ``told_by`` reads."""
    minutes = ["last_minutes"] if clock == "opening" and profile.hours == "one_window" else []
    return [profile.name, "cases", "case_conversations", *minutes]


def _lost_before(instant: str) -> str:
    """Return the SQL of the last minutes of days without closing time before an instant."""
    return f"""(
        select coalesce(
            max(lost_before_ms + least(60000, epoch_ms({instant}) - epoch_ms(lost_from))), 0
        )
        from last_minutes
        where lost_from <= {instant}
    )"""


def _open_before(instant: str, calendar: str) -> str:
    """Return the SQL of the open milliseconds of a calendar before an instant."""
    return f"""(
        select slots.before_ms
            + greatest(0, least(epoch_ms({instant}), slots.closes_ms) - slots.opens_ms)
        from opening_slots as slots
        join calendars using (calendar_id)
        where slots.calendar_id = {calendar}
            and slots.slot = greatest(
                least(epoch_ms({instant}) // calendars.slot_ms, calendars.last_slot),
                calendars.first_slot
            )
    )"""

"""Composes the SQL of profiles out of their files."""

from __future__ import annotations

from collections.abc import Container, Iterable

from convocommerce.errors import UnknownNameError
from convocommerce.profiles.catalogue import PROFILES
from convocommerce.profiles.profile import Profile
from convocommerce.sqlfiles import sql_files

_MATERIALIZED = ("case_events", "case_statuses", "cases")

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
        null::double[] as resolution_seconds
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
    files = sql_files("profiles")
    needed: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in files and name not in needed:
            needed.add(name)
            waiting += files[name].reads
    return ",\n".join(
        f"{file.name} as {'materialized ' if file.name in _MATERIALIZED else ''}(\n{file.sql}\n)"
        for file in files.values()
        if file.name in needed
        and file.name not in leave_out
        and (only is None or file.name in only)
    )


def told_by(profile: Profile) -> str:
    """Return a select of all rows of a profile in the shape that all have in common."""
    return f"""
    select
        told.* exclude (cohort_day, calendar_ms, conversation_ids),
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
        ) as cohort_day,
        told.conversation_ids
    from ({_SHAPE} union all by name select * from {profile.name}) as told
    cross join rules
    """


def sides(profile: Profile, clock: str) -> str:
    """Return a select of all rows of a profile with ``ms``, its time by one clock."""
    column = "calendar_ms" if clock == "calendar" or profile.hours == "none" else "opening_ms"
    return f"select *, {column} as ms from ({told_by(profile)})"

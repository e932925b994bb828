"""The tables that replication services make of a Zendesk account, as CSV or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from convocommerce.sources.contract import NO_CLOSES, Document, ExportKind, Limit
from convocommerce.sources.zendesk.shapes import texts

ONE_ACCOUNT = Limit(
    "Tickets are numbered within one account: those of two accounts in one database would mix.",
    about=("completeness", "customers"),
)
_NO_CHANNEL = Limit(
    "It does not say how a comment came in: replies that a rule wrote in the name "
    "of an employee count as the employee's, and comments of messaging tickets are "
    "left out.",
    about=("senders", "answers"),
)
_NO_TALK = Limit("It holds no conversations; when clocks change is known without it.", about=())
_CHATS = Limit(
    "A chat counts only when the table of chats and the table of chat events are both loaded.",
    about=("completeness",),
)


def _table(
    name: str,
    title: str,
    *,
    needs: str,
    known_by: tuple[str, ...],
    columns: tuple[str, ...],
    copied_by: tuple[str, ...] | None = None,
    limits: tuple[Limit, ...] = (),
    also: Mapping[str, str] | None = None,
) -> ExportKind:
    """Describe one table: ``needs`` is a column that no other table has under that name.

    A table is known by ``known_by``, or by the fewer of ``copied_by`` where a replication service
    left its mark; what some services call otherwise stands in ``also``, with the name it has here.
    """
    names = (*columns, "_fivetran_deleted", "_fivetran_synced")
    return ExportKind(
        name=name,
        title=title,
        recognise=_with_columns(
            {needs, *known_by}, {needs, "_fivetran_synced", *(copied_by or known_by)}
        ),
        structure=texts(*names),
        headings=_heading(names, also or {}),
        required_headings=(needs,),
        cannot_tell=limits,
    )


def _heading(names: tuple[str, ...], also: Mapping[str, str]) -> Callable[[str], str | None]:
    known = set(names)

    def rename(heading: str) -> str | None:
        name = heading.replace("\ufeff", "").strip().lower()
        return name if name in known else also.get(name)

    return rename


def _with_columns(*wanted: set[str]) -> Callable[[Document], bool]:
    def recognise(document: Document) -> bool:
        found = {str(heading).replace("\ufeff", "").strip().lower() for heading in document}
        return any(map(found.issuperset, wanted))

    return recognise


TICKETS = _table(
    "ticket_table",
    "Zendesk table of tickets",
    needs="requester_id",
    known_by=("id", "submitter_id", "status", "created_at", "via_channel"),
    copied_by=("id", "status", "created_at"),
    columns=(
        "id",
        "requester_id",
        "submitter_id",
        "assignee_id",
        "group_id",
        "brand_id",
        "status",
        "created_at",
        "updated_at",
        "via_channel",
        "via_source_rel",
        "via_source_from_id",
        "via_source_from_address",
        "from_messaging_channel",
    ),
    limits=(
        Limit(
            "It does not say which tickets were merged into another, so a merged one can look "
            "unanswered.",
            about=("answers",),
        ),
        ONE_ACCOUNT,
    ),
)

COMMENTS = _table(
    "comment_table",
    "Zendesk table of comments",
    needs="public",
    known_by=("id", "ticket_id", "body"),
    copied_by=("id", "ticket_id", "user_id"),
    columns=(
        "id",
        "ticket_id",
        "user_id",
        "author_id",
        "body",
        "created",
        "created_at",
        "public",
        "voice_comment",
    ),
    limits=(
        NO_CLOSES,
        _NO_CHANNEL,
        Limit("Times are whole seconds.", about=("times",)),
        ONE_ACCOUNT,
    ),
)

USERS = _table(
    "user_table",
    "Zendesk table of users",
    needs="role",
    known_by=("id", "email", "time_zone", "suspended", "verified"),
    copied_by=("id", "email"),
    columns=(
        "id",
        "role",
        "name",
        "email",
        "phone",
        "external_id",
        "shared_phone_number",
        "created_at",
        "updated_at",
    ),
    limits=(
        Limit(
            "Users count by their role of today, whatever it was when they wrote.",
            about=("senders",),
        ),
    ),
)

HISTORY = _table(
    "history_table",
    "Zendesk table of changes of tickets",
    needs="field_name",
    known_by=("ticket_id", "updated", "value"),
    columns=("ticket_id", "field_name", "updated", "value", "user_id"),
    limits=(
        Limit("It holds changes of status and assignment, never what was written.", about=()),
        ONE_ACCOUNT,
    ),
)

RATINGS = _table(
    "rating_table",
    "Zendesk table of satisfaction ratings",
    needs="score",
    known_by=("id", "ticket_id", "requester_id", "assignee_id"),
    columns=(
        "id",
        "ticket_id",
        "requester_id",
        "assignee_id",
        "score",
        "comment",
        "created_at",
        "updated_at",
    ),
    limits=(
        Limit("It does not say which answer was judged.", about=("employees",)),
        ONE_ACCOUNT,
    ),
)

CHATS = _table(
    "chat_table",
    "Zendesk table of chats",
    needs="visitor_id",
    known_by=("chat_id", "ticket_id", "channel", "initiator"),
    copied_by=("chat_id", "ticket_id"),
    columns=("chat_id", "ticket_id", "user_id", "visitor_id", "created_at"),
    limits=(_CHATS, ONE_ACCOUNT),
)

CHAT_EVENTS = _table(
    "chat_event_table",
    "Zendesk table of chat events",
    needs="actor_id",
    known_by=("chat_id", "created_at", "type", "message"),
    columns=(
        "chat_id",
        "created_at",
        "actor_id",
        "type",
        "message",
        "message_id",
        "external_message_id",
        "original_message",
        "chat_index",
        "is_history_context",
    ),
    limits=(
        _CHATS,
        Limit(
            "Authors are given by number: without the list of users, everybody but the requester "
            "counts as an employee.",
            about=("senders", "answers"),
        ),
    ),
)

SCHEDULES = _table(
    "schedule_table",
    "Zendesk table of schedules",
    needs="start_time",
    known_by=("id", "end_time", "time_zone", "name"),
    copied_by=("id", "end_time", "time_zone"),
    columns=("id", "name", "time_zone", "start_time", "end_time", "created_at", "updated_at"),
    limits=(
        Limit("It does not say which ticket followed which schedule.", about=()),
        Limit("It holds the hours of today, whatever they were before.", about=()),
    ),
)

HOLIDAYS = _table(
    "holiday_table",
    "Zendesk table of holidays",
    needs="start_date",
    known_by=("id", "schedule_id", "end_date", "name"),
    copied_by=("schedule_id", "end_date"),
    columns=("id", "schedule_id", "name", "start_date", "end_date"),
    limits=(Limit("Holidays are whole days.", about=()),),
    also={"start_date_at": "start_date", "end_date_at": "end_date"},
)

TICKET_SCHEDULES = _table(
    "ticket_schedule_table",
    "Zendesk table of schedules of tickets",
    needs="schedule_id",
    known_by=("ticket_id", "created_at"),
    columns=("ticket_id", "created_at", "schedule_id"),
    limits=(
        Limit("Tickets that always followed the account's default are not in it.", about=()),
        ONE_ACCOUNT,
    ),
)

ZONES = _table(
    "zone_table",
    "Zendesk table of time zones",
    needs="standard_offset",
    known_by=("time_zone",),
    columns=("time_zone", "standard_offset"),
    limits=(_NO_TALK,),
)

DAYLIGHT = _table(
    "daylight_table",
    "Zendesk table of daylight saving times",
    needs="daylight_start_utc",
    known_by=("time_zone", "daylight_end_utc"),
    columns=("time_zone", "year", "daylight_start_utc", "daylight_end_utc", "daylight_offset"),
    limits=(_NO_TALK,),
)

TABLES: tuple[ExportKind, ...] = (
    TICKETS,
    COMMENTS,
    USERS,
    HISTORY,
    RATINGS,
    CHATS,
    CHAT_EVENTS,
    SCHEDULES,
    HOLIDAYS,
    TICKET_SCHEDULES,
    ZONES,
    DAYLIGHT,
)

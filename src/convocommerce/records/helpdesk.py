"""What only a helpdesk keeps: tickets, who works there, and when."""

from __future__ import annotations

from convocommerce.records.table import Column, Table

TICKETS = Table(
    name="tickets",
    meaning="One ticket of a helpdesk, in the newest state known.",
    key=("platform", "ticket_id"),
    version=("updated_at",),
    columns=(
        Column("platform", "VARCHAR", "The helpdesk: zendesk ...", True),
        Column("ticket_id", "VARCHAR", "The helpdesk's number.", True),
        Column("business_id", "VARCHAR", "The account or brand that was written to.", True),
        Column("channel", "VARCHAR", "Where the customer talks.", True),
        Column("customer_id", "VARCHAR", "Who asked, as the helpdesk knows them.", False, True),
        Column("created_at", "TIMESTAMP", "When it was made, in UTC.", True),
        Column("updated_at", "TIMESTAMP", "When it was last changed, in UTC."),
        Column("status", "VARCHAR", "new, open, pending, hold, solved, closed, deleted or merged."),
        Column("agent_id", "VARCHAR", "The employee it is assigned to."),
        Column("team_id", "VARCHAR", "The group it is assigned to."),
        Column("is_messaging", "BOOLEAN", "It came by a chat rather than by mail or a form."),
        Column("is_sample", "BOOLEAN", "Made by the helpdesk to show how tickets look."),
    ),
)

TICKET_EVENTS = Table(
    name="ticket_events",
    meaning="One thing written in a ticket or done to it; the ticket says who the customer is.",
    key=("platform", "event_id"),
    version=("detail", "happened_at"),
    columns=(
        Column("platform", "VARCHAR", "The helpdesk.", True),
        Column("event_id", "VARCHAR", "The helpdesk's id, or one made from the content.", True),
        Column(
            "ticket_id",
            "VARCHAR",
            "The ticket; 'chat:' and the chat_id where only the chat is told.",
            True,
        ),
        Column("happened_at", "TIMESTAMP", "When, in UTC.", True),
        Column(
            "sequence", "INTEGER", "The source's own order inside one instant; 0 if none.", True
        ),
        Column("author_id", "VARCHAR", "Who did it, as the helpdesk knows them.", False, True),
        Column(
            "declared_role",
            "VARCHAR",
            "customer, human, bot, auto, marketing, note or system; null when the author decides.",
        ),
        Column(
            "kind",
            "VARCHAR",
            "text (a comment that the customer sees), attachment, note, handover, close, reopen or "
            "chat (the chat of author_id became part of the ticket).",
            True,
        ),
        Column(
            "is_transcript",
            "BOOLEAN",
            "It repeats a chat or stands in for one, so it is no message of its own; null when "
            "the ticket decides.",
        ),
        Column("chat_id", "VARCHAR", "The chat within the ticket, where the source numbers it."),
        Column(
            "told_as",
            "VARCHAR",
            "log (a message of a conversation log), chat (of the chat's own record, left out where "
            "the ticket has a log) or comment; null where nothing tells it a second time.",
        ),
        Column(
            "shared_kind",
            "VARCHAR",
            "The kind of key that a link in it shows, token or link; it counts if the business "
            "wrote it.",
        ),
        Column("shared_value", "VARCHAR", "That key: the page's token or what the link carries."),
        Column("detail", "INTEGER", "Of two records of one event, the greater wins."),
        Column("text", "VARCHAR", "What was written.", False, True),
        Column("export", "VARCHAR", "The kind of export that tells it; filled in by loading."),
    ),
)

TICKET_STATUSES = Table(
    name="ticket_statuses",
    meaning="One change of a ticket's status; what the helpdesk counts waits and reopenings from.",
    key=("platform", "event_id"),
    version=("changed_at", "status_before"),
    columns=(
        Column("platform", "VARCHAR", "The helpdesk.", True),
        Column("event_id", "VARCHAR", "The helpdesk's id, or one made from the content.", True),
        Column("ticket_id", "VARCHAR", "The ticket.", True),
        Column("changed_at", "TIMESTAMP", "When, in UTC.", True),
        Column(
            "status",
            "VARCHAR",
            "What it became: new, open, pending, hold, solved, closed or deleted.",
            True,
        ),
        Column("status_before", "VARCHAR", "What it was, if the source tells."),
    ),
)

PEOPLE = Table(
    name="people",
    meaning="One person or bot as a helpdesk knows them: a customer or somebody who answers.",
    key=("platform", "person_id"),
    version=("updated_at",),
    columns=(
        Column("platform", "VARCHAR", "The helpdesk.", True),
        Column("person_id", "VARCHAR", "Its id.", True),
        Column("updated_at", "TIMESTAMP", "When it was last changed, in UTC."),
        Column("role", "VARCHAR", "customer, human (who answers) or bot; null if not told."),
        Column("name", "VARCHAR", "What an employee is called; null for customers.", False, True),
    ),
)

REPORTED_TIMES = Table(
    name="reported_times",
    meaning="A duration that a helpdesk itself recorded, to be held against our own.",
    key=("platform", "case_id", "measure", "instance"),
    version=("updated_at",),
    columns=(
        Column("platform", "VARCHAR", "The helpdesk.", True),
        Column("case_id", "VARCHAR", "The ticket or conversation.", True),
        Column(
            "measure",
            "VARCHAR",
            "first_reply, next_reply, first_resolution, full_resolution, requester_wait, "
            "agent_wait "
            "or on_hold.",
            True,
        ),
        Column(
            "instance", "INTEGER", "Which time it happened in the case; 0 if it does once.", True
        ),
        Column("updated_at", "TIMESTAMP", "When the helpdesk last changed it, in UTC."),
        Column("started_at", "TIMESTAMP", "When it began, in UTC, if the source tells."),
        Column("ended_at", "TIMESTAMP", "When it ended, in UTC, if the source tells."),
        Column("calendar_seconds", "BIGINT", "How long, by the clock on the wall."),
        Column("business_seconds", "BIGINT", "How long, within the helpdesk's opening hours."),
        Column("precision_seconds", "INTEGER", "How finely it is given: 60 for whole minutes."),
    ),
)

SCHEDULES = Table(
    name="schedules",
    meaning="When a team answers, as a helpdesk keeps it.",
    key=("platform", "schedule_id"),
    version=("updated_at",),
    columns=(
        Column("platform", "VARCHAR", "The helpdesk.", True),
        Column("schedule_id", "VARCHAR", "Its id.", True),
        Column("created_at", "TIMESTAMP", "When it was made; the oldest is the account's default."),
        Column("updated_at", "TIMESTAMP", "When it was last changed, in UTC."),
        Column("name", "VARCHAR", "What people call it."),
        Column("time_zone", "VARCHAR", "IANA name of its zone."),
        Column("opening_hours", "VARCHAR", "Its week, in OpenStreetMap's notation."),
        Column(
            "week_minutes",
            "VARCHAR",
            "Its intervals as the helpdesk keeps them, in minutes since Sunday's midnight on its "
            "own clock, such as 1980-2460; null where it keeps none.",
        ),
    ),
)

SCHEDULE_HOLIDAYS = Table(
    name="schedule_holidays",
    meaning="Days on which a team does not answer.",
    key=("platform", "schedule_id", "holiday_id"),
    columns=(
        Column("platform", "VARCHAR", "The helpdesk.", True),
        Column("schedule_id", "VARCHAR", "The schedule; none when the source does not tell.", True),
        Column("holiday_id", "VARCHAR", "Its id.", True),
        Column("name", "VARCHAR", "What people call it."),
        Column("starts_on", "DATE", "First day, in the schedule's zone.", True),
        Column("ends_on", "DATE", "Last day, inclusive.", True),
    ),
)

TICKET_SCHEDULES = Table(
    name="ticket_schedules",
    meaning="From when on a ticket followed a schedule other than the account's default.",
    key=("platform", "ticket_id", "assigned_at"),
    version=("sequence",),
    columns=(
        Column("platform", "VARCHAR", "The helpdesk.", True),
        Column("ticket_id", "VARCHAR", "The ticket.", True),
        Column("assigned_at", "TIMESTAMP", "From when on, in UTC.", True),
        Column(
            "sequence",
            "INTEGER",
            "The source's own order inside one instant, of which the last counts; 0 if none.",
            True,
        ),
        Column("schedule_id", "VARCHAR", "The schedule; null for the account's default."),
    ),
)

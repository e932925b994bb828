"""Zendesk Support: tickets, comments, users and what Zendesk itself measured."""

from __future__ import annotations

from pathlib import Path

from convocommerce.sources.contract import NO_CLOSES, ExportKind, Limit, Source, Unread
from convocommerce.sources.zendesk.shapes import (
    COMMENT,
    OBJECT,
    PAGES,
    TEXT,
    USER,
    is_comment_page,
    is_log_event,
    is_object,
    texts,
)
from convocommerce.sources.zendesk.tables import ONE_ACCOUNT, TABLES

_MESSAGING = Limit(
    "Tickets of messaging and chat hold a copy of the conversation at best: without "
    "the conversation log or the chats in the audits, nothing of it counts.",
    about=("answers", "completeness"),
)
_NO_ENTRY = Limit(
    "It does not say what brought a person into the conversation.", about=("entry_points",)
)
_SECONDS = Limit("Times are whole seconds.", about=("times",))
_UNKNOWN_AUTHORS = Limit(
    "Authors are given by number: without the list of users, everybody but the "
    "requester counts as an employee.",
    about=("senders", "answers"),
)

_NO_TALK = (
    "a list of tickets from Zendesk holds no messages: export tickets as JSON in the Admin Center "
    "(Account, Tools, Reports, Export), or take them from the API"
)

CONVERSATION_LOG = ExportKind(
    name="conversation_log",
    title="Zendesk conversation log",
    recognise=is_log_event,
    structure={
        **texts("id", "type", "reference", "created_at", "received_at", "metadata", "attachments"),
        **texts("ticket_id"),
        "author": texts("type", "display_name", "zen:support:user_id"),
        "content": texts("text", "body", "actions"),
        "source": texts("type"),
    },
    envelope_keys=("events",),
    reads_name=True,
    cannot_tell=(
        NO_CLOSES,
        Limit(
            "It does not say which ticket it belongs to; the name of its file has to, as in "
            "tickets/123/conversation_log.json.",
            about=("completeness",),
        ),
        Limit(
            "It does not say who the customer is or on which channel they write; the tickets do.",
            about=("customers",),
        ),
        Limit(
            "It does not say when a bot handed over to people: the making of the ticket stands in "
            "for it.",
            about=("answers",),
        ),
        _NO_ENTRY,
        Limit("It does not say whether a message arrived.", about=("delivery",)),
        ONE_ACCOUNT,
    ),
)

COMMENT_PAGES = ExportKind(
    name="comment_pages",
    title="Zendesk comments of a ticket",
    recognise=is_comment_page,
    # A page is read as a whole: its ticket stands beside the comments, if anywhere.
    structure={
        **texts("id", "ticket_id"),
        "ticket": texts("id"),
        "comments": [COMMENT],
        "users": [USER],
    },
    reads_name=True,
    cannot_tell=(
        Limit(
            "Pages seldom say which ticket they belong to; the name of the file has to, as in "
            "tickets/123/comments.json.",
            about=("completeness",),
        ),
        _UNKNOWN_AUTHORS,
        _MESSAGING,
        _SECONDS,
        Limit("It does not say when a ticket was solved.", about=("completeness", "closes")),
        ONE_ACCOUNT,
    ),
)

OBJECTS = ExportKind(
    name="objects",
    title="Zendesk Support objects (API)",
    recognise=is_object,
    structure={**OBJECT, "type": TEXT},
    envelope_keys=PAGES,
    reads_name=True,
    cannot_tell=(
        Limit(
            "Authors are given by number: without the list of users, everybody but the "
            "requester counts as an employee, and with it by their role of today.",
            about=("senders", "answers"),
        ),
        _MESSAGING,
        _SECONDS,
        Limit(
            "It does not say into which ticket another was merged: the merged one is left out with "
            "what was written in it, and the wait in the other begins with its own first message.",
            about=("answers",),
        ),
        Limit(
            "An incremental export leaves out tickets that only a bot handled unless it was asked "
            "for them, and the newest minute always.",
            about=("completeness",),
        ),
        _NO_ENTRY,
        ONE_ACCOUNT,
    ),
)

SOURCE = Source(
    name="zendesk",
    title="Zendesk Support",
    folder=Path(__file__).parent,
    made_by=(
        (
            "In the Admin Center, under Account, Tools, Reports, Export: tickets as JSON, which "
            "hold their comments. Zendesk has to allow exports for the account, and does not on "
            "Team plans. The CSV of a view or of all tickets holds no messages and is not read."
        ),
        (
            "The API gives tickets, comments, audits, metrics, users, ratings and conversation "
            "logs; the tables are those that replication services make of an account."
        ),
    ),
    kinds=(CONVERSATION_LOG, COMMENT_PAGES, OBJECTS, *TABLES),
    unread=(
        Unread(frozenset(("id", "subject", "requester")), _NO_TALK),
        Unread(frozenset(("summation column",)), _NO_TALK),
    ),
)

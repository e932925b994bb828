"""A first mapping of a file, guessed from what its columns are called."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from convocommerce.errors import UnknownNameError
from convocommerce.records import FILLED_BY_LOADING, TABLES
from convocommerce.sources.mapped.mapping import DEFAULTS, MADE

# What columns of that meaning are called, in English and Dutch, the surest first.
_CALLED: Mapping[str, Sequence[str]] = {
    "message_id": ("message id", "id", "uuid", "sid", "call id"),
    "sent_at": (
        "sent at", "timestamp", "created at", "date", "datetime", "time", "started at", "start",
        "verzonden", "datum", "tijdstip", "moment",
    ),
    "customer_id": (
        "customer id", "contact id", "user id", "customer", "contact", "caller", "sender",
        "from", "klant", "klantnummer", "afzender", "phone", "telefoon", "email", "e mail",
    ),
    "direction": ("direction", "richting", "inbound", "type"),
    "text": ("text", "body", "message", "content", "notes", "bericht", "tekst", "inhoud"),
    "channel": ("channel", "medium", "kanaal"),
    "business_id": ("business id", "account", "inbox", "mailbox", "queue", "line", "to number"),
    "case_id": ("conversation id", "ticket id", "case id", "thread id", "session id", "ticket"),
    "agent_id": ("agent", "agent id", "employee", "operator", "medewerker"),
    "declared_role": ("role", "author type", "sender type", "rol"),
    "order_id": ("order id", "id", "bestelling", "ordernummer", "order number"),
    "order_number": ("order number", "order name", "ordernummer", "bestelnummer"),
    "created_at": ("created at", "date", "order date", "placed at", "datum", "besteldatum"),
    "updated_at": ("updated at", "modified", "gewijzigd"),
    "paid_at": ("paid at", "payment date", "betaald op"),
    "payment_status": ("payment status", "financial status", "status", "betaalstatus"),
    "total_amount": ("total", "amount", "total amount", "totaal", "bedrag"),
    "currency": ("currency", "valuta", "munt"),
    "checkout_id": ("checkout id", "cart id", "id", "winkelwagen"),
    "completed_at": ("completed at", "converted at", "afgerond op"),
    "refund_id": ("refund id", "id"),
    "refunded_at": ("refunded at", "date", "datum"),
    "refund_amount": ("refund amount", "amount", "bedrag"),
    "occurred_at": ("occurred at", "timestamp", "date", "datum"),
    "entry_point": ("entry point", "source", "bron"),
    "ref": ("ref", "campaign", "utm content"),
    "ad_id": ("ad id",),
    "ad_key": ("ad id", "ad name", "ad"),
    "day": ("day", "date", "dag", "datum"),
    "last_day": ("last day", "day", "date", "dag", "datum"),
    "spend_amount": ("spend", "cost", "amount spent", "kosten", "besteed bedrag"),
    "impressions": ("impressions", "views", "weergaven"),
    "clicks": ("clicks", "klikken"),
    "rating_id": ("rating id", "survey id", "id"),
    "rated_at": ("rated at", "date", "timestamp", "datum"),
    "scale": ("scale", "schaal"),
    "score": ("score", "rating", "cijfer", "stars"),
}  # fmt: skip
_KEYS = {
    "email": ("email", "e mail", "email address", "mail"),
    "phone": ("phone", "phone number", "mobile", "telefoon", "telefoonnummer", "caller"),
}
_INSIDE = {"inbound": "in", "incoming": "in", "received": "in", "in": "in", "inkomend": "in"}
_OUTSIDE = {"outbound": "out", "outgoing": "out", "sent": "out", "out": "out", "uitgaand": "out"}


def propose(
    columns: Sequence[str], sample: Sequence[Mapping[str, Any]], *, name: str, table: str | None
) -> str:
    """Return the text of a mapping to start from, with what could not be guessed marked.

    Args:
        columns: The names of the file's columns, or the paths to the values of its objects.
        sample: Some of its rows, to see which values a direction has.
        name: What to call the source.
        table: The canonical table; the one that most columns fit when left out.

    Raises:
        UnknownNameError: There is no such table.

    >>> text = propose(["Call ID", "Started at", "Caller", "Direction"], [], name="calls",
    ...                table="messages")
    >>> print(text.partition("[columns]")[2].strip().splitlines()[0])
    message_id = "Call ID"
    """
    if table is not None and table not in DEFAULTS:
        raise UnknownNameError("table", table, DEFAULTS)
    chosen = table or max(DEFAULTS, key=lambda one: _fit(one, columns))
    declared = [c for c in TABLES[chosen].columns if c.name not in FILLED_BY_LOADING]
    lines = [f'name = "{name}"', f'table = "{chosen}"', '# time_zone = "Europe/Amsterdam"']
    lines += ['# date_format = "%d-%m-%Y %H:%M"', "", "[columns]"]
    guesses = _guesses(chosen, columns)
    given = {*DEFAULTS[chosen], MADE.get(chosen, "")}
    for column in declared:
        if column.name in guesses:
            lines.append(_line(column.name, guesses[column.name], sample))
        elif column.required and column.name not in given:
            lines.append(f'{column.name} = "?"  # {column.meaning}')
    keys = {key: found for key, names in _KEYS.items() if (found := _called(names, columns))}
    if keys:
        lines += ["", "[identities]"]
        lines += [
            f"{key} = {json.dumps(column, ensure_ascii=False)}" for key, column in keys.items()
        ]
    used = {*guesses.values(), *keys.values()}
    left = [column for column in columns if column not in used]
    lines += ["", f"# not used: {', '.join(left)}"] if left else []
    return "\n".join(lines) + "\n"


def _guesses(table: str, columns: Sequence[str]) -> dict[str, str]:
    found = {}
    for column in TABLES[table].columns:
        name = _called((column.name.replace("_", " "), *_CALLED.get(column.name, ())), columns)
        if name is not None:
            found[column.name] = name
    return found


def _fit(table: str, columns: Sequence[str]) -> tuple[int, int]:
    guesses = _guesses(table, columns)
    required = [c.name for c in TABLES[table].columns if c.required]
    missing = [
        name for name in required if name not in (*guesses, *DEFAULTS[table], MADE.get(table, ""))
    ]
    return -len(missing), len(set(guesses.values()))


def _called(names: Sequence[str], columns: Sequence[str]) -> str | None:
    plain = {_plain(column): column for column in reversed(columns)}
    return next((plain[name] for name in names if name in plain), None)


def _plain(column: str) -> str:
    last = column.rsplit(".", 1)[-1] if " " not in column else column
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last)
    return re.sub(r"[\W_]+", " ", apart).strip().lower()


def _line(name: str, column: str, sample: Sequence[Mapping[str, Any]]) -> str:
    told = json.dumps(column, ensure_ascii=False)
    if name != "direction":
        return f"{name} = {told}"
    values = {str(row.get(column, "")).strip().lower() for row in sample} - {""}
    known = {**_INSIDE, **_OUTSIDE}
    means = {value: known.get(value, "?") for value in sorted(values)[:12]} or known
    pairs = ", ".join(f'{json.dumps(value)} = "{what}"' for value, what in means.items())
    return f"{name} = {{ column = {told}, values = {{ {pairs} }} }}"

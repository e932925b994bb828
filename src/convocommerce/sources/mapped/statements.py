"""From a mapping to a source: the SQL that its columns stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from convocommerce.records import TABLES
from convocommerce.sources.contract import OUTCOMES, ExportKind, Limit, Source
from convocommerce.sources.mapped.mapping import (
    DEFAULTS,
    MADE,
    MIDNIGHT,
    PAGE_KEYS,
    Cell,
    FileMapping,
)
from convocommerce.sources.mapped.vocabularies import STRANGE, VOCABULARIES

_SUBJECTS = {
    "messages": ("customer", ("channel", "business_id", "customer_id")),
    "touchpoints": ("customer", ("channel", "business_id", "customer_id")),
    "orders": ("order", ("platform", "order_id")),
    "checkouts": ("checkout", ("platform", "checkout_id")),
}
# What tells one row from another where a file has no ids of its own; what is told beside it may
# be mapped later without making every row a new one.
_TOLD_APART_BY = {
    "messages": (
        "channel", "business_id", "customer_id", "case_id", "sent_at", "direction", "text",
    ),
    "touchpoints": (
        "channel", "business_id", "customer_id", "case_id", "occurred_at", "entry_point", "ref",
        "ad_id",
    ),
    "ratings": (
        "platform", "channel", "business_id", "customer_id", "case_id", "message_id", "rated_at",
        "scale",
    ),
    "refunds": ("platform", "order_id", "refunded_at", "refund_amount"),
}  # fmt: skip

# Only what follows a clock is an offset: a date may end in a year.
_OFFSET = (
    r"\d:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[+-]\d{2}(?::?\d{2})?|Z|UTC|GMT)$"
    r"|^\d{9,}$"
)


def source_of(mapping: FileMapping) -> Source:
    """Return the source that reads the files of a mapping, as a table and as objects.

    A colon in a channel or account becomes a hyphen, because colons part the two from the customer
    where records name somebody.
    """
    statements = {mapping.table: _records_sql(mapping)}
    if mapping.identities and mapping.table in _SUBJECTS:
        statements["identities"] = _identities_sql(mapping)
    if times := _times(mapping):
        statements[OUTCOMES] = _outcomes_sql(mapping, times)
    needed = mapping.needed()
    limits = (
        Limit(f"It tells what the mapping {mapping.origin} says, and nothing else.", about=()),
    )
    table = ExportKind(
        name="table",
        title=f"{mapping.title} (mapped)",
        recognise=lambda _: True,
        structure=dict.fromkeys(needed, "VARCHAR") or {"_": "VARCHAR"},
        headings=lambda heading: heading if heading in needed else None,
        required_headings=needed,
        cannot_tell=limits,
    )
    objects = ExportKind(
        name="objects",
        title=f"{mapping.title} (mapped)",
        recognise=lambda _: True,
        structure=_structure(needed) or {"_": "VARCHAR"},
        envelope_keys=(*PAGE_KEYS, mapping.table),
        cannot_tell=limits,
    )
    by_objects = {name: _by_paths(sql, needed) for name, sql in statements.items()}
    return Source(
        name=mapping.name,
        title=mapping.title,
        folder=Path(),
        kinds=(table, objects),
        sql={"table": statements, "objects": by_objects},
    )


def _records_sql(mapping: FileMapping) -> str:
    columns = [column.name for column in TABLES[mapping.table].columns]
    values = {name: sql for name in columns if (sql := _column_sql(mapping, name)) is not None}
    made = MADE.get(mapping.table)
    if made is not None and made not in values:
        parts = [values.get(name, "null") for name in _TOLD_APART_BY[mapping.table]]
        told = ", ".join(f"coalesce(({sql})::varchar, '')" for sql in parts)
        values[made] = f"made_id([{told}])"
    if mapping.table == "messages" and "detail" not in values:
        # Of two tellings of a message, that of the mapping that knows more columns counts.
        values["detail"] = f"{len(mapping.columns)}::INTEGER"
    chosen = ",\n    ".join(f"{sql} as {name}" for name, sql in values.items())
    return f"select\n    document_no,\n    {chosen}\nfrom documents\nwhere {_is_timed(mapping)}"


def _identities_sql(mapping: FileMapping) -> str:
    kind, parts = _SUBJECTS[mapping.table]
    named = " || ':' || ".join(f"({_column_sql(mapping, part)})" for part in parts)
    keys = ", ".join(
        f"keys_of({_quoted(key)}, [{_value_sql(mapping, cell, 'VARCHAR')}])"
        for key, cell in mapping.identities.items()
    )
    return f"""with keyed as (
    select document_no, {named} as subject_id, unnest(flatten([{keys}])) as key
    from documents
    where {_is_timed(mapping)}
)
select
    document_no, {_quoted(kind)} as subject_kind, subject_id,
    key.key_kind as key_kind, key.key_value as key_value
from keyed
where subject_id is not null"""


def _outcomes_sql(mapping: FileMapping, times: Mapping[str, Cell]) -> str:
    selects = []
    for name, cell in times.items():
        columns = " and ".join(map(repr, cell.columns))
        reason = f"the column {columns} gives no {name}; say by date_format how it is written"
        selects.append(
            f"select document_no, 'quarantined' as outcome, {_quoted(reason)} as reason\n"
            f"from documents\nwhere not ({_is_read(mapping, name, cell)})"
        )
    return "\nunion all\n".join(selects)


def _times(mapping: FileMapping) -> dict[str, Cell]:
    """Return where the times come from that a record cannot do without."""
    needed = [c.name for c in TABLES[mapping.table].columns if c.required and _is_time(c.type)]
    cells = {name: mapping.columns[name] for name in needed if name in mapping.columns}
    return {name: cell for name, cell in cells.items() if cell.columns}


def _is_timed(mapping: FileMapping) -> str:
    """Return the SQL of whether every time needed that is written can be read."""
    times = _times(mapping)
    return " and ".join(f"({_is_read(mapping, *one)})" for one in times.items()) or "true"


def _is_read(mapping: FileMapping, name: str, cell: Cell) -> str:
    return f"({_column_sql(mapping, name)}) is not null or ({_told_sql(cell)}) is null"


def _is_time(type_: str) -> bool:
    return type_ in ("TIMESTAMP", "DATE")


def _column_sql(mapping: FileMapping, name: str) -> str | None:
    """Return the SQL of one canonical column; null when the mapping knows nothing of it."""
    types = {column.name: column.type for column in TABLES[mapping.table].columns}
    cell, default = mapping.columns.get(name), DEFAULTS[mapping.table].get(name)
    if cell is None:
        filled_in = None if default is None else _quoted(default.format(name=mapping.name))
        return None if filled_in is None else f"{filled_in}::{types[name]}"
    told = _value_sql(mapping, cell, types[name])
    known = VOCABULARIES.get(mapping.table, {}).get(name)
    if known is not None and name in STRANGE and cell.columns and not cell.values:
        words = ", ".join(map(_quoted, known))
        strange = STRANGE[name]
        other = "null" if strange is None else f"case when {told} is not null then '{strange}' end"
        return f"case when lower({told}) in ({words}) then lower({told}) else {other} end"
    return f"replace({told}, ':', '-')" if name in ("channel", "business_id") else told


def _value_sql(mapping: FileMapping, cell: Cell, type_: str) -> str:
    if cell.value is not None:
        return f"try_cast({_quoted(cell.value)} as {type_})"
    told = _told_sql(cell)
    if _is_time(type_) and len(cell.columns) > 1:
        told = rf"regexp_replace({told}, {_quoted(MIDNIGHT)}, '\1 \2')"
    if cell.values:
        cases = " ".join(
            f"when {_quoted(value)} then {_quoted(means)}" for value, means in cell.values.items()
        )
        default = "null" if cell.default is None else _quoted(cell.default)
        told = f"case lower({told}) {cases} else {default} end"
    elif cell.default is not None:
        told = f"coalesce({told}, {_quoted(cell.default)})"
    if type_ == "TIMESTAMP":
        return _instant_sql(mapping, told)
    if type_ == "DATE":
        return _day_sql(mapping, told)
    if type_.startswith("DECIMAL"):
        return f"local_amount({told})"
    if type_ in ("BIGINT", "INTEGER"):
        return f"whole({told})"
    return f"truth({told})" if type_ == "BOOLEAN" else told


def _told_sql(cell: Cell) -> str:
    """Return the SQL of what the columns of a cell say, as it stands."""
    told = [f"filled({_field(column)})" for column in cell.columns]
    return told[0] if len(told) == 1 else f"filled(concat_ws(' ', {', '.join(told)}))"


def _instant_sql(mapping: FileMapping, told: str) -> str:
    """Return the SQL of an instant in UTC: by the format, with an offset, or in the zone."""
    pattern, zone = mapping.date_format, mapping.time_zone
    if pattern is not None:
        local = f"try_strptime({told}, {_quoted(pattern)})"
        if _has_offset(pattern):
            return f"timezone('UTC', {local})"
    else:
        local = f"instant({told})"
    if zone is None:
        return local
    there = f"timezone({_quoted(zone)}, {local})::timestamp"
    if pattern is not None:
        return there
    has_zone = f"regexp_matches({told}, {_quoted(_OFFSET)})"
    return f"case when {has_zone} then {local} else {there} end"


def _day_sql(mapping: FileMapping, told: str) -> str:
    """Return the SQL of a day as the file says it, which no zone moves."""
    if mapping.date_format is not None:
        return f"try_strptime({told}, {_quoted(mapping.date_format)})::date"
    return f"coalesce(calendar_day({told}), calendar_day(left({told}, 10)), instant({told})::date)"


def _has_offset(pattern: str) -> bool:
    plain = pattern.replace("%%", "")
    return "%z" in plain or "%Z" in plain


def _field(column: str) -> str:
    return f'd."{_escaped(column)}"'


def _by_paths(sql: str, columns: Sequence[str]) -> str:
    """Return the SQL for objects, in which a name with dots is a path."""
    for column in columns:
        path = ".".join(f'"{_escaped(step)}"' for step in column.split("."))
        sql = sql.replace(_field(column), f"d.{path}")
    return sql


def _structure(columns: Sequence[str]) -> dict[str, Any]:
    """Return the structure that holds every path, text at the leaves."""
    root: dict[str, Any] = {}
    for column in columns:
        *inner, leaf = column.split(".")
        place = root
        for step in inner:
            below = place.get(step)
            if not isinstance(below, dict):
                below = place[step] = {}
            place = below
        place.setdefault(leaf, "VARCHAR")
    return root


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _escaped(name: str) -> str:
    return name.replace('"', '""')

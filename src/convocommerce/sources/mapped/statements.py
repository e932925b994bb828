"""From a mapping to a source: the SQL that its columns stand for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from convocommerce.records import TABLES
from convocommerce.sources.contract import ExportKind, Limit, Source
from convocommerce.sources.mapped.mapping import DEFAULTS, MADE, PAGE_KEYS, Cell, Mapping

_SUBJECTS = {
    "messages": ("customer", ("channel", "business_id", "customer_id")),
    "touchpoints": ("customer", ("channel", "business_id", "customer_id")),
    "orders": ("order", ("platform", "order_id")),
    "checkouts": ("checkout", ("platform", "checkout_id")),
}
_OFFSET = r"(?:[+-]\d{2}:?\d{2}|Z|UTC|GMT)$|^\d{9,}$"


def source_of(mapping: Mapping) -> Source:
    """Return the source that reads the files of a mapping, as a table and as objects."""
    statements = {mapping.table: _records_sql(mapping)}
    if mapping.identities and mapping.table in _SUBJECTS:
        statements["identities"] = _identities_sql(mapping)
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


def _records_sql(mapping: Mapping) -> str:
    table = TABLES[mapping.table]
    values: dict[str, str] = {}
    for column in table.columns:
        if column.name in mapping.columns:
            values[column.name] = _value_sql(mapping, mapping.columns[column.name], column.type)
        elif column.name in DEFAULTS[mapping.table]:
            default = DEFAULTS[mapping.table][column.name].format(name=mapping.name)
            values[column.name] = f"{_quoted(default)}::{column.type}"
    made = MADE.get(mapping.table)
    if made is not None and made not in values:
        parts = ", ".join(f"({sql})::varchar" for sql in values.values())
        values[made] = f"made_id([{parts}])"
    chosen = ",\n    ".join(f"{sql} as {name}" for name, sql in values.items())
    return f"select\n    document_no,\n    {chosen}\nfrom documents"


def _identities_sql(mapping: Mapping) -> str:
    kind, parts = _SUBJECTS[mapping.table]
    named = []
    for part in parts:
        if part in mapping.columns:
            named.append(f"({_value_sql(mapping, mapping.columns[part], 'VARCHAR')})")
        else:
            named.append(_quoted(DEFAULTS[mapping.table][part].format(name=mapping.name)))
    keys = ", ".join(
        f"keys_of({_quoted(key)}, [{_value_sql(mapping, cell, 'VARCHAR')}])"
        for key, cell in mapping.identities.items()
    )
    return f"""with keyed as (
    select document_no, {" || ':' || ".join(named)} as subject_id, unnest(flatten([{keys}])) as key
    from documents
)
select
    document_no, {_quoted(kind)} as subject_kind, subject_id,
    key.key_kind as key_kind, key.key_value as key_value
from keyed
where subject_id is not null"""


def _value_sql(mapping: Mapping, cell: Cell, type_: str) -> str:
    if cell.value is not None:
        return f"try_cast({_quoted(cell.value)} as {type_})"
    told = f"filled({_field(cell.column or '')})"
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
        return f"coalesce(calendar_day({told}), ({_instant_sql(mapping, told)})::date)"
    if type_.startswith("DECIMAL"):
        return f"local_amount({told})"
    if type_ in ("BIGINT", "INTEGER"):
        return f"whole({told})"
    return f"truth({told})" if type_ == "BOOLEAN" else told


def _instant_sql(mapping: Mapping, told: str) -> str:
    """Return the SQL of an instant in UTC: by the format, with an offset, or in the zone."""
    if mapping.date_format is not None:
        local = f"try_strptime({told}, {_quoted(mapping.date_format)})"
    else:
        local = f"instant({told})"
    if mapping.time_zone is None:
        return local
    there = f"timezone({_quoted(mapping.time_zone)}, {local})::timestamp"
    has_zone = f"regexp_matches({told}, {_quoted(_OFFSET)})"
    return f"case when {has_zone} then instant({told}) else {there} end"


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

"""Clocks that contradict a source's own order, once more in plain slow Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from convocommerce.rules import Rules
from oracle_talk import key64

NUMBERED = ("chatwoot/conversations", "intercom/conversations", "zendesk_chat/chats")
PLACELESS = 2_000_000_000
"""Above this a number puts something last in its instant and nowhere in the list."""


def follow_the_list(messages: Sequence[dict[str, Any]], rules: Rules) -> None:
    """Let nothing be said a little before what its source lists first.

    Args:
        messages: Everything told, with times in UTC; changed in place.
        rules: Say how far clocks may be apart.
    """
    tolerance = dt.timedelta(seconds=rules.clock_tolerance_seconds)
    lists: dict[Any, list[dict[str, Any]]] = {}
    for one in messages:
        if one.get("export") in NUMBERED and one["sequence"] <= PLACELESS:
            case = one.get("case_id")
            whose = (one["customer_id"], None) if case is None else (None, case)
            name = (one["channel"], one["business_id"], *whose, one["export"])
            lists.setdefault(name, []).append(one)
    for listed in lists.values():
        listed.sort(
            key=lambda one: (
                one["sequence"],
                one["sent_at"],
                key64(one["channel"], one["message_id"]),
            )
        )
        stamps = [one["sent_at"] for one in listed]
        for place, one in enumerate(listed):
            near = [at for at in stamps[:place] if at - one["sent_at"] <= tolerance]
            if one["kind"] != "reaction":
                one["sent_at"] = max([one["sent_at"], *near])

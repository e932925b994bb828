"""What is seen of an app: how many messages, how soon after a customer's, how alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from convocommerce.starting.looking import App, look

PAGE = "102030405060708"


def line(person: int, at: float, text: str, **more: Any) -> str:
    """Write a delivery of one message, by a person or, with an app, to that person."""
    ends = ({"id": str(person)}, {"id": PAGE})
    sender, recipient = reversed(ends) if more else ends
    message = {"mid": f"m_{person}_{at}", "text": text, **more}
    moment = 1_780_000_000_000 + round(at * 1000)
    talk = {"sender": sender, "recipient": recipient, "timestamp": moment, "message": message}
    entry = {"id": PAGE, "time": moment, "messaging": [talk]}
    return json.dumps({"object": "page", "entry": [entry]})


def said(at: float, text: str, app: int, metadata: str | None = None) -> dict[str, Any]:
    more = {"metadata": metadata} if metadata else {}
    return {"at": at, "text": text, "is_echo": True, "app_id": app, **more}


def test_an_app_is_seen_by_number_haste_and_likeness(tmp_path: Path) -> None:
    lines = []
    for person in range(1, 5):
        start = person * 10.0
        lines.append(line(person, start, "ik heb een vraag"))
        # Four people talk at once, so that the message before is often another's.
        lines.append(line(person, **said(start + 12, f"Order {person} is onderweg", 11)))
        lines.append(line(person, **said(start + 13, "Nog iets?", 11)))
        lines.append(line(person, start + 1000, "ja graag"))
        lines.append(line(person, **said(start + 1300, "anders " * person, 12, "agent:anna")))
        # The inbox is known to everybody.
        lines.append(line(person, **said(start + 2000, "Groeten", 263902037430900)))
    (tmp_path / "webhooks.ndjson").write_text("\n".join(lines))
    seen = look([tmp_path])
    bot = App("11", "", 8, 1.0, 12.0, 0.5)
    agents = App("12", "", 4, 0.0, 300.0, 1.0)
    assert [app for app in seen.apps if app.written_by == ""] == [bot, agents]
    parts = [
        (app.app_id, app.written_by, app.messages) for app in seen.apps if app.written_by != ""
    ]
    assert sorted(parts, key=str) == [("11", None, 8), ("12", "agent", 4)]
    assert seen.languages == (("nl", 8),)
    assert (seen.currencies, seen.countries) == ((), ())


def test_nothing_tells_nothing() -> None:
    assert look([]).files == ()

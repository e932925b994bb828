"""How long after a person's message a business may still write, as the platforms' policies say.

``WINDOW_RULES`` tells what one was free to send; what a template or a one-time notification may
do is another matter.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class WindowRule:
    """How long after a person's message a business may write, under one policy.

    Attributes:
        platform: The channel it holds on.
        entry: ``any``, or ``ad``: only for the first message after a click on an ad.
        sender: ``any``, or ``human``: only for what people write, under a tag that says so.
        since: The first day of the policy (UTC); null when it is older than any data here. Of
            two rules for the same platform, entry and sender the newer one holds from its day on.
        hours: How long, the last instant included.
        kind: ``send`` when it says until when one may write; ``price`` when it says how long
            messages cost nothing, counted from the first answer, and opens nothing by itself.
    """

    platform: str
    entry: Literal["any", "ad"]
    sender: Literal["any", "human"]
    since: dt.date | None
    hours: int
    kind: Literal["send", "price"] = "send"


WINDOW_RULES: tuple[WindowRule, ...] = (
    WindowRule("messenger", "any", "any", None, 24),
    WindowRule("instagram", "any", "any", None, 24),
    WindowRule("whatsapp", "any", "any", None, 24),
    # The tag for people's answers came when the one message more after 24 hours went.
    WindowRule("messenger", "any", "human", dt.date(2020, 3, 4), 7 * 24),
    WindowRule("instagram", "any", "human", dt.date(2020, 3, 4), 7 * 24),
    # The policy says "up to" seven days, and not for which ads it is less.
    WindowRule("messenger", "ad", "any", dt.date(2026, 9, 28), 7 * 24),
    WindowRule("instagram", "ad", "any", dt.date(2026, 9, 28), 7 * 24),
    # Free entry, for those who are answered within a day; it was one day before this date.
    WindowRule("whatsapp", "ad", "any", dt.date(2023, 3, 1), 72, "price"),
)
"""The rules known: messaging policies of Messenger and Instagram, and WhatsApp's service window.

WhatsApp's 72 hours after an ad are about price: only templates may be sent in them once the
service window has closed. They are listed as such and keep no window open.
"""

"""What a profile is: one system's way of counting first responses, reproduced as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Hours = Literal["rules", "single_at_end", "weekly_versions", "one_window", "none", "given"]


@dataclass(frozen=True)
class Profile:
    """One system's definition of the first response time, with its quirks.

    Attributes:
        name: What it is called here; also the file of its SQL.
        title: What people call it.
        meaning: One sentence: from what to what it runs.
        source: Where the definition comes from.
        grain: What one row is: ``conversation``, ``case`` (a ticket, or a conversation where no
            helpdesk kept tickets) or ``message``.
        cohort: By which day a case is counted: ``start`` or ``reply``.
        average: What the system shows for many cases: ``median``, ``mean`` or ``fastest_90``.
        hours: How opening time is counted. ``rules``: within the hours of the rules.
            ``single_at_end``: within the one schedule that the ticket had when the wait ended.
            ``weekly_versions``: within every schedule that the ticket had, in weeks of UTC.
            ``one_window``: within the hours of the rules, of which a day open all day loses its
            last minute. ``none``: the system knows no opening hours. ``given``: as it was told.
        precision_seconds: How finely the system shows it: 60 for whole minutes.
        quirks: What it does that people do not expect.
    """

    name: str
    title: str
    meaning: str
    source: str
    grain: Literal["conversation", "case", "message"]
    cohort: Literal["start", "reply"]
    average: Literal["median", "mean", "fastest_90"]
    hours: Hours
    precision_seconds: float = 1
    quirks: tuple[str, ...] = ()

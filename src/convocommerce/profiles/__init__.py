"""The same events as other systems would count them."""

from convocommerce.profiles.asking import CaseTime, case_times
from convocommerce.profiles.catalogue import PROFILES
from convocommerce.profiles.profile import Profile
from convocommerce.profiles.reasons import REASONS, reason_title
from convocommerce.profiles.reconciling import (
    Difference,
    Figure,
    Part,
    Reconciliation,
    Step,
    reconcile,
)

__all__ = [
    "PROFILES",
    "REASONS",
    "CaseTime",
    "Difference",
    "Figure",
    "Part",
    "Profile",
    "Reconciliation",
    "Step",
    "case_times",
    "reason_title",
    "reconcile",
]

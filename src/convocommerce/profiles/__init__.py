"""The same events as other systems would count them."""

from convocommerce.profiles.asking import CaseTime, case_times
from convocommerce.profiles.catalogue import PROFILES
from convocommerce.profiles.profile import Profile

__all__ = ["PROFILES", "CaseTime", "Profile", "case_times"]

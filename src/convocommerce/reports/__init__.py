"""Reports: one self-contained page for people who never see Python.

Sections ask for figures and return plain blocks; they know no HTML. The template draws blocks;
it knows no metric and computes nothing.
"""

from convocommerce.reports.compose import KINDS, compose
from convocommerce.reports.part import Part
from convocommerce.reports.report import FORMATS, Report
from convocommerce.reports.suppression import SMALLEST_GROUP

__all__ = ["FORMATS", "KINDS", "SMALLEST_GROUP", "Part", "Report", "compose"]

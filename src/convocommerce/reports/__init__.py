"""Reports: one self-contained page for people who never see Python.

Sections ask for figures and return plain blocks; they know no HTML. The template draws blocks;
it knows no metric and computes nothing.
"""

from convocommerce.reports.compose import SECTIONS, compose
from convocommerce.reports.kinds import KINDS
from convocommerce.reports.meanings import Definitions, changed_since, definitions_of
from convocommerce.reports.options import AlertRule, Brand, Options
from convocommerce.reports.part import Part
from convocommerce.reports.report import FORMATS, Report

__all__ = [
    "FORMATS",
    "KINDS",
    "SECTIONS",
    "AlertRule",
    "Brand",
    "Definitions",
    "Options",
    "Part",
    "Report",
    "changed_since",
    "compose",
    "definitions_of",
]

"""Any table or list of objects, by a small TOML file that says which column means what."""

from __future__ import annotations

from convocommerce.sources.mapped.claiming import Mappings, gather
from convocommerce.sources.mapped.mapping import (
    DEFAULTS,
    PAGE_KEYS,
    SUFFIX,
    FileMapping,
    listed,
    read_mapping,
)
from convocommerce.sources.mapped.proposing import propose
from convocommerce.sources.mapped.statements import source_of

__all__ = [
    "DEFAULTS", "PAGE_KEYS", "SUFFIX", "FileMapping", "Mappings", "gather", "listed",
    "propose", "read_mapping", "source_of",
]  # fmt: skip

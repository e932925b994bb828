"""Publishing: a folder of pages that people read while it is written, who never see it half done.

An edition is built whole, put into the archive, and only then pointed at; what was published
stays until something better is there.
"""

from convocommerce.publishing.build import Order, build, site_of
from convocommerce.publishing.edition import Edition, Manifest
from convocommerce.publishing.keeping import Keep
from convocommerce.publishing.outcome import EXIT_CODES, Outcome
from convocommerce.publishing.site import Published, Site

__all__ = [
    "EXIT_CODES",
    "Edition",
    "Keep",
    "Manifest",
    "Order",
    "Outcome",
    "Published",
    "Site",
    "build",
    "site_of",
]

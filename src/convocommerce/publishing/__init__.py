"""Publishing: a folder of pages that people read while it is written, who never see it half done.

An edition is built whole, put into the archive, and only then pointed at; what was published
stays until something better is there.
"""

from convocommerce.publishing.edition import Edition, Manifest
from convocommerce.publishing.keeping import Keep
from convocommerce.publishing.site import Published, Site

__all__ = ["Edition", "Keep", "Manifest", "Published", "Site"]

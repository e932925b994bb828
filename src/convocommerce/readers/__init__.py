"""From files to documents: readers know bytes, not meaning.

``find_exports`` lists what there is to read, an ``ExportFile`` tells what it is and hands out its
documents in Arrow tables, and ``repair_document`` is the slow, careful path for the few documents
that the database cannot take as they stand. Nothing is ever written, and nothing is dropped in
silence: every document is given, or given with a fault, and a file that ends too early says so.
"""

from __future__ import annotations

from convocommerce.readers.exports import ExportFile
from convocommerce.readers.facts import FileFacts
from convocommerce.readers.finding import find_exports
from convocommerce.readers.repairing import repair_document

__all__ = ["ExportFile", "FileFacts", "find_exports", "repair_document"]

"""A JSON file that is not one document per line: read whole, cut into its documents."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from convocommerce.readers.batches import Row
from convocommerce.readers.encodings import decode, notes_within
from convocommerce.readers.facts import Reading
from convocommerce.readers.json_text import CUT_OFF, UNREADABLE, kept_of, pieces
from convocommerce.readers.ndjson import MAX_LINE, TOO_LONG


def frame(
    blocks: Iterator[bytes], envelope_keys: Collection[str], reading: Reading
) -> Iterator[Row]:
    """Give the documents of an array, an envelope or objects one after another.

    The position is the number of the document in the file. A file that ends too early, or is
    unreadable from a place on, gives what it still holds as one faulty document.
    """
    text, repairs = decode(b"".join(blocks))
    if repairs:
        reading.found_other_bytes()
    position = 0
    for piece in pieces(text, envelope_keys):
        position += 1
        kept = text[piece.start : piece.end]
        if piece.fault in (CUT_OFF, UNREADABLE):
            where = f"at document {position}"
            reading.cut(
                f"the JSON is cut off {where}"
                if piece.fault == CUT_OFF
                else f"the JSON is unreadable from document {position} on"
            )
        elif piece.fault is None and len(kept) > MAX_LINE:
            piece = piece._replace(fault=TOO_LONG)
        if piece.fault is not None:
            kept = kept_of(kept)
            if not kept:
                continue
        repair = notes_within(repairs, piece.start, piece.end)
        yield Row(position, 0, kept, piece.fault, repair)

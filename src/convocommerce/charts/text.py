"""Measuring and breaking text without a font: widths are estimates on the generous side."""

from __future__ import annotations

import unicodedata
from typing import Final

# Widths in hundredths of the font size, near those of common sans-serif faces.
_NARROW: Final = dict.fromkeys("iljtfr.,;:'|!()[] /·", 31)
_WIDE: Final = dict.fromkeys("mwMWGOQ@%—…", 86) | dict.fromkeys("ABCDEHKNRSUVXYZ&€<>=+≥≤", 68)
_WIDTHS: Final = _NARROW | _WIDE
_USUAL: Final = 55
_BOLD: Final = 1.07

# Besides control characters: marks that turn the direction of everything after them.
_UNSAFE: Final = {0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF}
ELLIPSIS: Final = "…"


def clean(text: str) -> str:
    r"""Return text that is legal in XML and keeps its place: no control or direction marks.

    >>> clean("a\x00b\nc")
    'a b c'
    """
    kept = "".join(" " if _is_unsafe(char) else char for char in text)
    return " ".join(kept.split(" ")) if "  " not in kept else " ".join(kept.split())


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the estimated width of a line of text, in the measure of ``size``.

    >>> text_width("mm", 10) > text_width("ii", 10)
    True
    """
    total = sum(_WIDTHS.get(char) or _other_width(char) for char in text)
    return total * size / 100 * (_BOLD if bold else 1)


def elide(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Return the text, cut with an ellipsis when it is wider than ``width``.

    >>> elide("Messenger", 1000, 12), elide("Messenger", 36, 12)
    ('Messenger', 'Mes…')
    """
    if text_width(text, size, bold=bold) <= width:
        return text
    kept = text
    while kept and text_width(kept + ELLIPSIS, size, bold=bold) > width:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def wrap(text: str, width: float, size: float, *, lines: int, bold: bool = False) -> list[str]:
    """Return the text in at most ``lines`` lines; what does not fit is cut with an ellipsis.

    >>> wrap("In-chat conversion by entry point", 120, 12, lines=2)
    ['In-chat conversion', 'by entry point']
    """
    done: list[str] = []
    line = ""
    words = text.split()
    for i, word in enumerate(words):
        longer = f"{line} {word}".strip()
        if not line or text_width(longer, size, bold=bold) <= width:
            line = longer
            continue
        if len(done) == lines - 1:
            line = " ".join([line, *words[i:]])
            break
        done.append(elide(line, width, size, bold=bold))
        line = word
    return [*done, elide(line, width, size, bold=bold)] if line else done


def _other_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 100 if unicodedata.east_asian_width(char) in "WF" else _USUAL


def _is_unsafe(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Cn", "Zl", "Zp") or ord(char) in _UNSAFE

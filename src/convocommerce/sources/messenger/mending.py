r"""Text that Meta's archives write as the bytes of its UTF-8, one code point per byte.

An archive says ``caf\u00c3\u00a9`` where people wrote ``café``. Each string is read back on its
own: one that holds anything but such bytes, or bytes that are no UTF-8, was right as it stood.
"""

from __future__ import annotations

import json
import re

_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
# The first byte of what takes more than one, raw or as an escape, in either case of its digits.
_SUSPECT = re.compile(r"[\u00c2-\u00f4]|\\u00(?:[cCdDeE][0-9a-fA-F]|[fF][0-4])")


def mend(text: str) -> str:
    r"""Return a JSON text whose broken strings are made good, and nothing else is changed.

    >>> mend(r'{"name": "Caf\u00c3\u00a9", "at": 1.10}')
    '{"name": "Café", "at": 1.10}'
    >>> mend('{"name": "Café"}')
    '{"name": "Café"}'
    """
    if not _SUSPECT.search(text):
        return text
    return _STRING.sub(lambda found: _mended(found.group()), text)


def _mended(written: str) -> str:
    if not _SUSPECT.search(written):
        return written
    try:
        said = json.loads(written, strict=False)
        meant = said.encode("latin-1").decode("utf-8")
    except ValueError:
        return written
    return json.dumps(meant, ensure_ascii=False)

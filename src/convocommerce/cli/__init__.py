"""The command line: each command is one call to the facade.

Exit codes: 0 done; 1 error; 2 wrong use; 3 data not fit; 4 some reports of several failed; 65 an
export cannot be used; 69 an export is not there; 74 the database or the site cannot be used; 75
somebody else holds it, try later; 77 not allowed. Figures go to standard output, everything else to
standard error.
"""

from __future__ import annotations

import io
import sys

from convocommerce.cli import building, figures, pages, publishing, records
from convocommerce.cli.program import app
from convocommerce.errors import ConvocommerceError

__all__ = ["app", "building", "figures", "main", "pages", "publishing", "records"]


def main() -> None:
    """Run the command line; known errors end in one line and their exit code."""
    # What a terminal's or a log's alphabet lacks, such as the sign of the euro, ends nothing.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except ConvocommerceError as error:
        print(f"convocommerce: {error}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        raise SystemExit(0) from None
    except OSError as error:
        told = f"{error.filename or 'a file'} cannot be read or written: {error.strerror}"
        print(f"convocommerce: {told}", file=sys.stderr)
        raise SystemExit(1) from None

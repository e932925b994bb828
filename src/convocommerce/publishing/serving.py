"""Looks at a site from this machine alone, before it goes where others see it.

It is no web server for others: it listens on the loopback address, and there is no way to ask for
another one.
"""

from __future__ import annotations

import http.server
import io
from functools import partial
from http import HTTPStatus
from pathlib import Path

from convocommerce.errors import PublishingError, UsageError

HOST = "127.0.0.1"
"""The address that only this machine reaches."""


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Gives files of one folder, and nothing of what is hidden or outside of it."""

    server_version = "convocommerce"
    sys_version = ""
    extensions_map = {  # noqa: RUF012  # the library's own variable
        "": "application/octet-stream",
        ".html": "text/html; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
        ".json": "application/json",
        ".parquet": "application/vnd.apache.parquet",
        ".png": "image/png",
        ".svg": "image/svg+xml",
    }

    def send_head(self) -> io.BytesIO | None:
        """Answer with what stands there, or that nothing does."""
        # A page of somebody else's that a browser was led to asks under its own name.
        name = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if name not in (HOST, "localhost"):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return None
        root, path = Path(self.directory).resolve(), Path(self.translate_path(self.path))
        if self.path.partition("?")[0].endswith("/"):
            path /= "index.html"
        try:
            found = path.resolve(strict=True)
            is_hidden = any(part.startswith(".") for part in found.relative_to(root).parts)
            data = None if is_hidden else found.read_bytes()
        except (OSError, ValueError, RuntimeError):
            data = None
        if data is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return io.BytesIO(data)

    def end_headers(self) -> None:
        """Keep nothing of a preview: the next look is at what stands there then."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Say nothing: who looks at a preview sees it."""


def server_of(folder: Path, port: int = 0) -> http.server.ThreadingHTTPServer:
    """Return a server of a site, which answers once ``serve_forever`` runs.

    Args:
        folder: The site's folder.
        port: The port; one that is free when 0.

    Raises:
        UsageError: There is no such folder, or nothing is published in it.
        PublishingError: The port is taken.
    """
    if not (folder / "index.html").is_file():
        raise UsageError(f"nothing is published in {folder}; convocommerce build publishes")
    try:
        return http.server.ThreadingHTTPServer(
            (HOST, port), partial(_Handler, directory=str(folder))
        )
    except OSError as error:
        raise PublishingError(
            f"port {port} cannot be used: {error.strerror}; choose another one with --port"
        ) from None

"""Sends what was published to those who are configured, each in a mail of their own."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from convocommerce.errors import ConfigurationError, MailError
from convocommerce.publishing.edition import Edition

if TYPE_CHECKING:
    from convocommerce.configuration import Mail
    from convocommerce.reports import Report

_TIMEOUT = 30.0
_PORTS = {"smtp": 587, "smtps": 465}


def send(
    mail: Mail, base_address: str | None, edition: Edition, reports: Mapping[str, Report]
) -> int:
    """Send an edition in each of its languages.

    With the site's address the mail links to the page; without, the page is attached.

    Args:
        mail: To whom, from whom and through which server.
        base_address: Where people find the site on the web.
        edition: What was published.
        reports: The reports of the edition, by language.

    Returns:
        How many mails were sent.

    Raises:
        MailError: The server cannot be reached or refuses; never says an address or a password.
        ConfigurationError: The server's address is not set, or is none.
    """
    messages = [
        _message(mail, to, base_address, edition, report)
        for report in reports.values()
        for to in mail.to
    ]
    try:
        with _server(mail.server.value()) as server:
            for message in messages:
                server.send_message(message)
    except smtplib.SMTPAuthenticationError:
        raise MailError("the mail server refused the name and password; nothing was sent") from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailError(
            f"the pages are published, and the mail server failed ({type(error).__name__}); the "
            "next build with --send tries again"
        ) from None
    return len(messages)


@contextlib.contextmanager
def _server(address: str) -> Iterator[smtplib.SMTP]:
    """Connect to a server such as ``smtps://name:password@host:465``."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
        parts = urlsplit("")
    if host is None or parts.scheme not in _PORTS:
        raise ConfigurationError(
            "the mail server is none such as smtps://name:password@host:465; set the variable "
            "that mail.server names"
        )
    port = port or _PORTS[parts.scheme]
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        with smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=context) as server:
            yield _signed_in(server, parts.username, parts.password)
        return
    with smtplib.SMTP(host, port, timeout=_TIMEOUT) as server:
        server.ehlo()
        # A name and a password never go over an open line.
        if parts.username is not None or server.has_extn("starttls"):
            server.starttls(context=context)
        yield _signed_in(server, parts.username, parts.password)


def _signed_in(server: smtplib.SMTP, name: str | None, password: str | None) -> smtplib.SMTP:
    if name is not None:
        server.login(unquote(name), unquote(password or ""))
    return server


def _message(
    mail: Mail, to: object, base_address: str | None, edition: Edition, report: Report
) -> EmailMessage:
    has_page = report.file_name in edition.files
    link = f"{base_address}/{edition.folder}/{report.file_name}" if base_address else None
    body = report.mail(link if has_page else None)
    message = EmailMessage()
    message["Subject"] = body.subject
    message["From"] = _address(mail.sender)
    message["To"] = _address(to)
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=_address(mail.sender).rpartition("@")[2])
    message["Content-Language"] = report.language
    message.set_content(body.text)
    message.add_alternative(body.html, subtype="html")
    if has_page and link is None:
        page = edition.files[report.file_name].decode()
        message.add_attachment(page, subtype="html", filename=report.file_name)
    return message


def _address(given: object) -> str:
    """Return an address that stands in the file, or in the variable it names."""
    from convocommerce.configuration import Secret

    return given.value() if isinstance(given, Secret) else str(given)

"""Mails: to each person alone, once an edition, and nothing secret over an open line."""

from __future__ import annotations

import email
import json
import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from publishing.conftest import SOURCES, WEEKLY, Shop

MAIL = """
formats = ["html", "mail"]
languages = ["nl"]
[mail]
to = ["owner@shop.example", "env:SHOP_MANAGER"]
from = "figures@shop.example"
server = "env:SHOP_SMTP"
"""
PASSWORD = "correct-horse"  # noqa: S105  # of nobody


class Post(socketserver.ThreadingTCPServer):
    """A mail server that takes everything, or refuses what it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Clerk)
        self.mails: list[EmailMessage] = []
        self.to: list[str] = []
        self.said: list[str] = []
        self.refuses = ""

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Clerk(socketserver.StreamRequestHandler):
    server: Post

    def answer(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        self.answer("220 post")
        while line := self.rfile.readline().decode().strip():
            self.server.said.append(line)
            verb = line.split()[0].upper()
            if self.server.refuses and self.server.refuses in line:
                self.answer("550 no such person owner@shop.example")
            elif verb == "DATA":
                self.answer("354 go on")
                self.take()
                self.answer("250 taken")
            elif verb == "QUIT":
                self.answer("221 bye")
                return
            else:
                if verb == "RCPT":
                    self.server.to.append(line.partition("<")[2].rstrip(">"))
                self.answer("250 well")

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        found: Any = email.message_from_bytes(b"".join(lines), policy=default)
        self.server.mails.append(found)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    with Post() as server:
        running = threading.Thread(target=server.serve_forever, args=(0.05,))
        running.start()
        monkeypatch.setenv("SHOP_SMTP", f"smtp://{server.address}")
        monkeypatch.setenv("SHOP_MANAGER", "manager@shop.example")
        yield server
        server.shutdown()
        running.join()


@pytest.fixture
def mailing(shop: Shop) -> Shop:
    shop.write(SOURCES, WEEKLY + MAIL)
    return shop


def test_everyone_is_sent_an_edition_once_and_by_themselves(mailing: Shop, post: Post) -> None:
    assert mailing.build("--json").told["sent"] == 0
    assert post.mails == []
    ran = mailing.build("--json", "--send")
    assert (ran.code, ran.told["status"], ran.told["sent"]) == (0, "unchanged", 2)
    assert post.to == ["owner@shop.example", "manager@shop.example"]
    assert [one["To"] for one in post.mails] == post.to
    for one in post.mails:
        assert one["From"] == "figures@shop.example"
        assert one["Subject"].startswith("Gesprekken en verkoop")
        parts = [part.get_content_type() for part in one.walk()]
        assert parts[:1] == ["multipart/mixed"]
        (page,) = one.iter_attachments()
        assert page.get_filename() == "weekly-2026-W30-nl.html"
        wanted = (mailing.site / "latest" / "weekly-nl.html").read_text("utf-8")
        assert page.get_content().replace("\r\n", "\n") == wanted
    assert mailing.build("--json", "--send").told["sent"] == 0
    assert len(post.mails) == 2


def test_with_an_address_the_mail_links_to_the_edition(mailing: Shop, post: Post) -> None:
    address = ("--set", "publish.base_address=https://figures.example/shop")
    told = mailing.build("--json", "--send", *address).told
    folder = told["reports"][0]["folder"]
    link = f"https://figures.example/shop/{folder}/weekly-2026-W30-nl.html"
    (text, html) = (part.get_content() for part in post.mails[0].iter_parts())
    assert link in text
    assert link in html
    assert list(post.mails[0].iter_attachments()) == []


def test_an_old_period_is_not_sent(mailing: Shop, post: Post) -> None:
    mailing.build("--send")
    mailing.build("--send", "--period", "2026-W28")
    assert {one["Subject"][-12:] for one in post.mails} == {post.mails[0]["Subject"][-12:]}
    assert len(post.mails) == 2


def test_a_dry_run_and_a_page_that_is_not_fit_send_nothing(mailing: Shop, post: Post) -> None:
    mailing.build("--send", "--dry-run")
    assert mailing.build("--send", "--period", "2026-W40").code == 3
    assert post.said == []


def test_a_mail_of_a_page_that_was_forced_warns_as_the_page_does(mailing: Shop, post: Post) -> None:
    mailing.write(SOURCES, "min_documents = 1000000", WEEKLY + MAIL)
    told = mailing.build("--json", "--send", "--force").told
    assert told["sent"] == 2
    for part in post.mails[0].walk():
        if part.get_content_maintype() == "text":
            assert "niet elke controle doorstonden" in " ".join(part.get_content().split())
    (manifest,) = mailing.site.glob("archive/*/*/*/manifest.json")
    assert json.loads(manifest.read_text())["about"]["unfit"] == ["documents"]


def test_a_mail_that_fails_is_told_and_tried_again_while_the_page_is_out(
    mailing: Shop, post: Post
) -> None:
    post.refuses = "owner@"
    ran = mailing.build("--json", "--send")
    assert (ran.code, ran.told["status"], ran.told["exit_code"]) == (69, "published", 69)
    assert (mailing.site / "latest" / "weekly-nl.html").exists()
    assert "tries again" in ran.told["error"]
    assert "@shop.example" not in ran.out + ran.log
    post.refuses = ""
    assert mailing.build("--json", "--send").told["sent"] == 2


def test_a_name_and_password_never_go_over_an_open_line(
    mailing: Shop, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_SMTP", f"smtp://me:{PASSWORD}@{post.address}")
    ran = mailing.build("--json", "--send")
    assert ran.code == 69
    assert not any(line.startswith(("AUTH", "MAIL")) for line in post.said)
    assert PASSWORD not in ran.out + ran.log + "".join(post.said)


@pytest.mark.parametrize("server", ["", "mail.example", "https://me:pw@mail.example", "smtp://[x"])
def test_a_server_that_is_none_is_told_without_saying_what_stands_there(
    mailing: Shop, post: Post, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    monkeypatch.setenv("SHOP_SMTP", server)
    ran = mailing.build("--json", "--send")
    assert ran.code == 2
    assert "mail.example" not in ran.out + ran.log
    assert (mailing.site / "latest" / "weekly-nl.html").exists()

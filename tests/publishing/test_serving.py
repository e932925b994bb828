"""A preview: this machine alone, this folder alone, and never an old copy."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from convocommerce.errors import PublishingError, UsageError
from convocommerce.publishing.serving import server_of
from publishing.light import edition, site_at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site_at(tmp_path / "site").publish([edition("2026-W35", formats=("html", "json", "csv"))])
    (tmp_path / "secret.html").write_text("secret")
    (tmp_path / "site" / "outside.html").symlink_to(tmp_path / "secret.html")
    (tmp_path / "site" / ".build-x").mkdir()
    (tmp_path / "site" / ".build-x" / "half.html").write_text("half")
    return tmp_path / "site"


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    with server_of(folder) as server:
        running = threading.Thread(target=server.serve_forever)
        running.start()
        yield int(server.server_address[1])
        server.shutdown()
        running.join()


def ask(port: int, path: str, **headers: str) -> tuple[int, str, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        return answer.status, answer.headers["Content-Type"], answer.read().decode()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index-en.html", "text/html; charset=utf-8"),
        ("/latest/weekly-en.html", "text/html; charset=utf-8"),
        ("/latest/weekly-en.json", "application/json"),
        ("/latest/weekly-en.csv?x=1", "text/csv; charset=utf-8"),
    ],
)
def test_what_is_published_is_shown_as_what_it_is(port: int, path: str, kind: str) -> None:
    status, told, text = ask(port, path)
    assert (status, told) == (200, kind)
    assert text


@pytest.mark.parametrize(
    "path",
    [
        "/archive/", "/archive", "/latest/", "/.lock", "/.build-x/half.html", "/nothing.html",
        "/../secret.html", "/%2e%2e/secret.html", "/latest/../../secret.html", "/outside.html",
        "/..%2fsecret.html", "//etc/passwd", "/%00",
    ],
)  # fmt: skip
def test_nothing_hidden_outside_or_in_lists_is_shown(port: int, path: str) -> None:
    status, _, text = ask(port, path)
    assert status == 404
    assert "secret" not in text.replace("secret.html", "")


def test_another_name_than_this_machines_is_not_answered(port: int) -> None:
    assert ask(port, "/", Host="evil.example")[0] == 421
    assert ask(port, "/", Host=f"evil.example:{port}")[0] == 421
    assert ask(port, "/", Host=f"localhost:{port}")[0] == 200


def test_only_this_machine_is_listened_to(folder: Path) -> None:
    with server_of(folder) as server:
        assert server.server_address[0] == "127.0.0.1"


def test_a_folder_without_a_site_and_a_taken_port_are_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is published"):
        server_of(tmp_path)
    with server_of(folder) as server, pytest.raises(PublishingError, match="choose another one"):
        server_of(folder, int(server.server_address[1]))

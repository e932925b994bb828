"""A first configuration: from the exports there are, in order at once, and never over another."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from convocommerce.configuration import Configuration, read_configuration
from convocommerce.errors import ExportError, RulesError, UsageError
from convocommerce.simulation import simulate
from convocommerce.starting import Sighting, begin, look
from convocommerce.starting.asking import Ask, Check
from convocommerce.starting.looking import App

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
ROLES = {"551122334455667": "bot", "990011223344556": "human"}


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "convocommerce", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


def copy_month(folder: Path) -> Path:
    """Copy a month of two platforms into a folder."""
    for name in ("messenger/webhooks-2026-07.ndjson", "shopify/orders-2026-07.json"):
        (folder / "exports" / name).parent.mkdir(parents=True)
        shutil.copy(SAMPLE / name, folder / "exports" / name)
    return folder


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return copy_month(tmp_path)


@dataclass(frozen=True)
class Seen:
    """A shop whose exports were read once, for all who only write about them."""

    exports: Path
    sighting: Sighting

    def begin(self, path: Path, ask: Ask | None = None) -> Configuration:
        return begin(path, [self.exports], self.sighting, ask)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    exports = copy_month(tmp_path_factory.mktemp("seen")) / "exports"
    return Seen(exports, look([exports]))


def test_the_sample_shop_is_recognised_without_asking(tmp_path: Path) -> None:
    done = run(tmp_path, "init", "--yes", str(SAMPLE), TZ="Europe/Amsterdam")
    assert (done.returncode, done.stdout) == (0, "shop.toml\n"), done.stderr
    assert "GUESS" in done.stderr
    read = read_configuration(tmp_path / "shop.toml", environment={})
    assert read.rules.senders == ROLES
    assert (read.rules.time_zone, read.rules.holidays) == ("Europe/Amsterdam", "NL")
    assert read.rules.phone_country_code == "31"
    assert read.business.languages == ("nl", "en")
    assert {source.path.name: source.platform for source in read.sources} == {
        "instagram": "messenger",
        "messenger": "messenger",
        "meta_ads": "meta_ads",
        "shopify": "shopify",
    }
    assert [report.kind for report in read.reports] == ["weekly"]
    text = (tmp_path / "shop.toml").read_text("utf-8")
    assert "orders are in EUR" in text
    assert run(tmp_path, "check-config").returncode == 0


def test_every_line_is_explained(tmp_path: Path, seen: Seen) -> None:
    seen.begin(tmp_path / "shop.toml")
    explained = False
    for line in (tmp_path / "shop.toml").read_text("utf-8").splitlines():
        if line.startswith("[") or not line:
            explained = explained and line.startswith("[")
        elif line.startswith("#"):
            explained = True
        else:
            assert "  # " in line or explained, line


def test_guesses_are_marked_and_hold_nothing_personal(tmp_path: Path, seen: Seen) -> None:
    seen.begin(tmp_path / "shop.toml")
    text = (tmp_path / "shop.toml").read_text("utf-8")
    for app in ROLES:
        assert re.search(rf"^{app} = .*  # GUESS: [0-9,]+ messages", text, re.MULTILINE)
    assert "agent:" not in text
    assert not re.search(r"@(?!shop\.example)", text)


def test_answers_that_nobody_gave_are_marked_as_guesses(tmp_path: Path, seen: Seen) -> None:
    def agree(question: str, default: str, check: Check) -> str:
        return check(default)

    for ask, is_marked in ((None, True), (agree, False)):
        path = tmp_path / f"{is_marked}.toml"
        seen.begin(path, ask)
        for key in ("name", "time_zone", "opening_hours"):
            (line,) = re.findall(rf"^{key} = .*", path.read_text("utf-8"), re.MULTILINE)
            assert ("GUESS" in line) is is_marked, line


def test_what_was_left_aside_and_what_comes_next_is_told(shop: Path) -> None:
    for name in ("notes.txt", "more notes.txt", "notes of may.txt"):
        (shop / "exports" / name).write_text("")
    (shop / "exports" / "WhatsApp Chat with Noor.zip").write_bytes(b"PK\x03\x04")
    done = run(shop, "init", "exports", "--yes")
    assert "notes.txt and 2 more: not recognised: an empty file" in done.stderr
    assert "damaged or cut-off" in done.stderr
    assert "Noor" not in done.stderr
    assert "convocommerce build shop.toml" in done.stderr
    assert "# 1 export now" in (shop / "shop.toml").read_text("utf-8")


def test_what_stands_in_comments_is_taken_once_uncommented(tmp_path: Path, seen: Seen) -> None:
    seen.begin(tmp_path / "shop.toml")
    text = (tmp_path / "shop.toml").read_text("utf-8")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    opened = re.sub(r"^# (?=\[|[a-z_.]+ = )", "", text, flags=re.MULTILINE)
    assert opened.count("\n[") > text.count("\n[")
    (tmp_path / "open.toml").write_text(opened)
    read = read_configuration(tmp_path / "open.toml", environment={})
    assert read.mail is not None
    assert len(read.sources) == 2
    assert read.alerts
    assert read.targets
    assert all(source.max_age for source in read.sources)


def test_answers_are_kept(tmp_path: Path, seen: Seen) -> None:
    answers = {
        "called": 'Slof "&" Stukje \\ €',
        "zone": "Europe/Brussels",
        "holidays": "none",
        "answer": "Mo-Sa 10:00-18:00",
        "pages": "web/pages",
    }

    def ask(question: str, default: str, check: Check) -> str:
        assert default
        return check(next(answer for word, answer in answers.items() if word in question))

    read = seen.begin(tmp_path / "shop.toml", ask)
    assert read.business.name == 'Slof "&" Stukje \\ €'
    assert read.rules.time_zone == "Europe/Brussels"
    assert read.rules.holidays is None
    assert read.rules.opening_hours == "Mo-Sa 10:00-18:00"
    assert read.publish.folder == tmp_path / "web" / "pages"


@pytest.mark.parametrize(
    ("word", "answer"),
    [("zone", "Europe/Amsterdm"), ("holidays", "Mars"), ("answer", "9-5"), ("called", " ")],
)
def test_an_answer_that_cannot_be_is_refused_when_it_is_given(
    tmp_path: Path, word: str, answer: str
) -> None:
    def ask(question: str, default: str, check: Check) -> str:
        return check(answer if word in question else default)

    with pytest.raises(RulesError):
        begin(tmp_path / "shop.toml", [], Sighting(), ask)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_is_left_alone(shop: Path) -> None:
    path = shop / "shop.toml"
    path.write_text("mine")
    done = run(shop, "init", "--yes")
    assert (done.returncode, done.stdout) == (2, "")
    assert "shop.toml is there already and is left alone" in done.stderr
    assert path.read_text() == "mine"
    path.unlink()
    path.symlink_to("nowhere")
    with pytest.raises(UsageError, match="there already"):
        begin(path, [], Sighting())


def test_a_file_that_comes_while_questions_are_answered_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"

    def ask(question: str, default: str, check: Check) -> str:
        path.write_text("somebody else's")
        return check(default)

    with pytest.raises(UsageError, match="there already"):
        begin(path, [], Sighting(), ask)
    assert path.read_text() == "somebody else's"


def test_without_a_terminal_nobody_is_asked(shop: Path) -> None:
    done = run(shop, "init", "exports")
    assert done.returncode == 2
    assert "no terminal" in done.stderr
    assert "--yes" in done.stderr
    assert not (shop / "shop.toml").exists()


def test_without_exports_there_is_a_place_for_them(tmp_path: Path) -> None:
    done = run(tmp_path, "init", "--yes", "--out", "my.toml", TZ="nowhere")
    assert (done.returncode, done.stdout) == (0, "my.toml\n"), done.stderr
    assert "No exports were named" in done.stderr
    read = read_configuration(tmp_path / "my.toml", environment={})
    assert (read.sources, read.rules.time_zone, read.rules.holidays) == ((), "UTC", None)
    assert "# [[sources]]" in (tmp_path / "my.toml").read_text()


def test_exports_that_are_none_are_told_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no export at all")
    done = run(tmp_path, "init", "--yes", "notes.txt")
    assert (done.returncode, done.stdout) == (65, "")
    with pytest.raises(ExportError):
        look([tmp_path / "notes.txt"])
    with pytest.raises(ExportError, match="does not exist"):
        look([tmp_path / "gone"])
    with pytest.raises(UsageError, match="there is no folder"):
        begin(tmp_path / "gone" / "shop.toml", [], Sighting())
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def places(shop: Path, *exports: Path) -> dict[str, str | None]:
    (shop / "shop.toml").unlink(missing_ok=True)
    read = begin(shop / "shop.toml", exports, look(exports))
    text = (shop / "shop.toml").read_text("utf-8")
    written = re.findall(r'^path = "(.*)"', text, re.MULTILINE)
    return dict(zip(written, (source.platform for source in read.sources), strict=True))


def test_places_are_folders_of_one_platform_each(shop: Path) -> None:
    exports = shop / "exports"
    apart = {"exports/messenger": "messenger", "exports/shopify": "shopify"}
    assert places(shop, exports) == apart
    assert places(shop, exports / "messenger") == {"exports/messenger": "messenger"}
    file = exports / "shopify" / "orders-2026-07.json"
    assert places(shop, file) == {"exports/shopify/orders-2026-07.json": "shopify"}
    # Reached by a link, they stand where the link does.
    (shop / "linked").symlink_to(exports)
    assert places(shop, shop / "linked") == {
        "linked/messenger": "messenger",
        "linked/shopify": "shopify",
    }
    # Side by side they are one place, of no platform in particular.
    shutil.move(file, exports / "orders.json")
    assert places(shop, exports) == {"exports": None}
    # From a folder beside it is named by the way there, from further away whole.
    beside, below = shop / "conf", shop / "conf" / "below"
    below.mkdir(parents=True)
    orders = exports / "orders.json"
    for folder, written in ((beside, "../exports/orders.json"), (below, orders.as_posix())):
        begin(folder / "shop.toml", [orders], look([orders]))
        assert f'path = "{written}"' in (folder / "shop.toml").read_text("utf-8")


@contextmanager
def at_a_terminal(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a command whose questions come to a terminal and whose output does not."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "convocommerce", *words],
        cwd=folder,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TZ": "Europe/Amsterdam"},
    ) as process:
        os.close(theirs)
        try:
            yield process, ours
        finally:
            os.close(ours)
            process.kill()


def read_until(terminal: int, *words: str) -> None:
    """Read what a terminal shows until it has shown some words, in order, and waits."""
    seen = ""
    while not re.search(".*".join(map(re.escape, (*words, "]: "))), seen, re.DOTALL):
        assert select.select([terminal], [], [], 60)[0], seen
        seen += os.read(terminal, 4096).decode()


def test_a_person_at_a_terminal_is_asked_again_after_a_mistake(shop: Path) -> None:
    with at_a_terminal(shop, "init", "exports/shopify") as (process, terminal):
        for words, answer in (
            (("called?",), "Slof & Stukje"),
            (("time zone",), "Europe/Amsterdm"),
            (("did you mean 'Europe/Amsterdam'?", "time zone"), ""),
            (("holidays",), ""),
            (("people answer",), "Mo-Fr 08:00-16:00"),
            (("pages published?",), "web"),
        ):
            read_until(terminal, *words)
            os.write(terminal, f"{answer}\n".encode())
        assert process.stdout is not None
        assert process.stdout.read() == b"shop.toml\n"
        assert process.wait() == 0
    read = read_configuration(shop / "shop.toml", environment={})
    assert read.business.name == "Slof & Stukje"
    assert read.rules.time_zone == "Europe/Amsterdam"
    assert read.rules.opening_hours == "Mo-Fr 08:00-16:00"
    assert read.publish.folder == shop / "web"


def test_who_leaves_the_questions_leaves_nothing_behind(tmp_path: Path) -> None:
    with at_a_terminal(tmp_path, "init") as (process, terminal):
        read_until(terminal, "called?")
        os.write(terminal, b"\x04")
        assert process.wait(60) == 2
    assert not list(tmp_path.iterdir())


def test_what_exports_say_cannot_write_settings(tmp_path: Path) -> None:
    """Ids come from files that anybody may have sent."""
    odd = ['1" = "bot"\n[mail]\nto = "x@shop.example" #', "a.b\\", "é\x7f\u2028", ""]
    sighting = Sighting(apps=tuple(App(one, "", 500, 0.5, 600, 0.7) for one in odd))
    read = begin(tmp_path / "shop.toml", [], sighting)
    assert read.rules.senders == dict.fromkeys(odd, "human")
    assert read.mail is None


@pytest.mark.parametrize("talk", ["whatsapp", "zendesk"])
def test_other_platforms_are_taken_too(talk: str, tmp_path: Path) -> None:
    exports = simulate(
        tmp_path / "made", months=1, conversations_per_day=4, talk=talk, sales="woocommerce"
    ).exports
    read = begin(tmp_path / "shop.toml", [exports], look([exports]))
    assert {source.platform for source in read.sources} >= {talk, "woocommerce"}
    assert read.business.languages == ("nl", "en")
    if talk == "whatsapp":
        # One app speaks for both here, and what it writes beside its messages tells them apart.
        assert read.rules.senders == {"whatsapp_api": "bot", "whatsapp_api:agent": "human"}
    else:
        assert read.rules.senders == {}

"""JupyterLab itself, started on this machine: a notebook run to its end by clicking."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser.conftest import DESKTOP, ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTEBOOK = "01_first_look.ipynb"
TOKEN = "opened-for-a-test"  # noqa: S105  # of a server that listens on this machine alone
PATIENCE = 240.0
PROMPTS = ".jp-CodeCell .jp-InputPrompt"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own: own settings, own folder, nothing that asks the network."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", home / "work" / "notebooks")
    shutil.copytree(ROOT / "data", home / "work" / "data")
    settings = home / "settings" / "@jupyterlab"
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    for name, value in {
        "apputils-extension/notification": quiet,
        "notebook-extension/tracker": {"windowingMode": "none"},
    }.items():
        path = settings / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(value), "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    env = os.environ | {f"JUPYTER_{place}": str(home / place.lower()) for place in places}
    env |= {
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--allow-root", "--no-browser", "--ip=127.0.0.1",
        f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={home / 'work'}", "--LabApp.news_url=",
    ]  # fmt: skip
    log = (home / "log.txt").open("wb")
    with (
        log,
        subprocess.Popen(
            command, env=env, stdout=log, stderr=log, start_new_session=True
        ) as server,
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address, server)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                # It waits for a kernel that does not answer; nothing of either is needed any more.
                os.killpg(server.pid, signal.SIGKILL)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, "JupyterLab did not start"
        try:
            with urllib.request.urlopen(f"{address}/api/status?token={TOKEN}", timeout=5):  # noqa: S310
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail("JupyterLab did not answer")


def _run_all(page: Page) -> None:
    """Click through the menu until cells run; before the kernel is there a click does nothing."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        _click_run_all(page)
        if any(prompt.strip() != "[ ]:" for prompt in page.locator(PROMPTS).all_inner_texts()):
            return
    pytest.fail("no cell ever ran")


def _click_run_all(page: Page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells").last.click()
    page.wait_for_timeout(1500)
    dialog = page.locator("dialog.jp-Dialog button.jp-mod-accept")
    if dialog.count():
        dialog.first.click()


def test_a_notebook_runs_to_its_end_and_draws_its_pictures(lab: str, browser: Browser) -> None:
    # What was drawn before must not count.
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(f"{lab}/lab/tree/notebooks/{NOTEBOOK}?token={TOKEN}")
    page.locator(".jp-CodeCell").first.wait_for(timeout=PATIENCE * 1000)
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.get_by_role("menuitem", name="Clear Outputs of All Cells").click()
    page.wait_for_function("document.querySelectorAll('.jp-OutputArea-output').length === 0")
    _run_all(page)
    cells = page.locator(PROMPTS)
    until = time.monotonic() + 2 * PATIENCE
    before, since = 0, time.monotonic()
    while time.monotonic() < until:
        texts = [text.strip() for text in cells.all_inner_texts()]
        if all(text not in ("[*]:", "[ ]:") for text in texts):
            break
        failed = page.locator(".jp-OutputArea-output[data-mime-type*='error']")
        assert failed.count() == 0, failed.first.inner_text()
        ended = sum(text not in ("[*]:", "[ ]:") for text in texts)
        if ended != before:
            before, since = ended, time.monotonic()
        # What is asked of a kernel that is still being connected can get lost.
        if time.monotonic() - since > 45:
            _click_run_all(page)
            since = time.monotonic()
        page.wait_for_timeout(500)
    else:
        pytest.fail(f"cells did not end: {texts}")
    expected = sum(
        "application/vnd.plotly.v1+json" in output.get("data", {})
        for cell in json.loads((ROOT / "notebooks" / NOTEBOOK).read_text("utf-8"))["cells"]
        for output in cell.get("outputs", [])
    )
    drawn = page.locator(".js-plotly-plot .main-svg")
    drawn.first.wait_for(timeout=60_000)
    assert page.locator(".js-plotly-plot").count() == expected >= 2
    assert page.locator(".jp-OutputArea-output table").count() >= 3
    elsewhere = [url for url in asked if not url.startswith((lab, "data:", "blob:"))]
    assert elsewhere == []
    context.close()


def test_no_notebook_names_the_machine_it_was_run_on() -> None:
    for path in sorted(Path(ROOT / "notebooks").glob("*.ipynb")):
        assert str(ROOT) not in path.read_text("utf-8"), path.name
        assert "/tmp/" not in path.read_text("utf-8"), path.name  # noqa: S108

"""Draws a page as one HTML file. It knows blocks and no metric, and computes no number."""

from __future__ import annotations

import base64
import hashlib
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from convocommerce.charts import NARROW, THEME_CSS, WIDE, Chart, Trend, to_spark, to_svg
from convocommerce.reports.blocks import Page
from convocommerce.reports.cutting import left_out, shown_rows
from convocommerce.reports.options import Brand

if TYPE_CHECKING:
    from jinja2 import Template

_HERE = Path(__file__).parent


class Trusted:
    """Markup of this package's own making, which the template takes as it is."""

    def __init__(self, markup: str) -> None:
        """Hold markup that is made here and never out of the data."""
        self._markup = markup

    def __html__(self) -> str:
        return self._markup


def render(page: Page) -> str:
    """Return a page as HTML: self-contained, for screens, phones and print.

    Its only script is ours, known by its hash to the page's own policy, which allows no other; the
    page tells everything without it.
    """

    def draw(chart: Chart, width: int = WIDE) -> Trusted:
        return Trusted(to_svg(chart, page.language, width=width))

    def spark(chart: Trend) -> Trusted:
        return Trusted(to_spark(chart, page.language))

    style = THEME_CSS + (_HERE / "style.css").read_text("utf-8")
    if page.brand.accent:
        # The colour was checked to be six hexadecimal digits.
        style += f":root{{--accent:{page.brand.accent}}}"
    script = (_HERE / "script.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return template(_HERE, "template.html.j2").render(
        page=page,
        style=Trusted(style),
        script=Trusted(script),
        digest=digest,
        draw=draw,
        narrow=NARROW,
        spark=spark,
        shown_rows=shown_rows,
        left_out=partial(left_out, language=page.language),
        logo=_picture(page.brand),
    )


def _picture(brand: Brand) -> str:
    """Return the logo as an address that holds the picture itself; empty without one."""
    if brand.logo is None:
        return ""
    return f"data:{brand.logo_type};base64,{base64.b64encode(brand.logo).decode()}"


@cache
def template(folder: Path, name: str) -> Template:
    """Return a template that escapes what it is given and refuses names it is not given.

    Args:
        folder: The folder it stands in.
        name: Its file.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)

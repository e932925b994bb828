"""A sheet to draw on: SVG elements with fixed numbers, escaped text, attributes and classes."""

from __future__ import annotations

from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Final

from convocommerce.charts.text import clean, elide, wrap
from convocommerce.charts.theme import LIGHT, series_colour

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TEXT: Final = 12.0
SMALL: Final = 11.0


class Canvas:
    """Collects the elements of one picture, in drawing order.

    Attributes:
        width: Width of the sheet in its own measure, about CSS pixels.
        language: The language of everything written on it.
    """

    def __init__(self, width: float, language: str) -> None:
        self.width = width
        self.language = language
        self._parts: list[str] = []

    @property
    def is_narrow(self) -> bool:
        """Whether the sheet is for a phone, where labels stand above instead of beside."""
        return self.width < 480

    def content(self) -> str:
        """Return everything drawn so far."""
        return "".join(self._parts)

    def element(self, name: str, content: str = "", **attributes: object) -> None:
        """Add an element; ``content`` is markup, attribute values are escaped.

        Args:
            name: The element's name.
            content: What stands inside, already escaped.
            **attributes: Its attributes; None leaves one out, ``_`` stands for ``-``.
        """
        self._parts.append(tag(name, content, **attributes))

    @contextmanager
    def group(self, title: str = "", **attributes: object) -> Iterator[None]:
        """Group what is drawn inside; a title appears when a pointer rests on it."""
        self._parts.append(tag("g", "\0", **attributes).split("\0")[0])
        if title:
            self.element("title", escape(clean(title)))
        yield
        self._parts.append("</g>")

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        role: str = "ink",
        size: float = TEXT,
        anchor: str = "start",
        bold: bool = False,
        fit: float | None = None,
    ) -> None:
        """Write one line, cut to ``fit`` wide with the whole kept as its title."""
        whole = clean(text)
        if not whole:
            return
        shown = whole if fit is None else elide(whole, fit, size, bold=bold)
        title = tag("title", escape(whole)) if shown != whole else ""
        self.element(
            "text",
            title + escape(shown),
            class_=f"cc-{role}",
            x=x,
            y=y,
            fill=paint(role),
            font_size=size,
            font_weight=600 if bold else None,
            text_anchor=None if anchor == "start" else anchor,
        )

    def block(
        self,
        x: float,
        y: float,
        text: str,
        width: float,
        *,
        lines: int,
        role: str = "ink",
        size: float = TEXT,
        anchor: str = "start",
        bold: bool = False,
        centre: bool = False,
    ) -> float:
        """Write wrapped text from a first baseline, or centred on ``y``; return its height."""
        whole = clean(text)
        broken = wrap(whole, width, size, lines=lines, bold=bold)
        leading = size * 1.3
        if centre:
            y += size * 0.35 - leading * (len(broken) - 1) / 2
        is_whole = " ".join(broken) == whole
        with self.group("" if is_whole else whole):
            for i, line in enumerate(broken):
                self.text(x, y + i * leading, line, role=role, size=size, anchor=anchor, bold=bold)
        return leading * len(broken)

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        role: str = "rule",
        width: float = 1,
        dash: str = "",
    ) -> None:
        """Draw a straight line."""
        self.element(
            "line",
            class_=f"cc-{role}-line",
            x1=x1,
            y1=y1,
            x2=x2,
            y2=y2,
            stroke=paint(role),
            stroke_width=width,
            stroke_dasharray=dash or None,
        )

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        role: str,
        opacity: float = 1,
        radius: float = 0,
    ) -> None:
        """Draw a filled rectangle."""
        self.element(
            "rect",
            class_=f"cc-{role}",
            x=x,
            y=y,
            width=max(width, 0),
            height=height,
            rx=radius or None,
            fill=paint(role),
            fill_opacity=None if opacity == 1 else opacity,
        )

    def path(
        self,
        points: Sequence[tuple[float, float]],
        *,
        role: str,
        width: float = 2.0,
        dash: str = "",
        is_area: bool = False,
        opacity: float = 1,
    ) -> None:
        """Draw a line through points, or the area they enclose."""
        steps = "".join(
            f"{'L' if i else 'M'}{fixed(x)} {fixed(y)}" for i, (x, y) in enumerate(points)
        )
        if is_area:
            self.element(
                "path", class_=f"cc-{role}", d=steps + "Z", fill=paint(role), fill_opacity=opacity
            )
            return
        self.element(
            "path",
            class_=f"cc-{role}-line",
            d=steps,
            fill="none",
            stroke=paint(role),
            stroke_width=width,
            stroke_linejoin="round",
            stroke_linecap="round" if not dash else None,
            stroke_dasharray=dash or None,
        )

    def whisker(self, x1: float, x2: float, y: float, *, half: float = 4) -> None:
        """Draw an interval as a level line with short ends, readable on a bar and beside it."""
        self.line(x1 - 1, y, x2 + 1, y, role="ground", width=4)
        for ends in ((x1, y, x2, y), (x1, y - half, x1, y + half), (x2, y - half, x2, y + half)):
            self.line(*ends, role="ink", width=1.25)

    def marker(self, x: float, y: float, index: int, *, hollow: bool = False) -> None:
        """Draw the marker of a series: its shape tells it apart without colour."""
        role, r = f"s{index % 6}", 3.6
        shapes = {
            0: f"M{fixed(x - r)} {fixed(y)}a{r} {r} 0 1 0 {fixed(2 * r)} 0a{r} {r} 0 1 0 "
            f"{fixed(-2 * r)} 0Z",
            1: _polygon(x, y, [(-r, -r), (r, -r), (r, r), (-r, r)]),
            2: _polygon(x, y, [(0, -r - 1), (r + 1, 0), (0, r + 1), (-r - 1, 0)]),
            3: _polygon(x, y, [(0, -r - 1), (r + 1, r), (-r - 1, r)]),
            4: _polygon(x, y, [(-r - 1, -r), (r + 1, -r), (0, r + 1)]),
            5: _polygon(x, y, [(-r, -1), (r, -1), (r, 1), (-r, 1)]),
        }
        self.element(
            "path",
            class_=f"{'cc-ground' if hollow else 'cc-' + role} cc-{role}-line",
            d=shapes[index % 6],
            fill=LIGHT["ground"] if hollow else paint(role),
            stroke=paint(role),
            stroke_width=1.5,
        )


def paint(role: str) -> str:
    """Return the light colour of a role: ``ink``, ``soft`` ... or ``s0`` for the first series."""
    return LIGHT[role] if role in LIGHT else series_colour(int(role[1:]))


def fixed(value: float) -> str:
    """Write a place with at most two decimals, the same on every machine.

    >>> fixed(1.0), fixed(2.346), fixed(-0.001)
    ('1', '2.35', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def tag(name: str, content: str = "", **attributes: object) -> str:
    """Return one element as text; ``content`` is markup, attribute values are escaped.

    >>> tag("rect", x=1.50, class_="cc-ink", rx=None)
    '<rect x="1.5" class="cc-ink"/>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_written(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _written(value: object) -> str:
    return fixed(value) if isinstance(value, int | float) else str(value)


def _polygon(x: float, y: float, corners: list[tuple[float, float]]) -> str:
    steps = (f"{fixed(x + dx)} {fixed(y + dy)}" for dx, dy in corners)
    return "M" + "L".join(steps) + "Z"

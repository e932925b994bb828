"""Reading a page back as a reader would: what it shows, and what could be active in it."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "br", "link", "img", "input", "hr"}
LINKS = {"href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href"}


class Page(HTMLParser):
    """A page, parsed.

    Attributes:
        tags: Every element's name, with its attributes.
        shown: The machine value and the text of every number.
        below: The smaller lines that stand with each of them: interval, n.
        bare: The text of every table cell that shows no number.
        text: Everything that can be read.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.shown: list[tuple[str, str]] = []
        self.below: list[str] = []
        self.bare: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self._value: str | None = None
        self._cell, self._has_number = "", False
        self._is_beside = False
        self.feed(html)
        assert self._open == [], f"not closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "data":
            self._value, self._has_number = given["value"], True
            self.shown.append((self._value, ""))
            self.below.append("")
        if tag == "td":
            self._cell, self._has_number = "", False
        if tag in ("td", "th", "dd", "p"):
            self._is_beside = False
        if tag == "data":
            self._is_beside = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag == "data":
            self._value = None
        if tag == "td" and not self._has_number:
            self.bare.append(self._cell.strip())

    def handle_data(self, data: str) -> None:
        if "style" in self._open or "script" in self._open:
            return
        self.text += data
        if "small" in self._open and self._is_beside:
            self.below[-1] += f" {data}"
        if "td" in self._open:
            self._cell += data
        if self._value is not None:
            value, text = self.shown[-1]
            self.shown[-1] = value, text + data

    def active(self) -> list[tuple[str, str]]:
        """Return every element and attribute that could run or fetch something."""
        found = []
        # The page's own script is the last element of it; its policy knows it by its hash.
        own = [place for place, (tag, _) in enumerate(self.tags) if tag == "script"][-1:]
        for place, (tag, attributes) in enumerate(self.tags):
            if tag == "script" and [place] == own and place == len(self.tags) - 1:
                continue
            if tag in ("script", "iframe", "object", "embed", "form", "base", "link", "img"):
                found.append((tag, ""))
            for name, value in attributes.items():
                is_outward = name in LINKS and not value.startswith("#")
                if name.startswith("on") or is_outward or "url(" in value:
                    found.append((name, value))
        return found

"""Makes mutants of SQL: the same text with one small mistake in it, of the kind people make.

Works on tokens, so comments are never touched, and knows nothing of today's text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

SWAPPED = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "=", "+": "-", "-": "+",
    "and": "or", "or": "and", "min": "max", "max": "min", "least": "greatest",
    "greatest": "least", "arg_min": "arg_max", "arg_max": "arg_min",
    "arg_min_null": "arg_max_null", "arg_max_null": "arg_min_null", "first": "last",
    "last": "first", "lag": "lead", "lead": "lag", "bool_or": "bool_and", "bool_and": "bool_or",
    "true": "false", "false": "true", "semi": "anti", "anti": "semi", "full": "left",
}  # fmt: skip
ROLES = {
    "'customer'": "'human'", "'human'": "'bot'", "'bot'": "'human'", "'auto'": "'bot'",
    "'marketing'": "'auto'", "'handoff'": "'close'", "'close'": "'handoff'",
}  # fmt: skip
"""Who spoke, each as another: any other word would not even be understood."""

_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|\\n)|(?P<text>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<hole>\{[^{}]*\})"
    r"|(?P<word>[$A-Za-z_]\w*(?:\.[A-Za-z_*]\w*)*)|(?P<sign><>|<=|>=|>>|<<|\|\||::|//|[^\w\s])"
)
_BEGINS = {"where", "on", "having", "qualify", "when"}
_ENDS = {
    "select", "from", "where", "on", "having", "qualify", "group", "order", "window", "limit",
    "join", "left", "cross", "asof", "semi", "anti", "full", "union", "when", "then", "else",
    "end", "case", "as", "with", "using", "by",
}  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """One place of a text and what is put there.

    Attributes:
        kind: What kind of mistake it is.
        start: Where it begins.
        stop: Where it ends.
        new: What is put there.
    """

    kind: str
    start: int
    stop: int
    new: str

    def made_in(self, text: str) -> str:
        """Return the text with the mistake in it."""
        return text[: self.start] + self.new + text[self.stop :]

    def told(self, text: str) -> str:
        """Return the lines it changes, before and after, on one line."""
        begin = text.rfind("\n", 0, self.start) + 1
        end = text.find("\n", self.stop)
        end = len(text) if end < 0 else end
        before = text[begin:end]
        after = before[: self.start - begin] + self.new + before[self.stop - begin :]
        return " ==> ".join(" ".join(one.split()) for one in (before, after))


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    stop: int
    depth: int


def edits_of(sql: str) -> list[Edit]:
    """Return every mutant of an SQL text, in order, without two that read the same."""
    tokens = _tokens(sql)
    found: dict[str, Edit] = {}
    for edit in sorted([*_of_words(tokens), *_of_calls(sql, tokens), *_of_conditions(tokens)],
                       key=lambda edit: (edit.start, edit.stop, edit.new)):  # fmt: skip
        found.setdefault(" ".join(edit.made_in(sql).split()), edit)
    return list(found.values())


def edits_of_python(source: str) -> list[Edit]:
    """Return every mutant of the SQL that stands in the strings of a Python module."""
    tree = ast.parse(source)
    lines = [0]
    for line in source.encode().splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    prose = {id(part) for node in ast.walk(tree) if isinstance(node, ast.Raise)
             for part in ast.walk(node)}  # fmt: skip
    prose |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
              for part in ast.walk(node) if part is not node}  # fmt: skip
    found = []
    for node in ast.walk(tree):
        if id(node) in prose or not _is_sql(node):
            continue
        assert isinstance(node, ast.Constant | ast.JoinedStr)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        begin = lines[node.lineno - 1] + node.col_offset
        end = lines[node.end_lineno - 1] + node.end_col_offset
        begin = len(source.encode()[:begin].decode())
        span = source[begin : begin + len(source.encode()[lines[0] : end].decode()) - begin]
        for literal in re.finditer(r'f?("""|")([\s\S]*?)\1', span):
            offset = begin + literal.start(2)
            found += [
                Edit(one.kind, one.start + offset, one.stop + offset, one.new)
                for one in edits_of(literal[2])
            ]
    return sorted(found, key=lambda edit: (edit.start, edit.stop, edit.new))


def _is_sql(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        text = "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    else:
        return False
    if re.search(r"[A-Z\\]|\.$|\b(the|those|whose|that|has|an|twice)\b", text):
        return False  # a sentence or a pattern
    return re.search(r"[<>=]|\w\(|\bnot \w+_|\bis not\b|\bin \(|^\s*and\s*$", text) is not None


def _tokens(sql: str) -> list[_Token]:
    found, depth = [], 0
    for one in _TOKEN.finditer(sql):
        kind, text = str(one.lastgroup), one[0]
        if kind == "comment":
            continue
        depth -= text in (")", "]")
        found.append(_Token(kind, text, one.start(), one.end(), depth))
        depth += text in ("(", "[")
    return found


def _of_words(tokens: list[_Token]) -> Iterator[Edit]:
    """Yield words and signs that are swapped, left out or changed."""
    for number, token in enumerate(tokens):
        before = tokens[number - 1].text if number else ""
        after = tokens[number + 1].text if number + 1 < len(tokens) else ""
        place = token.start, token.stop
        if token.kind == "number":
            yield Edit("constant", *place, str(int(float(token.text)) + 1))
        elif token.kind == "text":
            yield Edit("constant", *place, ROLES.get(token.text, token.text[:-1] + "?'"))
        elif token.text == "or" and after == "replace":
            continue
        elif token.text in SWAPPED and not (token.text in "+-" and before in ("(", ",", "")):
            yield Edit(f"{token.text} to {SWAPPED[token.text]}", *place, SWAPPED[token.text])
        elif token.text in ("not", "distinct"):
            yield Edit(f"no {token.text}", *place, "")
        elif token.text == "left" and (after == "join" or before == "asof"):
            yield Edit("left join to join", *place, "")
        elif token.text == "all" and before == "union":
            yield Edit("union all to union", *place, "")
        elif token.text == "union" and after != "all":
            yield Edit("union to union all", *place, "union all")


def _of_calls(sql: str, tokens: list[_Token]) -> Iterator[Edit]:
    """Yield coalesce reduced to its first argument, and aggregates without their filter."""
    for number, token in enumerate(tokens[:-1]):
        if token.text not in ("coalesce", "filter") or tokens[number + 1].text != "(":
            continue
        close = _closing(tokens, number + 1)
        if close is None:
            continue
        if token.text == "filter":
            yield Edit("no filter", token.start, tokens[close].stop, "")
            continue
        inner = tokens[number + 1].depth + 1
        comma = next(
            (t for t in tokens[number + 2 : close] if t.text == "," and t.depth == inner), None
        )
        if comma is not None:
            first = sql[tokens[number + 1].stop : comma.start].strip()
            yield Edit("no coalesce", token.start, tokens[close].stop, f"({first})")


def _of_conditions(tokens: list[_Token]) -> Iterator[Edit]:
    """Yield conditions without one of the parts that ``and`` and ``or`` join."""
    for number, token in enumerate(tokens):
        after = tokens[number + 1].text if number + 1 < len(tokens) else ""
        if token.text in ("and", "or") and after != "replace":
            neutral = "true" if token.text == "and" else "false"
            for step in (-1, 1):
                yield from _without(tokens, number + step, step, neutral)
        elif token.text in _BEGINS:
            yield from _without(tokens, number + 1, 1, "true", is_whole=True)


def _without(
    tokens: list[_Token], number: int, step: int, neutral: str, *, is_whole: bool = False
) -> Iterator[Edit]:
    """Yield the removal of the operand that begins or ends at a token."""
    if not 0 <= number < len(tokens):
        return
    depth, last, at = tokens[number].depth, None, number
    while 0 <= at < len(tokens):
        one = tokens[at]
        is_end = one.depth < depth or (
            one.depth == depth and (one.text in _ENDS or one.text in ("and", "or", ","))
        )
        if is_end:
            # A condition of several parts loses them one by one, not all at once.
            if is_whole and one.depth == depth and one.text in ("and", "or"):
                return
            break
        last, at = at, at + step
    if last is not None:
        start, stop = sorted((number, last))
        yield Edit("no condition", tokens[start].start, tokens[stop].stop, neutral)


def _closing(tokens: list[_Token], opening: int) -> int | None:
    depth = tokens[opening].depth
    for number in range(opening + 1, len(tokens)):
        if tokens[number].text == ")" and tokens[number].depth == depth:
            return number
    return None

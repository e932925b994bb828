"""A thousand names that want to be more than text: markup, scripts, formulas, control signs."""

from __future__ import annotations

from itertools import product

_CALL = "window.__pwn=1"
_PAYLOADS = (
    f"<script>{_CALL}</script>",
    f"<ScRiPt>{_CALL}//</ScRiPt>",
    f"<img src=x onerror={_CALL}>",
    f"<img/src=`x`onerror={_CALL}>",
    f"<svg onload={_CALL}>",
    f"<svg><animate onbegin={_CALL} attributeName=x dur=1s>",
    f"<svg><script href=data:,{_CALL} /></svg>",
    f"<body onload={_CALL}>",
    f"<details open ontoggle={_CALL}>",
    f"<iframe srcdoc='<script>parent.{_CALL}</script>'></iframe>",
    f"<iframe src=javascript:parent.{_CALL}>",
    f"<a href=javascript:{_CALL} autofocus onfocus={_CALL} tabindex=1>x</a>",
    f"<math><mtext><style><img src=x onerror={_CALL}></style></mtext></math>",
    f"<input autofocus onfocus={_CALL}>",
    f"<video><source onerror={_CALL}></video>",
    f"<object data='data:text/html,<script>parent.{_CALL}</script>'></object>",
    f"<meta http-equiv=refresh content='0;url=javascript:{_CALL}'>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<img src=https://evil.example/pixel.gif>",
    "<a href=https://evil.example>win</a>",
    "<form action=https://evil.example><button>x</button></form>",
    f" onmouseover={_CALL} style=position:fixed;inset:0 ",
    f"javascript:{_CALL}",
    f"&lt;script&gt;{_CALL}&lt;/script&gt;",
    f"&#60;img src=x onerror={_CALL}&#62;",
    f"\\u003cscript\\u003e{_CALL}\\u003c/script\\u003e",
    "{{ 7 * 7 }}{% raw %}${7*7}<%= 7*7 %>",
    "{0.__class__}{name}%s%(x)s",
    "\x1b]0;title\x07\x1b[2J\x1b[31mred",
    "\u202egnp.exe\u2066\u200e\ufeff",
    "a\x00b\x08c\x7fd\x85e\u2028f",
    "line one\r\nBcc: all@shop.example\r\n\r\nbody",
    '=HYPERLINK("https://evil.example","x")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "＝1+1",
    "[x](javascript:window.__pwn=1) ![x](https://evil.example/a.png)",
    "`); drop table messages; --",
)
_BEFORE = (
    "",
    '"',
    "'",
    "`",
    ">",
    '">',
    "'>",
    "</title>",
    "</style>",
    "</script>",
    "</textarea>",
    "</svg>",
    "</desc></svg>",
    "-->",
    "]]>",
    "</noscript>",
    '"}]};',
    "\\",
    "&",
    "Schoenen ",
    "\u202e",
    "</td></tr></table>",
    "<!--",
    "<![CDATA[",
)

EVIL = tuple(before + payload for payload, before in product(_PAYLOADS, _BEFORE))[:1000]
"""A thousand strings; each would do something if it were taken for more than text."""
CONTROL = frozenset(
    chr(code)
    for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160), 0x200E, 0x200F,
                 *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
)  # fmt: skip
"""What may stand in no text that a terminal or a page shows."""

"""The few words that pictures themselves need, in English and Dutch."""

from __future__ import annotations

from typing import Final

_WORDS: Final = {
    "en": {
        "answered within": "Answered within",
        "between": "({low} to {high})",
        "bars": "Bars, one per category: {k}.",
        "category": "Category",
        "change": "Change",
        "cut by n": "The {k} that rest on most are drawn; {rest} more stand in the table.",
        "cut by value": "The {k} largest are drawn; {rest} more stand in the table.",
        "curves": "Share answered against waiting time, one curve per group: {k}.",
        "day": "Day",
        "dots": "Dots with intervals, one per category: {k}.",
        "ended within": "Within",
        "endings": "Shares that ended one way or the other, by time.",
        "ends": "Last value of {name}: {value}.",
        "estimate": "Estimate",
        "funnel": "Steps of a funnel: {k}.",
        "funnel plot": "Dots of shares against how many they rest on: {k}.",
        "heat": "Map of {rows} rows by {columns} columns; {missing} cells without data.",
        "highest": "Highest: {name}, {value}.",
        "interval": "Interval",
        "limit": "Limit",
        "lowest": "Lowest: {name}, {value}.",
        "missing": "no data",
        "n": "n",
        "no data": "No data",
        "not answered": "Not answered yet",
        "of first": "Share of the first step",
        "of previous": "Share of the step before",
        "open": "not answered yet",
        "partial": "The last period is not complete yet.",
        "partial mark": "not complete",
        "period": "Period",
        "reference": "Reference",
        "stacks": "Bars cut into parts, one per category: {k}.",
        "step": "Step",
        "target": "target",
        "trend": "Lines over {k} periods: {names}.",
        "usual": "usual range",
        "value": "Value",
        "verdict": "Against the limit",
        "waterfall": "Steps of a waterfall: {k}.",
        "comparison": "compared with",
        "from previous": "{share} of the step before",
    },
    "nl": {
        "answered within": "Beantwoord binnen",
        "between": "({low} tot {high})",
        "bars": "Staven, één per categorie: {k}.",
        "category": "Categorie",
        "change": "Verandering",
        "cut by n": "De {k} die op de meeste rusten zijn getekend; nog {rest} staan in de tabel.",
        "cut by value": "De {k} grootste zijn getekend; nog {rest} staan in de tabel.",
        "curves": "Aandeel beantwoord tegen wachttijd, één lijn per groep: {k}.",
        "day": "Dag",
        "dots": "Punten met intervallen, één per categorie: {k}.",
        "ended within": "Binnen",
        "endings": "Aandelen die op de ene of de andere manier eindigden, tegen de tijd.",
        "ends": "Laatste waarde van {name}: {value}.",
        "estimate": "Schatting",
        "funnel": "Stappen van een trechter: {k}.",
        "funnel plot": "Punten van aandelen tegen het aantal waarop ze rusten: {k}.",
        "heat": "Kaart van {rows} rijen bij {columns} kolommen; {missing} cellen zonder gegevens.",
        "highest": "Hoogste: {name}, {value}.",
        "interval": "Interval",
        "limit": "Grens",
        "lowest": "Laagste: {name}, {value}.",
        "missing": "geen gegevens",
        "n": "n",
        "no data": "Geen gegevens",
        "not answered": "Nog niet beantwoord",
        "of first": "Aandeel van de eerste stap",
        "of previous": "Aandeel van de vorige stap",
        "open": "nog niet beantwoord",
        "partial": "De laatste periode is nog niet volledig.",
        "partial mark": "niet volledig",
        "period": "Periode",
        "reference": "Referentie",
        "stacks": "Staven in delen, één per categorie: {k}.",
        "step": "Stap",
        "target": "doel",
        "trend": "Lijnen over {k} perioden: {names}.",
        "usual": "gebruikelijk bereik",
        "value": "Waarde",
        "verdict": "Tegen de grens",
        "waterfall": "Stappen van een waterval: {k}.",
        "comparison": "vergeleken met",
        "from previous": "{share} van de vorige stap",
    },
}


def word(key: str, language: str, **parts: object) -> str:
    """Return a word or sentence of the pictures.

    Args:
        key: Which word; each exists in every language.
        language: ``"en"`` or ``"nl"``.
        **parts: What fills the braces of a sentence.

    >>> word("highest", "nl", name="Messenger", value="61,5%")
    'Hoogste: Messenger, 61,5%.'
    """
    text = _WORDS[language][key]
    # Only the template is filled: braces inside a name stay what they are.
    return text.format(**parts) if parts else text

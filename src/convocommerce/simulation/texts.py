"""What people, the bot and the inbox say, in Dutch and English.

Texts of people in the page inbox name the customer and the product, so that the same sentence
does not reach many people: that is what tells them from the inbox's own fixed replies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convocommerce.simulation.draw import Draw
    from convocommerce.simulation.records import Conversation

INSTANT = "Bedankt voor je bericht! We antwoorden zo snel mogelijk."
AWAY = "Bedankt voor je bericht! We zijn nu gesloten en antwoorden zodra we weer open zijn."
GREETING = {
    True: "Hoi! Ik ben Puk, de digitale hulp van Slof & Stukje. Waar gaat je vraag over?",
    False: "Hi! I am Puk, the digital helper of Slof & Stukje. What is your question about?",
}
CHOICES = {
    True: ("Openingstijden", "Bezorgkosten", "Een medewerker"),
    False: ("Opening hours", "Delivery costs", "Talk to a person"),
}

OPENERS = {
    True: ("Hoi!", "Hallo", "Goedendag", "Hoi hoi", "Hee", "Dag!"),
    False: ("Hi!", "Hello", "Hey there", "Good day", "Hi all"),
}

_DUTCH: dict[str, tuple[str, ...]] = {
    "size": (
        "Vallen de {product} groot of klein uit? Ik heb maat {size}",
        "Heb je de {product} ook in maat {size}?",
        "Welke maat moet ik nemen bij {product} als ik tussen {size} en de volgende zit?",
    ),
    "stock": (
        "Zijn de {product} nog op voorraad?",
        "Wanneer komt {product} weer binnen?",
        "Is {product} er nog? Op de site kan ik niets vinden",
    ),
    "price": (
        "Wat kost {product} met verzenden erbij?",
        "Wat is de prijs van {product}?",
        "Prijs van {product} aub",
    ),
    "pieces": (
        "Hoeveel stukjes heeft de {product}?",
        "Is de {product} geschikt voor een kind van 10? Hoeveel stukjes zijn het?",
        "Hoe groot is de {product} als hij klaar is?",
    ),
    "gift": (
        "Kunnen jullie {product} als cadeau inpakken?",
        "Kan er een kaartje bij {product}? Het is een cadeautje",
    ),
    "delivery": (
        "Als ik nu {product} bestel, wanneer is het er dan?",
        "Bezorgen jullie {product} ook in België?",
    ),
    "opening_hours": ("Zijn jullie zaterdag open?", "Wat zijn jullie openingstijden?"),
    "delivery_cost": ("Wat kost bezorgen?", "Vanaf welk bedrag is verzenden gratis?"),
    "where_is_my_order": (
        "Waar blijft mijn pakketje?",
        "Ik heb {days} dagen geleden besteld en nog niks ontvangen",
        "Is mijn bestelling al verzonden? Het gaat om {product}",
    ),
    "followup": (
        "En hoe zit het met ruilen?",
        "Kan ik het ook in de winkel ophalen?",
        "En hebben jullie die ook in een andere uitvoering?",
        "Oké, en hoe lang duurt bezorgen?",
    ),
    "wants": ("Dan neem ik ze!", "Top, die wil ik graag bestellen", "Doe die maar :)", "Graag!"),
    "thanks": ("Dankjewel!", "Super, bedankt", "Top, dank je", "Fijn, dank voor de hulp!"),
    "nudge": ("Hallo?", "Is er iemand?", "Nog geen antwoord...", "?"),
    "email": ("{email}", "Mijn mail is {email}", "Ja hoor: {email}"),
    "phone": ("{phone}",),
    "person": ("Een medewerker",),
    "answer:size": (
        "Ze vallen normaal uit, dus gewoon je eigen maat nemen. Maat {size} hebben we nog.",
        "Maat {size} is er nog! Zit je ertussenin, neem dan de grotere.",
    ),
    "answer:stock": (
        "Even gekeken: er liggen er nog {few} in het magazijn.",
        "{product} komt volgende week weer binnen.",
    ),
    "answer:price": (
        "{product} kost € {price}; boven de € 50 verzenden we gratis.",
        "Die is € {price}, en verzenden kost € 4,95.",
    ),
    "answer:pieces": (
        "{product} heeft {pieces} stukjes.",
        "Het zijn {pieces} stukjes, ongeveer 50 bij 70 cm als hij ligt.",
    ),
    "answer:gift": ("Ja hoor, inpakken is gratis en een kaartje kan erbij.",),
    "answer:delivery": ("Voor 16 uur besteld is meestal de volgende werkdag in huis.",),
    "answer:opening_hours": ("We zijn er ma t/m vr 9 tot half 6, do tot 21 en za 10 tot 16 uur.",),
    "answer:delivery_cost": ("Bezorgen kost € 4,95, en boven de € 50 is het gratis.",),
    "answer:where_is_my_order": (
        "Ik zie {order} staan, die is onderweg. Morgen heb je hem in huis.",
        "Bestelling {order} is gisteren verzonden, je krijgt een track & trace.",
    ),
    "answer:followup": (
        "Ja, dat kan zeker!",
        "Binnen 14 dagen ruilen kan altijd.",
        "Dat verschilt, maar meestal 1 tot 2 werkdagen.",
    ),
    "late": ("Sorry voor het late antwoord! Is je vraag over {product} al beantwoord?",),
    "ask_email": ("Op welk e-mailadres mag ik je de gegevens van {product} sturen?",),
    "ask_phone": ("Op welk nummer kunnen we je bereiken over {product}?",),
    "noted": ("Top, het is verstuurd!", "Dank je, genoteerd en verstuurd."),
    "cart_link": ("Ik heb het voor je klaargezet: {link}", "Hier kun je afrekenen: {link}"),
    "welcome": ("Graag gedaan, {name}!", "Geen dank, veel plezier met {product}!", "Graag gedaan!"),
    "ready": (
        "Hoi {name}, je pakket {order} ligt klaar bij het afhaalpunt!",
        "Goed nieuws {name}: bestelling {order} ligt voor je klaar.",
    ),
    "handoff": ("Momentje, ik haal er een collega bij.",),
    "bot_welcome": ("Graag gedaan! 😊",),
}

_ENGLISH: dict[str, tuple[str, ...]] = {
    "size": (
        "Do the {product} run large or small? I am a size {size}",
        "Do you have the {product} in size {size}?",
    ),
    "stock": ("Do you still have the {product}?", "When will you have {product} again?"),
    "price": ("What is the price of {product} including shipping?", "Price of the {product}?"),
    "pieces": (
        "How many pieces does the {product} have?",
        "Is the {product} fine for a 10 year old?",
    ),
    "gift": ("Can you gift wrap the {product}?", "Could you add a card to the {product}?"),
    "delivery": ("If I order the {product} today, when will it arrive?",),
    "opening_hours": ("Are you open on Saturday?", "What are your opening hours?"),
    "delivery_cost": ("How much is delivery?", "From what amount is shipping free?"),
    "where_is_my_order": (
        "Where is my parcel?",
        "I ordered {days} days ago and nothing has come yet",
        "Has my order of {product} been sent?",
    ),
    "followup": ("And can I exchange it?", "Can I pick it up as well?", "How long does it take?"),
    "wants": ("I'll take it!", "Great, I would like to order that", "Yes please!"),
    "thanks": ("Thank you!", "Great, thanks", "Thanks for your help!"),
    "nudge": ("Hello?", "Anyone there?", "Still waiting..."),
    "email": ("{email}", "My email is {email}", "Sure: {email}"),
    "phone": ("{phone}",),
    "person": ("Talk to a person",),
    "answer:size": ("They fit true to size, and we still have {size}.",),
    "answer:stock": ("I just checked: {few} left.", "We will have the {product} again next week."),
    "answer:price": ("That is € {price}; shipping is free above € 50.",),
    "answer:pieces": ("It has {pieces} pieces.", "The {product} has {pieces} pieces."),
    "answer:gift": ("Of course, wrapping is free and we can add a card.",),
    "answer:delivery": ("Ordered before 4 pm it usually arrives the next working day.",),
    "answer:opening_hours": ("Mon to Fri 9 to 5:30, Thu until 9 pm and Sat 10 to 4.",),
    "answer:delivery_cost": ("Delivery is € 4.95, and free above € 50.",),
    "answer:where_is_my_order": (
        "I can see {order}, it is on its way and should arrive tomorrow.",
    ),
    "answer:followup": (
        "Yes, that is fine!",
        "Within 14 days, always.",
        "One or two working days.",
    ),
    "late": ("Sorry for the late answer! Did you find out about the {product}?",),
    "ask_email": ("Which e-mail address may I send the details of {product} to?",),
    "ask_phone": ("On what number can we reach you about {product}?",),
    "noted": ("Thanks, it is on its way to you!", "Thank you, sent."),
    "cart_link": ("I have put it ready for you: {link}", "You can check out here: {link}"),
    "welcome": ("You are welcome, {name}!", "Enjoy the {product}!", "My pleasure!"),
    "ready": ("Hi {name}, your parcel {order} is ready for pick-up!",),
    "handoff": ("One moment, I will get a colleague.",),
    "bot_welcome": ("You are welcome! 😊",),
}

_INBOX_FRAMES = {
    True: ("Hoi {name}, {body}", "Dag {name}! {body}", "{body} Groetjes, en tot snel {name}"),
    False: ("Hi {name}, {body}", "Hello {name}! {body}", "{body} See you soon {name}"),
}
_INBOX_WELCOME = {
    True: ("Graag gedaan {name}, geniet van de {product} van € {price}!",
           "Geen dank {name}! Laat je weten hoe {product} bevalt?"),
    False: ("You are welcome {name}, enjoy the {product}!",
            "No problem {name}! Tell us how you like the {product}."),
}  # fmt: skip


def say(draw: Draw, talk: Conversation, kind: str, *, link: str = "") -> str:
    """Return one way of saying something in the customer's language.

    Args:
        draw: The stream of chance.
        talk: The conversation it is said in.
        kind: What is said, such as ``size`` or ``answer:size``.
        link: The web address in it, if the kind has one.

    Returns:
        The text; ``{order}`` in it still stands for an order number not known yet.
    """
    person = talk.thread.person
    template = draw.pick((_DUTCH if person.is_dutch else _ENGLISH)[kind])
    return _fill(draw, talk, template, link)


def say_in_inbox(draw: Draw, talk: Conversation, kind: str, *, link: str = "") -> str:
    """Return what a person says from the page inbox, worded for this customer."""
    person = talk.thread.person
    if kind == "welcome":
        return _fill(draw, talk, draw.pick(_INBOX_WELCOME[person.is_dutch]), link)
    frame = draw.pick(_INBOX_FRAMES[person.is_dutch])
    body = say(draw, talk, kind, link=link)
    return frame.replace("{body}", body).replace("{name}", person.first)


def _fill(draw: Draw, talk: Conversation, template: str, link: str) -> str:
    person, product = talk.thread.person, talk.product
    cents = product.cents
    values = {
        "product": product.dutch if person.is_dutch else product.english,
        "size": str(draw.whole(36, 45)),
        "few": str(draw.whole(2, 9)),
        "days": str(draw.whole(2, 8)),
        "price": f"{cents // 100},{cents % 100:02d}",
        "pieces": str(product.pieces),
        "name": person.first,
        "email": person.email,
        "phone": person.phone,
        "link": link,
    }
    for name, value in values.items():
        if f"{{{name}}}" in template:
            template = template.replace(f"{{{name}}}", value)
    return template

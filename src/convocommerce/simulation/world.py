"""The people, products and ads of Slof & Stukje, a web shop that does not exist."""

from __future__ import annotations

from dataclasses import dataclass

from convocommerce.simulation.draw import Draw

SHOP_HOST = "slofenstukje.example"
SHOP_NAME = "Slof & Stukje"
BUSINESS_IDS = {"messenger": "102030405060708", "instagram": "17841405060708091"}
BOT_APP = "551122334455667"
HELPDESK_APP = "990011223344556"
INBOX_APPS = {"messenger": "263902037430900", "instagram": "1217981644879628"}
AD_ACCOUNT = "1700252260000001"

_FIRST = (  # noqa: SIM905 - reads better than a line for each
    "Sanne Daan Fenna Joris Lotte Milan Noor Pieter Roos Sem Tess Wouter Yara Bas Eline Gijs Hanna "
    "Ilse Jasper Karlijn Lars Maud Niek Olga Puck Ruben Sofie Thijs Vera Willem Amira Bilal Cem "
    "Esra Farah Hamza Imke Jelle Kees Lieke Mehmet Nadia Oscar Pim Quinten Rania Stijn Tygo Ursula "
    "Veerle Emma Oliver Grace Henry Chloe Lucas Isla Noah Ruby Jack"
).split()
_LAST = (  # noqa: SIM905 - reads better than a line for each
    "Jansen Visser Bakker Mulder Smit Meijer Bos Vos Peters Hendriks Dekker Brouwer Koster Prins "
    "Kuipers Yilmaz Haddad Post Schouten Willems Evans Walsh Kramer Molenaar Timmer"
).split()


@dataclass(frozen=True)
class Product:
    """Something for sale.

    Attributes:
        product_id: Its id in the catalogue.
        variant_id: Its id in a cart link.
        sku: The shop's own code.
        dutch: Its name in Dutch.
        english: Its name in English.
        cents: Its price in euro cents, tax included.
        pieces: How many pieces a puzzle has; 0 for slippers.
    """

    product_id: str
    variant_id: str
    sku: str
    dutch: str
    english: str
    cents: int
    pieces: int = 0


PRODUCTS = (
    Product("8101", "4455", "SLOF-WOL-GR", "wollen sloffen grijs", "grey wool slippers", 3995),
    Product("8102", "4456", "SLOF-WOL-RD", "wollen sloffen rood", "red wool slippers", 3995),
    Product("8103", "4460", "SLOF-VILT", "viltpantoffels", "felt slippers", 2950),
    Product("8104", "4463", "SLOF-LAM", "lamsvachtsloffen", "sheepskin slippers", 6495),
    Product("8105", "4467", "SLOF-KIND", "kindersloffen beer", "children's bear slippers", 1995),
    Product("8201", "5501", "PUZ-GRACHT", "puzzel Grachten", "Canals puzzle", 2195, 1000),
    Product("8202", "5502", "PUZ-WAD", "puzzel Waddenzee", "Wadden Sea puzzle", 2495, 1500),
    Product("8203", "5503", "PUZ-MOLEN", "puzzel Molens", "Windmills puzzle", 1795, 500),
    Product("8204", "5504", "PUZ-TULP", "puzzel Tulpenveld", "Tulip Field puzzle", 2995, 2000),
    Product(
        "8205", "5505", "PUZ-KIND", "kinderpuzzel Boerderij", "Farm children's puzzle", 1295, 100
    ),
)
SLIPPERS = tuple(product for product in PRODUCTS if not product.pieces)
PUZZLES = tuple(product for product in PRODUCTS if product.pieces)


@dataclass(frozen=True)
class Ad:
    """A click-to-message ad; weights and money are per day."""

    ad_id: str
    name: str
    adset_id: str
    adset: str
    campaign_id: str
    campaign: str
    ref: str
    weight: float
    day_cents: int


ADS = (
    Ad("120231987654320101", "Sloffen carrousel", "120231900000000211", "NL 25-45",
       "120231900000000011", "CTM warme voeten", "warme_voeten", 3.0, 1450),
    Ad("120231987654320102", "Sloffen video", "120231900000000211", "NL 25-45",
       "120231900000000011", "CTM warme voeten", "warme_voeten", 2.0, 1180),
    Ad("120231987654320103", "Lamsvacht foto", "120231900000000212", "NL 45+",
       "120231900000000011", "CTM warme voeten", "lamsvacht", 1.0, 760),
    Ad("120231987654320104", "Puzzel Grachten", "120231900000000221", "Puzzelaars NL",
       "120231900000000012", "CTM zomerpuzzels", "zomerpuzzel", 2.5, 1320),
    Ad("120231987654320105", "Puzzel in de tent", "120231900000000222", "Kampeerders NL",
       "120231900000000012", "CTM zomerpuzzels", "", 1.5, 840),
    Ad("120231987654320106", "Gifts from Holland", "120231900000000231", "Expats EN",
       "120231900000000013", "CTM gifts", "gifts_en", 1.2, 690),
)  # fmt: skip

LINK_REFS = ("etalage_qr", "nieuwsbrief_juni", "nieuwsbrief_zomer", "bio", "pakbon")


@dataclass
class Person:
    """Somebody who chats or buys, as the simulator knows them.

    Attributes:
        key: The simulator's own name, only in the truth.
        is_dutch: Whether they write Dutch rather than English.
        email: Their usual address, which they may type in a chat.
        other_email: An address they never type in a chat.
        phone: Their number, in international form.
        prefers_phone: They give a number where others give an address.
        shop_customer_id: Their customer number at the shop.
        other_shop_customer_id: The number that goes with the other address.
        n_conversations: How many conversations they have had.
    """

    key: str
    is_dutch: bool
    first: str
    last: str
    email: str
    other_email: str
    phone: str
    prefers_phone: bool
    shop_customer_id: str
    other_shop_customer_id: str
    postcode: str
    n_conversations: int = 0


class People:
    """Makes new people, each with keys that nobody else has."""

    def __init__(self, seed: int, *, prefix: str = "p") -> None:
        """Begin with nobody.

        Args:
            seed: The seed of the simulation.
            prefix: The letter before everybody's number: p for chatters, q for the others.
        """
        self._draw = Draw(seed, f"people/{prefix}")
        self._prefix = prefix
        # The two kinds of people must not share a mailbox, a phone or a customer number.
        self._first_number = 1 if prefix == "p" else 5_000_001
        self.all: list[Person] = []

    def new(self) -> Person:
        """Return somebody new."""
        draw, number = self._draw, self._first_number + len(self.all)
        first, last = draw.pick(_FIRST), draw.pick(_LAST)
        mailbox = f"{first}.{last}{number}".lower()
        person = Person(
            key=f"{self._prefix}{number:06d}",
            is_dutch=not draw.chance(0.25),
            first=first,
            last=last,
            email=f"{mailbox}@post.example",
            other_email=f"{last}{number}.{first}@werk.example".lower(),
            phone=f"+3160{number:07d}",
            prefers_phone=draw.chance(0.08),
            shop_customer_id=str(7_300_000_000_000 + 2 * number),
            other_shop_customer_id=str(7_300_000_000_001 + 2 * number),
            postcode=f"{draw.whole(1011, 9999)} {draw.pick('ABCDEGHJ')}{draw.pick('KLNPRSVX')}",
        )
        self.all.append(person)
        return person

    def customer_id(self, person: Person, channel: str) -> str:
        """Return the id under which one channel would know a person; each call makes a new one."""
        # The running number makes it unique, whatever the digits.
        start = {"messenger": "73", "instagram": "56"}[channel]
        return f"{start}{self._draw.digits(7)}{int(person.key[1:]):07d}"

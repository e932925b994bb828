"""What happens in the simulated world: threads, conversations, events, orders, checkouts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convocommerce.simulation.world import Person, Product

SPOKEN = frozenset({"customer", "human", "bot", "auto"})


@dataclass(eq=False)
class Thread:
    """The message line between a person and the shop on one channel.

    Attributes:
        taken: The milliseconds at which something happened.
        is_known: An export shows that the thread and its person's usual keys belong together.
    """

    channel: str
    business_id: str
    customer_id: str
    person: Person
    taken: set[int] = field(default_factory=set)
    is_known: bool = False

    def stamp(self, at: int) -> int:
        """Return the first millisecond from ``at`` on at which nothing happened in the thread."""
        while at in self.taken:
            at += 1
        self.taken.add(at)
        return at


@dataclass(frozen=True)
class Touch:
    """What brought a person: entry point, ad, free parameter and product."""

    entry_point: str
    ad_id: str = ""
    ref: str = ""
    product_id: str = ""


@dataclass(eq=False)
class Event:
    """One thing that a webhook tells.

    Attributes:
        at: When, in milliseconds.
        kind: text, image, sticker, quick_reply, postback, cart, receipt, button, referral,
            handover, reaction, edit or deletion.
        role: customer, human, bot, auto or system.
        mid: The message id, or the id of the message that is reacted to, edited or deleted.
        via: The app that sent it: bot, helpdesk or inbox; empty for the customer.
        text: What was said; ``{order}`` stands for the number of ``order``.
        payload: What stands behind a quick reply, a postback or a button.
        key: The e-mail, phone or cart token that the event shows, as ``(kind, value)``.
    """

    thread: Thread
    at: int
    kind: str
    role: str
    mid: str = ""
    conversation: Conversation | None = None
    text: str = ""
    payload: str = ""
    agent: str = ""
    via: str = ""
    touch: Touch | None = None
    order: Order | None = None
    products: tuple[tuple[Product, int], ...] = ()
    key: tuple[str, str] | None = None

    @property
    def is_spoken(self) -> bool:
        """Whether it is a message rather than a reaction, a handover or a change."""
        return self.role in SPOKEN and self.kind not in {"reaction", "edit", "deletion", "referral"}


@dataclass(eq=False)
class Conversation:
    """One conversation as it is lived; the truth about it is read from its events.

    Attributes:
        luck: The draw that decides about buying, the same however fast the answer is.
        chance: The probability of buying when the answer is not fast.
        waiting_since: Since when the customer waits for a person; none when they do not.
        is_ignored: Nobody at the desk picks it up.
        wins: Whether the customer buys.
        choice: How they buy, or were helped to: cart_link, token_link or site.
        reply: What the next answer by a person will say.
        steps: What the customer still will say, and how the agent then answers.
    """

    thread: Thread
    intent: str
    product: Product
    touch: Touch | None = None
    started_by: str = "customer"
    is_returning: bool = False
    is_open_hours: bool = False
    first_customer_at: int | None = None
    first_human_at: int | None = None
    last_at: int = 0
    is_customer_last: bool = False
    luck: float = 1.0
    chance: float = 0.0
    is_ignored: bool = False
    wins: bool = False
    choice: str = ""
    reply: str = ""
    waiting_since: int | None = None
    agent: str = ""
    holds_place: bool = False
    via: str = "helpdesk"
    steps: list[tuple[str, str]] = field(default_factory=list)
    cart_token: str = ""
    asked_order: Order | None = None
    events: list[Event] = field(default_factory=list)


@dataclass(eq=False)
class Refund:
    """Money given back."""

    refund_id: str
    at: int
    cents: int
    failed_first: bool = False


@dataclass(eq=False)
class Order:
    """One order, in whole seconds and euro cents.

    Attributes:
        keys: Which of a person's keys it shows: usual, other, phone or none.
        chat_id: The customer id that the cart link carried, if any.
    """

    person: Person
    created_at: int
    lines: tuple[tuple[Product, int], ...]
    total_cents: int
    shipping_cents: int
    discount_cents: int
    keys: str
    cart_token: str
    checkout_token: str
    checkout_id: str
    chat_id: str = ""
    is_paid: bool = True
    is_test: bool = False
    cancelled_at: int | None = None
    refunds: list[Refund] = field(default_factory=list)
    landing_site: str = "/"
    is_gift: bool = False
    order_id: str = ""
    number: str = ""

    @property
    def subtotal_cents(self) -> int:
        """The goods after discount, tax included."""
        return self.total_cents - self.shipping_cents


@dataclass(eq=False)
class Checkout:
    """A checkout in which contact details were given and that was not finished at once."""

    person: Person
    started_at: int
    lines: tuple[tuple[Product, int], ...]
    total_cents: int
    shipping_cents: int
    keys: str
    token: str
    cart_token: str
    checkout_id: str
    chat_id: str = ""
    completed_at: int | None = None
    landing_site: str = "/"

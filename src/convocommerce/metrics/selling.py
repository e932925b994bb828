"""How conversations end in orders.

An order shows at once and its absence only when the window is over. While conversations are open,
the rate over all that are decided is therefore too high; the settled rate rests on those alone
whose window is over, however they ended, and does not move any more but for refunds.
"""

from convocommerce.metrics.definition import Metric, Share, Total

_CREDIT = (
    "An order is credited once, to the contact's last conversation before it whose last message "
    "was at most the attribution window earlier. Orders from before a conversation, unpaid, "
    "cancelled, test and fully refunded orders convert nothing. Orders that cannot be tied to a "
    "contact are counted as coverage, never guessed."
)
_WHILE_OPEN = (
    "An order shows at once and its absence only when the window is over, so the rate is too high "
    "while conversations are open; the settled rate is not."
)
_PENDING = "conversations without an order whose attribution window is still open at the as-of"

IN_CHAT_CONVERSION = Metric(
    name="in_chat_conversion",
    title="In-chat conversion",
    meaning="Share of conversations with a paid order placed through the chat itself.",
    open_means=_PENDING,
    while_open=_WHILE_OPEN,
    definition=(
        "Placed through the chat: by a link that carries the chat's id or cart, or with a receipt "
        f"in the chat. {_CREDIT} Rivals commonly count every order within some days."
    ),
    better="higher",
    states="conversation_states",
    population="true",
    statistics=(
        Share("rate", "Rate", "outcome = 'in_chat'", "outcome <> 'pending'"),
        Share("settled_rate", "Rate, settled", "outcome = 'in_chat'", "is_settled"),
        Total(
            "net_revenue",
            "Net revenue",
            "is_sale and credit = 'in_chat'",
            amount="net_amount",
            states="order_states",
        ),
    ),
)

ASSISTED_CONVERSION = Metric(
    name="assisted_conversion",
    title="Assisted conversion",
    meaning="Share of conversations followed by a paid order, none of them placed in the chat.",
    open_means=_PENDING,
    while_open=_WHILE_OPEN,
    definition=_CREDIT,
    better="higher",
    states="conversation_states",
    population="true",
    statistics=(
        Share("rate", "Rate", "outcome = 'assisted'", "outcome <> 'pending'"),
        Share("settled_rate", "Rate, settled", "outcome = 'assisted'", "is_settled"),
        Total(
            "net_revenue",
            "Net revenue",
            "is_sale and credit = 'assisted'",
            amount="net_amount",
            states="order_states",
        ),
    ),
)

CONVERSION = Metric(
    name="conversion",
    title="Conversion, in chat or assisted",
    meaning="Share of conversations credited with any paid order.",
    open_means=_PENDING,
    while_open=_WHILE_OPEN,
    definition=_CREDIT,
    better="higher",
    states="conversation_states",
    population="true",
    statistics=(
        Share("rate", "Rate", "outcome in ('in_chat', 'assisted')", "outcome <> 'pending'"),
        Share("settled_rate", "Rate, settled", "outcome in ('in_chat', 'assisted')", "is_settled"),
        Total(
            "net_revenue",
            "Net revenue",
            "is_sale and credit <> 'none'",
            amount="net_amount",
            states="order_states",
        ),
    ),
)

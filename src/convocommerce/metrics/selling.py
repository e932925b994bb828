"""How conversations end in orders.

An order shows at once and its absence only when the window is over. While conversations are open,
the rate over all that are decided is therefore too high; the settled rate rests on those alone
whose window is over, however they ended, and does not move any more but for refunds.
"""

from convocommerce.metrics.definition import Metric, Share, Total

_CREDIT = (
    "An order is credited once, to the contact's last conversation before it whose last message "
    "was at most the attribution window earlier. Orders that cannot be tied to a contact are "
    "counted as coverage, never guessed."
)
_EXCLUDES = (
    "Orders from before a conversation, unpaid, cancelled, test and fully refunded orders convert "
    "nothing."
)
_SOURCE = "Gorgias's five days and net revenue, with the credit given once as Tidio gives it."
_RIVALS = {
    "Gorgias": "Counts every ticket that a sale follows within five days.",
    "Tidio": "Counts orders within seven days, unpaid and cancelled ones too.",
    "Clevertar": "Counts every order within thirty days.",
    "Meta": "Counts on the day of the click or the view, and orders of people who only saw the ad.",
}


def _conversion(
    name: str, title: str, meaning: str, kinds: str, definition: str = _CREDIT
) -> Metric:
    """Return a metric of conversations that ended in orders of the given credits."""
    return Metric(
        name=name,
        title=title,
        meaning=meaning,
        open_means=(
            "conversations whose attribution window is still open at the as-of; for the rate so "
            "far those without an order"
        ),
        while_open=(
            "An order shows at once and its absence only when the window is over, so the rate so "
            "far is too high while conversations are open; the settled rate is not."
        ),
        definition=definition,
        excludes=_EXCLUDES,
        source=_SOURCE,
        rivals=_RIVALS,
        better="higher",
        states="conversation_states",
        population="tells_orders",
        needs=("messages", "orders"),
        rests_on=("orders",),
        statistics=(
            Share("settled_rate", "Rate, settled", f"outcome in ({kinds})", "is_settled"),
            Share("rate", "Rate so far", f"outcome in ({kinds})", "outcome <> 'pending'"),
            Total(
                "net_revenue",
                "Net revenue",
                f"is_sale and credit in ({kinds})",
                amount="net_amount",
                states="order_states",
            ),
        ),
    )


IN_CHAT_CONVERSION = _conversion(
    "in_chat_conversion",
    "In-chat conversion",
    "Share of conversations with a paid order placed through the chat itself.",
    "'in_chat'",
    "Placed through the chat: by a link that carries the chat's id or cart, or with a receipt "
    f"in the chat. {_CREDIT}",
)

ASSISTED_CONVERSION = _conversion(
    "assisted_conversion",
    "Assisted conversion",
    "Share of conversations followed by a paid order, none of them placed in the chat.",
    "'assisted'",
)

CONVERSION = _conversion(
    "conversion",
    "Conversion, in chat or assisted",
    "Share of conversations credited with any paid order.",
    "'in_chat', 'assisted'",
)

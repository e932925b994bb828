"""How carts and checkouts are left behind."""

from convocommerce.metrics.definition import Metric, Share

_DECIDED = "state <> 'open'"

CART_ABANDONMENT = Metric(
    name="cart_abandonment",
    title="Cart abandonment",
    meaning=(
        "Share of people's attempts to buy that were left for a while without an order; of "
        "checkouts or carts when that grain is chosen."
    ),
    open_means=(
        "attempts too young to be judged; for lost and recovered those younger than the time in "
        "which they can be recovered"
    ),
    definition=(
        "Abandoned is a state, not an event: no order within the rule's time. Recovered is an "
        "order after that and within the recovery time, by any device and any link; lost is what "
        "remains. Recovered by a link is the part of it that came back through a reminder's own "
        "link, where the shop tells. Checkouts of one person close together are one attempt, so a "
        "second device is not a lost shopper."
    ),
    excludes=(
        "Test checkouts, and checkouts in which no contact details were given: the shop does not "
        "show them. Attempts at shops of which not both checkouts and orders are loaded, as nobody "
        "knows how those ended."
    ),
    source=(
        "Shopify's ten minutes for a checkout; the grain of the person and the recovery by any way "
        "are our own."
    ),
    rivals={
        "Shopify": (
            "Counts checkouts, not people, and calls recovered only what came back by its link."
        ),
        "Baymard": "Takes one minus purchases over carts, so open carts count as abandoned.",
        "Wix": "Counts a cart as abandoned after one hour.",
    },
    better="lower",
    states="abandonment_states",
    population="grain = '{grain}' and tells_outcome",
    needs=("checkouts", "orders", "carts_and_orders"),
    none_means="Nobody began to buy in what was asked about.",
    rests_on=("checkouts",),
    statistics=(
        Share("rate", "Abandoned", "state in ('abandoned', 'recovered', 'lost')", _DECIDED),
        Share("lost_rate", "Lost", "state = 'lost'", "is_settled"),
        Share("recovered_rate", "Recovered", "is_settled and state = 'recovered'", "is_settled"),
        Share(
            "recovered_by_link",
            "Recovered by a link",
            "state = 'recovered' and is_recovered_by_link",
            "is_settled",
            told="tells_link",
            needs=("recovery_links",),
        ),
    ),
    options={"grain": ("person", "checkout", "cart")},
)

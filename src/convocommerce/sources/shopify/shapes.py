"""By what Shopify's documents can be told from each other and from everybody else's."""

from __future__ import annotations

from collections.abc import Mapping

from convocommerce.sources.contract import Document


def is_order(document: Document) -> bool:
    """Return whether it is an order of the REST API."""
    return (
        "abandoned_checkout_url" not in document
        and "total_price" in document
        and any(
            key in document
            for key in ("financial_status", "order_number", "processed_at", "refunds")
        )
    )


def is_checkout(document: Document) -> bool:
    """Return whether it is a checkout of the REST API."""
    return "abandoned_checkout_url" in document or (
        "completed_at" in document and "cart_token" in document and not is_order(document)
    )


def is_draft(document: Document) -> bool:
    """Return whether it is a draft order of the REST API."""
    return {"invoice_url", "invoice_sent_at", "status"} <= document.keys()


def is_refund(document: Document) -> bool:
    """Return whether it is a refund on its own, or a page of them."""
    if document.keys() == {"refunds"}:
        listed = document["refunds"]
        return isinstance(listed, list) and bool(listed) and all(map(_is_one_refund, listed[:3]))
    return _is_one_refund(document)


def _is_one_refund(value: object) -> bool:
    if not isinstance(value, Mapping) or not {"order_id", "transactions"} <= value.keys():
        return False
    return "refund_line_items" in value and "total_price" not in value


def is_graphql(document: Document) -> bool:
    """Return whether it is a node of the GraphQL API, or an answer that holds some."""
    return _is_node(document) or any(map(_is_node, _nodes(document)))


def _is_node(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    ids = (value.get("id"), value.get("__parentId"))
    return any(isinstance(one, str) and one.startswith("gid://shopify/") for one in ids) or (
        "displayFinancialStatus" in value and "totalPriceSet" in value
    )


def _nodes(document: Document) -> list[object]:
    """Return the first nodes of an answer of the API, wherever they stand in it."""
    found: list[object] = [document.get("node")]
    data = document.get("data")
    for holder in (document, data):
        if not isinstance(holder, Mapping):
            continue
        for name in ("orders", "abandonedCheckouts", "draftOrders"):
            found += _first_nodes(holder.get(name))
    if isinstance(data, Mapping):
        found += [data.get(name) for name in ("node", "order", "draftOrder")]
        listed = data.get("nodes")
        found += listed[:3] if isinstance(listed, list) else []
    return found


def _first_nodes(connection: object) -> list[object]:
    if not isinstance(connection, Mapping):
        return []
    edges, nodes = connection.get("edges"), connection.get("nodes")
    found = nodes[:3] if isinstance(nodes, list) else []
    for edge in edges[:3] if isinstance(edges, list) else ():
        found.append(edge.get("node") if isinstance(edge, Mapping) else None)
    return found


def is_beside_orders(document: Document) -> bool:
    """Return whether it is of Shopify's REST API and no order or checkout."""
    if is_order(document) or is_checkout(document) or is_draft(document):
        return False
    if is_refund(document) or is_graphql(document):
        return False
    alone = document.get("customer") if document.keys() == {"customer"} else document
    if not isinstance(alone, Mapping):
        return False
    is_product = {"variants", "vendor", "product_type"} <= alone.keys()
    is_customer = {"orders_count", "total_spent", "verified_email"} <= alone.keys()
    address = alone.get("admin_graphql_api_id")
    is_other = isinstance(address, str) and address.startswith("gid://shopify/")
    return is_product or is_customer or is_other

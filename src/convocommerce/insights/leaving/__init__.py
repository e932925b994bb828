"""Carts left behind: after which answers, and how long they stay open."""

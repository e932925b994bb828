"""How figures run over the weeks, and which of them are out of the ordinary."""

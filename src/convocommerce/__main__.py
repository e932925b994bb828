"""``python -m convocommerce``."""

from convocommerce.cli import main

main()

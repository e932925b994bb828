"""Meta ads."""

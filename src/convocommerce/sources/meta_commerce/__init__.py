"""Orders of Facebook and Instagram shops."""

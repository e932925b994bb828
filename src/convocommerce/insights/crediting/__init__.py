"""Who gets the credit for a sale, what it cost, and how much could be tied together."""

"""What channels are told: which of them, of what, in which form."""

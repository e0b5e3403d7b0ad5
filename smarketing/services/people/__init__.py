"""People, their passwords, and how they sign in."""

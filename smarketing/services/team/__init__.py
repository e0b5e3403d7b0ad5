"""How the sales team stands: who holds what, and how its promises of time are kept."""

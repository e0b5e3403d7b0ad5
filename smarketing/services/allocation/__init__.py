"""The cheapest mix of leads that brings what the goal asks of them."""

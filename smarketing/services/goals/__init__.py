"""From the goal of an agreement and the company's own history to targets with a confidence."""

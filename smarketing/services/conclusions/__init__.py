"""What follows from what is known of leads: segments, clocks, facts."""

"""What people see of single leads, and what they do about them."""

"""What attempts, hours and speed brought, in the company's own records."""

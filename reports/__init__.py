"""Pictures and mails drawn from plain data."""

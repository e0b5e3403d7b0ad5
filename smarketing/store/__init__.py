"""The database: tables, sessions, migrations, set-based SQL."""

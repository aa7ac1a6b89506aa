"""Where ledgers are kept: SQLite and files for one machine."""

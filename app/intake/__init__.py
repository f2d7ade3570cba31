"""Reading the tables that people upload: bytes in, rows or reasons out; nothing else happens."""

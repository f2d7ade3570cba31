"""The documents of a session: what goes to the chair, the notice board and the archive."""

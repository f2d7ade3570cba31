"""The second count: one file of the standard library, put into every recount bundle."""

"""The organiser's controls of one box: check, open, follow, close, certify, announce."""

"""The cards of a session: printed, handed out, voided as spare, reconciled; and its log."""

"""Open questionnaires: one public address for residents and service users, no card, no account.

The pages are those of the booth; a signed cookie with a random number stands in the place of the
card, so that one browser answers once.
"""

from app.web.questionnaire.views import questionnaire as blueprint

__all__ = ["blueprint"]

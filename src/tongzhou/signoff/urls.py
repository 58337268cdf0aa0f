"""Addresses of signoff."""

from django.urls import path

from . import pages

app_name = "signoff"
urlpatterns = [
    path("agreement/", pages.agreement, name="agreement"),
    path("rounds/<int:round_id>/", pages.card, name="round"),
    path("<int:signatory_id>/", pages.sign, name="sign"),
    path("<int:signatory_id>/passkey/", pages.passkey, name="passkey"),
]

"""The pages of check-in without network, and of the kiosk."""

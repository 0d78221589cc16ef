"""Pages of governance: for everybody, and for the office of the fund."""

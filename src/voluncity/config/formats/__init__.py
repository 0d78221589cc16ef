"""How this product writes numbers and dates, where Django's Chinese differs."""

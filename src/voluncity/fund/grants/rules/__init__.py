"""What is said and decided about funded projects, checked."""

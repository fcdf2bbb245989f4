"""What the database knows of itself: relations, system tables and views."""

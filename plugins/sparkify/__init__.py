"""The Sparkify pipeline's own operators, quality checks and settings for Apache Airflow."""

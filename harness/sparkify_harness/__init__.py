"""The local test harness: an object store and a Redshift substitute that stand in for AWS."""

"""What it costs: ratios against references measured in the same run."""

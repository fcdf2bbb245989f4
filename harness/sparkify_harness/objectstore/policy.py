"""What keys may do, as IAM policy documents."""

import json
from typing import Any

Policy = dict[str, Any]
"""A policy document.

AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

_VERSION = "2012-10-17"

EVERYTHING: Policy = {
    "Version": _VERSION,
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


def reader_policy(bucket: str) -> Policy:
    """List and read one bucket: what COPY needs.

    AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-access-permissions.html
    """
    return {
        "Version": _VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:ListBucket", "s3:GetBucketLocation"],
                "Resource": f"arn:aws:s3:::{bucket}",
            },
            {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{bucket}/*",
            },
        ],
    }


def as_json(policy: Policy) -> str:
    """The document as the APIs take it."""
    return json.dumps(policy)

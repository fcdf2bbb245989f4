#!/bin/sh
# As the official one: whatever is not minio is an argument of it.
[ "$1" = minio ] || set -- minio "$@"
exec "$@"

#!/bin/sh
# What the image of PostgreSQL runs when its data folder is empty.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -v lab_password="$(cat /run/secrets/lab_password)" \
    -v backup_password="$(cat /run/secrets/backup_password)" -f /roles.sql

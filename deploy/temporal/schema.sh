#!/bin/sh
# Brings Temporal's two databases to the version of this image. May run again at every start: setup-schema would write
# version 0.0 over a database that is in use, so it runs only where there is no schema yet.
set -eu

bring_up_to_date() {
  database=$1 folder=$2
  tool() { temporal-sql-tool --plugin postgres12 --endpoint postgres --port 5432 --user temporal --database "$database" "$@"; }
  if answer=$(tool update-schema --schema-dir "$folder" 2>&1); then
    echo "$database: up to date"
    return
  fi
  case "$answer" in
    *schema_version*"does not exist"*)
      tool setup-schema --version 0.0
      tool update-schema --schema-dir "$folder"
      ;;
    *)
      echo "$answer" >&2
      exit 1
      ;;
  esac
}

bring_up_to_date temporal /etc/temporal/schema/postgresql/v12/temporal/versioned
bring_up_to_date temporal_visibility /etc/temporal/schema/postgresql/v12/visibility/versioned

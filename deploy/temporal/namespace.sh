#!/bin/sh
# Makes the namespace once. Closed workflows are kept longer than a campaign's second wave takes to follow the first.
set -eu
until temporal operator cluster health >/dev/null 2>&1; do sleep 2; done
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 90d

# What the workflows set at their start (workflows/searchAttributes.ts); a server without them would refuse it.
for attribute in HubCampaign HubSchool; do
  temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE" | grep -qw "$attribute" ||
    temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$attribute" --type Keyword
done

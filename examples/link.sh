#!/bin/sh
# Links an account, then tries to do so without a customer of the partner.
API=https://dev.sbx.imprint.co
curl -sS "$API/v2/customers/$CUSTOMER/link" -H "Authorization: Bearer $IMPRINT_API_KEY" \
  --json '{ "partner_customer_id": "PARTNER_USER_456" }' | jq .
curl -sS "$API/v2/customers/$CUSTOMER/link" -H "Authorization: Bearer $IMPRINT_API_KEY" --json '{}'

#!/bin/sh
# How to use the API of the shop.
API=https://api.shop.example/v1
curl -s "$API/orders?status=OPEN&limit=10" -H "Authorization: Bearer $SHOP_TOKEN" | jq .

curl -sS -X POST "$API/orders" -H "Authorization: Bearer $SHOP_TOKEN" --json @- <<END
{ "sku": "$SKU", "quantity": 2 }
END
curl "$API/orders/{id}" -H "Authorization: Bearer $SHOP_TOKEN" -L
curl -X DELETE "$API/orders/7" -H "Authorization: Bearer $SHOP_TOKEN" -H 'X-Trace: a' -H 'X-Trace: b'
curl "$API/orders/7/files" -F note='a note' -F 'file=hello;filename=a.txt;type=text/plain' --oauth2-bearer "$SHOP_TOKEN"
curl "$API/login" -d user=ann -d remember=true
curl "$API/login" -d remember=yes
curl "$API/orders?stauts=OPEN" -k

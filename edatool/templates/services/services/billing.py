"""The billing system, older than the shop: it speaks SOAP, and nothing else.

python services/billing.py URL ORDER TOTAL, with the URL of edatool gateway: it tells that an invoice was sent.
"""

import sys

import httpx

CALL = """\
<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/">
  <Body>
    <invoice.sent xmlns="urn:shop:billing">
      <number>{number}</number>
      <order>{order}</order>
      <total>{total}</total>
    </invoice.sent>
  </Body>
</Envelope>
"""


def tell(url: str, number: str, order: str, total: str) -> None:
    """Tell the shop that an invoice was sent."""
    call = CALL.format(number=number, order=order, total=total)
    print(f"POST /soap/billing {call}", end="")
    answer = httpx.post(f"{url}/soap/billing", content=call, headers={"Content-Type": "text/xml; charset=utf-8"})
    print(f"  {answer.status_code} {answer.text}")


if __name__ == "__main__":
    tell(sys.argv[1], "0043", sys.argv[2], sys.argv[3])

"""What pages say of deliveries that do not post all."""

from pathlib import Path

from tests.site.sites import written

SPEC = """\
edatool: 1
name: shop
events: {order.placed: {exchange: amq.topic}}
queues: {partner: {dead_letter: {exchange: "", key: dead}}, dead: {}}
bindings: [{queue: partner, events: [order.placed]}]
filters: {big: {data.total: [{numeric: [">=", 100]}]}}
deliveries: {acme: {queue: partner, to: "https://acme.example", filter: big, schema: acme.json}}
"""


def test_the_filter_and_the_delivery_lead_to_each_other_and_the_field_to_both(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(SPEC)
    (tmp_path / "acme.json").write_text('{"type": "object"}')
    site = written(tmp_path / "routes.yaml", tmp_path / "site")
    delivery = (site / "deliveries/acme.html").read_text()
    assert "passes the filter" in delivery
    assert 'href="../filters/big.html"' in delivery
    assert "acme.json" in delivery
    assert 'href="../deliveries/acme.html"' in (site / "filters/big.html").read_text()
    assert 'href="deliveries/acme.html"' in (site / "filters.html").read_text()
    assert "filter big" in (site / "fields/total.html").read_text()

"""Patterns with ``semantics: eventbridge`` match as AWS documents it.

Sources: the Amazon EventBridge user guide (UG: "Event patterns", "Comparison operators for use in event patterns",
"Matching null values and empty strings") and the README of aws/event-ruler (R).
"""

import pytest

from edatool.filters.content import Content
from edatool.filters.matches import matches
from edatool.filters.parse import parse
from edatool.filters.pattern import Filter

STATE = {"c-count": 5, "d-count": 3, "x-limit": 301.8, "source-ip": "10.0.0.33", "state": "running", "tags": ["a", "b"]}
EMPLOYEES = {
    "employees": [
        {"firstName": "John", "lastName": "Doe"},
        {"firstName": "Anna", "lastName": "Smith"},
        {"firstName": "Peter", "lastName": "Jones"},
    ]
}
NESTED = {"employees": [EMPLOYEES["employees"][:2], EMPLOYEES["employees"][2:]]}
METRIC = {"source": "aws.cloudwatch", "namespace": "AWS/EC2", "metricType": "MetricType", "spaceId": 1000}

CASES = [
    # R "Simple matching": one of the values; arrays intersect.
    ({"state": ["initializing", "running"], "tags": ["b"]}, STATE, True),
    ({"state": ["initializing"]}, STATE, False),
    # R "Prefix", "Suffix", "Equals-ignore-case", "Wildcard".
    ({"time": [{"prefix": "2017-10-02"}]}, {"time": "2017-10-02T18:43:48Z"}, True),
    ({"source": [{"suffix": "ec2"}]}, {"source": "aws.ec2"}, True),
    ({"source": [{"equals-ignore-case": "EC2"}]}, {"source": "ec2"}, True),
    ({"source": [{"wildcard": "Simple*Service"}]}, {"source": "SimpleQueueService"}, True),
    ({"source": [{"wildcard": "Simple\\*Service"}]}, {"source": "Simple*Service"}, True),
    ({"source": [{"wildcard": "Simple\\*Service"}]}, {"source": "SimpleQueueService"}, False),
    # UG "Prefix matching while ignoring case", "Suffix matching while ignoring case".
    ({"service": [{"prefix": {"equals-ignore-case": "EventB"}}]}, {"service": "EVENTBRIDGE"}, True),
    ({"service": [{"suffix": {"equals-ignore-case": "tbridge"}}]}, {"service": "EVENTBRIDGE"}, True),
    # R "Anything-but matching"; UG: null is anything but a string.
    ({"state": [{"anything-but": "initializing"}]}, STATE, True),
    ({"x-limit": [{"anything-but": [100, 200, 300]}]}, STATE, True),
    ({"x-limit": [{"anything-but": [100, 301.8]}]}, STATE, False),
    ({"state": [{"anything-but": {"prefix": "run"}}]}, STATE, False),
    ({"state": [{"anything-but": {"suffix": "ing"}}]}, STATE, False),
    ({"state": [{"anything-but": {"equals-ignore-case": ["RUNNING", "STOPPED"]}}]}, STATE, False),
    ({"path": [{"anything-but": {"wildcard": "*/lib/*"}}]}, {"path": "/usr/bin"}, True),
    ({"state": [{"anything-but": ["x"]}]}, {"state": None}, True),
    ({"state": [{"anything-but": ["x"]}]}, {}, False),
    # event-ruler, pull request 188: numbers are compared as floating-point numbers of 64 bits.
    ({"c-count": [{"numeric": [">", 0, "<=", 5]}], "d-count": [{"numeric": ["<", 10]}]}, STATE, True),
    ({"x-limit": [{"numeric": ["=", 3.018e2]}]}, STATE, True),
    ({"x": [{"numeric": ["=", 0.1234561]}]}, {"x": 0.1234564}, False),
    ({"x": [{"numeric": ["=", 0.1234561]}]}, {"x": 0.1234561}, True),
    ({"x": [{"numeric": [">", 0]}]}, {"x": 5_000_000_001}, True),
    ({"x": [{"numeric": ["=", 9007199254740992]}]}, {"x": 9007199254740993}, True),
    ({"x": [{"numeric": [">", 0]}]}, {"x": 10**400}, False),
    ({"x": [300]}, {"x": 300.0}, True),
    ({"account": [123456789012]}, {"account": 123456789012}, True),
    # R "IP Address Matching".
    ({"source-ip": [{"cidr": "10.0.0.0/24"}]}, STATE, True),
    ({"source-ip": [{"cidr": "2001:db8::/32"}]}, {"source-ip": "2001:db8::7"}, True),
    ({"source-ip": [{"cidr": "10.0.0.77/24"}]}, STATE, True),
    ({"source-ip": ["::1"]}, {"source-ip": "0:0:0:0:0:0:0:1"}, True),
    ({"source-ip": ["::1"]}, {"source-ip": "::2"}, False),
    ({"state": [{"exactly": "running"}]}, STATE, True),
    ({"state": [{"exactly": "Running"}]}, STATE, False),
    # Ignoring case is by each character: ß is not ss.
    ({"name": [{"equals-ignore-case": "straße"}]}, {"name": "STRASSE"}, False),
    ({"name": [{"equals-ignore-case": "straße"}]}, {"name": "STRAßE"}, True),
    # event-ruler joins names with dots: one in the other and one with a dot are the same field.
    ({"a.b": [1]}, {"a": {"b": 1}}, True),
    ({"a": {"b": [1]}}, {"a.b": 1}, True),
    ({"a.b.c": [1]}, {"a.b": {"c": 1}}, True),
    ({"a.b": [1], "a.c": [2]}, {"a": {"b": 1}, "a.c": 2}, True),
    ({"a.b": [{"exists": False}]}, {"a.b": 1}, False),
    # R "Exists matching": only leaf nodes exist.
    ({"c-count": [{"exists": True}]}, STATE, True),
    ({"c-count": [{"exists": False}]}, {"state": "running"}, True),
    ({"c-count": [{"exists": False}]}, {"c-count": {"c1": 100}}, True),
    ({"c-count": [{"exists": True}]}, {"c-count": {"c1": 100}}, False),
    ({"c-count": [{"exists": True}]}, {"c-count": []}, False),
    ({"c-count": [{"exists": False}, "x"]}, {"c-count": "x"}, True),
    # UG "Matching null values and empty strings".
    ({"responseElements": [None]}, {"responseElements": None}, True),
    ({"responseElements": [None]}, {}, False),
    ({"eventVersion": [""]}, {"eventVersion": ""}, True),
    # R "JSON Array Matching": arrays are crushed out, and consistent.
    ({"employees": {"firstName": ["Anna"]}}, EMPLOYEES, True),
    ({"employees": {"firstName": ["Anna"]}}, NESTED, True),
    ({"employees": {"firstName": ["Anna"], "lastName": ["Jones"]}}, EMPLOYEES, False),
    ({"employees": {"firstName": ["Anna"], "lastName": ["Smith"]}}, NESTED, True),
    ({"employees.lastName": ["Jones"], "$or": [{"employees.firstName": ["Anna"]}, {"x": [1]}]}, EMPLOYEES, False),
    # R "Or": beside other fields, parallel, with an and inside, nested.
    (
        {"source": ["aws.cloudwatch"], "$or": [{"metricName": ["x"]}, {"namespace": ["AWS/EC2", "AWS/ES"]}]},
        METRIC,
        True,
    ),
    ({"source": ["aws.ec2"], "$or": [{"metricName": ["x"]}, {"namespace": ["AWS/EC2"]}]}, METRIC, False),
    ({"$or": [{"metricType": ["MetricType"], "namespace": ["x"]}, {"scope": ["Service"]}]}, METRIC, False),
    (
        {"$or": [{"metricName": ["x"]}, {"metricType": ["MetricType"], "$or": [{"a": [1]}, {"spaceId": [1000]}]}]},
        METRIC,
        True,
    ),
    # event-ruler puts the conditions of a branch into one map, so the later of two on one field counts.
    ({"source": ["aws.ec2"], "$or": [{"source": ["aws.cloudwatch"]}, {"x": [1]}]}, METRIC, True),
    # event-ruler checks absence against the array elements matched by fields before it in the alphabet.
    ({"items": {"a": [1], "note": [{"exists": False}]}}, {"items": [{"a": 1}, {"note": 2}]}, True),
    ({"items": {"sku": [1], "note": [{"exists": False}]}}, {"items": [{"sku": 1}, {"note": 2}]}, False),
]


def aws(pattern: object) -> object:
    return parse({"semantics": "eventbridge", "pattern": pattern}, (), lambda _: None)


@pytest.mark.parametrize(("pattern", "detail", "matching"), CASES)
def test_a_documented_pattern_matches_as_documented(pattern: object, detail: object, matching: bool) -> None:
    one = aws({"detail": pattern})
    assert isinstance(one, Filter), one
    assert matches(one, Content(detail)) == matching


def test_the_detail_type_is_the_event() -> None:
    one = aws({"detail-type": ["order.placed"]})
    assert isinstance(one, Filter)
    assert matches(one, Content({}, type="order.placed"))


@pytest.mark.parametrize(
    "pattern",
    [
        {"detail": {"a": "scalar"}},
        {"detail": {"a": []}},
        {"detail": {}},
        {"detail": {"a": [{"regex": "x"}]}},
        {"detail": {"a": [{"numeric": ["!=", 1]}]}},
        {"detail": {"a": [{"numeric": ["<", 10**400]}]}},
        {"detail": {"a": [{"numeric": [">", 5, "<", 5]}]}},
        {"detail": {"a": [{"numeric": [">=", 5, "<=", 5]}]}},
        {"detail": {"a": [{"numeric": ["<", 5, ">", 1]}]}},
        {"detail": {"a": [{"numeric": ["=", 5, "<", 6]}]}},
        {"detail": {"a": [{"anything-but": {"prefix": ""}}]}},
        {"detail": {"a": [{"anything-but": {"suffix": ["x", ""]}}]}},
        {"detail": {"a": [{"anything-but": {"prefix": {"equals-ignore-case": "x"}}}]}},
        {"detail": {"a": [{"cidr": "10.0.0.1"}]}},
        {"detail": {"a": [{"cidr": "10.0.0.1/32"}]}},
        {"detail": {"a": [{"cidr": "10.0.0.0/255.255.255.0"}]}},
        {"detail": {"a": [{"wildcard": "*a*a*a*a*a*a"}]}},
        {"detail": {"a": [{"wildcard": f"*/data/*.{end}"} for end in ("tif", "bif", "svs", "png")]}},
        {"detail": {"$or": [{"exactly": [1]}, {"a": [1]}]}},
        {"detail": {"a": [{"anything-but": ["x", 1]}]}},
        {"detail": {"a": [{"wildcard": "a**"}]}},
        {"detail": {"$or": [{"a": [1]}]}},
        {"detail": {"$or": [{"numeric": [1]}, {"a": [1]}]}},
        {"detail": {"$not": {"a": [1]}}},
        {"source": ["aws.ec2"]},
        {"detail": {f"f{n}": [{"exists": False}, 1] for n in range(11)}},
    ],
)
def test_what_eventbridge_refuses_is_a_finding(pattern: object) -> None:
    found = aws(pattern)
    assert isinstance(found, list)
    assert {one.code for one in found} == {"E291"}

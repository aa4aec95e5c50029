"""DynamoDB tables in memory, as far as the services use them: conditions, updates, transactions, late indexes."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

Item = dict[str, Any]
_TOKEN = re.compile(r"\s*(<>|<=|>=|[()=<>,+]|[#:]?[A-Za-z_][A-Za-z0-9_.\-]*)")


class Table:
    """One table with a two-part key. ``indexes``: name → (partition key, sort key)."""

    def __init__(self, indexes: Mapping[str, tuple[str, str]], later: Callable[[Callable[[], None]], None]) -> None:
        self.items: dict[tuple[str, str], Item] = {}
        self._of: dict[tuple[str, str], dict[tuple[str, str], Item]] = {}
        """What a query finds, by index and partition: an index shows a write late."""
        self._where: dict[tuple[str, tuple[str, str]], str] = {}
        self._indexes, self._later = indexes, later

    def get(self, key: Item) -> Item | None:
        return copy.copy(self.items.get(_key(key)))

    def put(self, item: Item) -> None:
        key = _key(item)
        self.items[key] = item
        self._show("", "pk", key)
        for index, (partition, _) in self._indexes.items():
            self._later(lambda index=index, partition=partition: self._show(index, partition, key))  # type: ignore[misc]

    def delete(self, key: Item) -> None:
        if self.items.pop(_key(key), None):
            self._show("", "pk", _key(key))

    def _show(self, index: str, partition: str, key: tuple[str, str]) -> None:
        was = self._where.pop((index, key), None)
        if was is not None:
            del self._of[(index, was)][key]
        item = self.items.get(key)
        if item is not None and partition in item:
            value = item[partition]["S"]
            self._where[(index, key)] = value
            self._of.setdefault((index, value), {})[key] = item

    def query(self, call: Mapping[str, Any]) -> dict[str, Any]:
        index = call.get("IndexName", "")
        names = self._indexes[index] if index else ("pk", "sk")
        matches = Expression(call["KeyConditionExpression"], call)
        there = self._of.get((index, matches.equal_to(names[0])), {})
        found = [one for one in there.values() if names[1] in one and matches.holds(one)]
        found.sort(key=lambda one: one[names[1]]["S"], reverse=not call.get("ScanIndexForward", True))
        return {"Items": [copy.copy(one) for one in found[: call.get("Limit")]], "Count": len(found)}


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


class Dynamo:
    """All tables, by name."""

    def __init__(self, later: Callable[[Callable[[], None]], None]) -> None:
        self.tables: dict[str, Table] = {}
        self._later = later

    def add(self, name: str, indexes: Mapping[str, tuple[str, str]]) -> None:
        self.tables[name] = Table(indexes, self._later)

    def do(self, operation: str, call: dict[str, Any]) -> dict[str, Any]:
        """Carry out one call; raises ClientError as DynamoDB does."""
        return getattr(self, f"_{operation}")(call)  # type: ignore[no-any-return]

    def _GetItem(self, call: dict[str, Any]) -> dict[str, Any]:
        found = self.tables[call["TableName"]].get(call["Key"])
        return {"Item": found} if found else {}

    def _BatchGetItem(self, call: dict[str, Any]) -> dict[str, Any]:
        answers = {
            name: [found for key in asked["Keys"] if (found := self.tables[name].get(key))]
            for name, asked in call["RequestItems"].items()
        }
        return {"Responses": answers, "UnprocessedKeys": {}}

    def _PutItem(self, call: dict[str, Any]) -> dict[str, Any]:
        table = self.tables[call["TableName"]]
        before = table.get(call["Item"])
        _demand(call, before, "PutItem")
        table.put(copy.copy(call["Item"]))
        return {"Attributes": before} if before and call.get("ReturnValues") == "ALL_OLD" else {}

    def _UpdateItem(self, call: dict[str, Any]) -> dict[str, Any]:
        table = self.tables[call["TableName"]]
        before = table.get(call["Key"])
        _demand(call, before, "UpdateItem")
        after = {**(before or {}), **call["Key"]}
        touched = _apply(call["UpdateExpression"], call, after)
        table.put(after)
        if call.get("ReturnValues") == "UPDATED_NEW":
            return {"Attributes": {name: after[name] for name in touched if name in after}}
        return {"Attributes": copy.copy(after)} if call.get("ReturnValues") == "ALL_NEW" else {}

    def _DeleteItem(self, call: dict[str, Any]) -> dict[str, Any]:
        table = self.tables[call["TableName"]]
        _demand(call, table.get(call["Key"]), "DeleteItem")
        table.delete(call["Key"])
        return {}

    def _TransactWriteItems(self, call: dict[str, Any]) -> dict[str, Any]:
        actions = [(kind, action) for one in call["TransactItems"] for kind, action in one.items()]
        for _, action in actions:
            if not _holds(action, self.tables[action["TableName"]].get(action.get("Item") or action["Key"])):
                raise refusal("TransactionCanceledException", "TransactWriteItems", 400)
        for kind, action in actions:
            getattr(self, f"_{kind}Item")(action)
        return {}

    def _Query(self, call: dict[str, Any]) -> dict[str, Any]:
        return self.tables[call["TableName"]].query(call)


def refusal(code: str, operation: str, status: int = 400) -> ClientError:
    """An error as botocore raises it."""
    error = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(error, operation)  # type: ignore[arg-type]


def _holds(call: Mapping[str, Any], item: Item | None) -> bool:
    condition = call.get("ConditionExpression")
    return not condition or Expression(condition, call).holds(item or {})


def _demand(call: Mapping[str, Any], item: Item | None, operation: str) -> None:
    if not _holds(call, item):
        raise refusal("ConditionalCheckFailedException", operation)


def _apply(expression: str, call: Mapping[str, Any], item: Item) -> list[str]:
    names, values = call.get("ExpressionAttributeNames", {}), call.get("ExpressionAttributeValues", {})
    touched = []
    for clause in re.split(r"\b(?=(?:SET|ADD|REMOVE)\b)", expression):
        verb, _, rest = clause.strip().partition(" ")
        for part in filter(None, (one.strip() for one in rest.split(","))):
            name, value = ([*re.split(r"\s*=\s*|\s+", part, maxsplit=1), ""])[:2]
            name = names.get(name, name)
            touched.append(name)
            if verb == "REMOVE":
                item.pop(name, None)
            elif verb == "ADD" and "SS" in values[value]:
                item[name] = {"SS": sorted({*item.get(name, {"SS": ()})["SS"], *values[value]["SS"]})}
            elif verb == "ADD":
                item[name] = {"N": str(float_or_int(item.get(name, {"N": "0"})) + float_or_int(values[value]))}
            else:
                item[name] = values[value]
    return touched


def float_or_int(value: Mapping[str, str]) -> float | int:
    """A DynamoDB number."""
    return float(value["N"]) if "." in value["N"] else int(value["N"])


class Expression:
    """A condition: comparisons, functions, AND, OR, NOT and brackets."""

    def __init__(self, text: str, call: Mapping[str, Any]) -> None:
        self._names = call.get("ExpressionAttributeNames", {})
        self._values = call.get("ExpressionAttributeValues", {})
        self._tokens = _TOKEN.findall(text)

    def equal_to(self, name: str) -> str:
        """The value that the condition demands of that attribute."""
        at = next(n for n, token in enumerate(self._tokens) if self._names.get(token, token) == name)
        return str(self._values[self._tokens[at + 2]]["S"])

    def holds(self, item: Item) -> bool:
        """Whether the item meets it."""
        tokens = iter([*self._tokens, ""])
        self._next = next(tokens)
        return self._either(item, tokens)

    def _take(self, tokens: Iterator[str]) -> str:
        taken, self._next = self._next, next(tokens, "")
        return taken

    def _either(self, item: Item, tokens: Iterator[str]) -> bool:
        held = self._both(item, tokens)
        while self._next == "OR":
            self._take(tokens)
            held = self._both(item, tokens) or held
        return held

    def _both(self, item: Item, tokens: Iterator[str]) -> bool:
        held = self._one(item, tokens)
        while self._next == "AND":
            self._take(tokens)
            held = self._one(item, tokens) and held
        return held

    def _one(self, item: Item, tokens: Iterator[str]) -> bool:
        token = self._take(tokens)
        if token == "NOT":
            return not self._one(item, tokens)
        if token == "(":
            held = self._either(item, tokens)
            self._take(tokens)
            return held
        if self._next == "(" and token == "size":
            return self._size(item, tokens)
        if self._next == "(":
            return self._function(token, item, tokens)
        sign, other = self._take(tokens), self._value(self._take(tokens), item)
        return _compare(self._value(token, item), sign, other)

    def _function(self, name: str, item: Item, tokens: Iterator[str]) -> bool:
        self._take(tokens)
        first = self._take(tokens)
        if name in ("attribute_exists", "attribute_not_exists"):
            self._take(tokens)
            return (self._names.get(first, first) in item) == (name == "attribute_exists")
        self._take(tokens)
        other, value = self._value(self._take(tokens), item), self._value(first, item)
        self._take(tokens)
        if name == "contains":
            return value is not None and other["S"] in value["SS"]
        assert name == "begins_with", name
        return value is not None and str(value["S"]).startswith(other["S"])

    def _size(self, item: Item, tokens: Iterator[str]) -> bool:
        self._take(tokens)
        value = self._value(self._take(tokens), item)
        self._take(tokens)
        sign, other = self._take(tokens), self._value(self._take(tokens), item)
        return value is not None and _compare({"N": str(len(value["SS"]))}, sign, other)

    def _value(self, token: str, item: Item) -> Any:
        return self._values[token] if token.startswith(":") else item.get(self._names.get(token, token))


def _compare(one: Any, sign: str, other: Any) -> bool:
    if one is None or other is None:
        return False
    (kind, a), (_, b) = next(iter(one.items())), next(iter(other.items()))
    if kind == "N":
        a, b = float_or_int(one), float_or_int(other)
    return bool({"=": a == b, "<>": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign])

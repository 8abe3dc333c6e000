"""An answer in the shape that a JSON schema asks for, out of sentences."""

import re
from typing import Any

from tests.emulators.assemblyai.gateway.reading import Sentence

_PATIENTS = re.compile(
    r"subjective|history|complaint|hpi|symptom|allerg|medication|social|family|reason", re.IGNORECASE
)
_CLINICIANS = re.compile(r"objective|exam|assess|diagnos|plan|follow|impression|order|advice|instruct", re.IGNORECASE)
_NUMBER = re.compile(r"utterance|number|turn|source|evidence|ref|cit|(^|_)ids?$", re.IGNORECASE)
_MOST = 6


def shaped(schema: dict[str, Any], sentences: list[Sentence]) -> Any:
    """A value that fits the schema, with a sentence wherever it wants one."""
    return _Shape(schema, sentences).fill(schema, (), None)


class _Shape:
    def __init__(self, root: dict[str, Any], sentences: list[Sentence]) -> None:
        self._root, self._sentences = root, sentences

    def fill(self, schema: dict[str, Any], path: tuple[str, ...], sentence: Sentence | None) -> Any:
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return _choice(schema["enum"], sentence)
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            return self._object(schema, path, sentence)
        if kind == "array":
            return self._array(schema, path, sentence)
        return self._scalar(kind, path, sentence)

    def _object(self, schema: dict[str, Any], path: tuple[str, ...], sentence: Sentence | None) -> dict[str, Any]:
        if sentence is None and self._holds_evidence(schema):
            sentence = next(iter(self._about(path)), None)
        properties: dict[str, Any] = schema.get("properties", {})
        return {name: self.fill(part, (*path, name), sentence) for name, part in properties.items()}

    def _array(self, schema: dict[str, Any], path: tuple[str, ...], sentence: Sentence | None) -> list[Any]:
        items = self._resolved(schema.get("items", {}))
        if sentence is not None:
            return [self.fill(items, path, sentence)]
        if items.get("type") == "object" and not self._holds_evidence(items):
            # A list of sections: one each of those that the schema names.
            names = next((part["enum"] for part in items.get("properties", {}).values() if "enum" in part), [None])
            return [self._section(items, path, name) for name in names]
        return [self.fill(items, path, each) for each in self._about(path)[: schema.get("maxItems", _MOST)]]

    def _section(self, items: dict[str, Any], path: tuple[str, ...], name: str | None) -> Any:
        filled = self.fill(items, (*path, name or ""), None)
        for key, part in items.get("properties", {}).items():
            if name is not None and name in part.get("enum", ()):
                filled[key] = name
        return filled

    def _scalar(self, kind: Any, path: tuple[str, ...], sentence: Sentence | None) -> Any:
        name = path[-1] if path else ""
        if kind == "boolean":
            return False
        if kind in ("integer", "number"):
            is_number = sentence is not None and isinstance(sentence.number, int) and _NUMBER.search(name)
            return sentence.number if is_number and sentence else 0
        if kind == "null":
            return None
        if sentence is None:
            return " ".join(each.text for each in self._about(path))
        if re.search("quote", name, re.IGNORECASE):
            return sentence.quote
        return str(sentence.number) if _NUMBER.search(name) else sentence.text

    def _about(self, path: tuple[str, ...]) -> list[Sentence]:
        """The sentences that belong under these names: the patient's, the clinician's, or anybody's."""
        for name in reversed(path):
            for pattern, clinicians in ((_PATIENTS, False), (_CLINICIANS, True)):
                if pattern.search(name):
                    fitting = [each for each in self._sentences if each.is_clinicians == clinicians]
                    return fitting or self._sentences
        return self._sentences

    def _holds_evidence(self, schema: dict[str, Any]) -> bool:
        """Whether an object is a sentence with what it rests on."""
        properties = {name: self._resolved(part) for name, part in schema.get("properties", {}).items()}
        has_text = any(part.get("type") == "string" for part in properties.values())
        return has_text and any(_NUMBER.search(name) or re.search("quote", name, re.IGNORECASE) for name in properties)

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while True:
            if "$ref" in schema:
                found: Any = self._root
                for step in schema["$ref"].removeprefix("#/").split("/"):
                    found = found[step]
                schema = found
            elif alternatives := schema.get("anyOf") or schema.get("oneOf"):
                schema = next(each for each in alternatives if each.get("type") != "null")
            elif isinstance(schema.get("type"), list):
                schema = {**schema, "type": next(each for each in schema["type"] if each != "null")}
            else:
                return schema


def _choice(values: list[Any], sentence: Sentence | None) -> Any:
    wanted = _CLINICIANS if sentence is not None and sentence.is_clinicians else _PATIENTS
    fitting = [value for value in values if isinstance(value, str) and wanted.search(value)]
    return (fitting or values)[0]

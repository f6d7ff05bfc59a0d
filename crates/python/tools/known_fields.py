"""Writes src/schema/api.txt: the fields of the Kubernetes API that the conversion knows.

    python tools/known_fields.py FOLDER... > src/schema/api.txt

Each FOLDER holds one version of the official client, as `pip install --no-deps --target FOLDER kubernetes==VERSION` leaves it. Several versions
are merged, because each knows other API versions and spells some names in its own way (`host_i_ps`, then `host_ips`).
"""

import ast
import keyword
import re
import sys
from pathlib import Path

ROOTS = [
    "Pod", "Node", "Workload", "PodGroup", "CompositePodGroup", "Namespace", "PersistentVolume", "PersistentVolumeClaim",
    "StorageClass", "CSINode", "CSIDriver", "VolumeAttachment", "CSIStorageCapacity", "PriorityClass", "CoreResourceClaim", "ResourceResourceClaim",
    "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice", "DeviceClass", "PodDisruptionBudget", "PodTemplate", "LimitRange",
    "ResourceQuota", "RuntimeClass",
]  # fmt: skip
# Of these groups every version is read; of the others only v1.
ALL_VERSIONS = re.compile(r"V1(alpha|beta)\d+(Composite|Workload|PodGroup|Gang|Basic|Typed|Topology|DisruptionMode|Scheduling)")


def short(model: str) -> str | None:
    """`V1PodSpec` is `PodSpec`, `CoreV1ResourceClaim` is `CoreResourceClaim`; None for a version that is not read."""
    if re.search(r"V\d(alpha|beta)\d", model) and not ALL_VERSIONS.match(model):
        return None
    return re.sub(r"V\d+((alpha|beta)\d+)?(?=[A-Z])", "", model, count=1)


def shape(openapi: str) -> str:
    """How a value of this type is read: `-` as it comes, `{}` a map, `T`, `[T]`, `{T}`."""
    inner = re.fullmatch(r"(?i:(list|dict))[\[(](?:str, ?)?(.*)[\])]", openapi)
    if inner:
        element = shape(inner[2])
        opening, closing = ("[", "]") if inner[1].lower() == "list" else ("{", "}")
        if element.isidentifier():
            return opening + element + closing
        return "-" if opening == "[" else "{}"
    if re.match(r"(\w*V\d)", openapi):
        return short(openapi) or "-"
    return "-"


def literal(node: ast.ClassDef, name: str) -> dict[str, str]:
    for statement in node.body:
        target = getattr(statement, "target", None) or getattr(statement, "targets", [None])[0]
        if isinstance(target, ast.Name) and target.id == name and isinstance(statement.value, ast.Dict):
            return ast.literal_eval(statement.value)
    return {}


def main() -> None:
    types: dict[str, dict[str, tuple[set[str], set[str]]]] = {}
    for folder in sys.argv[1:]:
        for file in sorted((Path(folder) / "kubernetes/client/models").glob("*.py")):
            for node in ast.parse(file.read_text()).body:
                if not isinstance(node, ast.ClassDef) or (name := short(node.name)) is None:
                    continue
                fields = types.setdefault(name, {})
                names = literal(node, "attribute_map")
                for attribute, openapi in literal(node, "openapi_types").items():
                    json = names[attribute]
                    spellings, shapes = fields.setdefault(json, (set(), set()))
                    spellings.add(attribute)
                    if keyword.iskeyword(json):
                        spellings.add(f"{json}_")
                    shapes.add(shape(openapi))
    reached: list[str] = []
    pending = [root for root in ROOTS if root in types]
    while pending:
        name = pending.pop()
        if name not in reached and name in types:
            reached.append(name)
            for _, shapes in types[name].values():
                pending += [inner for s in shapes if (inner := s.strip("[]{}")).isidentifier()]
    print("# The fields of the Kubernetes API: name, other spellings, what is inside. Made by tools/known_fields.py.")
    for name in sorted(reached):
        lines = []
        for json, (spellings, shapes) in sorted(types[name].items()):
            shapes.discard("-")
            # Older versions have no prefix for the group, newer ones do.
            if shapes == {"[ResourceClaim]", "[CoreResourceClaim]"}:
                shapes = {"[CoreResourceClaim]"}
            if len(shapes) > 1:
                sys.exit(f"{name}.{json} is read in several ways: {shapes}")
            others = ",".join(sorted(spellings - {json})) or "-"
            inside = shapes.pop() if shapes else "-"
            if (others, inside) != ("-", "-"):
                lines.append(f"  {json} {others} {inside}")
        if lines:
            print(name, *lines, sep="\n")


main()

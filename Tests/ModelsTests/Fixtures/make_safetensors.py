"""Makes safetensors/python.safetensors with the reference implementation: every readable type, empty and scalar shapes, metadata.

Run: python make_safetensors.py (torch and safetensors). The values are those that SafetensorsTests.swift expects.
"""

import pathlib
import struct

import torch
from safetensors import safe_open
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent / "safetensors"
HERE.mkdir(exist_ok=True)

values = torch.tensor([0.0, -0.0, 1.0, -2.5, 3.14159265, 65504.0, 6.0e-8, 1e-30, float("inf"), float("nan")])
save_file(
    {
        "f32": values.reshape(2, 5),
        "f16": values.half().reshape(5, 2),
        "bf16": values.bfloat16(),
        "i64": torch.arange(4),
        "scalar": torch.tensor(4.6052),
        "empty": torch.zeros(0, 3),
        "name.with \"quotes\" and ünïcode": torch.ones(1, 1, 3),
    },
    HERE / "python.safetensors",
    metadata={"format": "pt", "note": "line one\nline \"two\" \\ ü 🙂"},
)

# What the writer of the project must produce, byte for byte: tensors in the order given, metadata by name, header
# padded to 8.
ours = HERE / "ours.safetensors"
header = (
    '{"__metadata__":{"a":"1","b":"tab\\there"},'
    '"z.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},'
    '"a\\"b\\\\ü":{"dtype":"F32","shape":[1],"data_offsets":[24,28]},'
    '"empty":{"dtype":"F32","shape":[0,4],"data_offsets":[28,28]},'
    '"scalar":{"dtype":"F32","shape":[],"data_offsets":[28,32]}}'
).encode()
header += b" " * (-len(header) % 8)
data = struct.pack("<8f", 1, 2, 3, 4, 5, 6.5, -0.125, 7)
ours.write_bytes(struct.pack("<Q", len(header)) + header + data)
with safe_open(ours, "pt") as file:
    assert file.metadata() == {"a": "1", "b": "tab\there"}, file.metadata()
    assert set(file.keys()) == {"z.weight", "a\"b\\ü", "empty", "scalar"}, file.keys()
    assert file.get_tensor("z.weight").tolist() == [[1, 2, 3], [4, 5, 6.5]]
    assert file.get_tensor("a\"b\\ü").tolist() == [-0.125] and file.get_tensor("scalar").item() == 7
    assert file.get_tensor("empty").shape == (0, 4)

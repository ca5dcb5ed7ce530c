"""Layers from files and foreign arrays: what was written comes back; damaged files get one line."""

import json
import struct
from itertools import product

import numpy as np
import pytest
from click.testing import CliRunner
from gmpy2 import mpq

from polygeo import relu
from polygeo.errors import DomainError
from polygeo.relu.files.reading import read_layer
from polygeo.report.cli import cli

RNG = np.random.default_rng(1)
W1 = RNG.normal(size=(6, 3)).astype(np.float32)
B1 = RNG.normal(size=6).astype(np.float32)
W2 = RNG.integers(-3, 4, (4, 6)).astype(np.int8)

KINDS = {"<f8": "F64", "<f4": "F32", "<f2": "F16", "|i1": "I8", "<i4": "I32", "<i8": "I64"}


def exactly(array):
    return tuple(tuple(mpq(*float(c).as_integer_ratio()) for c in row) for row in array)


def safetensors(tensors, change=None, tail=b"", length=None):
    """The bytes of a file; ``change(header)`` spoils its header."""
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, array in tensors.items():
        kind = "BF16" if array.dtype == np.uint16 else KINDS[array.dtype.str]
        raw = array.tobytes()
        header[name] = {
            "dtype": kind,
            "shape": list(array.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    if change is not None:
        change(header)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data + tail


TENSORS = {"fc1.weight": W1, "fc1.bias": B1, "fc2.weight": W2, "conv.weight": np.ones((2, 1, 3, 3))}


def test_safetensors(tmp_path):
    path = tmp_path / "net.safetensors"
    half = np.array([[1.5, -2.0]], np.float16)
    brain = np.array([[0x3FC0, 0xC000]], np.uint16)  # 1.5 and -2 as bfloat16
    path.write_bytes(safetensors({**TENSORS, "half": half, "brain": brain}))
    layers = relu.read_layers(path)
    assert [layer.name for layer in layers] == ["fc1.weight", "fc2.weight", "half", "brain"]
    assert layers[0].weights.entries == exactly(W1)
    assert layers[0].bias == exactly([B1])[0]
    assert layers[1].weights.entries == exactly(W2)
    assert layers[1].bias is None
    assert layers[2].weights.entries == layers[3].weights.entries == exactly([[1.5, -2.0]])
    assert repr(read_layer(path, "fc1")) == "Layer(fc1.weight, 6 x 3, bias)"
    with pytest.raises(DomainError, match=r"no layer 'fc3'; it has fc1.weight, fc2.weight"):
        read_layer(path, "fc3")
    with pytest.raises(DomainError, match="several layers"):
        read_layer(path)


def change_of(name, **fields):
    return lambda header: header[name].update(fields)


SPOILED = {
    "empty": b"",
    "short": b"\x01\x00",
    "huge header": safetensors(TENSORS, length=1 << 62),
    "no header": safetensors(TENSORS, length=0),
    "header cut": safetensors(TENSORS, length=40),
    "truncated": safetensors(TENSORS)[:-1],
    "longer": safetensors(TENSORS, tail=b"x"),
    "overlap": safetensors(TENSORS, change_of("fc1.bias", data_offsets=[0, 24])),
    "gap": safetensors({"a": W1}, change_of("a", data_offsets=[4, 76]), tail=b"1234"),
    "beyond": safetensors(TENSORS, change_of("fc1.bias", data_offsets=[10**6, 10**6 + 24])),
    "negative": safetensors(TENSORS, change_of("fc1.bias", data_offsets=[-24, 0])),
    "shape": safetensors(TENSORS, change_of("fc1.weight", shape=[3, 5])),
    "shape of text": safetensors(TENSORS, change_of("fc1.weight", shape="3")),
    "large shape": safetensors(TENSORS, change_of("fc1.weight", shape=[1 << 40, 1 << 40])),
    "type": safetensors(TENSORS, change_of("fc1.weight", dtype="F8_E4M3")),
    "type of list": safetensors(TENSORS, change_of("fc1.weight", dtype=["F32"])),
    "list": struct.pack("<Q", 2) + b"[]",
    "twice": struct.pack("<Q", 17) + b'{"a": 1, "a": 2} ',
    "deep": struct.pack("<Q", 40_000) + b"[" * 40_000,
    "no text": struct.pack("<Q", 4) + b"\xff\xfe{}",
    "entry": struct.pack("<Q", 9) + b'{"a": 1} ',
    "not finite": safetensors({"a": np.full((2, 2), np.nan)}),
    "no matrix": safetensors({"a": B1}),
}


@pytest.mark.parametrize("what", SPOILED)
def test_damaged_safetensors(tmp_path, what):
    path = tmp_path / "bad.safetensors"
    path.write_bytes(SPOILED[what])
    with pytest.raises(DomainError) as caught:
        relu.read_layers(path)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 300
    if what == "no matrix":
        assert "two dimensions" in message
    elif what in ("beyond", "truncated", "gap", "overlap"):
        assert "damaged" in message


def test_archives_and_matrices(tmp_path):
    np.savez(tmp_path / "net.npz", W1=W1, b1=B1, W2=W2)
    first, second = relu.read_layers(tmp_path / "net.npz")
    assert first.weights.entries == exactly(W1)
    assert first.bias == exactly([B1])[0]
    assert second.bias is None
    np.save(tmp_path / "W.npy", W1)
    (tmp_path / "W.csv").write_text("0.1,2\n-1,1/3\n")
    assert relu.read_layers(tmp_path / "W.npy")[0].weights.entries == exactly(W1)
    (layer,) = relu.read_layers(tmp_path / "W.csv")
    assert layer.name == "W"
    assert layer.weights.entries[0] == (mpq(1, 10), 2)
    np.savez(tmp_path / "pickled.npz", a=np.array([[object()]], dtype=object))
    (tmp_path / "bad.npz").write_bytes((tmp_path / "net.npz").read_bytes()[:-30])
    (tmp_path / "text.npz").write_text("1,2")
    (tmp_path / "net.pt").write_bytes(b"\x80\x02.")
    for name in ("pickled.npz", "bad.npz", "text.npz", "net.pt", "missing.npz", "missing.csv"):
        with pytest.raises(DomainError) as caught:
            relu.read_layers(tmp_path / name)
        assert "\n" not in str(caught.value)
    with pytest.raises(DomainError, match="pickle"):
        relu.read_layers(tmp_path / "net.pt")


class Tensor:
    """An array of another library."""

    def __init__(self, data):
        self.data = data

    def __array__(self, dtype=None, copy=None):
        return np.array(self.data, dtype)


class Broken:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("on another device\nand so on")


def test_mappings_and_foreign_arrays():
    layers = relu.read_layers({"a.weight": Tensor(W1), "a.bias": Tensor(B1), "steps": 3})
    assert layers[0].weights.entries == exactly(W1)
    assert layers[0].bias == exactly([B1])[0]
    assert not relu.is_injective(Tensor(W1[:4]))
    with pytest.raises(DomainError, match="no array of numbers: on another device"):
        relu.read_layers(Broken())
    assert relu.read_layers(Tensor(W2))[0].weights.entries == exactly(W2)
    wrong = (
        {},
        {1: W1},
        {"a": B1},
        {"w": W1, "b": B1[:5]},
        Broken(),
        {"a": Broken()},
        3,
        None,
        {"k": np.ones((2, 2, 3, 3))},
    )
    for source in wrong:
        with pytest.raises(DomainError) as caught:
            relu.read_layers(source)
        assert "\n" not in str(caught.value)


def test_a_file_is_decided_with_its_own_bias(tmp_path):
    path = tmp_path / "net.npz"
    np.savez(path, **{"fc.weight": np.eye(2), "fc.bias": np.ones(2)})
    layer = read_layer(path, "fc")
    assert relu.is_injective(layer.weights, layer.bias, (-1, 1))
    assert not relu.is_injective(layer.weights, None, (-1, 1))


# --- commands


def command(*words):
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_commands(tmp_path):
    net, data, W = tmp_path / "net.npz", tmp_path / "X.csv", tmp_path / "W.npy"
    arrays = {"fc1.weight": np.vstack([np.eye(2), -np.eye(2)]), "fc1.bias": np.ones(4)}
    np.savez(net, **arrays, **{"fc2.weight": np.eye(4)[:2]})
    data.write_text("3,3\n0,0\n")
    np.save(W, arrays["fc1.weight"])
    for layer, options, answer in (
        ("fc1", (), "injective"),
        ("fc1.weight", ("--box", -1, 1), "injective"),
        ("fc2", ("--nonnegative",), "not injective"),
    ):
        certificate = tmp_path / "proof.json"
        words = (net, "--layer", layer, *options)
        result = command("injective", *words, "--certificate", certificate)
        assert result.output.splitlines()[0] == answer
        assert command("verify", certificate, *words).output.startswith("verified")
    wrong = command("injective", net, "--layer", "fc3")
    assert wrong.exit_code == 2
    assert "fc1.weight, fc2.weight" in wrong.stderr
    assert command("injective", net).exit_code == 2
    assert command("injective", W).output.startswith("injective")
    table = command("network", net, "--box", 0, 1, "--data", data, "--format", "csv").output
    first, second = table.splitlines()[1:3]
    assert first.startswith("fc1.weight,4 x 2,2,a box,injective,proved,")
    assert "2 of 2" in first
    assert second.startswith("fc2.weight,2 x 4,0.5,nonnegative,not injective,fewer")
    text = command("network", net).output
    assert "m/n < 4.000" in text
    assert "m/n < 3.000" in text
    assert command("network", net, "--data", W).exit_code == 0
    assert command("network", W, "--data", net).exit_code == 2


# --- convolutions


@pytest.mark.parametrize("seed", range(6))
def test_convolution_by_its_definition(seed):
    rng = np.random.default_rng(seed)
    o, c, d = *rng.integers(1, 4, 2), 1 + seed % 3
    sizes, lengths = rng.integers(1, 4, d), rng.integers(3, 6, d)
    steps, pads = rng.integers(1, 3, d).tolist(), rng.integers(0, 3, (d, 2)).tolist()
    kernel, image = rng.integers(-4, 5, (o, c, *sizes)), rng.integers(-4, 5, (c, *lengths))
    W = relu.convolution_matrix(kernel, image.shape, steps, pads)
    padded = np.pad(image, [(0, 0), *pads])
    places = product(*(range(0, padded.shape[a + 1] - sizes[a] + 1, steps[a]) for a in range(d)))
    places = list(places)
    expected = [
        (
            kernel[out]
            * padded[(slice(None), *(slice(p, p + s) for p, s in zip(place, sizes, strict=True)))]
        ).sum()
        for out in range(o)
        for place in places
    ]
    flat = image.ravel().tolist()
    assert [sum(a * x for a, x in zip(row, flat, strict=True)) for row in W.entries] == expected
    assert (
        W.entries == relu.convolution_matrix(kernel.astype(float), image.shape, steps, pads).entries
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ([[1, 2]], (2, 2, 2)), ([[1, 2]], (1, 1)), (np.ones((2, 3, 1, 1)), (2, 4, 4)),
        ([[1]], (2, 2), 0), ([[1]], (2, 2), 1, -1), ([[1]], (2, 2), [1, 1, 1]),
        ([[1]], (2, 0)), (None, (2, 2)), ([["x"]], (2, 2)), ([[1], [1, 2]], (2, 2)),
        ([[float("nan")]], (2, 2)), ([[1]], (3000, 3000)), ([[1]], "22"), ([[1]], (2, 2), 1, 10**9),
    ],
)  # fmt: skip
def test_convolutions_that_do_not_fit(arguments):
    with pytest.raises(DomainError):
        relu.convolution_matrix(*arguments)


# --- ONNX


def model(nodes, weights, shape=(1, 3)):
    helper = pytest.importorskip("onnx").helper
    from onnx import TensorProto, numpy_helper

    graph = helper.make_graph(
        [helper.make_node(kind, inputs, outputs, **more) for kind, inputs, outputs, more in nodes],
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(nodes[-1][2][0], TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    return helper.make_model(graph).SerializeToString()


def test_onnx_chain(tmp_path):
    V = RNG.normal(size=(6, 4)).astype(np.float32)
    nodes = [
        ("Gemm", ["x", "W", "b"], ["h"], {"transB": 1, "name": "fc1"}),
        ("Relu", ["h"], ["r"], {}),
        ("MatMul", ["r", "V"], ["s"], {"name": "fc2"}),
        ("Add", ["s", "c"], ["y"], {}),
    ]
    data = model(nodes, {"W": W1, "b": B1, "V": V, "c": B1[:4]})
    (tmp_path / "net.onnx").write_bytes(data)
    first, second = relu.read_layers(tmp_path / "net.onnx")
    assert (first.name, first.relu, second.name, second.relu) == ("fc1", True, "fc2", False)
    assert first.weights.entries == exactly(W1)
    assert first.bias == exactly([B1])[0]
    assert second.weights.entries == exactly(V.T)
    assert second.bias == exactly([B1[:4]])[0]
    for spoiled in (data[:-9], b"", b"no", data[:50]):
        (tmp_path / "bad.onnx").write_bytes(spoiled)
        with pytest.raises(DomainError):
            relu.read_layers(tmp_path / "bad.onnx")


def test_onnx_convolution(tmp_path):
    kernel = RNG.integers(-2, 3, (2, 1, 2, 2)).astype(np.float32)
    V = RNG.integers(-2, 3, (3, 8)).astype(np.float32)
    nodes = [
        ("Conv", ["x", "K", "b"], ["h"], {"strides": [1, 1], "pads": [0, 0, 0, 0], "name": "conv"}),
        ("Relu", ["h"], ["r"], {}),
        ("Flatten", ["r"], ["f"], {}),
        ("Gemm", ["f", "V"], ["y"], {"transB": 1, "name": "fc"}),
        ("Relu", ["y"], ["z"], {}),
    ]
    weights = {"K": kernel, "b": np.array([0.5, -1], np.float32), "V": V}
    (tmp_path / "net.onnx").write_bytes(model(nodes, weights, (1, 1, 3, 3)))
    conv, fc = relu.read_layers(tmp_path / "net.onnx")
    assert conv.weights.entries == relu.convolution_matrix(kernel, (1, 3, 3)).entries
    assert conv.bias == (mpq(1, 2),) * 4 + (mpq(-1),) * 4
    assert fc.relu
    assert fc.weights.shape == (3, 8)


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([("Sigmoid", ["x"], ["y"], {"name": "s"})], "Sigmoid node s is not supported"),
        ([("Gemm", ["x", "W"], ["y"], {"transB": 1, "alpha": 0.5})], "alpha = beta = 1"),
        ([("Relu", ["x"], ["y"], {})], "before the first weights"),
        ([("MatMul", ["x", "W"], ["y"], {})], "needs 6 inputs; got 3"),
        ([("Gemm", ["x", "W"], ["h"], {"transB": 1}), ("Add", ["h", "x"], ["y"], {})], "no chain"),
    ],
)
def test_onnx_refusals(tmp_path, nodes, message):
    (tmp_path / "net.onnx").write_bytes(model(nodes, {"W": W1}))
    with pytest.raises(DomainError, match=message):
        relu.read_layers(tmp_path / "net.onnx")

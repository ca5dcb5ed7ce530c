"""Train the small network of the tutorial on the handwritten digits of scikit-learn, once.

Run with scikit-learn installed (it is no dependency of polygeo); writes digits.safetensors and
digits.csv beside this file: ``python docs/tutorials/data/train_digits.py``. Another version of
scikit-learn gives other weights, with which the numbers on the page would change.

The 8 x 8 images are averaged to 2 x 4, 8 inputs in [0, 1]; one hidden layer of 64 ReLUs, one of
40, 10 outputs. The numbers are stored as float32.
"""

import json
import struct
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

HERE = Path(__file__).parent
HIDDEN = (64, 40)
SHOWN = 60
"""Test images in digits.csv."""


def main():
    images, labels = load_digits(return_X_y=True)
    small = images.reshape(-1, 2, 4, 4, 2).mean(axis=(2, 4)).reshape(-1, 8) / 16
    train, test, known, asked = train_test_split(small, labels, random_state=0)
    network = MLPClassifier(HIDDEN, alpha=1e-3, max_iter=400, random_state=0).fit(train, known)
    print(f"test accuracy {network.score(test, asked):.4f}")
    tensors = {}
    for k, (W, b) in enumerate(zip(network.coefs_, network.intercepts_, strict=True), 1):
        tensors[f"fc{k}.weight"] = W.T.astype("<f4")  # outputs x inputs
        tensors[f"fc{k}.bias"] = b.astype("<f4")
    write(HERE / "digits.safetensors", tensors)
    np.savetxt(HERE / "digits.csv", test[:SHOWN], delimiter=",", fmt="%.6g")


def write(path, tensors):
    """A .safetensors file: the header in JSON, then the numbers."""
    header, data = {}, b""
    for name, array in tensors.items():
        raw = np.ascontiguousarray(array).tobytes()
        ends = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": ends}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


main()

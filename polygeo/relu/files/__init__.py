"""Layers from files of weights and from the objects of other libraries; no pickle is opened.

The modules:

    layer           one layer with its name and biases
    reading         the layers of a file, of a mapping of arrays, or of one array: `read_layers`
    safetensors     tensors of a .safetensors file
    graph           the chain of layers in an ONNX model
    convolution     a convolution as a matrix: `convolution_matrix`
"""

__all__: list[str] = []

"""The probability p that a Gaussian layer is injective, by simulation.

The modules:

    gaussian_layer       p, exact or simulated
    simulation           p by simulation, plain or by the Karp-Luby identity
    runs                 runs of blocks of layers, and the runs that are refused as too long
    draws                one block of simulated layers
    first_vertices       vertices of arrangements, compiled for long runs only
    many_vertices        vertices of many arrangements on NumPy arrays
    vertices             vertices of an arrangement, compiled
    exact_vertices       vertices of an arrangement in exact arithmetic
    cone_simulation      p by simulation, for inputs in a cone and with biases
    cone_characteristic  the Euler characteristic of the bad directions in a cone
    cone_vertices        vertices of an arrangement inside a cone, compiled
"""

__all__: list[str] = []

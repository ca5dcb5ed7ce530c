"""Weights of ordered means by one-dimensional integrals: chains, umbrellas and simple trees."""

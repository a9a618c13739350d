"""Writes the second moments under src/test/resources/npz as the reference does (numpy.savez): the sum in fp32, and the count.

Run in the repository's root with NumPy. The numbers follow from a linear congruence, which PublishedMomentsTest repeats.
"""

import numpy

WIDTH = 128
TOKENS = 300


def keys(seed):
    state = numpy.uint32(seed)
    values = numpy.empty(TOKENS * WIDTH, dtype=numpy.float32)
    with numpy.errstate(over="ignore"):
        for i in range(values.size):
            state = numpy.uint32(state * numpy.uint32(1664525) + numpy.uint32(1013904223))
            values[i] = (int(state >> numpy.uint32(24)) - 128) / 64
    return values.reshape(TOKENS, WIDTH)


for block, save in ((0, numpy.savez), (1, numpy.savez_compressed)):
    k = keys(block + 1)
    save(
        f"src/test/resources/npz/transformer.h.{block}.mlp.fc_out_float32_mom2_100.npz",
        **{
            "mom2.constructor": "util.runningstats.SecondMoment()",
            "mom2.count": TOKENS,
            "mom2.mom2": (k.T @ k).astype(numpy.float32),
            "sample_size": 100,
        },
    )

"""Prints the digest in CanonicalApplyTest.shouldGiveTheDigestThatNumpyGave: the canonical apply in numpy, one rank at a time in fp64."""

import hashlib

import numpy as np


def sequence(count, seed):
    values = np.empty(count, np.float32)
    state = seed
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        sign = -1 if state >> 31 else 1
        values[i] = sign * 2.0 ** (20 * ((state >> 12 & 0xFFFF) % 3 - 1))
    return values


out, columns, rank = 200, 700, 70
w = sequence(out * columns, 1).reshape(out, columns)
b = sequence(out * rank, 2).reshape(out, rank)
a = sequence(rank * columns, 3).reshape(rank, columns)
acc = w.astype(np.float64)
for r in range(rank):
    acc += b[:, r : r + 1].astype(np.float64) * a[r].astype(np.float64)
print(hashlib.sha256(acc.astype("<f4").tobytes()).hexdigest())

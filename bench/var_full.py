"""Historical VaR in full with numpy, for `npm run bench -- var-full`: prints microseconds a time, and the VaR."""
import sys
import time

import numpy as np

path, symbols, days, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
data = np.fromfile(path)
exposures = data[:symbols]
returns = np.ascontiguousarray(data[symbols:].reshape(symbols, days).T)  # days by symbols: a row for each day, as numpy likes it best
rank = int(np.ceil(0.05 * days - 1e-9)) - 1
for _ in range(50):
    var = -np.partition(returns @ exposures, rank)[rank]
begun = time.perf_counter()
for _ in range(times):
    var = -np.partition(returns @ exposures, rank)[rank]
print((time.perf_counter() - begun) / times * 1e6, var)

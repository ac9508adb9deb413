"""LightGBM's own library on the rows that the benchmark `guard` asks its trees for: the fastest call for a single row.

Takes the model file and a file of rows of doubles, the last of each the margin that is expected; prints one reading.
"""
import ctypes
import json
import sys
import time

import lightgbm
import numpy

model_path, rows_path = sys.argv[1:3]
booster = lightgbm.Booster(model_file=model_path)
inputs = booster.num_feature()
table = numpy.fromfile(rows_path, dtype="<f8").reshape(-1, inputs + 1)
rows, expected = numpy.ascontiguousarray(table[:, :inputs]), table[:, inputs]
library = lightgbm.basic._LIB
handle, fast = booster._handle, ctypes.c_void_p()
RAW_SCORE, DOUBLE = 1, 1
library.LGBM_BoosterPredictForMatSingleRowFastInit(
    handle, RAW_SCORE, 0, -1, DOUBLE, ctypes.c_int32(inputs), ctypes.c_char_p(b"num_threads=1"), ctypes.byref(fast))
length, out = ctypes.c_int64(), ctypes.c_double()
pointers = [ctypes.c_void_p(rows.ctypes.data + at * inputs * 8) for at in range(len(rows))]
length_at, out_at = ctypes.byref(length), ctypes.byref(out)
ask, nothing = library.LGBM_BoosterPredictForMatSingleRowFast, library.LGBM_GetLastError
clock, times, idle, different = time.perf_counter_ns, [], [], 0
for pointer, margin in zip(pointers, expected):
    start = clock()
    ask(fast, pointer, length_at, out_at)
    times.append(clock() - start)
    start = clock()
    nothing()
    idle.append(clock() - start)
    different += out.value != margin
if different:
    sys.exit(f"{different} of {len(rows)} margins differ")
# What Python itself takes to call into the library is no part of LightGBM's time.
call = sorted(idle)[len(idle) // 2]
times = sorted(max(one - call, 0) for one in times)
print(json.dumps({"reading": "LightGBM's call for one row, the same rows", "per_second": 1e9 * len(times) / sum(times),
                  "median_us": times[len(times) // 2] / 1e3, "p99_us": times[len(times) * 99 // 100] / 1e3,
                  "count": len(times)}), flush=True)

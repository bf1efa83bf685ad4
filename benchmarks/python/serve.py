"""A contender: answers orders, one line of JSON each on standard input, with timings on standard output.

The protocol is that of src/protocol.ts. A peer gives `serve` a function that sets a work up: from the order's work to a function that does it
once, and the number of trainable values; None for what it does not do.
"""

import importlib.metadata
import json
import os
import sys
import time

# below every import that starts threads
THREADS = int(os.environ.get("EBBFLOW_BENCH_THREADS", "0"))
if THREADS:
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(THREADS)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])

# a run that takes longer has nothing to warm up for
LONG_MS = 5000
LEARNING_RATE = 1e-4

_out = sys.stdout


def say(line):
    _out.write(json.dumps(line) + "\n")
    _out.flush()


def cores():
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def measure(run, seconds):
    cpu = time.process_time()
    began = time.perf_counter()
    runs = 0
    while True:
        run()
        runs += 1
        passed = time.perf_counter() - began
        if passed >= seconds:
            break
    return {"ms": 1000 * passed / runs, "cpuMs": 1000 * (time.process_time() - cpu) / runs, "runs": runs}


def serve(libraries, load):
    """Loads the library, greets, and answers until standard input ends. `load` gives (set_up, threads)."""
    # the libraries may print; that is not for the one who asks
    sys.stdout = sys.stderr
    try:
        set_up, threads = load()
    except ImportError as error:
        say({"absent": f"its library cannot be loaded: {error}"})
        return
    say({"versions": {name: importlib.metadata.version(name) for name in libraries}, "threads": threads})
    ready = {}
    for line in sys.stdin:
        try:
            order = json.loads(line)
            work = order["work"]
            fresh = work["name"] not in ready
            if fresh:
                ready[work["name"]] = set_up(work)
            prepared = ready[work["name"]]
            if prepared is None:
                say({})
                continue
            run, parameters = prepared
            timing = measure(run, order["seconds"]) if fresh else None
            if timing is None or timing["ms"] < LONG_MS:
                timing = measure(run, order["seconds"])
            say({"parameters": parameters, **timing})
        except Exception as error:  # whatever goes wrong in a library is an answer
            say({"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"})


def draw(shape):
    """Standard normals in single precision, the same at each call."""
    import numpy

    return numpy.random.default_rng(2).standard_normal(shape).astype("float32")

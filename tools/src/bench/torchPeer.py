"""Waits to be timed, like the zoo's own `bench --serve`: requests and answers are lines of JSON.

    python3 torchPeer.py <steps.py> '<JSON of the config>' <threads> [cuda]

steps.py has VARIANTS, and build(kind, config, variant), which returns one step as a function. When a
kind is prepared, each variant is first timed in a process of its own, so that the fastest can be
taken without its rivals' memory being counted. On CUDA, where starting a process takes longer than the
trials, they are timed in this one.
"""

import importlib.util
import json
import re
import subprocess
import sys
import time

import torch

WARM_UP_STEPS, TRIAL_STEPS = 2, 3
ON_CUDA = "cuda" in sys.argv[4:5]


def load_steps(path):
    specification = importlib.util.spec_from_file_location("steps", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def name_blas():
    """What multiplies matrices: as built, or whatever the system's libblas turns out to be."""
    built = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    if built and built.group(1) != "generic":
        return built.group(1)
    torch.mm(torch.ones(2, 2), torch.ones(2, 2))
    try:
        with open("/proc/self/maps") as maps:
            loaded = maps.read().lower()
    except OSError:
        return "generic"
    return next((name for name in ("openblas", "mkl", "blis", "atlas") if name in loaded), "generic")


def peak_bytes():
    """All of this process: Python, PyTorch and their libraries."""
    try:
        # Unlike getrusage's figure this one does not begin with what the parent held at the fork.
        with open("/proc/self/status") as status:
            return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1))
    except OSError:
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def milliseconds(step, count):
    start = time.perf_counter()
    for _ in range(count):
        step()
    if ON_CUDA:
        torch.cuda.synchronize()
    return 1000 * (time.perf_counter() - start) / count


def warmed_up(module, kind, config, variant):
    step = module.build(kind, config, variant)
    milliseconds(step, WARM_UP_STEPS)
    return step


def fastest_variant(module, kind, config):
    if len(module.VARIANTS) == 1:
        return module.VARIANTS[0]
    if ON_CUDA:
        return min(module.VARIANTS, key=lambda variant: trial_on_cuda(module, kind, config, variant))

    def trial(variant):
        command = [sys.executable, *sys.argv, kind, variant]
        return float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)

    return min(module.VARIANTS, key=trial)


def trial_on_cuda(module, kind, config, variant):
    step = warmed_up(module, kind, config, variant)
    fastest = min(milliseconds(step, TRIAL_STEPS) for _ in range(TRIAL_STEPS))
    del step
    torch.cuda.empty_cache()
    return fastest


def serve(module, config, threads):
    # PyTorch's convolutions have their own library; the BLAS does the rest.
    blas = name_blas()
    computes = f"CUDA {torch.version.cuda}" if ON_CUDA else f"BLAS {blas}"
    engine = f"PyTorch {torch.__version__}, {computes}, Python {sys.version.split()[0]}"
    say({"name": "PyTorch", "engine": engine, "blas": blas, "threads": threads, "kinds": [], "config": {}})
    step = None
    for line in sys.stdin:
        request = json.loads(line)
        if "prepare" in request:
            kind = request["prepare"]
            variant = fastest_variant(module, kind, config)
            step = warmed_up(module, kind, config, variant)
            say({"prepared": variant})
        elif "run" in request:
            say({"milliseconds": milliseconds(step, request["run"])})
        else:
            say({"peakBytes": peak_bytes()})


def say(content):
    print(json.dumps(content), flush=True)


def main():
    path, config, threads, *trial = sys.argv[1:]
    if ON_CUDA:
        trial = trial[1:]
        # All that steps.py makes lies there; cuDNN tries its algorithms, as ONNX Runtime's does.
        torch.set_default_device("cuda")
        torch.backends.cudnn.benchmark = True
    # Before the first parallel loop: threads inherit the flag when they start.
    torch.set_flush_denormal(True)
    torch.set_num_threads(int(threads))
    module, config = load_steps(path), json.loads(config)
    if trial:
        kind, variant = trial
        step = warmed_up(module, kind, config, variant)
        print(min(milliseconds(step, 1) for _ in range(TRIAL_STEPS)))
    else:
        serve(module, config, int(threads))


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()

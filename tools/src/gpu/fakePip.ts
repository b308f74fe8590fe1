import type { TestPlace } from './testInstallation.ts';

/** A shell function per package: what its wheel holds, in the folder `$target`. */
const wheels = `
info() { mkdir -p "$target/$1-$2.dist-info"; printf 'Name: x\\nVersion: %s\\n%s' "$2" "$3" > "$target/$1-$2.dist-info/METADATA"; }
file() { mkdir -p "$(dirname "$target/$1")"; printf 0123456789 > "$target/$1"; }
case "$requirement" in
  tensorflow==* | tensorflow-cpu==*)
    for name in libtensorflow_cc.so.2 libtensorflow_framework.so.2 include/c.h python/lib.so __init__.py
    do file tensorflow/$name; done
    name=\${requirement%%==*}
    [ $name = tensorflow ] || name=tensorflow_cpu
    info $name 2.21.0 'Requires-Dist: numpy
Requires-Dist: nvidia-cufft~=12.0; extra == "and-cuda"' ;;
  onnxruntime-gpu==*)
    for name in libonnxruntime_providers_cuda.so libonnxruntime_providers_shared.so libonnxruntime.so
    do file onnxruntime/capi/$name; done
    info onnxruntime_gpu 1.0 'Requires-Dist: nvidia-cufft~=12.0; extra == "cuda"
Requires-Dist: nvidia-other; extra == "more"' ;;
  'nvidia-cufft~=12.0')
    file nvidia/cu13/lib/libcufft.so.12; file nvidia/cu13/include/cufft.h
    info nvidia_cufft 12.5 'Requires-Dist: nvidia-nvjitlink' ;;
  nvidia-nvjitlink)
    file nvidia/cu13/lib/libnvJitLink.so.13; file nvidia/__init__.py
    info nvidia_nvjitlink 13.5 '' ;;
esac`;

/**
 * Puts a python3 on the PATH whose virtual environments have a pip that makes up small wheels. It
 * notes each requirement in the file `fetched`.
 *
 * @param before shell commands that pip runs before it unpacks `$requirement` into `$target`
 */
export async function fakePython(place: TestPlace, before = ''): Promise<void> {
  const pip = await place.program(
    'fake-pip',
    `if [ "$3" = --version ]; then echo 'pip 24.0 from x'; exit; fi
for word; do [ "$previous" = --target ] && target=$word; previous=$word; requirement=$word; done
echo "$requirement" >> "${place.folder}/fetched"
${before}
${wheels}`,
  );
  await place.program(
    'python3',
    `if [ "$1" = -c ]; then echo 3.11; exit; fi
mkdir -p "$3/bin" && cp "${pip}" "$3/bin/python"`,
  );
}

/** Puts a g++ on the PATH that writes its words into what it should build. */
export const fakeCompiler = (place: TestPlace): Promise<string> =>
  place.program(
    'g++',
    `for word; do [ "$previous" = -o ] && output=$word; previous=$word; done
[ -z "$output" ] || printf '%s\\n' "$@" > "$output"`,
  );

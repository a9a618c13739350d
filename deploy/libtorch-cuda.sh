#!/usr/bin/env bash
# Makes LibTorch for CUDA ready for Errata, and says how to start with it (deploy/GPU.md).
#
#   deploy/libtorch-cuda.sh libtorch-cxx11-abi-shared-with-deps-2.7.1+cu128.zip [DIRECTORY]
#
# The archive is PyTorch's own (LibTorch, C++/Java, CUDA 12.8, cxx11 ABI): a file, or a URL that curl can read. It is unpacked in
# DIRECTORY (default: where you are), checked, and given the one link that DJL needs to count GPUs. Run again, it does what is left.
set -euo pipefail

version=2.7.1
flavor=cu128

fail() {
    echo "libtorch-cuda: $1" >&2
    exit 2
}

[ $# -ge 1 ] && [ $# -le 2 ] || fail "arguments: $# (expected: ARCHIVE [DIRECTORY])"
archive=$1
directory=${2:-.}
mkdir -p "$directory"
directory=$(cd "$directory" && pwd)

if [ ! -d "$directory/libtorch" ]; then
    case $archive in
        http://* | https://*)
            file=$directory/$(basename "$archive" | sed 's/%2B/+/')
            curl --fail --location --continue-at - --output "$file" "$archive"
            ;;
        *) file=$archive ;;
    esac
    [ -f "$file" ] || fail "archive: $archive (expected: a file)"
    # Into a directory beside it, so that a kill does not leave half a libtorch that looks whole.
    unpacking=$(mktemp -d "$directory/unpacking.XXXXXX")
    trap 'rm -rf "$unpacking"' EXIT
    unzip -q "$file" -d "$unpacking" || fail "archive: $file (expected: a zip file that is whole)"
    [ -d "$unpacking/libtorch/lib" ] || fail "archive: $file (expected: libtorch/lib in it)"
    mv "$unpacking/libtorch" "$directory/libtorch"
fi

found=$(cat "$directory/libtorch/build-version" 2>/dev/null || echo unknown)
[ "$found" = "$version+$flavor" ] || fail "version: $found in $directory/libtorch (expected: $version+$flavor, which DJL's library was built for)"

lib=$directory/libtorch/lib
if [ ! -e "$lib/libcudart.so" ]; then
    runtime=$(find "$lib" -maxdepth 1 -name 'libcudart*.so.12*' | head -n 1)
    [ -n "$runtime" ] || fail "libcudart: none in $lib (expected: libcudart-*.so.12 of the variant \"shared with deps\")"
    ln -s "$(basename "$runtime")" "$lib/libcudart.so"
fi

if ! command -v nvidia-smi >/dev/null; then
    echo "libtorch-cuda: nvidia-smi is not there: this machine has no NVIDIA driver, or not in its PATH" >&2
fi

cat <<END
export PYTORCH_LIBRARY_PATH=$lib
export PYTORCH_VERSION=$version
export PYTORCH_FLAVOR=$flavor
export LD_LIBRARY_PATH=$lib
export ERRATA_DEVICE=cuda:0
END

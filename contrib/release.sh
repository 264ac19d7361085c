#!/usr/bin/env bash
# Builds a release of the commit that is checked out, in target/dist: a tarball, a .deb where cargo-deb is installed, a .rpm where
# cargo-generate-rpm is, and SHA256SUMS.
#
# Two runs on one commit with one toolchain write the same bytes, wherever the checkout is. Requires GNU tar.
set -euo pipefail
cd "$(dirname "$0")/.."

# A binary names its commit; with other changes in it, that would be wrong.
if [ -n "$(git status --porcelain)" ]; then
    echo 'contrib/release.sh: commit or stash the changes first; a release is built from a commit' >&2
    exit 1
fi

version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
out=$PWD/target/dist

# musl resolves names without the modules of the machine's glibc, so that the binary runs on any Linux.
host=$(rustc -vV | sed -n 's/^host: //p')
target=$host
musl=${host/-gnu/-musl}
if [ -d "$(rustc --print sysroot)/lib/rustlib/$musl" ] && command -v musl-gcc >/dev/null; then target=$musl; fi

# No path of this machine and no time of this build gets into the files.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022
# RUSTFLAGS would replace the flags given below.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS
cargo_home=${CARGO_HOME:-$HOME/.cargo}
flags="\"-Ctarget-feature=+crt-static\", \"--remap-path-prefix=$PWD=/livectl\", \"--remap-path-prefix=$cargo_home=/cargo\""
export CFLAGS="${CFLAGS:-} -ffile-prefix-map=$PWD=/livectl -ffile-prefix-map=$cargo_home=/cargo"

echo "building livectl $version for $target" >&2
binary=$(cargo build --release --locked --bin livectl --target "$target" --message-format=json-render-diagnostics \
    --config "target.$target.rustflags=[$flags]" --config profile.release.strip=true |
    sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)
if readelf --program-headers "$binary" 2>/dev/null | grep -q INTERP; then
    echo "contrib/release.sh: $binary is not static" >&2
    exit 1
fi

# Where [package.metadata.deb] and [package.metadata.generate-rpm] look for them.
pages=target/man
rm -rf "$pages"
mkdir -p "$pages/man1"
"$binary" man "$pages/man1"

rm -rf "$out"
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
name=livectl-$version-$target
mkdir "$work/$name"
cp -R README.md README.zh-CN.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT config.example.toml completions docs "$pages" "$work/$name"
mkdir "$work/$name/contrib"
cp -R contrib/systemd contrib/kubernetes contrib/nats "$work/$name/contrib"
install -m 755 "$binary" "$work/$name/livectl"
tar --create --directory "$work" --sort=name --format=ustar --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    --mode='u=rwX,go=rX' "$name" | gzip --best --no-name >"$out/$name.tar.gz"

if command -v cargo-deb >/dev/null; then
    cargo deb --no-build --no-strip --quiet --target "$target" --output "$out"
else
    echo 'cargo-deb is not installed; no .deb is built' >&2
fi
if command -v cargo-generate-rpm >/dev/null; then
    # The rpm of CentOS 7 reads no zstd, the default.
    cargo generate-rpm --target "$target" --source-date "$SOURCE_DATE_EPOCH" --payload-compress gzip --output "$out"
else
    echo 'cargo-generate-rpm is not installed; no .rpm is built' >&2
fi

cd "$out"
sha256sum -- *.* >SHA256SUMS
cat SHA256SUMS

#!/bin/sh
# Proves a fresh clone on a bare Debian, on this processor or on another one under emulation: set-up, a film, fsck, a start without network, some tests.
# Never installs anything into this machine, and shares nothing with it but the kernel, the network and the mirror of its apt.
#
#   sudo nice lab/bare-debian/run.sh bookworm amd64 /var/tmp/bare
#   sudo nice lab/bare-debian/run.sh trixie arm64 /var/tmp/bare
#
# It wants debootstrap and git; for a foreign processor also qemu-user-static and binfmt-support, with
# `update-binfmts --enable qemu-aarch64` done (in a container after `mount -t binfmt_misc none /proc/sys/fs/binfmt_misc`).
# The clone is of what is committed. FOLDER keeps the base system for the next run (400 MB) and the machine of the last one; remove it by hand.
# Further words are settings as VARIABLE=VALUE; SECONDS_OF_FILM is the film's length. An emulated processor gets small pictures and much
# patience, and its film is made by `up` and `record`: there a merge may lag, and a film that lacks something is still a failure.
# The film's JSON document goes to stdout, all else to stderr. Exit 0: every command succeeded and the film is whole.
set -eu

usage='usage: run.sh bookworm|trixie amd64|arm64 FOLDER [VARIABLE=VALUE...]'
limit_seconds=7200

main() {
  [ $# -ge 3 ] || fail "$usage"
  release=$1 architecture=$2
  mkdir -p "$3"
  folder=$(cd "$3" && pwd -P)
  shift 3
  [ "$(id -u)" = 0 ] || fail 'only root may make a machine: use sudo'
  repository=$(cd "$(dirname "$0")/../.." && pwd -P)
  base=$folder/$release-$architecture
  machine=$folder/machine-$release-$architecture
  [ -e "$base/.whole" ] || make_base
  make_machine
  is_own || set -- EMULATED=1 SECONDS_OF_FILM=6 RESOLUTION=320x180 RECORDING_FPS=10 CAMERA_LEAD_IN_SECONDS=60 CAMERA_STALL_SECONDS=30 "$@"
  timeout -s KILL "$limit_seconds" unshare --mount --propagation private --pid --fork --kill-child \
    sh -euc "$enter" enter "$base" "$machine" "$(commands)" "$@"
}

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "fault: $*"
  exit 1
}

is_own() { [ "$architecture" = "$(dpkg --print-architecture)" ]; }

make_base() {
  # shellcheck disable=SC2016 # apt's own words
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Created-By: Packages' 'Origin: Debian' | sed -n 's/ Debian$//p' | head -n 1)
  [ "$mirror" ] || fail 'apt of this machine knows no mirror of Debian: run apt-get update first'
  say "base system: Debian $release for $architecture"
  rm -rf "$base"
  foreign=
  is_own || foreign=--foreign
  # shellcheck disable=SC2086 # one word or none
  debootstrap --variant=minbase --arch="$architecture" $foreign "$release" "$base" "$mirror" >"$base.log" || fail "see $base.log"
  is_own || chroot "$base" /debootstrap/debootstrap --second-stage >>"$base.log" || fail "is the emulator registered with the kernel? See $base.log"
  touch "$base/.whole"
}

make_machine() {
  rm -rf "$machine"
  mkdir -p "$machine/work" "$machine/root" "$machine/upper/root" "$machine/upper/etc"
  cp -L /etc/resolv.conf "$machine/upper/etc/resolv.conf"
  # Where npm of this machine needs certificates of its own to reach its registry, so does that one.
  if [ "${NODE_EXTRA_CA_CERTS-}" ]; then
    cp -L "$NODE_EXTRA_CA_CERTS" "$machine/upper/root/ca.crt"
    echo 'cafile=/root/ca.crt' >"$machine/upper/root/.npmrc"
  fi
  git -c safe.directory='*' clone -q --no-hardlinks "$repository" "$machine/upper/root/ezrec"
  say "clone of $(git -C "$machine/upper/root/ezrec" log -1 --format='%h %s')"
}

# In name spaces of its own: mounts and processes vanish with it, however it ends.
# shellcheck disable=SC2016 # expanded there
enter='
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
  mount -t proc proc "$2/root/proc"
  mount --rbind /dev "$2/root/dev"
  machine=$2 commands=$3
  shift 3
  exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@" chroot "$machine/root" sh -euc "$commands"
'

# What runs in the machine, by its own shell.
commands() {
  cat <<'COMMANDS'
cd /root/ezrec
step() {
  began=$(date +%s%3N)
  printf -- '--- %s\n' "$*" >&2
  "$@" || { echo "fault: exit $?" >&2; exit 1; }
  printf -- '--- %s ms\n' $(($(date +%s%3N) - began)) >&2
}
quiet() { "$@" >/dev/null; }
to_stderr() { "$@" >&2; }
film_under_emulation() { # services may start as slowly as they like
  export CAMERA_LEFT=simulated:left CAMERA_RIGHT=simulated:right API_HOST=127.0.0.1 MERGE_PRESET=ultrafast
  ./ezrec --home .ezrec/demo up >/root/up.log 2>&1 &
  parent=$!
  until [ -s .ezrec/demo/.dual_recorder.lock.holder ] && [ -s .ezrec/demo/.video_worker.lock.holder ]; do
    kill -0 $parent || { cat /root/up.log; return 1; } >&2
    sleep 1
  done
  sleep 15
  ./ezrec --home .ezrec/demo record --seconds "$SECONDS_OF_FILM" --json
  code=$?
  kill $parent
  wait $parent || :
  return $code
}
printf '%s, %s\n' "$(. /etc/os-release && echo "$PRETTY_NAME")" "$(dpkg --print-architecture)" >&2
if [ "${EMULATED-}" ]; then
  step quiet ./ezrec --help
  step film_under_emulation >/root/film.json
else
  step ./ezrec demo --once --seconds "${SECONDS_OF_FILM:-20}" --json >/root/film.json
fi
cat /root/film.json
step grep -q '"status":"complete"' /root/film.json
step grep -q '"coverage":{"left":1,"right":1},"gaps":\[\]' /root/film.json
step to_stderr ./ezrec --home .ezrec/demo fsck
step quiet ./ezrec config check
step quiet unshare --net ./ezrec --help
PATH=$PWD/runtime/node_modules/.bin:$PATH
step to_stderr npm ci --no-audit --no-fund # what the tests need besides; the browser stays away
step to_stderr node --test --test-reporter=dot src/capture/mpegts/*.test.ts src/publish/progressive-mp4.test.ts
COMMANDS
}

main "$@"

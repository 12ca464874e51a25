#!/bin/busybox sh
# The guest's first program: loads the modules, puts the host's own files under its feet (read-only) and starts the play on them.
# Never writes to the host, except into the one folder that was made for it.
b=/bin/busybox

fail() {
  echo "guest: $*" >/dev/ttyS1
  $b reboot -f
}

$b mkdir -p /proc /sys /dev /host
$b mount -t devtmpfs dev /dev
exec >/dev/ttyS0 2>&1
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
while read -r module; do
  $b insmod "/modules/$module.ko" || fail "module $module cannot be loaded"
done </modules/order
$b mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 host /host || fail 'the host cannot be mounted'
$b mount -t tmpfs run /host/run
$b mkdir -p /host/run/lab/out /host/run/lab/tmp
$b cp -r /bin /modules /host/run/lab/
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 out /host/run/lab/out || fail 'the folder of the experiment cannot be mounted'
$b mount -t proc proc /host/proc
$b mount -t sysfs sys /host/sys
$b mount -t devtmpfs dev /host/dev
$b mkdir -p /dev/shm /dev/v4l/by-path
$b mount -t tmpfs shm /host/dev/shm
$b ifconfig lo up
HOME=/run/lab TMPDIR=/run/lab/tmp PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME TMPDIR PATH NODE_COMPILE_CACHE
NODE_COMPILE_CACHE=/run/lab/compiled
echo "the host's files are mounted"
$b stty -F /dev/ttyS1 raw
{ read -r node && read -r play && read -r compiled; } </play
if [ "$compiled" ]; then
  $b cp -r "/host$compiled" /host/run/lab/compiled
  # Node calls what it has made by the user whose it is, and here that is root.
  for made in /host/run/lab/compiled/*; do
    case $made in *-0) ;; *) $b mv "$made" "${made%-*}-0" ;; esac
  done
fi
# While nothing is to be done, an emulated guest's clock follows the host's, and a host that is busy makes it jump: so there is always something to do.
if $b grep -q emulated /proc/cmdline; then
  $b chroot /host chrt --idle 0 /run/lab/bin/busybox sh -c 'while :; do :; done' &
  echo $! >/host/run/lab/busy
fi
$b chroot /host "$node" --disable-warning=ExperimentalWarning "$play" </dev/null >/dev/ttyS1 || echo 'guest: the play failed' >/dev/ttyS1
$b sync
$b reboot -f

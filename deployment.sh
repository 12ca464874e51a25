#!/bin/sh
# Makes a Raspberry Pi or a Debian machine a box that records by itself: packages, user, release, settings, units, and a test by behaviour.
# Never touches recordings or settings that are there, changes nothing that is as it should be, and may be run again at any time.
#
#   sudo ./deployment.sh                 install, or bring up to date
#   sudo ./deployment.sh --dry-run       say what it would change, change nothing
#   sudo ./deployment.sh --uninstall     take everything away but settings, bookings and recordings
#   sudo ./deployment.sh --uninstall --with-recordings   those too
#
# Exit code: 0 the box works, 1 something failed (and says what to do), 2 wrong usage.
# EZREC_PATIENCE=10 waits ten times as long for services, EZREC_TRIAL='RESOLUTION=320x180' adds to the settings of the film that proves it: for
# machines that are very slow.
set -eu
umask 022
LC_ALL=C.UTF-8
export LC_ALL

home=/opt/ezrec-backend
cli=/usr/local/bin/ezrec
services='dual_recorder.service video_worker.service ezrec-api.service'
units="$services system_status.service system_status.timer ezrec.target"
packages='ffmpeg v4l-utils libatomic1 ca-certificates'
least_free_kib=3000000
steps=10
patience=${EZREC_PATIENCE:-1}
trial_settings=${EZREC_TRIAL:-}
unset EZREC_PATIENCE EZREC_TRIAL

main() {
  dry=''
  uninstall=''
  with_recordings=''
  for word; do
    case $word in
      --dry-run) dry=1 ;;
      --uninstall) uninstall=1 ;;
      --with-recordings) with_recordings=1 ;;
      -h | --help) usage && exit 0 ;;
      *) usage && exit 2 ;;
    esac
  done
  [ -z "$with_recordings" ] || [ "$uninstall" ] || { usage && exit 2; }
  source=$(CDPATH='' cd -P "$(dirname "$0")" && pwd -P)
  [ "$dry" ] || [ "$(id -u)" = 0 ] || fail 'only root may install' 'sudo ./deployment.sh'
  changes=0 step=0
  log=$(mktemp)
  told=''
  trap 'end $?' EXIT
  trap 'told=1; exit 129' HUP
  trap 'told=1; exit 130' INT
  trap 'told=1; exit 143' TERM
  if [ -z "$dry" ]; then
    exec 9>/run/ezrec-deployment.lock # not below /run/lock, where everybody may make it first
    flock -n 9 || fail 'another deployment.sh is running' 'wait for it'
  fi
  if [ "$uninstall" ]; then
    remove_all
  else
    install_all
  fi
}

end() { # a command that failed without a word of ours must not look like success
  rm -f "$log"
  [ "$1" = 0 ] || [ "$told" ] || say "fault: it stopped in step $step; what failed is told above. hint: mend that, then start this again: what is done stays done"
}

usage() { sed -n '5,10s/^# \{0,1\}//p' "$0" >&2; }

install_all() {
  step 'this machine' && check_machine
  step 'Debian packages' && install_packages
  step 'user ezrec' && make_user
  step 'folders and settings' && make_home
  step 'release' && install_release
  step 'devices and network' && set_up_devices
  step 'logs' && limit_journal
  step 'services' && install_units
  remove_old_releases
  if [ "$dry" ]; then
    say "$changes changes would be made; nothing was"
    return
  fi
  step 'does it stand?' && verify_services
  step 'does it work?' && verify_film
  tell_next
}

# --- 1

check_machine() {
  [ -d /run/systemd/system ] || fail 'systemd does not run here' 'install on a booted Debian 12 or 13, or Raspberry Pi OS; elsewhere use ./ezrec up'
  # shellcheck disable=SC1091 # of the machine
  system=$(. /etc/os-release && echo "${ID:-} ${VERSION_ID:-0}")
  case $system in
    'debian 1'[2-9]* | 'raspbian 1'[2-9]*) ;;
    *) note "this is $system; made and tested for Debian 12 and 13" ;;
  esac
  case $(uname -m),$(dpkg --print-architecture) in
    x86_64,amd64 | aarch64,arm64) ;;
    *) fail "this system is $(dpkg --print-architecture) on $(uname -m)" 'write the 64-bit Raspberry Pi OS to the card, or use 64-bit Debian' ;;
  esac
  release=$(release_name)
  target=$home/releases/$release
  free=$(df -Pk "$(existing_above "$home")" | awk 'NR == 2 { print $4 }')
  [ -e "$target" ] || [ "$free" -ge "$least_free_kib" ] || fail "$((free / 1000)) MB are free for $home, $((least_free_kib / 1000)) are needed" 'free space, or mount a larger disk there'
  # A clock behind our own files makes every certificate look invalid.
  [ "$(date +%s)" -ge "$(stat -c %Y "$source/package.json")" ] ||
    fail "the clock says $(date -u +%Y-%m-%d), which is over" 'set it: sudo timedatectl set-ntp true, wait a minute, look with timedatectl'
  [ ! -e "$home/backend/dual_recorder.py" ] ||
    fail "an installation of the original stands in $home" "stop its services and move it away: sudo mv $home $home.original"
}

existing_above() {
  folder=$1
  while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
  echo "$folder"
}

is_pi() { grep -aq '^Raspberry Pi' /proc/device-tree/model 2>/dev/null; }

# --- 2

install_packages() {
  wanted=$packages
  # What a box can do without: it is asked for, and missed if there is none.
  extras='avahi-daemon polkitd'
  ! is_pi || extras="$extras rpicam-apps"
  missing=
  for package in $wanted $extras; do is_installed "$package" || missing="$missing $package"; done
  [ "$missing" ] || return 0
  changed "install$missing"
  [ -z "$dry" ] || return 0
  # What a power cut left half unpacked no apt-get gets past; what this cannot end apt tells.
  DEBIAN_FRONTEND=noninteractive timeout -k 10 3600 dpkg --force-confold --configure -a >"$log" 2>&1 </dev/null 9>&- || :
  apt update || note 'apt-get update failed; trying with the lists of last time'
  for package in $missing; do
    apt install "$package" && continue
    case " $extras " in
      *" $package "*) note "$package could not be installed; the box does without it" ;;
      *) show_log && fail "apt could not install $package" 'mend what it says above, then start this again' ;;
    esac
  done
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

apt() {
  options=
  [ "$1" = update ] || options='--no-install-recommends -o Dpkg::Options::=--force-confold'
  # shellcheck disable=SC2086 # words
  DEBIAN_FRONTEND=noninteractive timeout -k 10 3600 apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=2 $options "$@" >"$log" 2>&1 </dev/null 9>&-
}

# --- 3

make_user() {
  getent group ezrec >/dev/null || change 'make the group ezrec' groupadd --system ezrec
  getent passwd ezrec >/dev/null ||
    change 'make the user ezrec' useradd --system --gid ezrec --home-dir "$home" --no-create-home --shell /usr/sbin/nologin ezrec
  # Cameras, sound, the lamp's line: whatever groups this machine has for them.
  for group in video audio gpio render; do
    getent group "$group" >/dev/null || continue
    in_group ezrec "$group" || change "let ezrec use what group $group may" usermod -a -G "$group" ezrec
  done
  person=${SUDO_USER:-root}
  [ "$person" = root ] || in_group "$person" ezrec || change "let $person read logs and films (from the next login on)" usermod -a -G ezrec "$person"
}

in_group() { id -nG "$1" 2>/dev/null | tr ' ' '\n' | grep -qx "$2"; }

# --- 4

make_home() {
  # Sticky: the services make files of their own there, and can neither move nor replace what is root's (releases, current, .env).
  folder root:ezrec 1775 "$home"
  folder root:root 0755 "$home/releases"
  folder ezrec:ezrec 0755 "$home/api"
  folder ezrec:ezrec 0755 "$home/api/local_data"
  for name in takes recordings store cache logs; do folder ezrec:ezrec 0750 "$home/$name"; done
  [ -e "$home/.env" ] || change "write $home/.env" install -m 0640 -o root -g ezrec "$source/config/env.example" "$home/.env"
  [ ! -e "$home/.env" ] || [ "$(stat -c %a:%U:%G "$home/.env")" = 640:root:ezrec ] || {
    change "protect $home/.env" chmod 0640 "$home/.env"
    [ "$dry" ] || chown root:ezrec "$home/.env"
  }
}

folder() { # OWNER MODE PATH
  [ "$(stat -L -c %U:%G,%a "$3" 2>/dev/null)" = "$1,${2#0}" ] && return
  [ ! -L "$3" ] || return 0 # somebody put it on another disk
  change "make folder $3 ($1 $2)" install -d -o "${1%:*}" -g "${1#*:}" -m "$2" "$3"
}

# --- 5: a release is a folder that never changes; `current` points to one, and turns in one stroke

install_release() {
  if [ ! -e "$target" ]; then
    changed "install release $release"
    [ "$dry" ] || make_release
  fi
  [ "$(readlink "$home/current" 2>/dev/null)" = "releases/$release" ] || {
    changed "make release $release the current one"
    [ "$dry" ] || {
      refuse_older_release
      ln -sfn "releases/$release" "$home/.current.next"
      mv -T "$home/.current.next" "$home/current"
      touch "$target" # the order in which they were current says which are old
    }
    [ "$dry" ] || : >"$cameras_due"
  }
  put wrapper_text 0755 /usr/local/bin/ezrec
}

# Stands on the disk until a film was made with the cameras of the settings: they may be plugged in after this, or a booking may be close now.
cameras_due=$home/releases/.cameras-due

# A database that was brought up to a newer release no older one opens: the box would stand still with it.
refuse_older_release() {
  [ -e "$home/ezrec.sqlite" ] || return 0
  as_ezrec timeout -k 5 120 "$target/ezrec" status >"$log" 2>&1 || :
  ! grep -q 'use the newer EZREC' "$log" || fail "a newer release has kept this box's database: $release cannot open it" \
    'install that one or a newer one; what stands and runs was left as it is'
}

# The two before stay, to go back to. Behind the services: until then they run on one of these.
remove_old_releases() {
  # shellcheck disable=SC2010 # names of our own making
  for old in $(ls -1t "$home/releases" 2>/dev/null | grep -Fvx "$release" | tail -n +3); do
    change "remove release $old" remove_release "$old"
  done
  [ "$dry" ] || rm -rf "$home/releases/.old"
}

# Aside first: half a release must not stand under the name of one.
remove_release() {
  rm -rf "$home/releases/.old"
  mv -T "$home/releases/$1" "$home/releases/.old"
}

# By what it holds: a change without a new version is another release.
release_name() {
  version=$(sed -n 's/^  "version": "\([^"]*\)".*/\1/p' "$source/package.json")
  hash=$(cd "$source" && release_files | LC_ALL=C sort | tr '\n' '\0' | xargs -0 sha256sum | sha256sum | cut -c1-12)
  echo "$version-$hash"
}

release_files() {
  find ezrec deployment.sh package.json package-lock.json .npmrc LICENSE README.md bin config docs lab services src systemd tests web \
    runtime/package.json runtime/package-lock.json runtime/.npmrc -type f ! -name '*.test.ts'
}

make_release() {
  next=$home/releases/.next
  rm -rf "$next"
  mkdir -p "$next"
  (cd "$source" && release_files | tr '\n' '\0' | xargs -0 cp --parents -t "$next") || fail 'the release could not be copied' 'see what is said above'
  # What the release before or this clone has fetched need not be fetched again. A release never changes: its files may be shared.
  for place in runtime/all ./production; do
    folder=${place%/*}
    for from in "$home/current" "$source"; do
      [ ! -e "$next/$folder/node_modules" ] || continue
      cmp -s "$next/$folder/package-lock.json" "$from/$folder/node_modules/.ezrec-${place#*/}" || continue
      case $from in
        "$source") cp -a "$from/$folder/node_modules" "$next/$folder/node_modules" ;;
        *) cp -al "$from/$folder/node_modules" "$next/$folder/node_modules" ;;
      esac
    done
  done
  "$next/ezrec" --version >"$log" 2>&1 9>&- || { show_log && fail 'the release could not be set up' 'mend what it says above, then start this again'; }
  chown -R root:root "$next"
  chmod -R go-w,a+rX "$next"
  sync -f "$next"
  mv -T "$next" "$target"
}

# Verbs run as the user of the services: what root made in the home they could not write.
wrapper_text() {
  cat <<'WRAPPER'
#!/bin/sh
# The command line of this box's EZREC, as the user of its services. Written by deployment.sh.
[ "$(id -un)" = ezrec ] || [ "$(id -u)" = 0 ] || exec sudo -- "$0" "$@"
set -- env EZREC_HOME="${EZREC_HOME:-/opt/ezrec-backend}" HOME=/opt/ezrec-backend NODE_COMPILE_CACHE=/opt/ezrec-backend/cache/node /opt/ezrec-backend/current/ezrec "$@"
[ "$(id -u)" != 0 ] || set -- setpriv --reuid=ezrec --regid=ezrec --init-groups -- "$@"
exec "$@"
WRAPPER
}

# --- 6

set_up_devices() {
  group=$(sync_group)
  [ "$group" ] || group=$(sed -n 's/.*route replace \(239[0-9.]*\)\/32 .*/\1/p' /etc/udev/rules.d/60-ezrec.rules 2>/dev/null || :)
  [ "$group" ] || [ "$dry" ] || note "the settings have a fault: cameras that should run in step without a network may not hear each other; see doctor"
  put udev_text 0644 /etc/udev/rules.d/60-ezrec.rules
  if [ "$put_changed" ] && [ -z "$dry" ] && command -v udevadm >/dev/null; then
    udevadm control --reload 2>/dev/null || :
    udevadm trigger --action=add --subsystem-match=leds --subsystem-match=dma_heap 2>/dev/null || :
    udevadm trigger --action=add --subsystem-match=net --sysname-match=lo 2>/dev/null || :
  fi
  [ ! -d /etc/avahi/services ] || put avahi_text 0644 /etc/avahi/services/ezrec.service
  [ ! -d /etc/polkit-1/rules.d ] || put polkit_text 0644 /etc/polkit-1/rules.d/60-ezrec.rules
}

# The multicast group in which this box's CSI cameras run in step: of this machine and CAMERA_ID.
sync_group() {
  [ -x "$home/current/ezrec" ] && getent passwd ezrec >/dev/null || return 0
  as_ezrec timeout -k 5 120 "$home/current/ezrec" config check --json 2>/dev/null | sed -n 's/.*"syncGroup":"\(239\.255\.[0-9]*\.[0-9]*\)".*/\1/p'
}

udev_text() {
  cat <<RULES
# Devices of EZREC. Written by deployment.sh.
# The board's lamp, where STATUS_LED names one.
SUBSYSTEM=="leds", ACTION=="add", RUN+="/bin/sh -c 'chgrp video /sys%p/brightness /sys%p/trigger; chmod g+w /sys%p/brightness /sys%p/trigger'"
# Buffers of CSI cameras.
SUBSYSTEM=="dma_heap", GROUP="video", MODE="0660"
RULES
  [ -z "$group" ] || cat <<RULES
# Two CSI cameras run in step by a multicast group of this box alone, also without a network. After a change of CAMERA_ID: deployment.sh again.
SUBSYSTEM=="net", KERNEL=="lo", ACTION=="add", RUN+="/bin/sh -c 'ip link set lo multicast on; ip route replace $group/32 dev lo'"
RULES
}

polkit_text() {
  cat <<'RULES'
// The API of this box may start its own services anew (POST /system/restart), and nothing else. Written by deployment.sh.
polkit.addRule(function (action, subject) {
  var ours = ['dual_recorder.service', 'video_worker.service', 'ezrec-api.service', 'system_status.service'];
  if (action.id == 'org.freedesktop.systemd1.manage-units' && subject.user == 'ezrec' &&
      action.lookup('verb') == 'restart' && ours.indexOf(action.lookup('unit')) >= 0)
    return polkit.Result.YES;
});
RULES
}

avahi_text() {
  cat <<'SERVICE'
<?xml version="1.0" standalone="no"?>
<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<!-- The box by its name in the venue's network. Written by deployment.sh. -->
<service-group>
  <name replace-wildcards="yes">EZREC on %h</name>
  <service><type>_http._tcp</type><port>8000</port></service>
</service-group>
SERVICE
}

# --- 7

limit_journal() {
  put journal_text 0644 /etc/systemd/journald.conf.d/60-ezrec.conf
  [ -z "$put_changed" ] || [ "$dry" ] || systemctl try-restart systemd-journald 2>/dev/null || :
}

journal_text() {
  cat <<'CONF'
# A card is not filled by its log. The services rotate logs/<unit>.log by themselves: 10 MB, five old ones. Written by deployment.sh.
[Journal]
SystemMaxUse=200M
RuntimeMaxUse=50M
MaxRetentionSec=3month
CONF
}

# --- 8

install_units() {
  for unit in $units; do put_unit "$source/systemd/$unit" "/etc/systemd/system/$unit"; done
  systemd_version=$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
  for unit in video_worker ezrec-api; do
    [ "$systemd_version" -ge 254 ] || continue
    put_unit "$source/systemd/since-254/back-off.conf" "/etc/systemd/system/$unit.service.d/back-off.conf"
  done
  [ -z "$dry" ] || return 0
  [ ! -e "$restart_due" ] || systemctl daemon-reload
  for unit in $units; do
    [ "$(systemctl show -P NeedDaemonReload "$unit")" != yes ] || systemctl daemon-reload
  done
  for unit in ezrec.target $services system_status.timer; do
    systemctl is-enabled --quiet "$unit" 2>/dev/null || change "start $unit at each boot" run systemctl enable "$unit"
  done
  make_outside_folders
  sync # a plug that is pulled now finds unit files, settings and release as they are, not empty
  bring_to_release
  # shellcheck disable=SC2086 # words
  run systemctl start --no-block ezrec.target $services system_status.timer
}

# Where the settings put logs and the like instead of the home. The services may write where their units say: elsewhere a log would be lost
# silently, and a recorder would be started for ever.
make_outside_folders() {
  as_ezrec "$home/current/ezrec" config check >"$log" 2>&1 || : # faults are told by doctor
  folders=$(sed -n 's/^ [* ] \(RECORDINGS\|TAKES\|STORE\|LOG\|CACHE\)_DIR  *\(\/.*\)$/\1_DIR \2/p' "$log")
  writable=$(systemctl show -P ReadWritePaths dual_recorder.service)
  while read -r name wanted; do
    [ "$name" ] || continue
    case $wanted in
      /var/log/ezrec | /var/cache/ezrec) folder ezrec:ezrec 0750 "$wanted" ;;
    esac
    is_below "$wanted" "$writable" || fail "$name=$wanted is where the services may not write" \
      "name a folder below one of these in $home/.env: $(echo "$writable" | sed 's/^-//; s/ -/ /g')"
  done <<FOLDERS
$folders
FOLDERS
}

is_below() { # FOLDER PLACES
  for place in $2; do
    case $1/ in
      "${place#-}"/*) return 0 ;;
    esac
  done
  return 1
}

as_ezrec() {
  setpriv --reuid=ezrec --regid=ezrec --init-groups -- env EZREC_HOME="$home" HOME="$home" NODE_COMPILE_CACHE="$home/cache/node" "$@" </dev/null 9>&-
}

# Stands on the disk, for a run that is cut short here knows nothing of it the next time.
restart_due=$home/releases/.restart-due

put_unit() { # SOURCE PATH
  [ "$dry" ] || is_put "$1" 0644 "$2" || : >"$restart_due"
  put_file "$1" 0644 "$2"
}

# Whoever runs, or is just starting, on another release or by another unit file, starts again on this one.
bring_to_release() {
  for unit in $services; do
    pid=$(systemctl show -P MainPID "$unit")
    [ "${pid:-0}" != 0 ] || continue
    [ -e "$restart_due" ] || ! runs_release "$pid" || continue
    changed "start $unit again, on release $release"
    case $unit in
      dual_recorder.service)
        # A recorder that is killed leaves its chains at work and is started again: not a picture is lost. A stop would end the takes.
        # This death is none that counts.
        systemctl reset-failed "$unit" 2>/dev/null || :
        # The chains wait for 10 s: the new one begins with its programs read and compiled already, and with nobody beside it.
        as_ezrec "$home/current/ezrec" recorder --help >/dev/null 2>&1 || :
        systemctl kill --kill-whom=main --signal=SIGKILL "$unit" || :
        wait_for 60 stands "$unit" || : # told by step 9
        ;;
      *) run systemctl restart --no-block "$unit" ;;
    esac
  done
  rm -f "$restart_due"
}

# By the program that the kernel runs: what is remembered of an earlier run may be wrong.
runs_release() { # PID
  case $(readlink "/proc/$1/exe" 2>/dev/null) in
    "$home/releases/$release/"*) return 0 ;;
    *qemu-*) grep -qF "$home/releases/$release/" "/proc/$1/maps" ;; # emulated: the program is what the emulator has mapped
    *) return 1 ;;
  esac
}

# --- 9

verify_services() {
  for unit in $services system_status.timer; do
    wait_for 120 stands "$unit" || {
      systemctl status --no-pager --lines=15 "$unit" >"$log" 2>&1 || :
      show_log
      fail "$unit does not run" "sudo journalctl -u $unit -n 100 tells why; then start this again"
    }
  done
  wait_for 60 test -s "$home/api.json" || fail 'the API does not listen' 'sudo journalctl -u ezrec-api.service -n 100 tells why'
  # A camera that is not plugged in yet is no fault of the installation: told, and told again by doctor.
  if /usr/local/bin/ezrec doctor >"$log" 2>&1; then say '    doctor: healthy'; else sed 's/^/    /' "$log" >&2; fi
}

stands() { # UNIT
  systemctl is-active --quiet "$1" || return 1
  case $1 in
    *.service) runs_release "$(systemctl show -P MainPID "$1")" ;;
  esac
}

wait_for() { # SECONDS COMMAND...
  end=$(($(date +%s) + $1 * patience))
  shift
  until "$@"; do
    [ "$(date +%s)" -lt "$end" ] || return 1
    sleep 0.5
  done
}

# --- 10: a film of five seconds in a home of its own

verify_film() {
  if /usr/local/bin/ezrec status --json 2>/dev/null | grep -q '"recordingShare":1'; then
    note 'a match is being recorded: no film is made now to try it. Start this again later for that'
    return
  fi
  answer=$(mktemp) # root's own: what stands in /var/tmp others may have put there
  trial=$(setpriv --reuid=ezrec --regid=ezrec --init-groups mktemp -d /var/tmp/ezrec-trial.XXXXXX)
  # shellcheck disable=SC2086 # words
  if env CAMERA_LEFT=simulated:left CAMERA_RIGHT=simulated:right RESOLUTION=640x360 MERGE_LAYOUT=side-by-side CAMERA_LEAD_IN_SECONDS=10 \
    API_HOST=127.0.0.1 CACHE_DIR="$home/cache" EZREC_HOME="$trial" $trial_settings /usr/local/bin/ezrec record --seconds 5 --json >"$answer" 2>"$log" 9>&- &&
    grep -q '"status":"complete"' "$answer"; then
    say "    recorded, merged and published 5 s: $(sed 's/.*"frames":\([0-9]*\).*/\1 pictures/; s/^{.*/a film/' "$answer")"
    rm -rf "$trial" "$answer"
  else
    cut -c1-2000 "$answer" >>"$log"
    rm -f "$answer"
    show_log
    fail 'a film of five seconds on the simulated rig did not succeed' "what it left is in $trial; see $trial/logs"
  fi
  verify_cameras
}

# By the services as they run: what systemd lets those do is a part of what is tried. The film stays, as that of any other booking.
verify_cameras() {
  [ -e "$cameras_due" ] || return 0
  "$cli" cameras list --json >"$log" 2>/dev/null 9>&- || :
  real=$(grep -o '"kind":"[a-z0-9]*","ready":[a-z]*' "$log" | grep -v '"kind":"\(simulated\|film\)"' || :)
  case $real in
    *true*true*) ;;
    *true*)
      note 'one of the two cameras cannot be used yet: sudo ezrec cameras list; when it can, start this again to try both'
      return
      ;;
    *) return ;; # none yet; doctor tells
  esac
  code=0
  said=$(timeout -k 10 $((900 * patience)) "$cli" record --seconds 5 --json 2>"$log" 9>&-) || code=$?
  [ "$code" != 124 ] || { note 'a film of the real cameras is not published yet: sudo ezrec uploads tells what it waits for' && return; }
  case $said in
    *'"status":"complete"'*)
      say '    recorded, merged and published 5 s of the real cameras'
      rm -f "$cameras_due"
      ;;
    *'"error":"conflict"'*)
      why=$(printf '%s' "$said" | sed -n 's/.*"message":"\([^"]*\)".*/\1/p')
      note "the real cameras were not tried: ${why:-a booking is close}. Start this again later for that"
      ;;
    *)
      printf '%s\n' "$said" | cut -c1-2000 >>"$log"
      show_log
      fail 'a film of five seconds with the real cameras did not succeed' 'sudo ezrec doctor and sudo ezrec cameras list tell what is wrong; then start this again'
      ;;
  esac
}

tell_next() {
  sync
  address=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$home/api.json" 2>/dev/null || :)
  code=$(cat "$home/claim-code.txt" 2>/dev/null || :)
  if [ "$changes" = 0 ]; then say 'nothing had to be changed'; else say "$changes changes"; fi
  cat <<NEXT
EZREC $release runs.
  open        $address${address:+ or http://$(uname -n).local:${address##*:}}
  claim       ${code:-this box has an account}
  settings    sudo nano $home/.env, then: sudo systemctl restart dual_recorder video_worker ezrec-api
  look        sudo ezrec doctor · sudo journalctl -u dual_recorder.service -f
  a test booking, two minutes from now on:
              sudo ezrec booking add --start now --minutes 2
  or as the original's README writes it, into the file that is watched:
              echo '[{"id":"test-001","start_time":"'\$(date -u +%FT%TZ)'","end_time":"'\$(date -u -d "+2 minutes" +%FT%TZ)'","status":"scheduled","user_id":"your-user-id","camera_id":"your-camera-id"}]' | sudo tee $home/api/local_data/bookings.json
NEXT
}

# --- taking it away

remove_all() {
  steps=3
  step 'services'
  for unit in ezrec.target system_status.timer dual_recorder.service video_worker.service ezrec-api.service system_status.service; do
    [ -e "/etc/systemd/system/$unit" ] || continue
    change "stop and remove $unit" take_unit "$unit"
  done
  [ "$dry" ] || wait_for 15 is_quiet || end_left # chains close their files by themselves
  [ "$dry" ] || systemctl daemon-reload
  step 'what was put into the system'
  for file in /usr/local/bin/ezrec /etc/udev/rules.d/60-ezrec.rules /etc/systemd/journald.conf.d/60-ezrec.conf /etc/avahi/services/ezrec.service \
    /etc/polkit-1/rules.d/60-ezrec.rules; do
    [ ! -e "$file" ] || change "remove $file" rm -f "$file"
  done
  step 'releases'
  [ ! -e "$home/releases" ] || change 'remove all releases' rm -rf "$home/releases" "$home/current"
  [ -z "$with_recordings" ] || [ ! -e "$home" ] || change "remove $home with all recordings" rm -rf "$home"
  if [ "$with_recordings" ]; then
    ! getent passwd ezrec >/dev/null || change 'remove the user ezrec' userdel ezrec
  else
    say "kept: settings, bookings and recordings in $home, and the user ezrec who owns them"
  fi
  say "$changes changes${dry:+ would be made; nothing was}"
}

is_quiet() { ! pgrep -u ezrec >/dev/null 2>&1; }

end_left() {
  for unit in $services; do systemctl kill --signal=SIGKILL "$unit" 2>/dev/null || :; done
}

take_unit() {
  systemctl disable --now "$1" >/dev/null 2>&1 || :
  rm -rf "/etc/systemd/system/$1" "/etc/systemd/system/$1.d"
}

# --- the tools

say() { printf '%s\n' "$*" >&2; }
note() { say "    note: $*"; }

fail() { # FAULT MEND
  told=1
  say "fault: $1"
  say "hint: $2"
  exit 1
}

step() {
  step=$((step + 1))
  say "[$step/$steps] $1"
}

changed() {
  changes=$((changes + 1))
  say "    ${dry:+would }$1"
}

change() { # WHAT COMMAND...
  changed "$1"
  shift
  [ "$dry" ] || "$@"
}

# A file of the system as it should be: written beside and renamed, only where it differs. put_changed tells.
put() { # FUNCTION MODE PATH
  "$1" >"$log"
  put_file "$log" "$2" "$3"
}

put_file() { # SOURCE MODE PATH
  put_changed=
  ! is_put "$@" || return 0
  put_changed=1
  changed "write $3"
  [ -z "$dry" ] || return 0
  mkdir -p "$(dirname "$3")"
  install -m "$2" "$1" "$3.ezrec-next"
  mv -T "$3.ezrec-next" "$3"
}

is_put() { cmp -s "$1" "$3" && [ "0$(stat -c %a "$3")" = "$2" ]; }

run() {
  "$@" >"$log" 2>&1 9>&- || {
    show_log
    fail "this failed: $*" 'mend what it says above, then start this again'
  }
}

show_log() { tail -n 25 "$log" | sed 's/^/    /' >&2; }

main "$@"

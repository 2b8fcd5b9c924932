import type { Job, JobFile } from "../run/plan.ts";

/** Where a program's files lie inside a container, and its working folder. */
export const WORK_FOLDER = "/code";

/**
 * A container's first process, the same for every run: it takes its job from standard input, runs the program, holds its
 * deadline and tells its end. POSIX shell, and `read -t`, which busybox and bash have; where /bin/sh lacks it, bash takes over.
 * Nothing of the job is ever evaluated: files, names and arguments are data. `read` takes exactly one line and `dd` exactly its
 * bytes, so what follows is the program's own input.
 *
 *   <mark, a word> <seconds until the deadline>
 *   <n> files, then for each: <mode> <size>, <path>, <size bytes>
 *   <n> words, then for each: <size>, <size bytes>
 *   <path of the artefact, or nothing>
 *
 * Process 1 gets no signal from inside that it doesn't take, not even SIGKILL or SIGSTOP, and this one takes none: so it can hold
 * the deadline, for a caller who was killed. It has no timer that could be stopped, but wakes and looks at the clock.
 * Another shell waits for the program, and reports over a pipe. It isn't started with "&", which would make the program ignore
 * SIGINT: it ends its own parent, and process 1 inherits it.
 *
 * What is told stands behind the mark, which the program can't know: "started" on standard error; "missing" where the image
 * doesn't have the program; and, as the last line of both streams, how it ended with what the kernel counted.
 */
export const BOOT_SCRIPT = `
[ -z "$BASH_VERSION" ] || set +o posix # in which bash keeps silent about signals
(read -t 0 _ </dev/null) 2>/dev/null
if [ $? -gt 1 ]; then
  [ ! -x /bin/bash ] || exec /bin/bash -c 'eval "$1"' boot "$1"
  echo "its shell can't hold a deadline" >&2
  exit 125
fi
set --
mkfifo .forgeai-end && exec 5<>.forgeai-end && rm .forgeai-end || exit 125

take() { [ "$1" = 0 ] || dd bs="$1" count=1 iflag=fullblock 2>/dev/null; }
read -r mark seconds && read -r files || exit 125
while [ "$files" -gt 0 ]; do
  read -r mode size && IFS= read -r path || exit 125
  case $path in */*) mkdir -p "./\${path%/*}" || exit 125 ;; esac
  take "$size" >"./$path" && chmod "$mode" "./$path" || exit 125
  files=$((files - 1))
done
read -r words || exit 125
while [ "$words" -gt 0 ]; do
  read -r size || exit 125
  word=$(take "$size"; echo .)
  set -- "$@" "\${word%.}"
  words=$((words - 1))
done
IFS= read -r artefact || exit 125

exec 3>&2 2>/dev/null
command -v "$1" >/dev/null || { printf '%smissing\\n' "$mark" >&3; exit 127; }
look() { read -r now _ </proc/uptime; now=\${now%.*}; }
look
end=$((now + seconds))
printf '%sstarted\\n' "$mark" >&3
( (
  trap : HUP INT TERM
  read -r self _ _ parent _ </proc/self/stat
  echo "waiter $self" >&5
  [ "$parent" = $$ ] || kill -KILL "$parent"
  exec 2>&5
  if [ -n "$artefact" ]; then
    (exec "$@" >&3 2>&3 3>&- 5>&- </dev/null) && cat "./$artefact" 2>&3
  else
    (exec "$@" 2>&3 3>&- 5>&-)
  fi
  echo "status $?" >&5
); : )

waiter= status= how=exited gone=
while :; do
  if read -t 0.2 -r -n 1 first <&5; then # a read that times out in the middle of a line loses its beginning
    read -r what value <&5
    what=$first$what
    case $what in
      waiter) waiter=$value ;;
      status) status=$value; break ;;
      *) how=killed ;; # the shell's own words about a signal, which exit statuses don't tell
    esac
    continue
  fi
  jobs >/dev/null # reaps what the program left behind
  [ -z "$gone" ] || { how=lost; break; }
  [ -z "$waiter" ] || kill -0 "$waiter" || gone=1
  look
  [ "$now" -lt "$end" ] || { how=deadline; break; }
done
[ $$ != 1 ] || kill -KILL -1
# About these the shell keeps silent: a status of 128 + n may be a signal's or the program's own.
[ $how != exited ] || case $status in 130 | 141) how=unsure ;; 143) [ -z "$BASH_VERSION" ] || how=unsure ;; esac

figure() {
  name=$1
  shift
  for file; do
    while read -r key value; do
      [ -n "$name" ] || { value=$key; return; }
      [ "$key" != "$name" ] || return
    done <"/sys/fs/cgroup/$file"
  done
  value=
}
figure "" memory.peak memory/memory.max_usage_in_bytes; peak=$value
figure usage_usec cpu.stat; cpu=$value
figure "" cpuacct/cpuacct.usage cpu,cpuacct/cpuacct.usage; [ -n "$cpu" ] || cpu=\${value:+\${value%???}}
figure oom_kill memory.events memory/memory.oom_control; oom=$value
figure max pids.events pids/pids.events; refused=$value
full=
if [ $$ = 1 ] && [ "$status" != 0 ] && [ "\${oom:-0}" = 0 ]; then
  for folder in /tmp "$PWD"; do
    if printf '' >"$folder/.forgeai-room"; then printf %4096s >>"$folder/.forgeai-room" || full=$folder; fi
  done
fi
told="$mark"ended
[ -z "$status" ] || told="$told status=$status"
told="$told how=$how peak=$peak cpu=$cpu oom=$oom refused=$refused full=$full"
printf '%s\\n' "$told"
printf '%s\\n' "$told" >&3
exit 0
`;

/** How much later than its caller a container ends a program by itself, in milliseconds: it does so only where the caller is gone. */
const SLACK_MS = 2500;

/** The time after which a container ends its program by itself, in whole seconds from the program's start. */
export function insideSeconds(timeoutMs: number): number {
  return Math.ceil((timeoutMs + SLACK_MS) / 1000);
}

/** What a boot script is given beside the job. */
export interface BootOrders {
  /** Stands before all that the script tells. */
  readonly mark: string;
  /** When the script ends the program by itself, in whole seconds from its start. */
  readonly deadlineSeconds: number;
}

/** The job as the boot script reads it. What the program reads from standard input follows it. */
export function encodeJob({ files, command, artefact = "" }: Omit<Job, "stdin">, orders: BootOrders): Buffer {
  return Buffer.concat([
    line(`${orders.mark} ${orders.deadlineSeconds}`),
    line(files.length),
    ...files.flatMap(encodeFile),
    line(command.length),
    ...command.flatMap((word) => [line(Buffer.byteLength(word)), Buffer.from(word)]),
    line(artefact),
  ]);
}

function encodeFile({ path, content, executable = false }: JobFile): Uint8Array[] {
  return [line(`${executable ? "0700" : "0600"} ${content.length}`), line(path), content];
}

function line(text: string | number): Buffer {
  return Buffer.from(`${text}\n`);
}

/** A script that the agent puts where Ganeti runs it. */
export interface Hook {
  name: string;
  /** where it goes, below Ganeti's configuration; a name with a dot would be passed over */
  path: string;
  what: string;
  /** the script, given the path of the agent and of the operator's command */
  body(programs: Programs): string;
}

export interface Programs {
  agent: string;
  muster: string;
}

/** Every hook there is. Each is off until somebody enables it. */
export const hooks: readonly Hook[] = [
  {
    name: 'cluster-verify',
    path: 'hooks/cluster-verify-post.d/muster',
    what: '"gnt-cluster verify" turns red when this node has a failure',
    body: ({ agent }) => `agent=${agent}
# the package is gone: so is the question
[ -x "$agent" ] || exit 0
output=$(timeout -k 5 30 "$agent" audit -q --color never 2>&1 </dev/null)
code=$?
case $code in
  0 | 1) exit 0 ;;
  3)
    # "gnt-cluster verify" tells what is wrong; that something is not known is no fault of a node
    note "something on this node is not known: muster-agent audit tells what"
    exit 0
    ;;
  2) ;;
  124 | 137) echo "muster-agent did not finish within 30 s" ;;
  # an agent that cannot work must not pass for a node that is fit
  *) echo "muster-agent ended with $code" ;;
esac
printf '%s\\n' "$output"
exit 1
`,
  },
  {
    name: 'instance-migrate',
    path: 'hooks/instance-migrate-pre.d/muster',
    what: 'on the master: a live migration to a node whose CPU cannot run the guest is refused',
    body: ({ muster }) => `muster=${muster}
from=\${GANETI_OLD_PRIMARY:-}
to=\${GANETI_NEW_PRIMARY:-}
# hooks run on the nodes of the guest too; the master asks
[ "\${GANETI_MASTER:-}" = "$(hostname --fqdn 2>/dev/null || hostname)" ] || exit 0
[ -x "$muster" ] && [ -n "$from" ] && [ -n "$to" ] || exit 0
type=\${GANETI_INSTANCE_HV_cpu_type:-}
set -- migration --from "$from" --to "$to"
[ -z "$type" ] || set -- "$@" --cpu-type "$type"
output=$(timeout -k 5 30 "$muster" "$@" 2>&1 </dev/null)
code=$?
if [ $code -eq 2 ]; then
  printf '%s\\n' "$output"
  exit 1
fi
# a gate that cannot tell must not hold up who empties a failing node
[ $code -eq 0 ] || note "could not tell whether a guest can go from $from to $to ($code)"
exit 0
`,
  },
  {
    name: 'restricted-command',
    path: 'restricted-commands/muster-report',
    what: '"gnt-node restricted-command muster-report" prints the report of each node',
    body: ({ agent }) => `# Ganeti itself ends it after 10 s
exec timeout -k 1 9 ${agent} report </dev/null
`,
  },
];

/** The whole script. Ganeti clears the environment but for GANETI_*, and gives no terminal. */
export function scriptOf(hook: Hook, programs: Programs): string {
  return `#!/bin/sh
${markOf(hook)}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL

note() {
  command -v logger >/dev/null && logger -t muster -- "$1"
}

${hook.body(programs)}`;
}

/** The line by which a script is known as ours. */
export function markOf({ name }: Hook): string {
  return `# Made by "muster-agent hook enable ${name}"; what you edit here will be lost.`;
}

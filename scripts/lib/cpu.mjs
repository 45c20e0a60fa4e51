import fs from 'node:fs';
import { execFileSync } from 'node:child_process';

/**
 * CPU seconds (user and system) of each process since it started, with all its descendants, living and ended: PostgreSQL serves each
 * connection from a process of its own. Null where the system has no /proc to read them from (macOS).
 * @param {Record<string, number>} pids by name @returns {Record<string, number> | null} without processes that are gone
 */
export function cpuSeconds(pids) {
  if (!fs.existsSync('/proc/self/stat')) return null;
  const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).trim());
  const processes = readProcesses();
  const childrenOf = groupByParent(processes);
  const total = (pid) => {
    const own = processes.get(pid);
    return own === undefined ? 0 : own.ticks + (childrenOf.get(pid) ?? []).reduce((sum, child) => sum + total(child.pid), 0);
  };
  return Object.fromEntries(Object.entries(pids).filter(([, pid]) => processes.has(pid)).map(([name, pid]) => [name, Math.round((total(pid) / ticks) * 10) / 10]));
}

function readProcesses() {
  const processes = new Map();
  for (const entry of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = fs.readFileSync(`/proc/${entry}/stat`, 'utf8');
      // The command stands in brackets and may hold spaces and brackets itself; the numbers begin behind the last one.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number);
      const [, parent, , , , , , , , , , user, system, endedUser, endedSystem] = fields;
      const pid = Number(entry);
      processes.set(pid, { pid, parent, ticks: user + system + endedUser + endedSystem });
    } catch {
      // The process ended between being listed and being read.
    }
  }
  return processes;
}

function groupByParent(processes) {
  const groups = new Map();
  for (const process of processes.values()) groups.set(process.parent, [...(groups.get(process.parent) ?? []), process]);
  return groups;
}

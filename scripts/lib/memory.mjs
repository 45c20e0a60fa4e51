import fs from 'node:fs';
import { execFileSync } from 'node:child_process';

/**
 * The most memory each process ever held, in MB: the kernel's high-water mark, where there is none (macOS) what it holds now.
 * @param {Record<string, number>} pids by name @returns {Record<string, number>} without processes that are gone
 */
export function peakMemoryMb(pids) {
  const entries = Object.entries(pids).map(([name, pid]) => [name, highWaterKb(pid)]);
  return Object.fromEntries(entries.filter(([, kb]) => kb !== undefined).map(([name, kb]) => [name, Math.round(kb / 1024)]));
}

function highWaterKb(pid) {
  try {
    if (!fs.existsSync('/proc/self/status')) return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim());
    const mark = /^VmHWM:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
    return mark === null ? undefined : Number(mark[1]);
  } catch {
    // The process ended between being listed and being asked.
    return undefined;
  }
}

const busy = new Set<string>();

/**
 * Does a costly work for somebody unless one of theirs is under way in this process: files to open wait in one short line for all, and
 * nobody may stand in it twice.
 * @returns null, without having begun, while the one before goes on
 */
export async function oneAtATime<T>(personId: string, work: () => Promise<T>): Promise<T | null> {
  if (busy.has(personId)) return null;
  busy.add(personId);
  try {
    return await work();
  } finally {
    busy.delete(personId);
  }
}

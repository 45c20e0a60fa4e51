/**
 * Which tasks should be open, from where the cards stand: level-triggered, so a lost message or a restart changes nothing. Pure.
 */
export type TaskKind = 'collect' | 'review' | 'approve' | 'seal' | 'correct';
export type ClassFacts = {
  classId: string;
  collectState: 'missing' | 'accepted' | 'returned';
  /** Live cards by state, and pupils who should have a card but have none. */
  drafted: number; teacherSigned: number; principalSigned: number; refused: number; missing: number;
};
export type DesiredTask = { kind: TaskKind; classId: string | null };

/** Tasks of one school; none when it is exempt or its campaign is over. */
export function desiredTasks(classes: readonly ClassFacts[], active: boolean): DesiredTask[] {
  if (!active) return [];
  const desired: DesiredTask[] = classes.flatMap((one) => {
    const { classId } = one;
    const kinds: TaskKind[] = [];
    // A class the teacher reported stays with the clerk until new data arrive.
    if (one.drafted > 0 && one.collectState !== 'returned') kinds.push('review');
    // The whole class is reviewed before any of it is approved: the closing sheet counts classes, not leftovers.
    if (one.teacherSigned > 0 && one.drafted === 0) kinds.push('approve');
    if (one.principalSigned > 0) kinds.push('seal');
    if (one.refused > 0) kinds.push('correct');
    return kinds.map((kind) => ({ kind, classId }));
  });
  // A class all of whose pupils are held, exempt or gone has nothing to collect.
  if (classes.some((one) => one.missing > 0 || (one.collectState === 'returned' && one.drafted > 0))) desired.push({ kind: 'collect', classId: null });
  return desired;
}

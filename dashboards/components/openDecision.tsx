import type { VNode } from 'preact';
import { ACTS, type Act } from '../../domain/acts.js';
import { REFUSALS, type RefusalCode } from '../../domain/refusals.js';
import type { OpenDecision } from '../../domain/sheets/school.js';
import { DecisionNotice } from './notice.js';

/**
 * The reader's last decision here, while it is on its way or after a worker refused it. Read from the database, so that a reload or
 * another device shows it too.
 */
export function OpenDecisionLine({ decision }: { decision: OpenDecision | null }): VNode | null {
  if (decision === null) return null;
  const act = ACTS[decision.act as Act].name;
  if (decision.refusedCode === null) return <DecisionNotice notice={{ kind: 'waiting', decisionId: decision.id, act }} />;
  const code = decision.refusedCode as RefusalCode;
  return <DecisionNotice notice={{ kind: 'refused', decisionId: decision.id, act, code, sentence: (REFUSALS[code] ?? REFUSALS['form-out-of-date']).sentence }} />;
}

/**
 * Sheets: what a person is shown before deciding, as data. The query fills it, the page shows it, the JSON answer is it, so that all
 * three say the same.
 */
export type CampaignHead = { id: string; schoolYear: string; cycle: 'main' | 'summer' | 'rehearsal'; state: 'draft' | 'running' | 'ended' | 'cancelled' };
export type SchoolHead = { code: string; name: string; officeCode: string; phone: string | null; campaign: CampaignHead | null; exemptReason: string | null };

/** A decision that is committed but not carried out, or was carried out with a refusal the person has not answered yet. */
export type OpenDecision = { id: string; act: string; createdAt: Date; refusedCode: string | null };
export type ResultCounts = { HTXS: number; HTT: number; HT: number; CHT: number };
export type HeldCount = { reason: string; count: number };

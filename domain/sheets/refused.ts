import type { OpenDecision, SchoolHead } from './school.js';

export type RefusedCard = {
  cardId: string; version: number; classId: string; className: string; fullName: string; pupilCode: string;
  error: string | null; field: string | null; description: string | null; refusedAt: Date;
};
export type RefusedSheet = { school: SchoolHead; cards: RefusedCard[]; /** May have been sent; the hub is asking the Kho. */ unknown: number; decision: OpenDecision | null };

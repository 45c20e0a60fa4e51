import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Cost } from './workbookChild.js';

const LIMITS = { ratio: 1.5, peakMb: 300 };

export type WorkbookResult = {
  /** Seconds of the list of all cards as the hub writes it, by those of exceljs's streaming writer for the same cells, one after the other. */
  workbookRatio: number;
  /** Largest memory of the process that wrote the list. */
  workbookPeakMb: number;
  workbooks: Record<'cards' | 'held' | 'progress' | 'bare', Cost>;
  over: string[];
};

/** The large workbooks of the province, each in a process of its own, beside exceljs's bare streaming writer in the same run. */
export async function benchWorkbooks({ ownerUrl, campaignId, personId, onProgress }: { ownerUrl: string; campaignId: string; personId: string; onProgress: (line: string) => void }): Promise<WorkbookResult> {
  const child = async (kind: string): Promise<Cost> => {
    onProgress(`workbook: ${kind}`);
    const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL('./workbookChild.js', import.meta.url)), ownerUrl, campaignId, personId, kind]);
    const cost = JSON.parse(stdout) as Cost;
    return { ...cost, seconds: hundredths(cost.seconds), cpuSeconds: hundredths(cost.cpuSeconds), peakMb: Math.round(cost.peakMb) };
  };
  const workbooks = { bare: await child('bare'), cards: await child('cards'), held: await child('held'), progress: await child('progress') };
  const [workbookRatio, workbookPeakMb] = [hundredths(workbooks.cards.seconds / workbooks.bare.seconds), workbooks.cards.peakMb];
  const over = [...(workbookRatio > LIMITS.ratio ? [`workbook: ${workbookRatio} × exceljs`] : []), ...(workbookPeakMb > LIMITS.peakMb ? [`workbook: ${workbookPeakMb} MB`] : [])];
  return { workbookRatio, workbookPeakMb, workbooks, over };
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;

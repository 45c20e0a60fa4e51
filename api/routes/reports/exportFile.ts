import { once } from 'node:events';
import type { Response } from 'express';
import { auditDownload, reportChunk } from '../../../db/reports/intake.js';
import { reportFileName } from '../../../domain/reports.js';
import { fileHeaders, XLSX } from '../../http/answer.js';
import { Refused } from '../../http/refused.js';
import type { Route } from '../../route.js';
import { EXPORTS_PATH, loadReport } from './exports.js';
import { EXPORTERS, reach } from './exportScope.js';

/**
 * The finished workbook, for the one who asked for it, while its link lasts and their roles still reach what is in it. Sent piece by
 * piece as the line takes it; each download is audited.
 */
export const downloadExport: Route = {
  method: 'get', path: `${EXPORTS_PATH}/:reportId/tep`, access: EXPORTERS,
  handle: async (visit) => {
    const { services: { db }, response } = visit;
    const report = await loadReport(visit);
    const { within, names } = await reach(visit, report.campaignId, report);
    if (!within || (report.withNames && !names)) throw new Refused('other-area');
    if (report.state === 'expired' || (report.expiresAt !== null && report.expiresAt.getTime() <= Date.now())) throw new Refused('report-expired');
    const { id, attempt, chunks, bytes } = report;
    if (report.state !== 'done' || attempt === null || chunks === null || bytes === null) throw new Refused('report-not-ready');
    await auditDownload(db, report);
    fileHeaders(response, { name: reportFileName(report.kind, report.schoolYear, report.schoolCode ?? report.officeCode), type: XLSX }).set('Content-Length', String(bytes));
    for (let position = 0; position < chunks && !response.closed; position += 1) {
      const piece = await reportChunk(db, { id, attempt, position });
      // Deleted in the middle: the browser sees fewer bytes than were announced and says that the download broke off.
      if (piece === undefined) { response.destroy(); return; }
      if (!response.write(piece)) await drained(response);
    }
    response.end();
  },
};

/** Until the line takes more, or is gone. The listener that was not called goes too: a file has a hundred pieces. */
async function drained(response: Response): Promise<void> {
  const waiting = new AbortController();
  try {
    await Promise.race(['drain', 'close'].map((event) => once(response, event, { signal: waiting.signal })));
  } finally {
    waiting.abort();
  }
}

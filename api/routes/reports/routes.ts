import type { Route } from '../../route.js';
import { downloadReport } from './download.js';
import { downloadExport } from './exportFile.js';
import { askExport, cancelExport, retryExport, showExports } from './exports.js';
import { showReport } from './show.js';

export const reportRoutes: readonly Route[] = [showReport, downloadReport, showExports, askExport, retryExport, cancelExport, downloadExport];

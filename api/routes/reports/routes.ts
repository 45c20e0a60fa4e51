import type { Route } from '../../route.js';
import { downloadReport } from './download.js';
import { showReport } from './show.js';

export const reportRoutes: readonly Route[] = [showReport, downloadReport];

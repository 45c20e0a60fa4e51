import type { Route } from '../../route.js';
import { downloadAnnotated, showUpload } from './result.js';
import { confirmUpload, discardUpload } from './settle.js';
import { showRoster } from './show.js';
import { downloadTemplate } from './template.js';
import { uploadRoster, uploadRosterJson } from './upload.js';

/** The template's address stands before the uploads': `mau.xlsx` is no upload id. */
export const rosterRoutes: readonly Route[] = [showRoster, downloadTemplate, uploadRoster, uploadRosterJson, showUpload, downloadAnnotated, confirmUpload, discardUpload];

export { campaign } from './campaign.js';
export { directory } from './directory.js';
export { packet } from './packet.js';
export { reports } from './reports.js';
export { round } from './round.js';
export { school } from './school.js';

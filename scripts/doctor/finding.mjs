export const good = (finding) => ({ state: 'good', finding });
export const fault = (finding, remedy) => ({ state: 'fault', finding, remedy });
export const skipped = (finding) => ({ state: 'skipped', finding });

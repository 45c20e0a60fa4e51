import type { Sex } from '../../domain/record.js';

export const SEX_NAMES = { male: 'Nam', female: 'Nữ' } as const satisfies Record<Sex, string>;

import type { PlainDate } from '../../domain/brand.js';
import type { Sex } from '../../domain/record.js';

/**
 * Numbers that nobody can have. Place codes of birth registration run from 001 to 096 for provinces and from 101 for
 * countries; 097–099 were never given to anyone, so every personal number here starts with 099. The province code 99,
 * tax codes beginning 99 and telephone numbers beginning 0100 are likewise outside what is allocated.
 */
export const UNALLOCATED_PLACE = '099';
export const UNALLOCATED_PROVINCE = '99';

/** 7919 has no factor in common with a million: the walk visits every serial once before it repeats. */
const serialAt = (place: number): string => String((104_729 + 7_919 * place) % 1_000_000).padStart(6, '0');

/**
 * Place, century and sex, birth year, six more digits (spec §2.2).
 * @param place a person's number in the province, below a million: nobody else's place gives the same six digits, so no register is needed
 */
export function personalNumber(place: number, sex: Sex, birthDate: PlainDate): string {
  const year = Number(birthDate.slice(0, 4));
  const marker = (year >= 2000 ? 2 : 0) + (sex === 'male' ? 0 : 1);
  return `${UNALLOCATED_PLACE}${marker}${String(year % 100).padStart(2, '0')}${serialAt(place)}`;
}

/** MA_HOC_SINH: ten digits; the leading zeros are there to be lost by a careless spreadsheet. @param place the pupil's number in the province, from 0 */
export const pupilCode = (place: number): string => `00${UNALLOCATED_PROVINCE}${String(place + 1).padStart(6, '0')}`;

/** Staff stand at the far end of the places, so that pupils and staff never meet. */
const LAST_PLACE = 999_999;

/** One per province: the numbers it gives to staff and units are unique in it. */
export class NumberRegister {
  #people = 0;
  #organisations = 0;
  #phones = 0;

  personalNumber(sex: Sex, birthDate: PlainDate): string {
    return personalNumber(LAST_PLACE - this.#people++, sex, birthDate);
  }

  taxCode(): string {
    return `${UNALLOCATED_PROVINCE}0${String(++this.#organisations).padStart(7, '0')}`;
  }

  phone(): string {
    return `0100${String(++this.#phones).padStart(6, '0')}`;
  }
}

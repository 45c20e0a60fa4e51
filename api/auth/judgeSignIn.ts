import { row, touched, type Db } from '../../db/connect.js';
import { hashPassword, isOldHash, UNKNOWN_HASH, verifyPassword } from './password.js';

/** Ten wrong passwords in a row close an account for five minutes: enough against guessing, short for a teacher who mistypes. */
export const MOST_ATTEMPTS = 10;
export const LOCK_MINUTES = 5;

/** `locked` is for tests and logs: a page says the same to it as to `wrong`. */
export type SignInJudgement = { kind: 'welcome'; personId: string } | { kind: 'wrong' } | { kind: 'locked' };

type Account = { person_id: string; password_hash: string; locked: boolean; disabled: boolean };

/**
 * Judges a name and a password. Unknown, disabled and locked accounts take as long as known ones: each attempt derives one key.
 * Names are compared without regard to case.
 */
export async function judgeSignIn(db: Db, input: { userName: string; password: string }): Promise<SignInJudgement> {
  const account = await row<Account>(db, `
    SELECT a.person_id, a.password_hash, coalesce(a.locked_until > now(), false) AS locked, p.disabled_at IS NOT NULL AS disabled
    FROM account a JOIN person p ON p.id = a.person_id WHERE a.user_name = lower(:userName)`, { userName: input.userName.trim() });
  const right = await verifyPassword(input.password, account?.password_hash ?? UNKNOWN_HASH);
  if (account === undefined || account.disabled) return { kind: 'wrong' };
  if (account.locked) return { kind: 'locked' };
  if (!right) return { kind: await countWrong(db, account.person_id) ? 'locked' : 'wrong' };
  // Asked again at the end: of a hundred guesses sent at once, those after the tenth wrong one found the account still open when they began.
  const open = await touched(db, 'UPDATE account SET failed_attempts = 0, locked_until = NULL WHERE person_id = :personId AND coalesce(locked_until <= now(), true)', { personId: account.person_id });
  if (open !== 1) return { kind: 'locked' };
  if (isOldHash(account.password_hash)) await renewHash(db, account, input.password);
  return { kind: 'welcome', personId: account.person_id };
}

/** Only in place of the hash that was verified: a password set in between stays. */
async function renewHash(db: Db, { person_id, password_hash }: Account, password: string): Promise<void> {
  const renewed = await hashPassword(password);
  await touched(db, 'UPDATE account SET password_hash = :renewed WHERE person_id = :person_id AND password_hash = :password_hash', { renewed, person_id, password_hash });
}

/** Counts in one statement, so that parallel guesses all count. */
async function countWrong(db: Db, personId: string): Promise<boolean> {
  const counted = await row<{ locked: boolean }>(db, `
    UPDATE account SET
      locked_until = CASE WHEN failed_attempts + 1 >= ${MOST_ATTEMPTS} THEN now() + interval '${LOCK_MINUTES} minutes' ELSE locked_until END,
      failed_attempts = CASE WHEN failed_attempts + 1 >= ${MOST_ATTEMPTS} THEN 0 ELSE failed_attempts + 1 END
    WHERE person_id = :personId RETURNING coalesce(locked_until > now(), false) AS locked`, { personId });
  return counted?.locked ?? false;
}

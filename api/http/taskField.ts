import { z } from 'zod';

/** A task as forms carry it: `id:version`, so that nobody decides on a page that is out of date. */
export const taskField = z.string().regex(/^[0-9a-f-]{36}:\d{1,9}$/, 'Trang này đã cũ, mở lại trang.').transform((text) => {
  const [taskId = '', version = ''] = text.split(':');
  return { taskId, taskVersion: Number(version) };
});

/** A field that may stand any number of times: browsers send one value, several, or none. */
export const many = <T extends z.ZodType>(one: T) => z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(one).max(20_000));

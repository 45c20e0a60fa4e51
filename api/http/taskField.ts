import { z } from 'zod';
import type { Problem } from './form.js';

/** A task as forms carry it: `id:version`, so that nobody decides on a page that is out of date. */
export const taskField = z.string().regex(/^[0-9a-f-]{36}:\d{1,9}$/, 'Trang này đã cũ, mở lại trang.').transform((text) => {
  const [taskId = '', version = ''] = text.split(':');
  return { taskId, taskVersion: Number(version) };
});

/** Ticks have no field of their own to mark: when none is left, that is the whole sentence. */
export const nothingChosen = (problem: Problem): Problem => {
  const sentence = problem.fields['task'];
  return sentence === undefined ? problem : { ...problem, sentence, fields: {} };
};

/** A field that may stand any number of times: browsers send one value, several, or none. */
export const many = <T extends z.ZodType>(one: T) => z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(one).max(20_000));

import type { Knex } from 'knex';

/** Tries at the public pages, counted for all processes of the api together; the columns are those of rate-limiter-flexible. */
export const up = (knex: Knex) => knex.raw(`
CREATE UNLOGGED TABLE public_try (key text PRIMARY KEY, points integer NOT NULL CHECK (points >= 0), expire bigint NOT NULL);
COMMENT ON TABLE public_try IS 'Tries per counter at the look-up page and at shared links; a crash may forget the counts';
COMMENT ON COLUMN public_try.key IS 'Name of the counter and a keyed hash of the address, code or link: none of them is kept';
COMMENT ON COLUMN public_try.expire IS 'When the count begins anew, milliseconds since 1970';
GRANT SELECT, INSERT, UPDATE, DELETE ON public_try TO hub_api;
`);

export const down = (knex: Knex) => knex.raw('DROP TABLE public_try');

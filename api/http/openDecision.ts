import type { PublicVisit } from '../route.js';

/** The decision a page found in the database, unless the address names it: then the frame's notice says it already. */
export const unlessNamed = <D extends { id: string }>({ request }: PublicVisit, decision: D | null): D | null =>
  (decision !== null && request.query['quyet-dinh'] === decision.id ? null : decision);

import type { MovementRow } from '../domain/movements.js';
import type { ProgressScope } from '../domain/progress.js';
import { rows, type Db } from './connect.js';
import { scopeWhere } from './measures.js';

/** Who came and left since the launch, counted by school and reason: departures by the counters, arrivals, which are few, by their own index. */
export const movementCounts = (db: Db, scope: ProgressScope): Promise<MovementRow[]> => rows<MovementRow>(db, `
  SELECT m.direction, m.reason, o.name AS "officeName", c.code AS "schoolCode", c.name AS "schoolName", m.pupils
  FROM (
    SELECT s.school_code, s.office_code, 'out' AS direction, p.reason, sum(p.cards)::int AS pupils
    FROM campaign_school s JOIN progress_count p ON p.campaign_id = s.campaign_id AND p.school_code = s.school_code AND p.status = 'excluded'
    WHERE ${scopeWhere(scope)} GROUP BY s.school_code, s.office_code, p.reason
    UNION ALL
    SELECT s.school_code, s.office_code, 'in', e.arrival, count(*)::int
    FROM campaign_school s JOIN expected_pupil e ON e.campaign_id = s.campaign_id AND e.school_code = s.school_code AND e.arrival IS NOT NULL
    WHERE ${scopeWhere(scope)} GROUP BY s.school_code, s.office_code, e.arrival) m
  JOIN school c ON c.code = m.school_code JOIN office o ON o.code = m.office_code
  ORDER BY o.name, o.code, c.name, c.code, m.direction, m.reason`, scope);

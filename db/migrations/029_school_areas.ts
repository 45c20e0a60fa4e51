import type { Knex } from 'knex';

/**
 * Communes merge and districts end on a day; a report groups its schools by the areas of its own day. The history is kept by a trigger,
 * whoever changes a school. A change without a new date corrects what is stated since the last one.
 */
export const up = (knex: Knex) => knex.raw(`
ALTER TABLE school ADD areas_since date NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN school.areas_since IS 'Since when the school has its present commune and district; -infinity: since it is known';

CREATE TABLE school_area (
  school_code text NOT NULL REFERENCES school, kind text NOT NULL CHECK (kind IN ('district', 'commune')), valid_from date NOT NULL, area text,
  PRIMARY KEY (school_code, kind, valid_from), CHECK (area IS NOT NULL OR kind = 'district'));
COMMENT ON TABLE school_area IS 'In which district and commune a school lies since when, each until the next row begins; kept by a trigger on school';
COMMENT ON COLUMN school_area.area IS 'null: no district any more';

CREATE FUNCTION keep_school_areas() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.areas_since > '-infinity' AND (OLD.district_name, OLD.commune_name) IS NOT DISTINCT FROM (NEW.district_name, NEW.commune_name) THEN
    -- The same areas since another day: the day was wrong.
    DELETE FROM school_area WHERE school_code = NEW.code AND valid_from = OLD.areas_since;
  END IF;
  -- What is stated since a day replaces what was stated from that day on.
  DELETE FROM school_area WHERE school_code = NEW.code AND valid_from > NEW.areas_since;
  INSERT INTO school_area AS a (school_code, kind, valid_from, area)
  VALUES (NEW.code, 'district', NEW.areas_since, NEW.district_name), (NEW.code, 'commune', NEW.areas_since, NEW.commune_name)
  ON CONFLICT (school_code, kind, valid_from) DO UPDATE SET area = excluded.area WHERE a.area IS DISTINCT FROM excluded.area;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION keep_school_areas FROM PUBLIC;
CREATE TRIGGER school_areas_made AFTER INSERT ON school FOR EACH ROW EXECUTE FUNCTION keep_school_areas();
CREATE TRIGGER school_areas_changed AFTER UPDATE OF district_name, commune_name, areas_since ON school FOR EACH ROW
  WHEN ((OLD.district_name, OLD.commune_name, OLD.areas_since) IS DISTINCT FROM (NEW.district_name, NEW.commune_name, NEW.areas_since)) EXECUTE FUNCTION keep_school_areas();
INSERT INTO school_area (school_code, kind, valid_from, area)
SELECT code, v.kind, '-infinity', v.area FROM school CROSS JOIN LATERAL (VALUES ('district', district_name), ('commune', commune_name)) AS v(kind, area);

REVOKE ALL ON school_area FROM hub_api, hub_worker;
GRANT SELECT ON school_area TO hub_api, hub_worker;
`);

export const down = (knex: Knex) => knex.raw(`
DROP TRIGGER school_areas_made ON school;
DROP TRIGGER school_areas_changed ON school;
DROP FUNCTION keep_school_areas;
DROP TABLE school_area;
ALTER TABLE school DROP areas_since;
`);

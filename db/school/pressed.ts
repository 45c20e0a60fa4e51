/** SQL: when somebody last pressed "Gửi nhắc" so that a mail about task `t` went; null when nobody has since the task opened. */
export const PRESSED_AT = `(
  SELECT max(a.at) FROM audit a JOIN decision d ON d.id = a.decision_id
  WHERE a.subject_kind = 'school' AND a.subject_id = t.school_code AND a.act = 'remind_school' AND d.campaign_id = t.campaign_id AND a.at >= t.opened_at
    AND (a.detail->>'tasks')::int > 0 AND (a.detail->>'stage' IS NULL OR a.detail->>'stage' = t.kind))`;

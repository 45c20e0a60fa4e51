/**
 * Workflow executions that ended in another way than by finishing, going on as new or being cancelled by a person.
 * @param {{address: string, namespace: string}} server @returns {Promise<number>}
 */
export async function failedWorkflows({ address, namespace }) {
  const { Connection, Client } = await import('@temporalio/client');
  const connection = await Connection.connect({ address });
  try {
    const { count } = await new Client({ connection, namespace }).workflow.count(`ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')`);
    return count;
  } finally {
    await connection.close();
  }
}

const COUNTED = {
  activities: 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED', localActivities: 'EVENT_TYPE_MARKER_RECORDED', workflowTasks: 'EVENT_TYPE_WORKFLOW_TASK_SCHEDULED', timers: 'EVENT_TYPE_TIMER_STARTED',
  signals: 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED', updates: 'EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED',
};

/**
 * What Temporal was asked to do, from the histories themselves: by kind of workflow how many ran, and their activities, local activities
 * (the only markers), workflow tasks, timers, signals and Updates, with the most activities and events that one workflow had.
 * @param {{address: string, namespace: string}} server
 * @returns {Promise<Record<string, Record<string, number>>>}
 */
export async function temporalOperations({ address, namespace }) {
  const [{ Connection, Client }, { default: { temporal } }] = await Promise.all([import('@temporalio/client'), import('@temporalio/proto')]);
  const types = temporal.api.enums.v1.EventType;
  const connection = await Connection.connect({ address });
  const found = {};
  try {
    const client = new Client({ connection, namespace });
    for await (const { type, workflowId, runId } of client.workflow.list()) {
      const kind = (found[type] ??= { runs: 0, events: 0, activities: 0, localActivities: 0, workflowTasks: 0, timers: 0, signals: 0, updates: 0, mostActivities: 0, mostEvents: 0 });
      const { events = [] } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      kind.runs += 1;
      kind.events += events.length;
      kind.mostEvents = Math.max(kind.mostEvents, events.length);
      const counts = Object.fromEntries(Object.entries(COUNTED).map(([name, code]) => [name, events.filter(({ eventType }) => eventType === types[code] || eventType === code).length]));
      for (const [name, count] of Object.entries(counts)) kind[name] += count;
      kind.mostActivities = Math.max(kind.mostActivities, counts.activities);
    }
    return found;
  } finally {
    await connection.close();
  }
}

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

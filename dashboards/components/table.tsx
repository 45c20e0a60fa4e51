import type { ComponentChildren, VNode } from 'preact';

export type Column<R> = {
  label: string;
  cell: (row: R) => ComponentChildren;
  /** Numbers stand right; the head of a row names it for screen readers. */
  kind?: 'number' | 'head';
};

/**
 * A table that stays readable at 360 px: there every row becomes a card whose cells carry their column's name.
 * @param empty what to say when there is no row: why, and what to do
 */
export function DataTable<R>(props: {
  caption: string; columns: readonly Column<R>[]; rows: readonly R[]; empty: ComponentChildren; total?: readonly ComponentChildren[]; hideCaption?: boolean;
  /** Many narrow columns of numbers: the names keep a width in which they can be read. */
  wide?: boolean;
  rowClass?: (row: R) => string | undefined;
}): VNode {
  const { caption, columns, rows, empty, total, hideCaption, wide, rowClass } = props;
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={caption}>
      <table class={wide ? 'table table-wide' : 'table'}>
        <caption class={hideCaption ? 'sr-only' : undefined}>{caption}</caption>
        <thead><tr>{columns.map(({ label, kind }) => <th key={label} scope="col" class={kind === 'number' ? 'number' : undefined}>{label}</th>)}</tr></thead>
        <tbody>{rows.map((row, index) => <tr key={index} class={rowClass?.(row)}>{columns.map((column) => cellOf(column, row))}</tr>)}</tbody>
        {total !== undefined && (
          <tfoot><tr>{total.map((cell, index) => {
            const column = columns[index];
            return index === 0 ? <th key={index} scope="row">{cell}</th>
              : <td key={index} class={column?.kind === 'number' ? 'number' : undefined} data-label={column?.label}>{cell}</td>;
          })}</tr></tfoot>
        )}
      </table>
    </div>
  );
}

function cellOf<R>({ label, cell, kind }: Column<R>, row: R): VNode {
  if (kind === 'head') return <th key={label} scope="row">{cell(row)}</th>;
  return <td key={label} class={kind === 'number' ? 'number' : undefined} data-label={label}>{cell(row)}</td>;
}

import type { ComponentChildren, VNode } from 'preact';
import { valueOf, type FormState } from './formState.js';

/** A form that works as it is, without JavaScript: POST, then the server sends the browser on. */
export function Form(props: { action: string; state: FormState; file?: boolean; id?: string; label?: string; children: ComponentChildren }): VNode {
  const { action, state, file, id, label, children } = props;
  return (
    <form method="post" action={action} id={id} aria-label={label} enctype={file ? 'multipart/form-data' : undefined} class="form">
      <input type="hidden" name="csrf" value={state.csrf} />
      <input type="hidden" name="decisionId" value={state.decisionId} />
      <FormProblem state={state} />
      {children}
    </form>
  );
}

/** What was wrong, read out first; each field says its own part below. */
export function FormProblem({ state }: { state: FormState }): VNode | null {
  if (state.problem === null) return null;
  const fields = Object.values(state.problem.fields);
  return (
    <div class="notice notice-bad" role="alert">
      <p>{state.problem.sentence}</p>
      {fields.length > 0 && <ul>{fields.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>}
    </div>
  );
}

type FieldProps = {
  state: FormState; name: string; label: string; help?: string;
  /** Shown while nothing was typed yet. */
  initial?: string;
  required?: boolean;
};
type InputProps = FieldProps & {
  type?: 'text' | 'password' | 'email' | 'tel' | 'date' | 'datetime-local' | 'number' | 'search';
  autocomplete?: string; maxLength?: number; minLength?: number; min?: string; max?: string; inputMode?: 'numeric' | 'text'; autofocus?: boolean;
};

export function TextField(props: InputProps): VNode {
  const { state, name, label, help, initial, required, type = 'text', ...rest } = props;
  return (
    <Labelled {...{ state, name, label, help, required }}>
      {(described) => (
        // Preact's types want the literal type of each kind of input; here it is one of eight.
        <input {...({ ...rest, ...described, type } as object)} id={idOf(state, name)} name={name} required={required}
          value={type === 'password' ? '' : valueOf(state, name) || (initial ?? '')} />
      )}
    </Labelled>
  );
}

/** @param optional what stands behind the label of a field that may stay empty, when "không bắt buộc" would not say it */
export function TextArea({ state, name, label, help, initial, required, optional, rows = 3, maxLength = 1000 }: FieldProps & { optional?: string; rows?: number; maxLength?: number }): VNode {
  return (
    <Labelled {...{ state, name, label, help, required, optional }}>
      {(described) => (
        <textarea id={idOf(state, name)} name={name} rows={rows} maxLength={maxLength} required={required} {...described}>{valueOf(state, name) || (initial ?? '')}</textarea>
      )}
    </Labelled>
  );
}

export type Option = { value: string; label: string };
export function Select({ state, name, label, help, initial, required, options }: FieldProps & { options: readonly Option[] }): VNode {
  const chosen = valueOf(state, name) || (initial ?? '');
  return (
    <Labelled {...{ state, name, label, help, required }}>
      {(described) => (
        <select id={idOf(state, name)} name={name} required={required} {...described}>
          {options.map(({ value, label: text }) => <option key={value} value={value} selected={value === chosen}>{text}</option>)}
        </select>
      )}
    </Labelled>
  );
}

export function FileField({ state, name, label, help, accept, required }: FieldProps & { accept: string }): VNode {
  return (
    <Labelled {...{ state, name, label, help, required }}>
      {(described) => <input id={idOf(state, name)} name={name} type="file" accept={accept} required={required} {...described} />}
    </Labelled>
  );
}

export function CheckBox({ state, name, value = '1', label, checked, required }: { state: FormState; name: string; value?: string; label: ComponentChildren; checked?: boolean; required?: boolean }): VNode {
  return (
    <label class="check">
      <input type="checkbox" name={name} value={value} checked={checked ?? valueOf(state, name) === value} required={required} />
      <span>{label}</span>
    </label>
  );
}

type Described = { 'aria-describedby'?: string; 'aria-invalid'?: 'true' };
type LabelledProps = { state: FormState; name: string; label: string; help?: string | undefined; required?: boolean | undefined; optional?: string | undefined; children: (described: Described) => VNode };

function Labelled({ state, name, label, help, required, optional = 'không bắt buộc', children }: LabelledProps): VNode {
  const id = idOf(state, name);
  const fault = state.problem?.fields[name];
  const about = [help === undefined ? null : `${id}-help`, fault === undefined ? null : `${id}-fault`].filter((one) => one !== null).join(' ');
  return (
    <div class={fault === undefined ? 'field' : 'field field-bad'}>
      <label for={id}>{label}{required ? null : <span class="quiet"> ({optional})</span>}</label>
      {help !== undefined && <p class="help" id={`${id}-help`}>{help}</p>}
      {children({ ...(about === '' ? {} : { 'aria-describedby': about }), ...(fault === undefined ? {} : { 'aria-invalid': 'true' as const }) })}
      {fault !== undefined && <p class="fault" id={`${id}-fault`}>{fault}</p>}
    </div>
  );
}

/** Two forms on a page may have a field of the same name: the form's own id keeps theirs apart. */
const idOf = (state: FormState, name: string): string => `${name}-${state.decisionId.slice(0, 8)}`;

/** @param disabledBecause why it cannot be pressed now and who can lift that; shown beside the button and read out with it */
export function SubmitButton({ label, kind = 'main', disabledBecause = null, id, name, value }: {
  label: string; kind?: 'main' | 'plain' | 'danger'; disabledBecause?: string | null; id?: string; name?: string; value?: string;
}): VNode {
  const reasonId = `${id ?? 'nut'}-vi-sao`;
  return (
    <div class="actions">
      <button type="submit" id={id} name={name} value={value} class={`button button-${kind}`} disabled={disabledBecause !== null}
        aria-describedby={disabledBecause === null ? undefined : reasonId}>{label}</button>
      {disabledBecause !== null && <p class="why" id={reasonId}>{disabledBecause}</p>}
    </div>
  );
}

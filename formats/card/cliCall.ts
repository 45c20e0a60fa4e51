import { delimiter } from 'node:path';
import { parseArgs } from 'node:util';
import { COVERS, PROFILE_CODES, type Cover, type ProfileCode } from '../../domain/card.js';
import { fileQuestion } from '../trust/fileQuestion.js';

/** What `hub card verify` was asked; files by path. */
export type Call = {
  file: string;
  bundle: string | null;
  /** Authorities that only the bundle names count as if they were named in the call. */
  trustBundleAnchors: boolean;
  /** null: not said, so what the bundle says of the card, else own. */
  policy: 'own' | 'accept' | null;
  profile: ProfileCode | null;
  cover: Cover;
  at: Date | null;
  anchors: string[];
  tsaAnchors: string[];
  intermediates: string[];
  crls: string[];
  seal: string[];
  requireTeacher: boolean;
};

const LISTS = ['anchors', 'tsa-anchors', 'intermediates', 'crls', 'seal'] as const;
const many = { type: 'string', multiple: true } as const;
const one = { type: 'string' } as const;
const OPTIONS = {
  'bundle': one, 'tsa-anchors': many, 'policy': one, 'profile': one, 'cover': one, 'at': one, 'anchors': many, 'intermediates': many, 'crls': many, 'seal': many, 'require-teacher': { type: 'boolean' }, 'trust-bundle-anchors': { type: 'boolean' },
} as const;

/**
 * @param argv what follows `hub card`
 * @param defaults HUB_TRUST_ANCHORS and HUB_TSA_ANCHORS: paths of PEM files, joined as the system joins paths
 * @returns a sentence when the call cannot be understood
 */
export function parseCall([command, ...args]: string[], defaults: { anchors: string | undefined; tsaAnchors: string | undefined }): Call | string {
  if (command !== 'verify') return command === undefined ? 'say what to do' : `there is no command ${command}`;
  let parsed;
  try {
    parsed = parseArgs({ args: spread(args), options: OPTIONS, allowPositionals: true });
  } catch (fault) {
    return (fault as Error).message;
  }
  const { values, positionals: [file, ...more] } = parsed;
  if (file === undefined || more.length > 0) return 'name exactly one FILE';
  const empty = LISTS.find((name) => args.includes(`--${name}`) && (values[name] ?? []).length === 0);
  if (empty !== undefined) return `name at least one file after --${empty}`;
  if (values['tsa-anchors'] !== undefined && values.bundle === undefined) return '--tsa-anchors is about the time-stamp of a --bundle';
  if (values.bundle === '') return 'name a file after --bundle';
  if (values['trust-bundle-anchors'] === true && values.bundle === undefined) return '--trust-bundle-anchors is about the authorities of a --bundle';
  const policy = values.policy === undefined ? null : (['own', 'accept'] as const).find((known) => known === values.policy);
  if (policy === undefined) return '--policy is own or accept';
  const profile = values.profile === undefined ? null : PROFILE_CODES.find((known) => known === values.profile);
  if (profile === undefined) return `--profile is one of ${PROFILE_CODES.join(', ')}`;
  const cover = COVERS.find((known) => known === (values.cover ?? 'annex'));
  if (cover === undefined) return `--cover is one of ${COVERS.join(', ')}`;
  const at = fileQuestion.shape.at.safeParse(values.at);
  if (!at.success) return '--at is a time in ISO 8601';
  return {
    file, bundle: values.bundle ?? null, trustBundleAnchors: values['trust-bundle-anchors'] ?? false, policy, profile, cover, at: at.data,
    anchors: values.anchors ?? pathsIn(defaults.anchors), tsaAnchors: values['tsa-anchors'] ?? pathsIn(defaults.tsaAnchors),
    intermediates: values.intermediates ?? [], crls: values.crls ?? [], seal: values.seal ?? [],
    requireTeacher: values['require-teacher'] ?? false,
  };
}

const pathsIn = (joined = ''): string[] => joined.split(delimiter).filter((path) => path !== '');

/** `--anchors A B` takes several files, which parseArgs knows no form for: each becomes an option of its own. */
function spread(args: readonly string[]): string[] {
  let name: string | null = null;
  return args.flatMap((argument) => {
    if (argument.startsWith('-')) {
      name = LISTS.find((list) => argument === `--${list}`) ?? null;
      return name === null ? [argument] : [];
    }
    return name === null ? [argument] : [`--${name}=${argument}`];
  });
}

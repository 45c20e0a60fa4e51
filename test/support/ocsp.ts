import { createHash, sign } from 'node:crypto';
import { der } from '../../sandbox/trust/der.js';
import { Der } from '../../formats/trust/der.js';
import { extension, instant, type Issued, type Keys } from './trustPki.js';

/** Who signs an answer, or whose certificates it is about. */
export type Answering = { subject: Buffer; keys: Keys; der?: Buffer };

/** Answers of OCSP responders, written by hand, lawful or not. */
export type AnswerOptions = {
  /** Who issued the certificate asked about. */
  issuer: Answering;
  /** Who signs; default: the issuer. */
  by?: Answering;
  status?: 'good' | 'unknown' | { at: Date; reason?: number };
  from?: Date; to?: Date | null; producedAt?: Date;
  /** Certificates sent along; default: that of `by`, when it is not the issuer. */
  sent?: readonly Buffer[];
  byKey?: boolean; nonce?: Buffer; more?: readonly Buffer[]; singleMore?: readonly Buffer[];
  /** Other bytes under the signature. */
  spoil?: boolean;
  hash?: 'sha1' | 'sha256';
};

const HASH_OIDS = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1' } as const;

/** The bits of a public key, as they stand in a certificate. */
export const keyBits = ({ keys }: Answering): Buffer => Der.read(keys.publicKey.export({ type: 'spki', format: 'der' })).sequence()[1]!.bitBytes();

const serialOf = (serial: number | string): Buffer => (typeof serial === 'string' ? Buffer.from(serial, 'hex') : Buffer.from([serial >>> 16, (serial >>> 8) & 0xff, serial & 0xff]));
const ALGORITHMS = { ec: der.sequence(der.oid('1.2.840.10045.4.3.2')), rsa: der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nothing) } as const;

/** @param about whose certificate; its serial number as a number, or as hex of the DER */
export function ocspAnswer(about: Pick<Issued, 'serial'> | { serial: string }, options: AnswerOptions): Buffer {
  const { issuer, by = issuer, status = 'good', from = instant('2026-06-01'), to = instant('2026-07-01'), producedAt = from, sent, byKey = false, nonce, more = [], singleMore = [], spoil = false, hash = 'sha1' } = options;
  const digest = (bytes: Buffer): Buffer => der.octets(createHash(hash).update(bytes).digest());
  const id = der.sequence(der.sequence(der.oid(HASH_OIDS[hash]), der.nothing), digest(issuer.subject), digest(keyBits(issuer)), der.integer(serialOf(about.serial)));
  const said = status === 'good' ? der.implicit(0, Buffer.alloc(0)) : status === 'unknown' ? der.implicit(2, Buffer.alloc(0))
    : der.explicit(1, der.generalizedTime(status.at), ...(status.reason === undefined ? [] : [der.explicit(0, der.enumerated(status.reason))]));
  const statement = der.sequence(id, said, der.generalizedTime(from), ...(to === null ? [] : [der.explicit(0, der.generalizedTime(to))]), ...(singleMore.length === 0 ? [] : [der.explicit(1, der.sequence(...singleMore))]));
  const responder = byKey ? der.explicit(2, der.octets(createHash('sha1').update(keyBits(by)).digest())) : der.explicit(1, by.subject);
  const extensions = [...(nonce === undefined ? [] : [extension('1.3.6.1.5.5.7.48.1.2', der.octets(nonce))]), ...more];
  const data = der.sequence(responder, der.generalizedTime(producedAt), der.sequence(statement), ...(extensions.length === 0 ? [] : [der.explicit(1, der.sequence(...extensions))]));
  const signature = sign('sha256', spoil ? Buffer.concat([data, Buffer.from([0])]) : data, by.keys.privateKey);
  const certificates = sent ?? (by === issuer || by.der === undefined ? [] : [by.der]);
  const basic = der.sequence(data, ALGORITHMS[by.keys.privateKey.asymmetricKeyType as 'ec' | 'rsa'], der.bits(signature), ...(certificates.length === 0 ? [] : [der.explicit(0, der.sequence(...certificates))]));
  return der.sequence(der.enumerated(0), der.explicit(0, der.sequence(der.oid('1.3.6.1.5.5.7.48.1.1'), der.octets(basic))));
}

export const NO_CHECK = extension('1.3.6.1.5.5.7.48.1.5', der.nothing);

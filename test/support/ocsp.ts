import { createHash, sign } from 'node:crypto';
import { der } from '../../sandbox/trust/der.js';
import { extension, instant, type Issued } from './trustPki.js';

/** Answers of OCSP responders, written by hand, lawful or not. */
export type AnswerOptions = {
  /** Who issued the certificate asked about. */
  issuer: Issued;
  /** Who signs; default: the issuer. */
  by?: Issued;
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
export const keyBits = ({ keys }: Issued): Buffer => {
  const spki = keys.publicKey.export({ type: 'spki', format: 'der' });
  // P-256 alone: 65 bytes at the end.
  return spki.subarray(-65);
};

export function ocspAnswer(about: Issued, options: AnswerOptions): Buffer {
  const { issuer, by = issuer, status = 'good', from = instant('2026-06-01'), to = instant('2026-07-01'), producedAt = from, sent, byKey = false, nonce, more = [], singleMore = [], spoil = false, hash = 'sha1' } = options;
  const digest = (bytes: Buffer): Buffer => der.octets(createHash(hash).update(bytes).digest());
  const serial = der.integer(Buffer.from([about.serial >>> 16, (about.serial >>> 8) & 0xff, about.serial & 0xff]));
  const id = der.sequence(der.sequence(der.oid(HASH_OIDS[hash]), der.nothing), digest(issuer.subject), digest(keyBits(issuer)), serial);
  const said = status === 'good' ? der.implicit(0, Buffer.alloc(0)) : status === 'unknown' ? der.implicit(2, Buffer.alloc(0))
    : der.explicit(1, der.generalizedTime(status.at), ...(status.reason === undefined ? [] : [der.explicit(0, der.enumerated(status.reason))]));
  const statement = der.sequence(id, said, der.generalizedTime(from), ...(to === null ? [] : [der.explicit(0, der.generalizedTime(to))]), ...(singleMore.length === 0 ? [] : [der.explicit(1, der.sequence(...singleMore))]));
  const responder = byKey ? der.explicit(2, der.octets(createHash('sha1').update(keyBits(by)).digest())) : der.explicit(1, by.subject);
  const extensions = [...(nonce === undefined ? [] : [extension('1.3.6.1.5.5.7.48.1.2', der.octets(nonce))]), ...more];
  const data = der.sequence(responder, der.generalizedTime(producedAt), der.sequence(statement), ...(extensions.length === 0 ? [] : [der.explicit(1, der.sequence(...extensions))]));
  const signature = sign('sha256', spoil ? Buffer.concat([data, Buffer.from([0])]) : data, by.keys.privateKey);
  const certificates = sent ?? (by === issuer ? [] : [by.der]);
  const basic = der.sequence(data, der.sequence(der.oid('1.2.840.10045.4.3.2')), der.bits(signature), ...(certificates.length === 0 ? [] : [der.explicit(0, der.sequence(...certificates))]));
  return der.sequence(der.enumerated(0), der.explicit(0, der.sequence(der.oid('1.3.6.1.5.5.7.48.1.1'), der.octets(basic))));
}

export const NO_CHECK = extension('1.3.6.1.5.5.7.48.1.5', der.nothing);

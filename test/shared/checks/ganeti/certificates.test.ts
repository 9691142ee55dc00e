import { failed, ok } from '../../../sample-report.ts';
import { tableOf } from '../verdict.ts';
import { type Change, node } from './member.ts';

const dated = (notAfter: string, notBefore = '2026-01-01T00:00:00.000Z') =>
  node(2, ({ certificates }) => {
    const certificate = certificates.find(({ path }) => path.endsWith('/server.pem'))?.certificate;
    if (certificate?.status === 'ok' && certificate.value) {
      Object.assign(certificate.value, { notAfter, notBefore });
    }
  });

tableOf('ganeti.certificates', {
  'more than 30 days left': {
    sections: dated('2026-12-22T11:55:01.000Z'),
    says: 'pass: 5 certificates hold',
  },
  '30 days left': {
    sections: dated('2026-12-22T11:55:00.000Z'),
    says:
      'warn server.pem: server.pem ends in 30 d (2026-12-22T11:55:00.000Z), expected 30 d ' +
      'or more',
  },
  '7 days left': {
    sections: dated('2026-11-29T11:55:00.000Z'),
    says:
      'fail server.pem: server.pem ends in 7 d (2026-11-29T11:55:00.000Z), expected 30 d ' +
      'or more',
  },
  'none left': {
    sections: dated('2026-11-21T11:55:00.000Z'),
    says:
      'fail server.pem: server.pem ran out 1 d ago (2026-11-21T11:55:00.000Z), expected 30 d or ' +
      'more',
  },
  'a beginning within the skew that Ganeti allows': {
    sections: dated('2031-01-01T00:00:00.000Z', '2026-11-22T11:57:30.000Z'),
    says: 'pass: 5 certificates hold',
  },
  'a beginning beyond it': {
    sections: dated('2031-01-01T00:00:00.000Z', '2026-11-22T11:57:31.000Z'),
    says:
      'fail server.pem: server.pem holds only from 2026-11-22T11:57:31.000Z on, expected it to ' +
      'hold now',
  },
  'one that cannot be read, and one that is not there': {
    sections: node(2, ({ certificates: [client, rapi] }) => {
      if (client) client.certificate = failed('denied', 'permission denied');
      if (rapi) rapi.certificate = ok(null);
    }),
    says: 'unknown client.pem: client.pem: permission denied',
  },
});

const client = (change: Change) => node(2, change);

tableOf('ganeti.client-certificate', {
  'a candidate whose certificate is listed': {
    sections: node(2),
    says: 'pass: client.pem is listed in ssconf',
  },
  'a candidate whose certificate is another': {
    sections: client(({ ssconf }) => {
      ssconf.candidateCertificates = ssconf.candidateCertificates.slice(2);
    }),
    says: "fail: client.pem is not among the candidates' in ssconf, expected it there",
  },
  'a regular node whose certificate is listed': {
    sections: client((one) => {
      one.role = 'regular';
    }),
    says: "fail: client.pem is among the candidates' in ssconf, but the node is none",
  },
  'none at all': {
    sections: client(({ certificates: [own] }) => {
      if (own) own.certificate = ok(null);
    }),
    says: 'fail: client.pem does not exist, expected one',
  },
  'one that is signed by itself': {
    sections: client(({ certificates: [own] }) => {
      if (own?.certificate.status === 'ok' && own.certificate.value) {
        own.certificate.value.selfSigned = true;
      }
    }),
    says: 'warn: client.pem is signed by itself, expected the cluster to sign it',
  },
});

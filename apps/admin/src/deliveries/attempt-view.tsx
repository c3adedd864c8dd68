import type { Attempt, Delivery } from '@belfry/contract';
import { Box, Group, SegmentedControl } from '@mantine/core';
import { maskQueryValues } from '@belfry/domain';
import { Fragment, useState } from 'react';
import { useSession } from '../access/current-session.js';
import { useSettings } from '../api/queries.js';
import { CopyButton } from '../display/copy-button.js';
import { curlCommand } from '../display/curl.js';
import { Json, parseShowable } from '../display/json.js';
import { texts } from '../texts.js';

/** How much of a response is kept, in characters. Whatever is this long was cut off. */
const keptBody = 16 * 1024;

/** One attempt of a delivery: what was sent, and what came back. */
export function AttemptView({ delivery, attempt }: { delivery: Delivery; attempt: Attempt }) {
  const { accountId, may } = useSession();
  const { delivery: words } = texts;
  const url = useSettings(accountId, may.readSettings).data?.value.webhook_url ?? null;
  const { request, response } = attempt;
  const isMail = delivery.channel === 'email';
  // The log masks the secret in the query. If the endpoint is still the same, the command gets the real URL.
  const target = url !== null && maskQueryValues(url) === delivery.destination ? url : delivery.destination;
  return (
    <>
      <section>
        <h3>{isMail ? words.mailRequest : words.request}</h3>
        <Headers headers={request.headers} />
        <Body
          body={request.body}
          label={isMail ? words.mailRequest : words.request}
          curl={isMail ? null : curlCommand(target, request.headers, request.body)}
        />
      </section>
      <section>
        <h3>
          {isMail ? words.smtpReply : words.response}
          {response === null ? null : (
            <Box component="span" className="tag" data-outcome={attempt.outcome} ms={8} ff="var(--font-code)">
              {response.status}
            </Box>
          )}
        </h3>
        {response === null ? (
          <p className="quiet">
            {words.noResponse}{' '}
            {attempt.detail ?? (attempt.reason === null ? '' : `${texts.reasons[attempt.reason]}.`)}
          </p>
        ) : (
          <>
            <Headers headers={response.headers} />
            <Body body={response.body} label={isMail ? words.smtpReply : words.response} curl={null} />
            {response.body.length >= keptBody ? <p className="quiet">{words.bodyCut}</p> : null}
          </>
        )}
      </section>
    </>
  );
}

function Headers({ headers }: { headers: Readonly<Record<string, string>> }) {
  const entries = Object.entries(headers);
  if (entries.length === 0) return null;
  return (
    <dl className="pairs headers">
      {entries.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** A body as it was sent; if it is JSON, pretty-printed as well. */
function Body({ body, label, curl }: { body: string; label: string; curl: string | null }) {
  const { delivery: words } = texts;
  const parsed = parseShowable(body);
  const [view, setView] = useState('pretty');
  if (body === '') return <p className="quiet">{words.emptyBody}</p>;
  return (
    <>
      <Group justify="space-between" mb={8}>
        {parsed === undefined ? null : (
          <SegmentedControl
            size="xs"
            aria-label={`${words.view}: ${label}`}
            value={view}
            onChange={setView}
            data={[
              { value: 'pretty', label: words.pretty },
              { value: 'raw', label: words.raw },
            ]}
          />
        )}
        <Group ms="auto">
          <CopyButton text={body}>{words.copyBody}</CopyButton>
          {curl === null ? null : <CopyButton text={curl}>{texts.settings.copyCurl}</CopyButton>}
        </Group>
      </Group>
      {parsed !== undefined && view === 'pretty' ? (
        <Json value={parsed} label={`${label}: ${words.body}`} />
      ) : (
        <pre className="code code-wrap" tabIndex={0} role="region" aria-label={`${label}: ${words.body}`}>
          {body}
        </pre>
      )}
    </>
  );
}

import { parseEmailAddress, splitAtCommas } from '@belfry/domain';
import { useId, useRef, useState } from 'react';
import { texts } from '../texts.js';
import { addressesIn, badAddresses, listProblem, takeAddresses, type EventDraft } from './draft.js';

/**
 * The subscribers of an event type. A comma, Enter, leaving the field or pasting takes what was typed: good addresses
 * become part of the list, bad ones stay in it in red with their reason, and a click puts them back to be corrected.
 */
export function Subscribers({
  name,
  event,
  isReadOnly,
  refused,
  onChange,
}: {
  name: string;
  event: EventDraft;
  isReadOnly: boolean;
  /** What the server, or a rule about the list as a whole, says of it. */
  refused: string | undefined;
  onChange: (change: Partial<EventDraft>) => void;
}) {
  const { settings: words } = texts;
  const input = useRef<HTMLInputElement>(null);
  const problemsId = useId();
  const [heard, setHeard] = useState('');
  const bad = badAddresses(event.subscribers);
  const tooMany = listProblem(event.subscribers);
  const rest = bad.length === 0 && tooMany === null ? refused : undefined;

  /** Takes a text, all of it or all but what follows its last comma. */
  const take = (text: string, stillTyped = '') => {
    const subscribers = takeAddresses(event.subscribers, text);
    const added = subscribers.slice(event.subscribers.length);
    if (added.length > 0)
      setHeard(words.added(added.length - badAddresses(added).length, badAddresses(added).length));
    onChange({ subscribers, typed: stillTyped });
  };
  const without = (entry: string) => event.subscribers.filter((other) => other !== entry);
  const correct = (entry: string) => {
    onChange({ subscribers: takeAddresses(without(entry), event.typed), typed: entry });
    input.current?.focus();
  };

  return (
    <div className="event-subscribers">
      <span className="event-subscribers-word" aria-hidden="true">
        {words.columns.subscribers}
      </span>
      {/* A click beside the addresses is meant for the field. Whoever has no mouse reaches the field itself. */}
      <div
        className="addresses"
        data-read-only={isReadOnly || undefined}
        data-invalid={bad.length > 0 || tooMany !== null || rest !== undefined || undefined}
        onClick={(click) => {
          if (click.target === click.currentTarget) input.current?.focus();
        }}
      >
        {event.subscribers.map((entry) => {
          const isGood = parseEmailAddress(entry).ok;
          return (
            <span key={entry} className="address" data-invalid={!isGood || undefined}>
              {isGood || isReadOnly ? (
                <span className="address-text">{entry}</span>
              ) : (
                <button
                  type="button"
                  className="address-text"
                  aria-label={words.edit(entry)}
                  onClick={() => correct(entry)}
                >
                  {entry}
                </button>
              )}
              {isReadOnly ? null : (
                <button
                  type="button"
                  className="address-remove"
                  aria-label={words.remove(entry)}
                  onClick={() => {
                    onChange({ subscribers: without(entry) });
                    input.current?.focus();
                  }}
                >
                  <span aria-hidden="true">×</span>
                </button>
              )}
            </span>
          );
        })}
        {isReadOnly ? null : (
          <input
            ref={input}
            className="addresses-input"
            aria-label={words.subscribers(name)}
            aria-describedby={problemsId}
            aria-invalid={bad.length > 0 || tooMany !== null || rest !== undefined}
            placeholder={event.subscribers.length === 0 ? words.addFirst : words.addMore}
            inputMode="email"
            autoComplete="off"
            spellCheck={false}
            value={event.typed}
            onChange={({ currentTarget: { value } }) => {
              const entries = splitAtCommas(value);
              if (entries.length === 1) onChange({ typed: value });
              else take(value.slice(0, value.length - entries.at(-1)!.length), entries.at(-1)!.trimStart());
            }}
            onPaste={(paste) => {
              const text = paste.clipboardData.getData('text');
              if (event.typed !== '' || !/[,\r\n]/.test(text)) return;
              paste.preventDefault();
              // A column of a spreadsheet: a line holds one address.
              take(text.replace(/[\r\n]+/g, ','));
            }}
            onKeyDown={(press) => {
              if (press.key === 'Enter' && event.typed.trim() !== '') {
                press.preventDefault();
                take(event.typed);
              }
              const last = event.subscribers.at(-1);
              if (press.key === 'Backspace' && event.typed === '' && last !== undefined) {
                press.preventDefault();
                correct(last);
              }
            }}
            onBlur={() => {
              if (event.typed !== '') take(event.typed);
            }}
          />
        )}
      </div>
      <ul className="address-problems" id={problemsId}>
        {bad.map(({ text, reason }) => (
          <BadEntry
            key={text}
            reason={reason}
            addresses={isReadOnly ? null : addressesIn(text)}
            onSplit={(addresses) => {
              onChange({ subscribers: takeAddresses(without(text), addresses.join(',')) });
              input.current?.focus();
            }}
          />
        ))}
        {tooMany === null ? null : <li>{texts.problem(words.list, tooMany)}</li>}
        {rest === undefined ? null : <li>{texts.problem(words.list, rest)}</li>}
      </ul>
      <span className="visually-hidden" role="status">
        {heard}
      </span>
    </div>
  );
}

/** Why an entry is not an address; where it holds several, the offer to take it apart. */
function BadEntry({
  reason,
  addresses,
  onSplit,
}: {
  reason: string;
  addresses: readonly string[] | null;
  onSplit: (addresses: readonly string[]) => void;
}) {
  return (
    <li>
      {texts.problem(texts.settings.entry, reason)}
      {addresses === null ? null : (
        <>
          {' '}
          <button type="button" className="link" onClick={() => onSplit(addresses)}>
            {texts.settings.split(addresses.length)}
          </button>
        </>
      )}
    </li>
  );
}

import { Pill, PillsInput } from '@mantine/core';
import { parseEmailAddress, splitAtCommas } from '@belfry/domain';
import { useRef, useState } from 'react';
import { texts } from '../texts.js';
import { addressesIn, badAddresses, listProblem, takeAddresses, type EventDraft } from './draft.js';

/**
 * The subscribers of an event type. A comma, Enter, leaving the field or pasting adds what was typed to the list: bad
 * addresses stay in it, in red and with the reason, and a click puts one back into the field to be corrected.
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
  /** What the server, or a rule about the list as a whole, says about it. */
  refused: string | undefined;
  onChange: (change: Partial<EventDraft>) => void;
}) {
  const { settings: words } = texts;
  const input = useRef<HTMLInputElement>(null);
  const [heard, setHeard] = useState('');
  const bad = badAddresses(event.subscribers);
  const tooMany = listProblem(event.subscribers);
  const rest = bad.length === 0 && tooMany === null ? refused : undefined;

  /** Adds a text to the list: all of it, or all but what follows its last comma. */
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

  const problems = [
    ...bad.map(({ text, reason }) => (
      <BadEntry
        key={text}
        reason={reason}
        addresses={isReadOnly ? null : addressesIn(text)}
        onSplit={(addresses) => {
          onChange({ subscribers: takeAddresses(without(text), addresses.join(',')) });
          input.current?.focus();
        }}
      />
    )),
    ...[tooMany, rest].flatMap((problem) =>
      typeof problem === 'string' ? [<li key={problem}>{texts.problem(words.list, problem)}</li>] : [],
    ),
  ];

  return (
    <div className="event-subscribers">
      <PillsInput
        label={words.columns.subscribers}
        labelProps={{ 'aria-hidden': true }}
        data-read-only={isReadOnly || undefined}
        error={problems.length === 0 ? undefined : <ul>{problems}</ul>}
        errorProps={{ component: 'div' }}
      >
        <Pill.Group gap={4}>
          {event.subscribers.map((entry) => {
            const isGood = parseEmailAddress(entry).ok;
            return (
              <Pill
                key={entry}
                data-kind={isGood ? undefined : 'danger'}
                withRemoveButton={!isReadOnly}
                removeButtonProps={{ 'aria-label': words.remove(entry), 'aria-hidden': false, tabIndex: 0 }}
                onRemove={() => {
                  onChange({ subscribers: without(entry) });
                  input.current?.focus();
                }}
                // The field would take the click for its own, and an address could not be selected.
                onMouseDown={(press) => press.stopPropagation()}
                onClick={(click) => click.stopPropagation()}
              >
                {isGood || isReadOnly ? (
                  entry
                ) : (
                  <button
                    type="button"
                    className="link entry cut"
                    aria-label={words.edit(entry)}
                    onClick={() => correct(entry)}
                  >
                    {entry}
                  </button>
                )}
              </Pill>
            );
          })}
          {isReadOnly ? null : (
            <PillsInput.Field
              ref={input}
              aria-label={words.subscribers(name)}
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
        </Pill.Group>
      </PillsInput>
      <span className="visually-hidden" role="status">
        {heard}
      </span>
    </div>
  );
}

/** Why an entry is not an address and, if it holds several, the offer to split it. */
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

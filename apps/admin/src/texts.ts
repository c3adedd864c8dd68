/**
 * Every text of the page, in English: the only file to translate. The names of event types come from the domain's
 * catalogue, and messages about invalid input from the domain's rules and the server.
 */
import type { Channel, DeliveryStatus, FailureReason } from '@belfry/domain';
import type { Outcome } from './deliveries/outcomes.js';

/** The language of the page, for dates and numbers too, whatever language the reader's browser prefers. */
export const language = 'en-GB';

const number = new Intl.NumberFormat(language);
/** A number with thousands separators. */
export const numberText = (count: number) => number.format(count);

const plural = (count: number, one: string, many: string) =>
  `${numberText(count)} ${count === 1 ? one : many}`;

/** Names in a row: "A", "A and B", "A, B and C". */
const listed = (names: readonly string[]) => new Intl.ListFormat(language).format(names);

/** What protects a receiver from a webhook that arrives twice. */
const recognised = 'Receivers can recognise duplicates by the Webhook-Id header, which stays the same.';

export const texts = {
  title: 'Administrator Settings',
  pageTitle: (tab: string, account: string) => `${tab} · ${account} · Administrator Settings`,
  skipToContent: 'Skip to content',
  fault: 'Something went wrong on this page. Nothing was changed.',

  /** A field and what is wrong with it, in the domain's words: "must be …". */
  problem: (field: string, message: string) => `${field} ${message}.`,

  tabs: {
    label: 'Settings',
    company: 'Company',
    notifications: 'Notifications & Webhooks',
    deliveries: 'Deliveries',
    unsaved: 'unsaved changes',
  },

  colourScheme: { label: 'Colour scheme', light: 'Light', dark: 'Dark', auto: 'Same as system' },
  signOut: 'Sign out',

  access: {
    loading: 'Loading…',
    signedOutTitle: 'You are not signed in',
    signedOut:
      'Your session has ended, or you have not signed in yet. Open this page again from your platform.',
    signedOutOf: (account: string) =>
      `This tab is for ${account}, and your session has ended. Nothing can be saved until you sign in again.`,
    development: 'To create a link, run this on the machine where Belfry runs:',
    chooseTitle: 'Which account?',
    choose: 'This browser is signed in to several accounts.',
    others: 'This browser is signed in to:',
    account: (name: string, id: number) => `${name} (account ${id})`,
    doubledTitle: 'Your browser has two sessions for one account',
    continueAs: (account: string) => `Continue as ${account}?`,
    continueLead: (others: readonly string[], account: string, id: number) =>
      `The link you followed opens the settings of ${account} (account ${id}). This browser is signed in to ${listed(others)}. If you did not expect this, do not continue.`,
    continue: (account: string) => `Continue as ${account}`,
    stay: (account: string) => `Stay with ${account}`,
    linkUsedHere: (account: string) =>
      `The link you followed no longer works. This page is for ${account}, which you were already signed in to.`,
    nothingHeld:
      'Your link does not give you access to anything on this page. Ask the people who run your platform for one that does.',
    linkUsedTitle: 'This link no longer works',
    linkUsed:
      'A link works once, and only for 5 minutes. This one has been used or has expired. To get a new one, open this page again from your platform.',
    renew: 'Sign in again',
    goneTitle: 'You are signed out',
    gone: 'You can close this page.',
    leavePrompt:
      'Your unsaved changes are still here. Sign in again in another tab, then come back and save.',
  },

  /** Why the page could not start. */
  firstFailure: {
    noConnection: {
      title: 'No connection to the server',
      text: 'The server did not respond. Check your connection, then try again.',
    },
    away: { title: 'The server is not ready' },
    tooMany: { title: 'Too many requests' },
    fault: { title: 'Something went wrong on the server' },
    between: {
      title: 'The server could not be reached',
      text: (status: number) =>
        `Something between you and the server, such as a proxy, responded with status ${status}. Try again in a moment.`,
    },
    somethingElse: {
      title: 'Unexpected response',
      text: 'The response did not come from this server. Your network may require you to sign in first: open any other website, then come back and try again.',
    },
    again: 'This page tries again every 2 seconds.',
  },

  leave: {
    title: 'Sign out with unsaved changes?',
    lead: (count: number) =>
      `You have ${plural(count, 'unsaved change', 'unsaved changes')}. Signing out discards ${count === 1 ? 'it' : 'them'}.`,
    confirm: 'Sign out without saving',
  },

  connection: {
    lost: 'No connection to the server. What you see may be out of date. This page tries again every 2 seconds.',
    none: 'no connection to the server.',
    loadFailed: 'This part of the page could not be loaded',
    retry: 'Try again',
    notSaved: 'Not saved: no connection to the server. Your changes are kept here.',
  },

  actions: {
    save: 'Save',
    saving: 'Saving…',
    discard: 'Discard',
    cancel: 'Cancel',
    close: 'Close',
    copy: 'Copy',
    copied: 'Copied',
    copyYourself:
      'Your browser does not let this page copy to the clipboard. The text below is selected, so you can copy it yourself.',
    copyUrl: 'Copy URL',
    show: 'Show',
    hide: 'Hide',
    showSecret: 'Show the whole URL',
    hideSecret: 'Hide the secret part of the URL',
  },

  saving: {
    changes: (count: number) => plural(count, 'unsaved change', 'unsaved changes'),
    saved: 'Saved',
    fixFirst: (count: number) =>
      `${plural(count, 'field needs', 'fields need')} attention before this can be saved.`,
    refused: 'Not saved: the server refused a value. See the message next to the field.',
    forbidden: 'You can view these settings, but not change them.',
    failed: (detail: string) => `Not saved: ${detail}`,
  },

  readOnly: 'Read only: you can view these settings, but not change them.',

  company: {
    heading: 'Company',
    lead: 'Your company name in notifications, and the person who receives all of them.',
    name: 'Company name',
    nameHint: 'Appears in every payload as account_name, and in the subject of every email.',
    accountId: 'Account ID',
    contact: 'Primary contact',
    contactHint: 'Receives every notification by email, regardless of all other settings.',
    contactName: 'Name',
    contactNameHint: 'Optional.',
    contactEmail: 'Email address',
  },

  settings: {
    heading: 'Notifications & Webhooks',
    lead: 'Choose what is sent when something happens on your platform.',
    url: 'Webhook URL',
    urlPlaceholder: 'https://hooks.example.com/in?token=…',
    urlHint:
      'HTTP or HTTPS. Each event is sent once, as a POST request with a JSON body. Respond with a 2xx status to confirm receipt. Requests are not signed: put a secret in the query string, or check our IP address.',
    never:
      'Nothing is set up yet. Enter a URL to receive webhooks, or add subscribers below. Both are optional.',
    turnsOff: (names: readonly string[]) =>
      `Webhooks need a URL: saving turns off Send Webhook for ${listed(names)}.`,
    primary: {
      receives: ' receives every notification.',
      role: 'primary contact',
      change: 'Change in Company',
      hidden: 'The primary contact receives every notification.',
    },
    columns: {
      event: 'Event',
      webhook: 'Send Webhook',
      subscribers: 'Email subscribers',
      activity: 'Last 24 hours',
    },
    toggle: (name: string) => `Send Webhook: ${name}`,
    noUrl: 'Enter a webhook URL first',
    badUrl: 'The webhook URL is not valid',
    subscribers: (name: string) => `Email subscribers: ${name}`,
    addFirst: 'Add addresses, separated by commas',
    addMore: 'Add more…',
    entry: 'An entry',
    list: 'The list',
    toggleField: 'The toggle',
    split: (count: number) => (count === 1 ? 'Keep only the address' : `Split into ${count} addresses`),
    remove: (address: string) => `Remove ${address}`,
    edit: (address: string) => `Edit ${address}`,
    added: (count: number, bad: number) =>
      `${plural(count, 'address', 'addresses')} added${bad > 0 ? `, ${bad} not valid` : ''}`,
    plan: (webhooks: number, emails: number, isUnsaved: boolean) => {
      const sent = listed([
        ...(webhooks > 0 ? [plural(webhooks, 'webhook', 'webhooks')] : []),
        plural(emails, 'email', 'emails'),
      ]);
      return isUnsaved ? `Once saved, each event sends ${sent}.` : `Each event sends ${sent}.`;
    },
    firedWhen: (description: string) => `When ${description}.`,
    payload: 'Payload preview',
    payloadOf: (name: string) => `Payload preview: ${name}`,
    payloadLead: 'Exactly what would be sent, with sample values.',
    copyJson: 'Copy JSON',
    copyCurl: 'Copy as curl',
    activity: {
      none: 'No deliveries',
      count: (count: number) => plural(count, 'delivery', 'deliveries'),
      rate: (rate: number) => `${rate}%`,
      rateSpoken: (rate: number) => `${rate}% succeeded`,
      wrong: {
        failed: (count: number) => `${numberText(count)} failed`,
        interrupted: (count: number) => `${numberText(count)} interrupted`,
      },
      wrongLink: {
        failed: (count: number, name: string) =>
          `Show ${plural(count, 'failed delivery', 'failed deliveries')} of ${name}`,
        interrupted: (count: number, name: string) =>
          `Show ${plural(count, 'interrupted delivery', 'interrupted deliveries')} of ${name}`,
      },
    },
  },

  test: {
    button: 'Send test',
    choose: 'Event type to test with',
    sending: (name: string) => `Sending a sample ${name} event…`,
    needsUrl: 'Save a webhook URL first: tests go to the saved URL.',
    needsSave: 'The URL has changed. Save it first: tests go to the saved URL.',
    responded: (status: number) => `The endpoint responded with ${status}`,
    noResponse: 'No response',
    duration: (milliseconds: string) => `in ${milliseconds}`,
    emptyBody: 'The response has no body.',
    open: 'Open this delivery',
    failed: (detail: string) => `The test was not sent: ${detail}`,
    dismiss: 'Dismiss the test result',
  },

  conflict: {
    title: 'Someone else has changed these settings',
    lead: 'None of your changes are lost. Where you both changed the same thing, choose which version to keep.',
    theirs: 'Theirs',
    mine: 'Yours',
    url: 'Webhook URL',
    toggle: (name: string) => `${name}: Send Webhook`,
    subscribers: (name: string) => `${name}: Email subscribers`,
    on: 'On',
    off: 'Off',
    none: 'None',
    secretDiffers: 'They differ only in the secret part, which is hidden.',
    save: 'Save this version',
    edit: 'Continue editing this version',
    same: 'You both made the same changes, so there is nothing to choose.',
    companyTitle: 'Someone else has changed this account',
  },

  deliveries: {
    heading: 'Deliveries',
    lead: 'What was sent, where it went, and what came back.',
    live: 'Live',
    filters: 'Filters',
    any: { status: 'Any status', channel: 'Any channel', eventType: 'Any event type' },
    status: 'Status',
    channel: 'Channel',
    eventType: 'Event type',
    time: 'Time',
    windows: { '24h': 'Last 24 hours', '7d': 'Last 7 days', '30d': 'Last 30 days' },
    clear: 'Clear filters',
    clearPeriod: (period: string) => `Remove the filter ${period}`,
    chart: 'Deliveries over time, by outcome',
    chartHint: 'Select a bar to see only its deliveries. Arrow keys move between bars.',
    bar: (period: string, parts: string) => `${period}: ${parts}`,
    noBar: 'no deliveries',
    columns: {
      status: 'Status',
      event: 'Event',
      destination: 'Destination',
      environment: 'Environment',
      created: 'Created',
    },
    table: 'Deliveries, newest first',
    selectAll: 'Select all shown',
    selectOne: (name: string, destination: string) => `Select ${name} to ${destination}`,
    selected: (count: number) => `${numberText(count)} selected`,
    unselect: 'Clear selection',
    shown: (count: number, isAll: boolean) =>
      isAll ? plural(count, 'delivery', 'deliveries') : `${numberText(count)} loaded`,
    loadingMore: 'Loading more…',
    lookingBack: 'Looking further back…',
    notFoundYet: 'Nothing found so far',
    lookFurther: 'Look further back',
    newOnes: (count: number) => `${plural(count, 'new delivery', 'new deliveries')} above`,
    emptyTitle: 'No deliveries yet',
    empty: 'When an event fires, its deliveries appear here.',
    emptyFilteredTitle: 'Nothing found',
    emptyFiltered: 'No deliveries match these filters in this period.',
    sampleBadge: 'Sample',
    sampleHint: 'An example that comes with a new installation. Nothing was sent.',
    testBadge: 'Test',
    redeliveryBadge: 'Redelivery',
  },

  delivery: {
    missing: 'This delivery was not found. It may have been deleted because of its age.',
    redeliver: 'Redeliver',
    copyLink: 'Copy link',
    timeline: 'Timeline',
    created: 'Event accepted',
    redeliveryCreated: 'Redelivery requested',
    attempt: (number: number) => `Attempt ${number}`,
    waiting: 'Waiting to be sent',
    sendingNow: 'Being sent',
    finished: {
      succeeded: 'Succeeded',
      failed: 'Failed',
      interrupted: 'Interrupted: the sending process stopped before a response was recorded',
    },
    redeliveryOf: 'Redelivery of',
    facts: { delivery: 'Delivery', event: 'Event', environment: 'Environment' },
    request: 'Request',
    mailRequest: 'Email',
    response: 'Response',
    smtpReply: 'Mail server’s reply',
    noResponse: 'No response was received.',
    body: 'Body',
    emptyBody: 'Empty.',
    bodyCut: 'Only the first 16 KiB are kept.',
    pretty: 'Pretty',
    raw: 'Raw',
    view: 'Body view',
    copyBody: 'Copy body',
    preview: 'Preview',
    text: 'Text',
    mailView: 'Email view',
    mailFrame: (subject: string) => `Email: ${subject}`,
    copyId: (what: string) => `Copy ${what.toLowerCase()} ID`,
    notYet: 'This delivery has not been sent yet.',
    payload: 'Payload',
    notRecorded: 'No attempt was recorded for this delivery, so it is not known how far it got.',
  },

  redeliver: {
    title: 'Redeliver this event?',
    explanation: {
      webhook: {
        yes: `The endpoint has already received this event and will get it a second time. ${recognised}`,
        no: 'The endpoint has not received this event: no request reached it.',
        perhaps: `It is not known whether the endpoint has received this event, so it may get it a second time. ${recognised}`,
      },
      email: {
        yes: 'The mail server has already accepted this email, so the recipient will get it a second time.',
        no: 'The recipient has not received this email: the mail server did not accept it.',
        perhaps:
          'It is not known whether the recipient has received this email, so they may get it a second time.',
      },
    },
    sameBytes: 'The same payload is sent once more, to the current webhook URL.',
    sameMail: 'The same email is sent once more, to the same recipient.',
    confirm: 'Redeliver',
    failed: (detail: string) => `Not redelivered: ${detail}`,
  },

  redeliverMany: {
    title: (count: number) => `Redeliver ${plural(count, 'delivery', 'deliveries')}?`,
    button: (count: number) => `Redeliver ${numberText(count)}`,
    lead: 'Each one is sent once more, as a new delivery of the same event.',
    receipts: {
      yes: (count: number) => `${numberText(count)} already received; sent again if you continue`,
      no: (count: number) => `${numberText(count)} never received`,
      perhaps: (count: number) => `${numberText(count)} possibly received; sent again if you continue`,
    },
    progress: (done: number, all: number) => `${numberText(done)} of ${numberText(all)}`,
    progressLabel: 'Redelivering',
    stop: 'Stop',
    queued: (count: number) => `${plural(count, 'redelivery', 'redeliveries')} queued.`,
    refused: (count: number) => `${numberText(count)} not redelivered:`,
    done: 'Done',
  },

  redeliverMatching: {
    button: { failed: 'Redeliver all failed…', interrupted: 'Redeliver all interrupted…' },
    title: {
      failed: 'Redeliver all failed deliveries?',
      interrupted: 'Redeliver all interrupted deliveries?',
    },
    since: 'Since',
    count: {
      failed: (count: number) => `${plural(count, 'failed delivery', 'failed deliveries')} found.`,
      interrupted: (count: number) =>
        `${plural(count, 'interrupted delivery', 'interrupted deliveries')} found.`,
    },
    leftOut: 'Tests and deliveries that were already redelivered are left out.',
    receipt: {
      failed: `Some of these may have arrived: an endpoint that responded with an error has received the event and will get it a second time. ${recognised}`,
      interrupted: `It is not known which of these have arrived, so they may arrive a second time. ${recognised}`,
    },
    target: 'Webhooks go to the current webhook URL, emails to the same recipients.',
    confirm: { failed: 'Redeliver all failed', interrupted: 'Redeliver all interrupted' },
    progress: (queued: number) => `${plural(queued, 'redelivery', 'redeliveries')} queued`,
    resume: 'Continue',
    kept: 'What was queued stays queued. Select Continue to queue the rest; nothing is queued twice.',
    limited: (channel: Channel, seconds: number) =>
      `this account has reached its hourly limit for redelivered ${channel === 'email' ? 'emails' : 'webhooks'}. ` +
      `Try again in ${plural(Math.ceil(seconds / 60), 'minute', 'minutes')}.`,
    passedOver: (count: number) =>
      count === 1
        ? '1 email was left out: its address is no longer subscribed to that event type.'
        : `${numberText(count)} emails were left out: their addresses are no longer subscribed to that event type.`,
    nothing: 'There was nothing left to redeliver.',
    done: (queued: number) =>
      `${plural(queued, 'redelivery is', 'redeliveries are')} on the way, and will appear at the top of the list.`,
  },

  outcomes: {
    succeeded: 'Succeeded',
    failed: 'Failed',
    interrupted: 'Interrupted',
    under_way: 'In progress',
  } satisfies Record<Outcome, string>,

  statuses: {
    queued: 'Queued',
    sending: 'Sending',
    succeeded: 'Succeeded',
    failed: 'Failed',
    interrupted: 'Interrupted',
  } satisfies Record<DeliveryStatus, string>,

  channels: { webhook: 'Webhook', email: 'Email' } satisfies Record<Channel, string>,

  reasons: {
    http_status: 'Response was not 2xx',
    timeout: 'Timed out',
    connection: 'Connection failed',
    tls: 'TLS error',
    dns: 'Host name not found',
    blocked_address: 'Address not public',
    response_too_large: 'Response too large',
    turned_off: 'Turned off before it was sent',
    rejected: 'Rejected',
    temporary: 'Temporary failure',
    expired: 'Gave up after a day',
  } satisfies Record<FailureReason, string>,

  time: { utc: (iso: string) => `${iso} UTC` },
} as const;
